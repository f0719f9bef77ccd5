-- What was decided at first start and cannot change later.
CREATE TABLE installation (
  name  text PRIMARY KEY,
  value text NOT NULL
);
