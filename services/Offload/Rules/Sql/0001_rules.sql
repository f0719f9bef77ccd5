-- What was published, for ever: nothing is changed or removed.
CREATE TABLE rule_sets (
  number       int PRIMARY KEY,
  body         jsonb NOT NULL,
  hash         text NOT NULL,
  note         text NOT NULL,
  published_at timestamptz NOT NULL,
  written_by   text NOT NULL,
  approved_by  text NOT NULL
);

-- What is being worked on: one draft, on top of a published set. Who changed it is remembered: none of them may approve it.
CREATE TABLE rule_draft (
  only_one   boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  body       jsonb NOT NULL,
  hash       text NOT NULL,
  based_on   int NOT NULL,
  revision   bigint NOT NULL,
  state      text NOT NULL CHECK (state IN ('draft', 'submitted')),
  note       text NOT NULL DEFAULT '',
  writers    text[] NOT NULL,
  changed_at timestamptz NOT NULL
);

-- Rules that somebody stopped at once; '*' is all of them.
CREATE TABLE rule_stops (
  rule       text PRIMARY KEY,
  note       text NOT NULL,
  stopped_at timestamptz NOT NULL,
  stopped_by text NOT NULL
);
