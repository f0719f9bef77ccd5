-- How each channel does with each service now, as kpi told it last.
CREATE TABLE channel_health (
  channel text PRIMARY KEY,
  body    jsonb NOT NULL
);
