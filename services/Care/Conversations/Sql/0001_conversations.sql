-- What customers and agents say to each other. What is said is sealed under the customer's data key; a message never changes.
CREATE TABLE conversations (
  id             text PRIMARY KEY,
  customer       text NOT NULL,
  channel        text NOT NULL,
  skill          text NOT NULL,
  service        text,
  task           text,
  language       text NOT NULL,
  state          text NOT NULL,
  agent          text,
  reason         text,
  last_seq       bigint NOT NULL,
  opened_at      timestamptz NOT NULL,
  assigned_at    timestamptz,
  first_reply_at timestamptz,
  closed_at      timestamptz,
  close_reason   text,
  rating         smallint,
  revision       bigint NOT NULL
);
CREATE INDEX conversations_waiting ON conversations (opened_at, id) WHERE state = 'waiting';
CREATE INDEX conversations_of_agent ON conversations (agent, opened_at) WHERE state = 'active';
CREATE INDEX conversations_of_customer ON conversations (customer, opened_at);

CREATE TABLE messages (
  conversation text NOT NULL REFERENCES conversations,
  seq          bigint NOT NULL,
  side         text NOT NULL,
  kind         text NOT NULL,
  author       text NOT NULL,
  client_id    text NOT NULL,
  body         bytea NOT NULL,
  at           timestamptz NOT NULL,
  PRIMARY KEY (conversation, seq),
  UNIQUE (conversation, author, client_id)
);
