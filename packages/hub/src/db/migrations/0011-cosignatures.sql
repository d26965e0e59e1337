-- What witnesses signed beside the log's own signature. The newest one per witness tells how far it has come.
CREATE TABLE record.tlog_cosignatures (
  size bigint NOT NULL REFERENCES record.tlog_checkpoints (size),
  witness text NOT NULL,         -- verifier key
  line text NOT NULL,            -- signature line of the note, with its newline
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (size, witness)
);
