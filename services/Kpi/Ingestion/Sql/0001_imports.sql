CREATE TABLE imports (
  id          text PRIMARY KEY,
  source      text NOT NULL,
  mapping     text NOT NULL,
  history     boolean NOT NULL,
  file_name   text NOT NULL,
  file_sha256 text NOT NULL,
  created_at  timestamptz NOT NULL,
  created_by  text NOT NULL,
  done        boolean NOT NULL DEFAULT false,
  rows        bigint NOT NULL DEFAULT 0,     -- as the importer says
  rejected    jsonb NOT NULL DEFAULT '{}',   -- by cause, as the importer says
  accepted    bigint NOT NULL DEFAULT 0,     -- from here on by the roll-ups, in the transaction that counted the events
  repeated    bigint NOT NULL DEFAULT 0,
  conflict    bigint NOT NULL DEFAULT 0,
  refused     bigint NOT NULL DEFAULT 0,     -- taken by the log, unreadable later: dead letters
  last_at     timestamptz,
  sent_through jsonb NOT NULL DEFAULT '{}'   -- per partition, offset of the last record appended
);
CREATE UNIQUE INDEX imports_unfinished ON imports (file_sha256, mapping) WHERE NOT done;

CREATE TABLE import_unknown (
  import text NOT NULL,
  field  text NOT NULL,
  raw    text NOT NULL,
  events bigint NOT NULL,
  PRIMARY KEY (import, field, raw)
);

-- Channels an import brought, so that it can be said to have delivered them.
CREATE TABLE import_channels (
  import  text NOT NULL,
  channel text NOT NULL,
  last_at timestamptz NOT NULL,
  PRIMARY KEY (import, channel)
);
