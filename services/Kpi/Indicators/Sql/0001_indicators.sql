-- Versions of indicators, never changed: a new one is valid from a later day on.
CREATE TABLE indicator_definitions (
  id text NOT NULL,
  version int NOT NULL,
  valid_from date NOT NULL,
  content jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text NOT NULL,
  PRIMARY KEY (id, version));
