-- What is watched: metric, scope, condition, who.
CREATE TABLE warning_rules (
  id         text PRIMARY KEY,
  name       text,
  indicator  text,                      -- null of a late-feed rule: it watches feeds
  channel    text,                      -- null: all together
  region     text,
  kind       text NOT NULL CHECK (kind IN ('below', 'above', 'late-feed')),
  threshold  double precision,
  time_window text CHECK (time_window IN ('hour', 'day')),
  notify     text[] NOT NULL,
  severity   text NOT NULL CHECK (severity IN ('critical', 'warning', 'info')),
  enabled    boolean NOT NULL,
  revision   int NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text NOT NULL,
  updated_at timestamptz NOT NULL,
  updated_by text NOT NULL,
  deleted    boolean NOT NULL DEFAULT false,
  -- How far it is evaluated, and what the condition was then; moved on by the evaluator alone, from what it expects to find.
  evaluated_to bigint NOT NULL,         -- minutes since 1970 UTC: the end of the last window judged
  episode    jsonb,
  evidence   jsonb NOT NULL DEFAULT '[]'
);

-- What was found. A person's state and the condition's own are two things: somebody may have acknowledged what still goes on.
CREATE TABLE warnings (
  id            text PRIMARY KEY,
  rule          text NOT NULL REFERENCES warning_rules,
  rule_revision int NOT NULL,
  indicator_version int,
  severity      text NOT NULL,
  indicator     text,
  channel       text,
  region        text,
  source        text,                   -- of a late feed
  kind          text NOT NULL CHECK (kind IN ('below', 'above', 'late-feed', 'no-data', 'evaluation-failed')),
  cause         text NOT NULL,          -- warnings with the same one belong together
  threshold     double precision,
  value         double precision,
  numerator     bigint,
  denominator   bigint,
  n             bigint NOT NULL,
  since         timestamptz NOT NULL,
  last_seen     timestamptz NOT NULL,
  going_on      boolean NOT NULL,       -- the condition holds
  ended_at      timestamptz,
  state         text NOT NULL CHECK (state IN ('new', 'acknowledged', 'snoozed', 'resolved')),
  owner         text,
  snoozed_until timestamptz,
  useful        boolean,                -- a person's judgement
  detail        text,
  next_step_zh  text NOT NULL,
  next_step_en  text NOT NULL,
  evidence      jsonb NOT NULL DEFAULT '[]',
  notify        text[] NOT NULL,
  revision      int NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX warnings_open ON warnings (since) WHERE state <> 'resolved';
CREATE INDEX warnings_going_on ON warnings (rule) WHERE going_on;
CREATE INDEX warnings_rule ON warnings (rule, since);
CREATE INDEX warnings_since ON warnings (since, id);

CREATE TABLE warning_history (
  warning text NOT NULL REFERENCES warnings,
  number  int NOT NULL,                 -- the warning's revision that it made
  at      timestamptz NOT NULL,
  by      text NOT NULL,
  what    text NOT NULL,
  note    text,
  PRIMARY KEY (warning, number)
);

-- Feeds that were past their cadence, from when to when: what a rule for late feeds is previewed on.
CREATE TABLE feed_delays (
  source       text NOT NULL,
  channel      text NOT NULL,
  late_from    timestamptz NOT NULL,
  delivered_at timestamptz,
  PRIMARY KEY (source, channel, late_from)
);
CREATE UNIQUE INDEX feed_delays_open ON feed_delays (source, channel) WHERE delivered_at IS NULL;

-- One replica evaluates at a time.
CREATE TABLE warning_evaluator (
  one        boolean PRIMARY KEY DEFAULT true CHECK (one),
  holder     uuid,
  expires_at timestamptz NOT NULL DEFAULT '-infinity',
  last_round timestamptz,
  fault      text
) WITH (fillfactor = 20);
INSERT INTO warning_evaluator DEFAULT VALUES;

-- A feed past its cadence is worth a warning in every installation; the rule can be changed like any other.
INSERT INTO warning_rules (
  id, name, kind, notify, severity, enabled, revision, created_at, created_by, updated_at, updated_by, evaluated_to)
VALUES ('late-feeds', NULL, 'late-feed', '{manager,sre}', 'warning', true, 1, now(), 'system:installation', now(), 'system:installation', 0);
