-- Raised by every change below, inside its transaction: changes commit in the order of their versions, so a reader that asks for
-- everything above the last version it saw misses nothing.
CREATE TABLE access_version (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  version bigint NOT NULL
);
INSERT INTO access_version (version) VALUES (1);

CREATE TABLE accounts (
  name text PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('local', 'openid')),
  display_name text NOT NULL,
  password_hash text,
  roles text[] NOT NULL,
  regions text[] NOT NULL,
  disabled boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  version bigint NOT NULL,
  CHECK (kind <> 'local' OR password_hash IS NOT NULL)
);
CREATE INDEX accounts_version ON accounts (version);

-- Secrets are random, so a plain SHA-256 of them tells nothing.
CREATE TABLE api_keys (
  id text PRIMARY KEY,
  name text NOT NULL,
  secret_sha256 bytea NOT NULL,
  previous_sha256 bytea,
  previous_until timestamptz,
  roles text[] NOT NULL,
  regions text[] NOT NULL,
  source text NOT NULL,
  requests_per_minute int NOT NULL,
  ingest_bytes_per_second bigint NOT NULL,
  expires_at timestamptz,
  revoked_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  version bigint NOT NULL
);
CREATE INDEX api_keys_version ON api_keys (version);

CREATE TABLE sessions (
  token_sha256 bytea PRIMARY KEY,
  account text NOT NULL REFERENCES accounts (name),
  started_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  ended_at timestamptz,
  version bigint NOT NULL
);
CREATE INDEX sessions_version ON sessions (version);
CREATE INDEX sessions_account ON sessions (account);
CREATE INDEX sessions_expires_at ON sessions (expires_at);

-- Names of buckets are hashes: what strangers type is not kept.
CREATE TABLE sign_in_attempts (
  bucket text PRIMARY KEY,
  attempts int NOT NULL,
  since timestamptz NOT NULL
);

CREATE TABLE data_protection_keys (
  name text PRIMARY KEY,
  xml text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
