-- When the customer is to be answered first, and who had the last word that the customer may read.
ALTER TABLE conversations ADD COLUMN first_reply_due timestamptz;
ALTER TABLE conversations ADD COLUMN last_side text;
ALTER TABLE conversations ADD COLUMN last_at timestamptz;
CREATE INDEX conversations_closed ON conversations (closed_at) WHERE state = 'closed';
