-- Every decision with what it stood on, for 180 days; a table for each day (UTC).
CREATE TABLE decisions (
  id       text NOT NULL,
  at       timestamptz NOT NULL,
  customer text NOT NULL,
  service  text NOT NULL,
  channel  text NOT NULL,
  task     text,
  offered  text,
  rule     text,
  rule_set int NOT NULL,
  policy   text,
  arm      text NOT NULL,
  eligible boolean NOT NULL,
  answer   jsonb NOT NULL,
  facts    jsonb NOT NULL,
  PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE INDEX decisions_by_customer ON decisions (customer, at DESC);
CREATE INDEX decisions_by_time ON decisions (at DESC);

-- What became of it, each word once.
CREATE TABLE decision_outcomes (
  decision text NOT NULL,
  outcome  text NOT NULL CHECK (outcome IN ('shown', 'accepted', 'refused', 'ignored')),
  at       timestamptz NOT NULL,
  PRIMARY KEY (decision, outcome)
);
CREATE INDEX decision_outcomes_by_time ON decision_outcomes (at);
