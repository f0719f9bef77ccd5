-- What agents can be asked about, and how many conversations each takes at a time; who is on duty now is state and no row.
CREATE TABLE agents (
  user_name  text PRIMARY KEY,
  skills     text[] NOT NULL DEFAULT '{*}',
  capacity   int NOT NULL DEFAULT 4 CHECK (capacity BETWEEN 1 AND 50),
  revision   int NOT NULL DEFAULT 1,
  updated_at timestamptz NOT NULL,
  updated_by text NOT NULL
);
