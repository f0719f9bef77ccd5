-- What is aimed at in a month. '*' stands for all channels, all regions: no code is written so.
CREATE TABLE targets (
  indicator text NOT NULL,
  channel text NOT NULL,
  region text NOT NULL,
  month date NOT NULL CHECK (extract(day FROM month) = 1),
  value double precision NOT NULL,
  revision bigint NOT NULL,
  updated_at timestamptz NOT NULL,
  updated_by text NOT NULL,
  PRIMARY KEY (month, indicator, channel, region));

-- Every change of a target, never changed itself. The number of a target's last change is its revision.
CREATE TABLE target_changes (
  id bigint PRIMARY KEY,
  indicator text NOT NULL,
  channel text NOT NULL,
  region text NOT NULL,
  month date NOT NULL,
  before double precision,
  after double precision,
  at timestamptz NOT NULL,
  by text NOT NULL);
