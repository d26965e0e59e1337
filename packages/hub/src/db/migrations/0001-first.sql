-- The record: people, repos' names, discussions, acts. The truth about these lives here and nowhere else.
CREATE SCHEMA record;

-- Facts fixed at first start (public URL, log origin, signing secret for upload links).
CREATE TABLE record.settings (
  key text PRIMARY KEY,
  value jsonb NOT NULL
);

CREATE TABLE record.accounts (
  id text PRIMARY KEY CHECK (id ~ '^[0-9a-f]{24}$'),
  kind text NOT NULL CHECK (kind IN ('user', 'org')),
  name text NOT NULL,
  fullname text NOT NULL DEFAULT '',
  email text,
  is_admin boolean NOT NULL DEFAULT false,
  password_hash text,
  created_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz
);
-- Names are case-preserving and unique without regard to case; users and organisations share one namespace.
CREATE UNIQUE INDEX accounts_name ON record.accounts (lower(name));

CREATE TABLE record.memberships (
  org_id text NOT NULL REFERENCES record.accounts (id),
  user_id text NOT NULL REFERENCES record.accounts (id),
  role text NOT NULL CHECK (role IN ('admin', 'write', 'contributor', 'read')),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (org_id, user_id)
);

-- Only the SHA-256 of a token is kept: tokens carry 190+ bits of entropy, so a slow hash would buy nothing.
CREATE TABLE record.tokens (
  id text PRIMARY KEY,
  account_id text NOT NULL REFERENCES record.accounts (id),
  display_name text NOT NULL,
  role text NOT NULL CHECK (role IN ('read', 'write')),
  hash bytea NOT NULL UNIQUE,
  created_at timestamptz NOT NULL DEFAULT now(),
  last_used_at timestamptz,
  expires_at timestamptz
);

