-- How each channel works, as it was last measured and published: one row a channel, written whole.
CREATE TABLE channel_health (
  channel  text PRIMARY KEY,
  sequence bigint NOT NULL,             -- of its events; it never goes back, so the row of a channel that sleeps stays
  at       timestamptz NOT NULL,
  services jsonb NOT NULL               -- by service: state, since when, what it stands on
) WITH (fillfactor = 50);

-- One replica measures at a time: it claims the round that is due, and moves it on from what it expects to find.
CREATE TABLE health_rounds (
  one           boolean PRIMARY KEY DEFAULT true CHECK (one),
  at            timestamptz,            -- of the last round
  claimed_until timestamptz NOT NULL DEFAULT '-infinity'
) WITH (fillfactor = 20);
INSERT INTO health_rounds DEFAULT VALUES;
