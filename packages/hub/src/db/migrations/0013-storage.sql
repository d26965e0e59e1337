-- Bytes of a repo's git objects, for its owner's quota: added up as pushes bring them, measured anew when it is packed.
-- NULL: a repo from before this column, not measured yet.
ALTER TABLE record.repos ADD COLUMN git_bytes bigint;
ALTER TABLE record.repos ALTER COLUMN git_bytes SET DEFAULT 0;
