-- Statements about results, the tokens that name them, and whom this hub believes.

-- Whose tokens are looked at, and how much they are worth. The badge asks for a least level (settings: `verified-level`).
CREATE TABLE record.issuers (
  id text PRIMARY KEY CHECK (id ~ '^[0-9a-f]{24}$'),
  kind text NOT NULL CHECK (kind IN ('own', 'hub', 'ci', 'opaque')),
  name text NOT NULL,
  url text NOT NULL UNIQUE,      -- `iss` of its tokens; of `own` a placeholder, as its keys tell it
  level text NOT NULL CHECK (level IN ('none', 'claim', 'ci', 'worker')),
  log_key text,                  -- verifier key of its log; of hubs
  subject text,                  -- `sub` that a CI token must have, `*` for anything; of CI systems
  added_at timestamptz NOT NULL DEFAULT now(),
  added_by text REFERENCES record.accounts (id),
  removed_at timestamptz
);
CREATE UNIQUE INDEX issuers_own ON record.issuers (kind) WHERE kind = 'own';
INSERT INTO record.issuers (id, kind, name, url, level)
VALUES (substr(md5('own issuer') || md5('own'), 1, 24), 'own', 'This hub', 'own:', 'worker');

-- Public keys of other issuers, as an administrator gave them. Own keys are in `signing_keys`.
CREATE TABLE record.issuer_keys (
  issuer_id text NOT NULL REFERENCES record.issuers (id),
  kid text NOT NULL,
  jwk jsonb NOT NULL,
  valid_from timestamptz,
  retired_at timestamptz,
  revoked_at timestamptz,
  revocation_reason text,
  PRIMARY KEY (issuer_id, kid)
);

-- Leaves that tell of a key: `made` comes before the first thing it signs.
-- A key may be held outside the database: in a file, or by a program that signs.
ALTER TABLE record.signing_keys
  ALTER COLUMN secret_key DROP NOT NULL,
  ADD COLUMN held text NOT NULL DEFAULT 'database' CHECK (held IN ('database', 'file', 'command')),
  ADD CHECK ((held = 'database') = (secret_key IS NOT NULL)),
  ADD COLUMN made_leaf bigint REFERENCES record.tlog_queue (id),
  ADD COLUMN retired_leaf bigint REFERENCES record.tlog_queue (id),
  ADD COLUMN revoked_leaf bigint REFERENCES record.tlog_queue (id);

CREATE TABLE record.statements (
  digest text PRIMARY KEY CHECK (digest ~ '^[0-9a-f]{64}$'),   -- SHA-256 of the payload
  issuer_id text NOT NULL REFERENCES record.issuers (id),
  payload bytea NOT NULL,        -- canonical JSON, as signed
  envelope jsonb NOT NULL,       -- DSSE; of CI systems null members where only the token signs
  token text NOT NULL,
  token_digest text NOT NULL UNIQUE CHECK (token_digest ~ '^[0-9a-f]{64}$'),
  kid text NOT NULL,             -- the key that signed
  -- What the statement is about, read from the payload: the index compares entries with it.
  dataset_name text NOT NULL,
  task_id text NOT NULL,
  revision text NOT NULL,
  value double precision NOT NULL,
  setup_class text NOT NULL,
  -- Where the statement belongs on this hub. Only who may read both may read it.
  model_repo_id text NOT NULL REFERENCES record.repos (id),
  dataset_repo_id text REFERENCES record.repos (id),           -- null: the benchmark is not on this hub
  evidence_digest text NOT NULL,
  job_id text,                   -- of this hub's own jobs
  sample_salt bytea CHECK (octet_length(sample_salt) = 32),    -- opens the samples' leaves, where they are salted
  statement_leaf bigint NOT NULL REFERENCES record.tlog_queue (id),
  token_leaf bigint NOT NULL REFERENCES record.tlog_queue (id),
  -- What another issuer's log said when it was pulled: { origin, url, leaf, receipt, opening?, keys }.
  provenance jsonb,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX statements_job ON record.statements (job_id, evidence_digest) WHERE job_id IS NOT NULL;
CREATE INDEX statements_model ON record.statements (model_repo_id);
CREATE TRIGGER statements_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON record.statements
  FOR EACH STATEMENT EXECUTE FUNCTION record.refuse_any_change();
