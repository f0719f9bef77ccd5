-- Customers who may write from a page of the operator's portal. A token is kept as its hash alone.
CREATE TABLE widget_sessions (
  token_hash   bytea PRIMARY KEY,
  customer     text NOT NULL,
  channel      text NOT NULL,
  skill        text NOT NULL,
  service      text,
  task         text,
  language     text NOT NULL,
  conversation text REFERENCES conversations,
  expires_at   timestamptz NOT NULL
);
CREATE INDEX widget_sessions_by_end ON widget_sessions (expires_at);
CREATE INDEX widget_sessions_of_customer ON widget_sessions (customer);
