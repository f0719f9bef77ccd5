-- What people are to be told. What an article says is in its versions; here is where it stands.
CREATE TABLE articles (
  id             text PRIMARY KEY,
  language       text NOT NULL CHECK (language IN ('zh-CN', 'en')),
  translation_of text REFERENCES articles,
  latest         int NOT NULL,            -- number of the last version
  status         text NOT NULL CHECK (status IN ('draft', 'submitted', 'approved', 'rejected')),  -- of the last version
  submitted_by   text,
  published      int,                     -- number of the version that readers see
  archived       boolean NOT NULL,
  search         tsvector,                -- of the published version: title A, tags B, body D
  created_by     text NOT NULL,
  created_at     timestamptz NOT NULL,
  updated_at     timestamptz NOT NULL,
  revision       bigint NOT NULL
);
CREATE INDEX articles_by_change ON articles (updated_at, id);
CREATE INDEX articles_search ON articles USING gin (search);

-- Every draft that was ever saved.
CREATE TABLE article_versions (
  article   text NOT NULL REFERENCES articles,
  number    int NOT NULL,
  title     text NOT NULL,
  body      text NOT NULL,                -- Markdown
  tags      text[] NOT NULL,
  service   text,
  product   text,
  audience  text NOT NULL CHECK (audience IN ('customer', 'internal')),
  author    text NOT NULL,
  at        timestamptz NOT NULL,
  revert_of int,                          -- the version whose content it took up again
  PRIMARY KEY (article, number)
);

-- Every step that was taken with an article.
CREATE TABLE article_steps (
  article text NOT NULL REFERENCES articles,
  number  bigint NOT NULL,                -- the article's revision that it made
  version int NOT NULL,                   -- the last one at that time
  at      timestamptz NOT NULL,
  by      text NOT NULL,
  what    text NOT NULL,
  reason  text,                           -- of a rejection
  PRIMARY KEY (article, number)
);

CREATE FUNCTION article_history_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of % is refused: the history of articles is append-only', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON article_versions FOR EACH STATEMENT EXECUTE FUNCTION article_history_refuse();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON article_steps FOR EACH STATEMENT EXECUTE FUNCTION article_history_refuse();

-- What became of articles in the hands of agents and portals.
CREATE TABLE article_uses (
  number       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  article      text NOT NULL REFERENCES articles,
  version      int NOT NULL,              -- the published one at that time
  at           timestamptz NOT NULL,
  by           text NOT NULL,
  conversation text,
  outcome      text NOT NULL CHECK (outcome IN ('inserted', 'offered', 'helpful', 'not-helpful')),
  reason       text
);

-- The same, counted.
CREATE TABLE article_use_counts (
  article     text PRIMARY KEY REFERENCES articles,
  inserted    bigint NOT NULL,
  offered     bigint NOT NULL,
  helpful     bigint NOT NULL,
  not_helpful bigint NOT NULL
) WITH (fillfactor = 50);
