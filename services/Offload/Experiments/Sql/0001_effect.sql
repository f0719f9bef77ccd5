-- Who counts for the effect of guidance: everyone from the first decision on that passed every guard and had a candidate, in the arm of the
-- hash. What counts as an outcome, and how long it is waited for, is fixed with that decision.
CREATE TABLE effect_customers (
  customer    text PRIMARY KEY,
  arm         text NOT NULL CHECK (arm IN ('treated', 'holdout')),
  first_at    timestamptz NOT NULL,
  due_at      timestamptz NOT NULL,
  services    text NOT NULL,          -- the group of services
  saving      bigint NOT NULL,        -- fen, if it is done on the channel that was chosen
  accepted    boolean NOT NULL DEFAULT false,
  successful  boolean,                -- null until it is due and judged
  judged_at   timestamptz
);
CREATE INDEX effect_customers_due ON effect_customers (due_at) WHERE successful IS NULL;
