-- The event log kept in PostgreSQL, where no Kafka broker is named. Every reader and writer goes through PostgresEventLog.
CREATE TABLE log_identity (
  only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  log_id   uuid NOT NULL DEFAULT gen_random_uuid()
);
INSERT INTO log_identity DEFAULT VALUES;

CREATE TABLE topics (
  number         int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name           text NOT NULL UNIQUE,
  topic_id       uuid NOT NULL DEFAULT gen_random_uuid(),
  partitions     int NOT NULL,
  retention_days int,              -- null: compacted
  created_at     timestamptz NOT NULL DEFAULT now()
);

-- The committed head of each partition: an append locks the row, assigns offsets and commits; readers stop here.
CREATE TABLE partitions (
  topic        int NOT NULL REFERENCES topics (number) ON DELETE CASCADE,
  partition    int NOT NULL,
  first_offset bigint NOT NULL DEFAULT 0,
  end_offset   bigint NOT NULL DEFAULT 0,
  compacted_to bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (topic, partition)
) WITH (fillfactor = 20);

-- Records, as SegmentCodec writes them. Offsets inside a segment are relative to base_offset and may have gaps (compaction).
CREATE TABLE segments (
  topic       int NOT NULL,
  partition   int NOT NULL,
  end_offset  bigint NOT NULL,     -- exclusive
  base_offset bigint NOT NULL,
  records     int NOT NULL,
  bytes       int NOT NULL,
  appended_at timestamptz NOT NULL,
  payload     bytea NOT NULL,
  PRIMARY KEY (topic, partition, end_offset)
);
ALTER TABLE segments ALTER payload SET STORAGE EXTENDED;
DO $$ BEGIN
  ALTER TABLE segments ALTER payload SET COMPRESSION lz4;
EXCEPTION WHEN OTHERS THEN
  NULL;                            -- a server built without lz4 uses its own default
END $$;

CREATE TABLE members (
  consumer_group text NOT NULL,
  topic          int NOT NULL REFERENCES topics (number) ON DELETE CASCADE,
  member         uuid NOT NULL,
  joined_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at     timestamptz NOT NULL,
  PRIMARY KEY (consumer_group, topic, member)
);

CREATE TABLE leases (
  consumer_group text NOT NULL,
  topic          int NOT NULL REFERENCES topics (number) ON DELETE CASCADE,
  partition      int NOT NULL,
  member         uuid,
  expires_at     timestamptz NOT NULL DEFAULT '-infinity',
  PRIMARY KEY (consumer_group, topic, partition)
) WITH (fillfactor = 50);
