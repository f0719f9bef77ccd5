-- What the catalogue's owner tells about its entries, as it was last told: regions for grants, services and channels for names and groups.
CREATE TABLE catalogue_entries (
  kind    text NOT NULL,
  code    text NOT NULL,
  history jsonb NOT NULL,
  PRIMARY KEY (kind, code)
);