CREATE TABLE record.sessions (
  hash bytea PRIMARY KEY,
  account_id text NOT NULL REFERENCES record.accounts (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL
);

-- One-time links: the first administrator's, later invitations.
CREATE TABLE record.one_time_links (
  hash bytea PRIMARY KEY,
  purpose text NOT NULL CHECK (purpose IN ('first-administrator', 'invitation')),
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);

CREATE TABLE record.repos (
  id text PRIMARY KEY CHECK (id ~ '^[0-9a-f]{24}$'),
  type text NOT NULL CHECK (type IN ('model', 'dataset', 'space')),
  namespace text NOT NULL,
  name text NOT NULL,
  owner_id text NOT NULL REFERENCES record.accounts (id),
  private boolean NOT NULL DEFAULT false,
  gated text CHECK (gated IN ('auto', 'manual')),
  disabled boolean NOT NULL DEFAULT false,
  discussions_disabled boolean NOT NULL DEFAULT false,
  next_discussion_num integer NOT NULL DEFAULT 1,
  downloads bigint NOT NULL DEFAULT 0,
  likes bigint NOT NULL DEFAULT 0,
  created_by text REFERENCES record.accounts (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz
);
CREATE UNIQUE INDEX repos_name ON record.repos (type, lower(namespace), lower(name)) WHERE deleted_at IS NULL;
CREATE INDEX repos_created ON record.repos (type, created_at DESC) WHERE deleted_at IS NULL;

-- Former names of renamed repos; a new repo of that name takes it back.
CREATE TABLE record.repo_redirects (
  type text NOT NULL,
  full_name_key text NOT NULL,   -- lower(ns/name)
  repo_id text NOT NULL REFERENCES record.repos (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (type, full_name_key)
);

-- Which large objects a repo may serve. The bytes are shared by content; the right to read them is not.
CREATE TABLE record.lfs_objects (
  repo_id text NOT NULL REFERENCES record.repos (id),
  oid text NOT NULL CHECK (oid ~ '^[0-9a-f]{64}$'),
  size bigint NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (repo_id, oid)
);

CREATE TABLE record.discussions (
  id text PRIMARY KEY CHECK (id ~ '^[0-9a-f]{24}$'),
  repo_id text NOT NULL REFERENCES record.repos (id),
  num integer NOT NULL,
  title text NOT NULL,
  status text NOT NULL CHECK (status IN ('draft', 'open', 'closed', 'merged')),
  is_pull_request boolean NOT NULL,
  author_id text REFERENCES record.accounts (id),
  base_ref text,                 -- refs/heads/main; pull requests only
  merge_commit text,             -- set when merged
  pinned boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (repo_id, num)
);

CREATE TABLE record.discussion_events (
  id text PRIMARY KEY CHECK (id ~ '^[0-9a-f]{24}$'),
  seq bigint GENERATED ALWAYS AS IDENTITY,
  discussion_id text NOT NULL REFERENCES record.discussions (id),
  type text NOT NULL,            -- comment | status-change | commit | title-change | pinning-change
  author_id text REFERENCES record.accounts (id),
  data jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX discussion_events_of ON record.discussion_events (discussion_id, seq);

-- Who moved which ref. Written and committed before the ref moves, so that the sweep knows, after a crash
-- between git and the index, whose act it is healing. `applied_at` is set in the index transaction.
CREATE TABLE record.pushes (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  repo_id text NOT NULL REFERENCES record.repos (id),
  actor_id text REFERENCES record.accounts (id),
  via text NOT NULL,             -- git | commit | merge | create | heal
  updates jsonb NOT NULL,        -- [{ref, old, new}]
  created_at timestamptz NOT NULL DEFAULT now(),
  applied_at timestamptz
);
CREATE INDEX pushes_pending ON record.pushes (repo_id) WHERE applied_at IS NULL;

-- Every public act on a result, append-only. The transparency log is fed from here, in `seq` order.
CREATE TABLE record.acts (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  kind text NOT NULL CHECK (kind IN ('submitted', 'merged', 'closed', 'reopened', 'changed', 'deleted')),
  actor_id text,
  actor_name text,               -- the name at the time: accounts may be renamed
  repo_id text NOT NULL,
  repo_name text NOT NULL,       -- the model's ns/name at the time
  result_id text NOT NULL,       -- see spec/eval-results: resultId
  pull_request integer,
  filename text NOT NULL,
  dataset_id text NOT NULL,
  task_id text NOT NULL,
  commit_oid text,
  entry jsonb NOT NULL,          -- the entry as its file wrote it
  detail jsonb NOT NULL DEFAULT '{}'::jsonb
);
CREATE INDEX acts_of_repo ON record.acts (repo_id, seq);
CREATE INDEX acts_of_result ON record.acts (result_id, seq);

CREATE FUNCTION record.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'record.acts is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER acts_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON record.acts
  FOR EACH STATEMENT EXECUTE FUNCTION record.refuse_change();

-- Standing of a benchmark: a dataset with a valid eval.yaml is a candidate until a maintainer approves it.
CREATE TABLE record.benchmark_standings (
  repo_id text PRIMARY KEY REFERENCES record.repos (id),
  standing text NOT NULL CHECK (standing IN ('official', 'declined', 'retired')),
  reason text NOT NULL DEFAULT '',
  decided_by text REFERENCES record.accounts (id),
  decided_at timestamptz NOT NULL DEFAULT now()
);

-- Logs kept as evidence. Knowing a digest grants nothing: a reader must be able to read, for at least one
-- link, both the model's and the benchmark's repo.
CREATE TABLE record.evidence (
  digest text PRIMARY KEY CHECK (digest ~ '^[0-9a-f]{64}$'),
  size bigint NOT NULL,
  media_type text NOT NULL,
  header jsonb NOT NULL,         -- the log's header (EvalLog without samples), read once at upload
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE record.evidence_links (
  digest text NOT NULL REFERENCES record.evidence (digest),
  model_repo_id text NOT NULL REFERENCES record.repos (id),
  dataset_repo_id text REFERENCES record.repos (id),
  uploaded_by text REFERENCES record.accounts (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE NULLS NOT DISTINCT (digest, model_repo_id, dataset_repo_id)
);

CREATE TABLE record.audit (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  actor_id text,
  action text NOT NULL,
  detail jsonb NOT NULL DEFAULT '{}'::jsonb
);
