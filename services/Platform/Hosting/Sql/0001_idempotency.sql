-- One row for each call that carried an Idempotency-Key: running while it has a lease, finished when it has an answer.
CREATE TABLE idempotency_keys (
  id bytea PRIMARY KEY,                 -- SHA-256 of caller, method, path and key
  owner uuid NOT NULL,                  -- the execution that may finish it
  lease_until timestamptz,              -- null when finished; a crashed execution's lease runs out
  request_sha256 bytea,
  status int,
  headers jsonb,
  body bytea,                           -- encrypted under the key, of which only a hash is here
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at);
