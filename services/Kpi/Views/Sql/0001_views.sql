-- A view of a screen that somebody kept: the screen's name and the query string that makes it.
CREATE TABLE saved_views (
  id text PRIMARY KEY,
  name text NOT NULL,
  screen text NOT NULL,
  query text NOT NULL,
  shared boolean NOT NULL,
  owner text NOT NULL,
  updated_at timestamptz NOT NULL,
  revision bigint NOT NULL);
CREATE INDEX saved_views_owner ON saved_views (owner);
CREATE INDEX saved_views_shared ON saved_views (screen) WHERE shared;

-- What people write beside the figures of some days. to_day is exclusive.
CREATE TABLE annotations (
  id text PRIMARY KEY,
  from_day date NOT NULL,
  to_day date NOT NULL CHECK (to_day > from_day),
  text text NOT NULL,
  indicator text,
  channel text,
  region text,
  by text NOT NULL,
  updated_at timestamptz NOT NULL,
  updated_by text NOT NULL,
  revision bigint NOT NULL);
CREATE INDEX annotations_days ON annotations (to_day, from_day);
