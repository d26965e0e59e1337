-- The transparency log. Its truth is here: tiles and checkpoints in files are made from these rows and can be made again.
-- docs/design/life-of-a-result.md says what is durable when.

CREATE FUNCTION record.refuse_any_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'record.% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

-- Keys with which this hub signs. The secret half leaves the database only into the hub's memory.
CREATE TABLE record.signing_keys (
  id text PRIMARY KEY,           -- RFC 7638 thumbprint; the `kid` of tokens and envelopes
  purpose text NOT NULL CHECK (purpose IN ('log', 'statement')),
  public_key bytea NOT NULL CHECK (octet_length(public_key) = 32),
  secret_key bytea NOT NULL CHECK (octet_length(secret_key) = 32),
  created_at timestamptz NOT NULL DEFAULT now(),
  retired_at timestamptz,        -- signs no more; what it signed stays good
  revoked_at timestamptz,        -- what it signed is good no more
  revocation_reason text
);
CREATE UNIQUE INDEX signing_keys_current ON record.signing_keys (purpose) WHERE retired_at IS NULL AND revoked_at IS NULL;

-- What is to be logged and is no act: statements, tokens, revocations, key changes. Written in the transaction of the
-- thing itself. `content` is only committed to; `facts` are public, unless the whole is sealed.
CREATE TABLE record.tlog_queue (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  kind text NOT NULL CHECK (kind NOT IN ('act', 'sealed')),
  facts jsonb NOT NULL DEFAULT '{}'::jsonb,
  content jsonb NOT NULL DEFAULT '{}'::jsonb,
  sealed boolean NOT NULL DEFAULT false
);
CREATE TRIGGER tlog_queue_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON record.tlog_queue
  FOR EACH STATEMENT EXECUTE FUNCTION record.refuse_any_change();

-- Leaves in their order. An act or a queued thing has exactly one; a leaf, once here, never changes.
CREATE TABLE record.tlog_leaves (
  index bigint PRIMARY KEY CHECK (index >= 0),
  bytes bytea NOT NULL,
  hash bytea NOT NULL CHECK (octet_length(hash) = 32),
  act_seq bigint UNIQUE REFERENCES record.acts (seq),
  queue_id bigint UNIQUE REFERENCES record.tlog_queue (id),
  salt bytea,                    -- with `content`: opens the commitment; both gone once redacted
  content text,
  CHECK (num_nonnulls(act_seq, queue_id) = 1),
  CHECK ((salt IS NULL) = (content IS NULL))
);

CREATE FUNCTION record.keep_leaf() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.index, NEW.bytes, NEW.hash, NEW.act_seq, NEW.queue_id)
         IS NOT DISTINCT FROM (OLD.index, OLD.bytes, OLD.hash, OLD.act_seq, OLD.queue_id)
       AND NEW.salt IS NULL THEN
      RETURN NEW;  -- a redaction
    END IF;
  END IF;
  RAISE EXCEPTION 'record.tlog_leaves is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER tlog_leaves_append_only BEFORE UPDATE OR DELETE ON record.tlog_leaves
  FOR EACH ROW EXECUTE FUNCTION record.keep_leaf();
CREATE TRIGGER tlog_leaves_no_truncate BEFORE TRUNCATE ON record.tlog_leaves
  FOR EACH STATEMENT EXECUTE FUNCTION record.refuse_any_change();

-- Root of each full tile: what the tiles of the level above are made of.
CREATE TABLE record.tlog_tile_roots (
  level smallint NOT NULL,
  index bigint NOT NULL,
  root bytea NOT NULL CHECK (octet_length(root) = 32),
  PRIMARY KEY (level, index)
);
CREATE TRIGGER tlog_tile_roots_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON record.tlog_tile_roots
  FOR EACH STATEMENT EXECUTE FUNCTION record.refuse_any_change();

-- Every checkpoint ever published. The commit of its row is the moment of publication.
CREATE TABLE record.tlog_checkpoints (
  size bigint PRIMARY KEY,
  root bytea NOT NULL CHECK (octet_length(root) = 32),
  note text NOT NULL,            -- the signed note, as served
  published_at timestamptz NOT NULL DEFAULT now()
);
CREATE TRIGGER tlog_checkpoints_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON record.tlog_checkpoints
  FOR EACH STATEMENT EXECUTE FUNCTION record.refuse_any_change();

-- A number of `record.acts` is drawn only by a transaction that has its id already: so whoever sees a later number, and
-- then an id that was given out afterwards, knows which transactions may still fill the gap (hub/tlog/settled.ts).
CREATE FUNCTION record.draw_transaction_id() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_current_xact_id();
  RETURN NULL;
END $$;
CREATE TRIGGER acts_draw_transaction_id BEFORE INSERT ON record.acts
  FOR EACH STATEMENT EXECUTE FUNCTION record.draw_transaction_id();
CREATE TRIGGER tlog_queue_draw_transaction_id BEFORE INSERT ON record.tlog_queue
  FOR EACH STATEMENT EXECUTE FUNCTION record.draw_transaction_id();
