-- Who the customers are, by pseudonym. No number is here; what is personal is sealed under a data key of the customer's own.
CREATE TABLE customers (
  customer          text PRIMARY KEY,
  stage             text,
  tier              text,
  brand             text,
  region            text,
  language          text,
  tags              text[] NOT NULL DEFAULT '{}',
  preferred_channel text,
  manager           text,
  address           bytea,
  note              bytea,
  consent_version   bigint NOT NULL DEFAULT 0,
  revision          bigint NOT NULL,
  created_at        timestamptz NOT NULL,
  updated_at        timestamptz NOT NULL
);
CREATE INDEX customers_of_region ON customers (region, customer);
CREATE INDEX customers_of_manager ON customers (manager, customer) WHERE manager IS NOT NULL;

-- Destroyed with the customer: what was sealed under it cannot be read ever after.
CREATE TABLE data_keys (
  customer text PRIMARY KEY,
  wrapped  bytea NOT NULL,
  made_at  timestamptz NOT NULL
);

-- What a customer said, once for each purpose and channel each time; the state is the latest by when it was said.
CREATE TABLE consents (
  customer    text NOT NULL,
  version     bigint NOT NULL,
  purpose     text NOT NULL,
  channel     text NOT NULL,
  given       boolean NOT NULL,
  at          timestamptz NOT NULL,
  origin      text NOT NULL,
  recorded_by text NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (customer, version)
);
CREATE INDEX consents_by_state ON consents (customer, purpose, channel, at DESC, given);

-- Customers that asked to be forgotten: kept for as long as topics and backups may still tell of them, so that whoever comes back under
-- the same pseudonym goes on above what was told before.
CREATE TABLE erasures (
  customer  text PRIMARY KEY,
  revision  bigint NOT NULL,
  erased_at timestamptz NOT NULL
);
