-- Records that could not be read, written in the transaction that moves the offset past them. Anything that looks like a phone number
-- is masked before it comes here; such a record cannot be sent again from here (masked).
CREATE TABLE dead_letters (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  consumer_group text NOT NULL,
  topic          text NOT NULL,
  partition      int NOT NULL,
  log_offset     bigint NOT NULL,
  record_key     bytea NOT NULL,
  value          bytea NOT NULL,
  headers        bytea NOT NULL,
  reason         text NOT NULL,
  masked         boolean NOT NULL,
  event_time     timestamptz,                    -- when the event happened, where the record tells
  at             timestamptz NOT NULL DEFAULT now(),
  state          text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'replayed', 'resolved')),
  settled_at     timestamptz,
  settled_by     text,
  forwarded_at   timestamptz                     -- when it was written to the topic's dead letters
);
CREATE INDEX dead_letters_open ON dead_letters (event_time) WHERE state = 'open';
CREATE INDEX dead_letters_unforwarded ON dead_letters (id) WHERE forwarded_at IS NULL;
