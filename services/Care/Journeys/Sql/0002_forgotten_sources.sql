-- Sources whose transactions up to an offset are forgotten: what the log still holds of them before it is passed over.
CREATE TABLE journey_forgotten (
  source        text NOT NULL,
  topic_id      text NOT NULL,
  partition     int NOT NULL,
  before_offset bigint NOT NULL,
  PRIMARY KEY (source, topic_id, partition)
);
