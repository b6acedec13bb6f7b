-- Of an effect: origin is created (zload created its object in qTest) or adopted (the
-- object was there before), NULL if an earlier version made it and does not tell;
-- created_run is the run that created the object.
ALTER TABLE ledger ADD COLUMN origin TEXT;
ALTER TABLE ledger ADD COLUMN created_run TEXT;
UPDATE ledger SET origin = 'created', created_run = run WHERE verb = 'create';
UPDATE ledger SET origin = 'adopted' WHERE verb = 'adopt';
