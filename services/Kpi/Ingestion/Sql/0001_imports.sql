CREATE TABLE imports (
  id          text PRIMARY KEY,
  source      text NOT NULL,
  mapping     text NOT NULL,
  history     boolean NOT NULL,
  file_name   text NOT NULL,
  file_sha256 text NOT NULL,
  created_at  timestamptz NOT NULL,
  created_by  text NOT NULL,
  rows        bigint NOT NULL DEFAULT 0,     -- as the importer says
  rejected    jsonb NOT NULL DEFAULT '{}',   -- by cause, as the importer says
  done        boolean NOT NULL DEFAULT false,
  delivered   boolean NOT NULL DEFAULT false, -- its channels are marked as delivered to the end of its last day
  accepted    bigint NOT NULL DEFAULT 0,     -- from here on by the roll-ups, in the transaction that counted the events
  repeated    bigint NOT NULL DEFAULT 0,
  conflict    bigint NOT NULL DEFAULT 0,
  refused     bigint NOT NULL DEFAULT 0      -- taken by the log, found unreadable later: dead letters
);
CREATE UNIQUE INDEX imports_unfinished ON imports (file_sha256, mapping) WHERE NOT done;

-- Up to which offset each partition has to be read until nothing of the import is on its way.
CREATE TABLE import_sent (
  import      text NOT NULL,
  partition   int NOT NULL,
  last_offset bigint NOT NULL,
  PRIMARY KEY (import, partition)
);

CREATE TABLE import_unknown (
  import text NOT NULL,
  field  text NOT NULL,
  raw    text NOT NULL,
  events bigint NOT NULL,
  PRIMARY KEY (import, field, raw)
);

-- Channels that an import brought, with the last event of each.
CREATE TABLE import_channels (
  import  text NOT NULL,
  channel text NOT NULL,
  last_at timestamptz NOT NULL,
  PRIMARY KEY (import, channel)
);
