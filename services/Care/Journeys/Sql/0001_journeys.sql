-- What each customer did over all channels in the last 35 days; one partition a day (UTC), which is dropped as a whole.
CREATE TABLE journey_steps (
  customer text NOT NULL,
  minute   timestamptz NOT NULL,
  source   text NOT NULL,
  id       text NOT NULL,
  at       timestamptz NOT NULL,
  channel  text NOT NULL,
  service  text NOT NULL,
  outcome  text NOT NULL,
  reason   text,
  region   text,
  amount   bigint,
  assisted boolean NOT NULL,
  task     text,
  PRIMARY KEY (customer, minute, source, id)
) PARTITION BY RANGE (minute);
