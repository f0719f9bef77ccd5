-- Every change by a person and every disclosure of personal data, one chain of hashes per service (see AuditLog).
CREATE TABLE audit_log (
  number   bigint PRIMARY KEY,       -- 1, 2, 3, … without a gap
  at       timestamptz NOT NULL,
  actor    text NOT NULL,            -- user:NAME or key:ID
  action   text NOT NULL,
  subject  text NOT NULL,            -- what it was done to
  details  text NOT NULL,            -- canonical JSON, the very bytes that were hashed; details::jsonb for questions
  previous bytea NOT NULL,           -- hash of the row before
  hash     bytea NOT NULL            -- SHA-256(0x00 ‖ previous ‖ number ‖ entry)
);

-- The end of the chain: writers queue for this row, and a cut tail shows.
CREATE TABLE audit_head (
  one    boolean PRIMARY KEY DEFAULT true CHECK (one),
  number bigint NOT NULL,
  hash   bytea NOT NULL
) WITH (fillfactor = 20);

INSERT INTO audit_head (number, hash) VALUES (0, sha256('\x01'::bytea || convert_to('channels.audit ' || current_schema(), 'UTF8')));

-- One round trip, so that the head is held as short as the caller's commit allows. entry: everything but the number, as AuditChain writes it.
CREATE FUNCTION audit_append(entry bytea, at timestamptz, actor text, action text, subject text, details text)
RETURNS bigint LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  head audit_head;
  linked bytea;
BEGIN
  SELECT * INTO STRICT head FROM audit_head FOR UPDATE;
  linked := sha256('\x00'::bytea || head.hash || int8send(head.number + 1) || entry);
  INSERT INTO audit_log VALUES (head.number + 1, at, actor, action, subject, details, head.hash, linked);
  UPDATE audit_head SET number = head.number + 1, hash = linked;
  RETURN head.number + 1;
END $$;

CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of % is refused: the audit log is append-only', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON audit_head FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
