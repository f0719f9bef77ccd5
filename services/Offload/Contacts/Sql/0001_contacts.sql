-- Every time a customer was, or is about to be, addressed: offers that were shown, and what senders reserved.
CREATE TABLE contacts (
  id         text PRIMARY KEY,
  customer   text NOT NULL,
  purpose    text NOT NULL,
  channel    text NOT NULL,
  at         timestamptz NOT NULL,
  state      text NOT NULL CHECK (state IN ('reserved', 'spent', 'released')),
  outcome    text,
  outcome_at timestamptz
);
CREATE INDEX contacts_by_customer ON contacts (customer, at DESC);
CREATE INDEX contacts_by_time ON contacts (at);
