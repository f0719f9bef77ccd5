-- How many of the operator's customers care's directory was told of, and the articles that were written: null until all are there.
ALTER TABLE demo ADD customers_told integer NOT NULL DEFAULT 0, ADD articles text[];
