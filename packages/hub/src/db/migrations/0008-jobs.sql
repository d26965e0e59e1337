-- Jobs: runs and commands that workers carry out. What waits and who holds it is pg-boss's; what it is, how far it got and
-- what came of it is here.

-- Endpoints of models that an administrator vouches for. `api_key` is sealed with the hub's key for secrets.
CREATE TABLE record.endpoints (
  name text PRIMARY KEY CHECK (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  base_url text NOT NULL,
  api_key bytea,
  usd_per_million_tokens double precision CHECK (usd_per_million_tokens >= 0),
  created_by text REFERENCES record.accounts (id),
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE record.workers (
  id text PRIMARY KEY CHECK (id ~ '^[0-9a-f]{24}$'),
  host text NOT NULL,
  version text NOT NULL,
  sandbox text,                  -- what commands run in; null: this worker takes none
  sandbox_problem text,          -- why there is none
  images text[],                 -- those it can run; null: any
  started_at timestamptz NOT NULL DEFAULT now(),
  seen_at timestamptz NOT NULL DEFAULT now(),
  stopped_at timestamptz
);

CREATE TABLE record.jobs (
  id text PRIMARY KEY CHECK (id ~ '^[0-9a-f]{24}$'),
  seq bigint GENERATED ALWAYS AS IDENTITY,
  kind text NOT NULL CHECK (kind IN ('eval', 'command')),
  owner_id text NOT NULL REFERENCES record.accounts (id),
  initiator_id text NOT NULL REFERENCES record.accounts (id),
  spec jsonb NOT NULL,           -- what to do; holds no secret
  secrets bytea,                 -- sealed; taken away when the job ends
  secret_names text[] NOT NULL DEFAULT '{}',
  labels jsonb NOT NULL DEFAULT '{}'::jsonb,
  timeout_seconds integer NOT NULL CHECK (timeout_seconds > 0),
  stage text NOT NULL DEFAULT 'SCHEDULING'
    CHECK (stage IN ('SCHEDULING', 'RUNNING', 'COMPLETED', 'CANCELED', 'ERROR')),
  message text,
  attempts integer NOT NULL DEFAULT 0,   -- also the fence: a worker may write only under the attempt it began
  worker_id text REFERENCES record.workers (id),
  progress jsonb,
  outcome jsonb NOT NULL DEFAULT '{}'::jsonb,   -- evidence, statement, token, pull request, cost
  line_count integer NOT NULL DEFAULT 0,
  line_bytes bigint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  finished_at timestamptz,
  cancel_requested_at timestamptz
);
CREATE INDEX jobs_of_owner ON record.jobs (owner_id, seq DESC);
CREATE INDEX jobs_waiting ON record.jobs (kind, seq) WHERE stage = 'SCHEDULING';
CREATE INDEX jobs_unfinished ON record.jobs (initiator_id) WHERE finished_at IS NULL;

-- What a job said, numbered from 1 without a gap.
CREATE TABLE record.job_lines (
  job_id text NOT NULL REFERENCES record.jobs (id),
  n integer NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  text text NOT NULL,
  PRIMARY KEY (job_id, n)
);

-- Folders of files that jobs mount. Pieces come in as for large files of repos; `xet_hash` is the name a client gives.
CREATE TABLE record.buckets (
  id text PRIMARY KEY CHECK (id ~ '^[0-9a-f]{24}$'),
  owner_id text NOT NULL REFERENCES record.accounts (id),
  name text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX buckets_name ON record.buckets (owner_id, lower(name));
CREATE TABLE record.bucket_uploads (
  bucket_id text NOT NULL REFERENCES record.buckets (id),
  xet_hash text NOT NULL,
  sha256 text NOT NULL,
  size bigint NOT NULL,
  PRIMARY KEY (bucket_id, xet_hash)
);
CREATE TABLE record.bucket_files (
  bucket_id text NOT NULL REFERENCES record.buckets (id),
  path text NOT NULL,
  sha256 text NOT NULL,
  size bigint NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (bucket_id, path)
);
