-- A feed is source x channel: what was promised of it (cadence), and up to when it said that nothing is missing.
CREATE TABLE feeds (
  source text NOT NULL,
  channel text NOT NULL,
  cadence text CHECK (cadence IN ('stream', 'daily')),
  max_silence_minutes int,
  due time,
  ends date,
  through timestamptz,
  PRIMARY KEY (source, channel));
