-- The demo operator: which one it is, and how far its transactions are in the log.
CREATE TABLE demo (
  only_one   boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  seed       bigint NOT NULL,
  anchor     timestamptz NOT NULL,              -- the first start, by which the stories are placed
  through    timestamptz NOT NULL,              -- every transaction before is in the log
  events     bigint NOT NULL DEFAULT 0,
  loaded_at  timestamptz,                       -- when the history was there for the first time
  targets_at timestamptz,                       -- when targets were set
  rules      text[],                            -- the warning rules that were made
  paused     boolean NOT NULL DEFAULT false,
  removal    text CHECK (removal IN ('asked', 'forced', 'done'))
);

-- How fast the stream ran from when on: what has happened follows from the seed and from these.
CREATE TABLE speeds (
  from_at timestamptz PRIMARY KEY,
  speed   int NOT NULL
);
