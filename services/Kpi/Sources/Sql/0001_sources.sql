-- From which offset on a source was counted: whether its events could be counted anew, if everything had to be.
CREATE TABLE source_offsets (
  source       text NOT NULL,
  partition    int NOT NULL,
  first_offset bigint NOT NULL,     -- -1: before this was written down
  PRIMARY KEY (source, partition)
);
INSERT INTO source_offsets (source, partition, first_offset)
SELECT DISTINCT f.source, o.partition, -1 FROM feeds_seen f, consumer_offsets o;

-- Sources that were forgotten: their records before these offsets are passed over. What they send later counts.
CREATE TABLE forgotten_sources (
  source        text NOT NULL,
  topic_id      text NOT NULL,
  partition     int NOT NULL,
  before_offset bigint NOT NULL,
  PRIMARY KEY (source, topic_id, partition)
);
