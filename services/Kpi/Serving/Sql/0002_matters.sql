-- Matters as they were last told, on the day of their first contact: what a customer did about one thing over all channels.
CREATE TABLE serving_matters (
  id           text PRIMARY KEY,
  revision     bigint NOT NULL,
  bucket       smallint NOT NULL,
  channel      int NOT NULL,        -- of the first contact, like what follows
  service      int NOT NULL,
  region       int NOT NULL,
  brand        int NOT NULL,
  day          date NOT NULL,
  kind         text NOT NULL,
  contacts     int NOT NULL,        -- 0: it turned out to be part of another
  electronic   boolean NOT NULL,
  bounced      boolean NOT NULL,
  hopped       boolean NOT NULL,
  first_solved boolean NOT NULL
) WITH (fillfactor = 90);
CREATE INDEX serving_matters_day ON serving_matters (day);

-- Up to when every settled matter is told, and when that was said.
CREATE TABLE serving_judged (
  through timestamptz PRIMARY KEY,
  told_at timestamptz NOT NULL
);
