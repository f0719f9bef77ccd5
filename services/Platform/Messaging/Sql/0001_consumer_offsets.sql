-- Where each consumer group stands, in the schema of the rows it commits with (see OffsetStore).
CREATE TABLE consumer_offsets (
  consumer_group text NOT NULL,
  topic          text NOT NULL,
  partition      int NOT NULL,
  log_id         text NOT NULL,
  topic_id       text NOT NULL,
  next_offset    bigint NOT NULL,
  epoch          bigint NOT NULL,
  as_of          timestamptz,      -- everything the log had accepted by then is applied
  PRIMARY KEY (consumer_group, topic, partition)
) WITH (fillfactor = 50);
