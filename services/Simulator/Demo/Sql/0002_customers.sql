-- How many customers the operator has: what happened follows from it, too.
ALTER TABLE demo ADD customers integer NOT NULL DEFAULT 44000;
