-- What a service looks up by one key, where it has no Dapr sidecar (see PostgresStateStore).
CREATE TABLE state (
  key        text COLLATE "C" PRIMARY KEY,
  value      bytea NOT NULL,
  etag       uuid NOT NULL DEFAULT gen_random_uuid(),
  expires_at timestamptz       -- hidden from then on, and removed some minutes later
) WITH (fillfactor = 70);

CREATE INDEX state_expires_at ON state (expires_at) WHERE expires_at IS NOT NULL;
