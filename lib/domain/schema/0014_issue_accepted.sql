-- The reason and the owner of an accepted difference (zvalidate --reconcile --accept);
-- NULL: it is not accepted.
ALTER TABLE issue ADD COLUMN accepted TEXT;
ALTER TABLE issue ADD COLUMN owner TEXT;
