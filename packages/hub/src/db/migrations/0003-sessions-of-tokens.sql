-- A session opened by a token may do what the token may, and ends with it. Null: opened by a password.
-- Which token opened the earlier ones was not kept: they end, and their owners log in again.
DELETE FROM record.sessions;
ALTER TABLE record.sessions ADD COLUMN token_id text REFERENCES record.tokens (id) ON DELETE CASCADE;
CREATE INDEX sessions_token ON record.sessions (token_id);
