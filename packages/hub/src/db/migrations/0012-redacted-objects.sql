-- Git objects that went with a redaction, or must go as soon as no ref leads to them.
CREATE TABLE record.redacted_objects (
  repo_id text NOT NULL REFERENCES record.repos (id),
  oid text NOT NULL CHECK (oid ~ '^[0-9a-f]{40}$'),
  result_id text NOT NULL REFERENCES record.redactions (result_id),
  version boolean NOT NULL,      -- a version of the result's file: it is shown to nobody and taken from nobody again
  removed_at timestamptz,        -- null: not yet, a ref still leads to it
  PRIMARY KEY (repo_id, oid)
);
