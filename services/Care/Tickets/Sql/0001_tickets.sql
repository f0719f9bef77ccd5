-- What is promised for which tickets: id is type.severity, or type.severity.tier for a tier's own. Minutes are working minutes of the calendar.
CREATE TABLE sla_policies (
  id             text PRIMARY KEY,
  calendar       text NOT NULL,
  first_response int NOT NULL CHECK (first_response > 0),
  resolution     int NOT NULL CHECK (resolution >= first_response),
  remind_at      int NOT NULL CHECK (remind_at BETWEEN 1 AND 99),
  escalations    jsonb NOT NULL,
  revision       int NOT NULL,
  updated_at     timestamptz NOT NULL,
  updated_by     text NOT NULL
);

INSERT INTO sla_policies (id, calendar, first_response, resolution, remind_at, escalations, revision, updated_at, updated_by)
SELECT type || '.' || severity, calendar, first_response, resolution, 75,
  '[{"role": "supervisor", "after": 0}, {"role": "manager", "after": 120}]', 1, now(), 'system:installation'
FROM (VALUES
  ('complaint', 'critical', 'always', 15, 240),    ('complaint', 'high', 'default', 30, 450),
  ('complaint', 'normal', 'default', 60, 900),     ('complaint', 'low', 'default', 120, 1350),
  ('incident', 'critical', 'always', 15, 120),     ('incident', 'high', 'always', 30, 240),
  ('incident', 'normal', 'default', 60, 450),      ('incident', 'low', 'default', 120, 900),
  ('request', 'critical', 'default', 30, 225),     ('request', 'high', 'default', 60, 450),
  ('request', 'normal', 'default', 120, 900),      ('request', 'low', 'default', 225, 1350),
  ('question', 'critical', 'default', 30, 120),    ('question', 'high', 'default', 60, 225),
  ('question', 'normal', 'default', 120, 450),     ('question', 'low', 'default', 225, 900),
  ('suggestion', 'critical', 'default', 225, 900), ('suggestion', 'high', 'default', 450, 1350),
  ('suggestion', 'normal', 'default', 450, 2250),  ('suggestion', 'low', 'default', 900, 4500)
) AS seed (type, severity, calendar, first_response, resolution);

CREATE TABLE fault_classes (
  code     text PRIMARY KEY,
  chinese  text NOT NULL,
  english  text NOT NULL,
  enabled  boolean NOT NULL DEFAULT true,
  revision int NOT NULL DEFAULT 1
);

INSERT INTO fault_classes (code, chinese, english) VALUES
  ('network', '网络质量', 'Network'), ('billing', '账单资费', 'Billing'), ('terminal', '终端', 'Terminal'),
  ('service-attitude', '服务态度', 'Service attitude'), ('value-added', '增值业务', 'Value-added services'),
  ('channel-fault', '渠道故障', 'Fault of a channel'), ('business-rule', '业务规定', 'Business rules'), ('other', '其他', 'Other');

-- What customers need. What is personal is sealed under the customer's data key: subject, description, resolution_text, and the notes.
CREATE TABLE tickets (
  id                   text PRIMARY KEY,
  customer             text NOT NULL,
  type                 text NOT NULL,
  severity             text NOT NULL,
  priority             smallint NOT NULL,
  service              text,
  channel              text,
  product              text,
  fault_class          text,
  task                 text,
  conversation         text,
  not_first_time       text,
  status               text NOT NULL CHECK (status IN ('open', 'pending', 'resolved', 'closed', 'cancelled')),
  status_reason        text,
  owner                text,
  team                 text,
  resolution           text,
  escalated_to         text,
  reopened             int NOT NULL,
  opened_by            text NOT NULL,
  opened_at            timestamptz NOT NULL,
  first_response_at    timestamptz,
  resolved_at          timestamptz,
  closed_at            timestamptz,
  updated_at           timestamptz NOT NULL,
  terms                jsonb NOT NULL,    -- what was promised when it was opened
  calendar             text NOT NULL,     -- of the terms
  -- What the clocks came to at the last change.
  response_due         timestamptz,
  response_imminent    timestamptz,
  response_in_time     boolean,
  resolution_due       timestamptz,
  resolution_imminent  timestamptz,
  resolution_in_time   boolean,
  next_due             timestamptz,
  next_alarm           timestamptz,
  calendar_revision    int NOT NULL,
  revision             bigint NOT NULL,
  subject              bytea,
  description          bytea,
  resolution_text      bytea
) WITH (fillfactor = 80);
CREATE INDEX tickets_of_customer ON tickets (customer, opened_at);
CREATE INDEX tickets_by_due ON tickets (coalesce(next_due, 'infinity'), id);
CREATE INDEX tickets_of_owner ON tickets (owner, next_due) WHERE status IN ('open', 'pending');
CREATE INDEX tickets_alarms ON tickets (next_alarm) WHERE next_alarm IS NOT NULL;
CREATE INDEX tickets_by_calendar ON tickets (calendar, calendar_revision) WHERE status IN ('open', 'pending');

-- Every change of a ticket, in codes: never a text.
CREATE TABLE ticket_history (
  ticket  text NOT NULL REFERENCES tickets,
  number  bigint NOT NULL,                -- the ticket's revision that it made
  at      timestamptz NOT NULL,
  by      text NOT NULL,
  what    text NOT NULL,
  mark    text,                           -- what it means for the clocks
  changes jsonb NOT NULL,                 -- name: from, to
  PRIMARY KEY (ticket, number)
);
CREATE INDEX ticket_history_marks ON ticket_history (ticket, number) INCLUDE (mark, at) WHERE mark IS NOT NULL;

CREATE FUNCTION ticket_history_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of % is refused: the history of tickets is append-only', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ticket_history FOR EACH STATEMENT EXECUTE FUNCTION ticket_history_refuse();

CREATE TABLE ticket_notes (
  ticket      text NOT NULL REFERENCES tickets,
  number      bigint NOT NULL,            -- the ticket's revision that it made
  at          timestamptz NOT NULL,
  by          text NOT NULL,
  to_customer boolean NOT NULL,
  body        bytea,                      -- null once the customer was erased
  PRIMARY KEY (ticket, number)
);

-- Whoever was reminded, once for each step.
CREATE TABLE ticket_alarms (
  ticket text NOT NULL REFERENCES tickets,
  key    text NOT NULL,                   -- clock/cycle/step
  due    timestamptz NOT NULL,
  at     timestamptz NOT NULL,
  PRIMARY KEY (ticket, key)
);

-- One replica reminds at a time.
CREATE TABLE ticket_watch (
  one        boolean PRIMARY KEY DEFAULT true CHECK (one),
  holder     uuid,
  expires_at timestamptz NOT NULL DEFAULT '-infinity'
) WITH (fillfactor = 20);
INSERT INTO ticket_watch DEFAULT VALUES;
