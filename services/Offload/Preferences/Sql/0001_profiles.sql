-- What a customer did in the last 400 days, packed (see UseList); the counts behind a profile are made of it.
CREATE TABLE profiles (
  customer text PRIMARY KEY,
  uses     bytea NOT NULL,
  revision bigint NOT NULL DEFAULT 1
) WITH (fillfactor = 80);
-- Packed already: what a compressor could still take is not worth its time.
ALTER TABLE profiles ALTER COLUMN uses SET STORAGE EXTERNAL;

-- Codes of sources, channels and services, by a number of two bytes.
CREATE TABLE profile_codes (
  number smallint GENERATED ALWAYS AS IDENTITY (START WITH 1 MAXVALUE 32000) PRIMARY KEY,
  code   text NOT NULL UNIQUE
);
