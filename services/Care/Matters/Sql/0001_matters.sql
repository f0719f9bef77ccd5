-- Customers of whom something is to be judged, and when.
CREATE TABLE matter_turns (
  customer text PRIMARY KEY,
  due      timestamptz NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX matter_turns_due ON matter_turns (due);

-- Matters that were told as settled, as they were last told. Kept as long as any of their contacts may be.
CREATE TABLE matters_told (
  id       text PRIMARY KEY,
  customer text NOT NULL,
  subject  text NOT NULL,
  first_at timestamptz NOT NULL,
  facts    text NOT NULL,
  revision bigint NOT NULL,
  UNIQUE (customer, subject, first_at)
);
CREATE INDEX matters_told_first ON matters_told (first_at);

-- Up to when all that was settled is told.
CREATE TABLE matters_judged (
  one     boolean PRIMARY KEY DEFAULT true CHECK (one),
  through timestamptz NOT NULL DEFAULT '-infinity',
  number  bigint NOT NULL DEFAULT 0
);
INSERT INTO matters_judged DEFAULT VALUES;
