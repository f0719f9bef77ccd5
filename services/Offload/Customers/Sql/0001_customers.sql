-- Customers of the directory with their consents, as they were last told.
CREATE TABLE customers (
  customer text PRIMARY KEY,
  facts    jsonb NOT NULL,
  revision bigint NOT NULL
);

-- Complaints that are not solved, and those of the last months; without any text.
CREATE TABLE complaints (
  ticket    text PRIMARY KEY,
  customer  text NOT NULL,
  channel   text,
  open      boolean NOT NULL,
  opened_at timestamptz NOT NULL
);
CREATE INDEX complaints_by_customer ON complaints (customer);

-- Customers whose profile is in the state store: what changes about them is written there, behind.
CREATE TABLE profile_heads (
  customer text PRIMARY KEY,
  version  bigint NOT NULL DEFAULT 1,
  read_at  timestamptz NOT NULL,
  changed  timestamptz
);
CREATE INDEX profile_heads_changed ON profile_heads (changed) WHERE changed IS NOT NULL;
