-- Events on their way to the log, written in the transaction of what they tell; deleted once the log has acknowledged them.
CREATE TABLE outbox (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  slice      smallint NOT NULL,                  -- of the key: one relay at a time sends a slice, in order of id
  topic      text NOT NULL,
  record_key text NOT NULL,
  value      bytea NOT NULL,
  headers    bytea NOT NULL,
  added_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX outbox_order ON outbox (slice, id);
CREATE TABLE outbox_leases (
  slice      smallint PRIMARY KEY,
  holder     uuid,
  expires_at timestamptz NOT NULL DEFAULT '-infinity'
) WITH (fillfactor = 20);
INSERT INTO outbox_leases (slice) SELECT generate_series(0, 7);

-- The last sequence a consumer group saw of each subject: a replay is harmless.
CREATE TABLE consumer_sequences (
  consumer_group text NOT NULL,
  topic          text NOT NULL,
  subject        text NOT NULL,
  sequence       bigint NOT NULL,
  PRIMARY KEY (consumer_group, topic, subject)
) WITH (fillfactor = 70);
