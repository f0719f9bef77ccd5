-- Edits of the catalogue, never changed: what is valid on a day is, per entry, the last edit of the latest start up to that day.
CREATE TABLE catalogue_changes (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL,
  code text NOT NULL,
  valid_from date NOT NULL,
  content jsonb,
  at timestamptz NOT NULL,
  by text NOT NULL);

-- A number names one content for ever: the edits up to seq, as valid from a day on.
CREATE TABLE catalogue_versions (
  number int PRIMARY KEY,
  valid_from date NOT NULL,
  seq bigint NOT NULL REFERENCES catalogue_changes);
