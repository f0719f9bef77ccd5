-- How each channel does with each service, as it was measured last. Written by one replica at a time.
CREATE TABLE channel_health (
  channel text NOT NULL,
  service text NOT NULL,
  body    jsonb NOT NULL,
  PRIMARY KEY (channel, service)
);

CREATE TABLE channel_health_rounds (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  at  timestamptz NOT NULL DEFAULT '-infinity'
);
INSERT INTO channel_health_rounds DEFAULT VALUES;
