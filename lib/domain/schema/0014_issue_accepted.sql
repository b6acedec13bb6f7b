-- Differences that somebody answers for (zvalidate --reconcile --accept): the
-- reason, and who; null: nobody.
ALTER TABLE issue ADD COLUMN accepted TEXT;
ALTER TABLE issue ADD COLUMN owner TEXT;
