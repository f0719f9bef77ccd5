-- The complaint archive: what became of every case of a product, the measures taken, and whether they worked. A chain of hashes of its own,
-- in the form of the audit log's (see AuditLog): action is the kind of the entry, details what it says.
CREATE TABLE archive_log (
  number   bigint PRIMARY KEY,
  at       timestamptz NOT NULL,
  actor    text NOT NULL,
  action   text NOT NULL,            -- case, measure or verdict
  subject  text NOT NULL,            -- the ticket, or the measure
  details  text NOT NULL,
  previous bytea NOT NULL,
  hash     bytea NOT NULL
);
CREATE INDEX archive_log_of_product ON archive_log ((details::jsonb ->> 'product'), number);
CREATE INDEX archive_log_of_subject ON archive_log (subject, number);

CREATE TABLE archive_head (
  one    boolean PRIMARY KEY DEFAULT true CHECK (one),
  number bigint NOT NULL,
  hash   bytea NOT NULL
) WITH (fillfactor = 20);

INSERT INTO archive_head (number, hash) VALUES (0, sha256('\x01'::bytea || convert_to('channels.audit ' || current_schema() || '/archive', 'UTF8')));

CREATE FUNCTION archive_append(entry bytea, at timestamptz, actor text, action text, subject text, details text)
RETURNS bigint LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  head archive_head;
  linked bytea;
BEGIN
  SELECT * INTO STRICT head FROM archive_head FOR UPDATE;
  linked := sha256('\x00'::bytea || head.hash || int8send(head.number + 1) || entry);
  INSERT INTO archive_log VALUES (head.number + 1, at, actor, action, subject, details, head.hash, linked);
  UPDATE archive_head SET number = head.number + 1, hash = linked;
  RETURN head.number + 1;
END $$;

CREATE FUNCTION archive_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of % is refused: the complaint archive is append-only', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON archive_log FOR EACH STATEMENT EXECUTE FUNCTION archive_refuse();
CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON archive_head FOR EACH STATEMENT EXECUTE FUNCTION archive_refuse();

-- Whose case it is, and what was said of it: the entry holds the hash of what is sealed, so that forgetting a customer breaks no chain.
CREATE TABLE archive_customers (
  number   bigint PRIMARY KEY REFERENCES archive_log,
  customer text NOT NULL,
  sealed   bytea
);
CREATE INDEX archive_customers_of ON archive_customers (customer);
