-- A group that reads its topic again meets the same bad records again; each is kept once.
CREATE INDEX dead_letters_place ON dead_letters (consumer_group, topic, partition, log_offset);
