-- Of an effect: conflict says how zload decided when qTest had another object of its name
-- (skip, update, rename), NULL without such an object; deleted_at is the time when the object
-- of the effect was found to be deleted in qTest, NULL while it stands.
ALTER TABLE ledger ADD COLUMN conflict TEXT;
ALTER TABLE ledger ADD COLUMN deleted_at BIGINT;
