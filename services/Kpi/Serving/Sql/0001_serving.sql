-- What is known of serving: a row for each conversation and ticket as it was last told, in codes and times. Who the customer is, is not
-- kept: one of 64 buckets tells how customers repeat. Codes are ids of the table codes; days are the operator's.
CREATE TABLE serving_conversations (
  id               text PRIMARY KEY,
  revision         bigint NOT NULL,
  bucket           smallint NOT NULL,
  channel          int NOT NULL,
  service          int NOT NULL,
  region           int NOT NULL,
  brand            int NOT NULL,
  opened_at        timestamptz NOT NULL,
  opened_day       date NOT NULL,
  first_reply_at   timestamptz,
  closed_at        timestamptz,
  closed_day       date,
  close_reason     text,
  agent_messages   int,            -- null where the event did not tell
  customer_replies int,
  rating           int
) WITH (fillfactor = 80);
CREATE INDEX serving_conversations_opened ON serving_conversations (opened_day);
CREATE INDEX serving_conversations_closed ON serving_conversations (closed_day) WHERE closed_day IS NOT NULL;
CREATE INDEX serving_conversations_waiting ON serving_conversations (opened_day) WHERE first_reply_at IS NULL AND closed_at IS NULL;

-- A ticket counts on the day on which its answer, and its resolution, was due; on that of the deed where a pause left no due instant.
CREATE TABLE serving_tickets (
  id                 text PRIMARY KEY,
  revision           bigint NOT NULL,
  bucket             smallint NOT NULL,
  channel            int NOT NULL,
  service            int NOT NULL,
  region             int NOT NULL,
  brand              int NOT NULL,
  type               text NOT NULL,
  status             text NOT NULL,
  opened_day         date NOT NULL,
  response_due       timestamptz,
  response_day       date,
  response_in_time   boolean,      -- null until there is one
  resolution_due     timestamptz,
  resolution_day     date,
  resolution_in_time boolean       -- null until it is resolved
) WITH (fillfactor = 80);
CREATE INDEX serving_tickets_opened ON serving_tickets (opened_day);
CREATE INDEX serving_tickets_response ON serving_tickets (response_day) WHERE response_day IS NOT NULL;
CREATE INDEX serving_tickets_resolution ON serving_tickets (resolution_day) WHERE resolution_day IS NOT NULL;
