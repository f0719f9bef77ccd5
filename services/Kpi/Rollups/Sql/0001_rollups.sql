-- Raw codes and their ids. Cells keep raw codes; the catalogue gives them their meaning when a figure is asked for.
CREATE TABLE codes (
  field text NOT NULL,
  id    int NOT NULL,
  raw   text NOT NULL,
  PRIMARY KEY (field, id),
  UNIQUE (field, raw)
);

-- Raw codes that the catalogue did not know on the day of the event.
CREATE TABLE unknown_codes (
  field  text NOT NULL,
  day    date NOT NULL,
  raw    text NOT NULL,
  events bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (field, day, raw)
);

-- One row per batch and hour of event time: cells by minute. What is not folded yet is not in the cubes.
CREATE TABLE rollup_minutes (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  day       date NOT NULL,
  hour      bigint NOT NULL,       -- start of the operator's hour, minutes since 1970 UTC
  folded    boolean NOT NULL DEFAULT false,
  cells     bytea NOT NULL,
  reasons   bytea,
  durations bytea
);
CREATE INDEX rollup_minutes_hour ON rollup_minutes (hour);
CREATE INDEX rollup_minutes_new ON rollup_minutes (id) WHERE NOT folded;

-- Cells by hour, day and month, for several sets of dimensions; one row per tier and period (see Tier).
CREATE TABLE rollup_cubes (
  tier      smallint NOT NULL,
  period    date NOT NULL,         -- first day of the period
  hour      bigint NOT NULL,       -- start of the hour where the period is one, else 0
  version   bigint NOT NULL,       -- counts its changes
  cells     bytea NOT NULL,
  reasons   bytea,
  durations bytea,
  PRIMARY KEY (tier, period, hour)
);

-- Days as plain rows, for anyone with SQL; the view daily_figures names the codes.
CREATE TABLE rollup_days (
  day        date NOT NULL,
  channel    int NOT NULL,
  service    int NOT NULL,
  region     int NOT NULL,
  brand      int NOT NULL,
  successes  bigint NOT NULL,
  assisted_successes bigint NOT NULL,
  failures   bigint NOT NULL,
  abandoned  bigint NOT NULL,
  amount     bigint NOT NULL,
  PRIMARY KEY (day, channel, service, region, brand)
) WITH (fillfactor = 80);

CREATE VIEW daily_figures AS
SELECT d.day, c.raw AS channel, s.raw AS service, r.raw AS region, b.raw AS brand,
       d.successes + d.failures + d.abandoned AS attempts, d.successes, d.assisted_successes, d.failures, d.abandoned, d.amount
FROM rollup_days d
JOIN codes c ON c.field = 'channel' AND c.id = d.channel
JOIN codes s ON s.field = 'service' AND s.id = d.service
JOIN codes r ON r.field = 'region' AND r.id = d.region
JOIN codes b ON b.field = 'brand' AND b.id = d.brand;

-- Identities of events, by slice of customers and hour of event time (see SeenHour).
CREATE TABLE seen_events (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  hour      bigint NOT NULL,
  modulus   int NOT NULL,
  residue   int NOT NULL,
  last_seen date NOT NULL,
  block     bytea NOT NULL
);
CREATE INDEX seen_events_hour ON seen_events (hour, modulus, residue);
CREATE INDEX seen_events_last_seen ON seen_events (last_seen);

-- Numbers of customers (see CustomerNumbers).
CREATE TABLE customer_numbers (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  modulus int NOT NULL,
  residue int NOT NULL,
  block   bytea NOT NULL
);

-- Who was seen on a day, by slice of customers (see CustomerDay).
CREATE TABLE customer_days (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  day     date NOT NULL,
  modulus int NOT NULL,
  residue int NOT NULL,
  block   bytea NOT NULL
);
CREATE INDEX customer_days_day ON customer_days (day, modulus, residue);

-- Successes and failures by day, channel and 64 buckets of customers: what the design effect is computed from.
CREATE TABLE customer_buckets (
  day       date NOT NULL,
  channel   int NOT NULL,
  successes bigint[] NOT NULL,
  failures  bigint[] NOT NULL,
  PRIMARY KEY (day, channel)
) WITH (fillfactor = 50);

-- What each source delivered for each channel.
CREATE TABLE feeds_seen (
  source   text NOT NULL,
  channel  text NOT NULL,
  first_at timestamptz NOT NULL,
  last_at  timestamptz NOT NULL,
  PRIMARY KEY (source, channel)
);

-- Rows of an import that were applied, by slice: a chunk sent again is no repeat.
CREATE TABLE import_rows (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  import  text NOT NULL,
  modulus int NOT NULL,
  residue int NOT NULL,
  block   bytea NOT NULL
);
CREATE INDEX import_rows_import ON import_rows (import);

-- What happened to events besides being counted.
CREATE TABLE rollup_counters (
  name  text PRIMARY KEY,
  value bigint NOT NULL
);

-- The blocks are packed already: compressing them again costs more than it saves.
ALTER TABLE rollup_minutes ALTER cells SET STORAGE EXTERNAL, ALTER reasons SET STORAGE EXTERNAL, ALTER durations SET STORAGE EXTERNAL;
ALTER TABLE rollup_cubes ALTER cells SET STORAGE EXTERNAL, ALTER reasons SET STORAGE EXTERNAL, ALTER durations SET STORAGE EXTERNAL;
ALTER TABLE seen_events ALTER block SET STORAGE EXTERNAL;
ALTER TABLE customer_numbers ALTER block SET STORAGE EXTERNAL;
ALTER TABLE customer_days ALTER block SET STORAGE EXTERNAL;
