-- Everything here is computed from git and from `record`, may be dropped at any time, and is rebuilt by
-- `assay reindex`. This file is not a migration: when its text changes, the hub drops the schema at start,
-- creates it anew and rebuilds. `derived.meta` holds the digest of the text it was made from.
-- A rebuild runs this same text with another schema name and swaps, so every name here is written `derived.x`.
CREATE SCHEMA derived;

CREATE TABLE derived.meta (key text PRIMARY KEY, value text NOT NULL);

-- Counts the index transactions of a repo. The first statement of each one raises it, so that a rebuild, which
-- locks this table while it swaps, sees exactly which repos moved on behind its back.
CREATE TABLE derived.versions (
  repo_id text PRIMARY KEY,
  version bigint NOT NULL
);

-- What the index has seen: one row per indexed ref (refs/heads/*, refs/tags/*, refs/pr/*). A difference to
-- git's own refs is what the sweep looks for.
CREATE TABLE derived.refs (
  repo_id text NOT NULL,
  ref text NOT NULL,
  commit_oid text NOT NULL,
  base_oid text,                 -- merge base with main; of pull requests to a model that are not merged
  PRIMARY KEY (repo_id, ref)
);

-- Facts of the default branch's head.
CREATE TABLE derived.repo_cards (
  repo_id text PRIMARY KEY,
  commit_oid text NOT NULL,
  last_modified timestamptz NOT NULL,
  card jsonb,                    -- README front matter as JSON; null when there is none
  tags text[] NOT NULL DEFAULT '{}',
  base_models text[] NOT NULL DEFAULT '{}',
  legacy_datasets text[] NOT NULL DEFAULT '{}',  -- datasets of the card's model-index, in lower case
  parameters bigint              -- from model.safetensors.index.json where there is one
);
CREATE INDEX repo_cards_tags ON derived.repo_cards USING gin (tags);
CREATE INDEX repo_cards_bases ON derived.repo_cards USING gin (base_models);
CREATE INDEX repo_cards_legacy ON derived.repo_cards USING gin (legacy_datasets);

-- A dataset whose main branch holds a valid eval.yaml.
CREATE TABLE derived.benchmarks (
  repo_id text PRIMARY KEY,
  commit_oid text NOT NULL,
  name text NOT NULL,
  description text NOT NULL,
  framework text NOT NULL,
  tasks jsonb NOT NULL,          -- [{id, config, split, ...}] as spec/eval-yaml types it
  leaderboard jsonb              -- leaderboard.yaml as typed by spec, null when absent
);

-- One row per entry of an .eval_results file, per place where it stands: main, or a pull request.
CREATE TABLE derived.results (
  result_id text NOT NULL,       -- stable over rebuilds: digest of repo, file and entry
  repo_id text NOT NULL,         -- the model
  scope integer NOT NULL,        -- 0: on main; N: pull request N
  standing text NOT NULL CHECK (standing IN ('merged', 'community', 'closed')),
  filename text NOT NULL,
  position integer NOT NULL,     -- 0-based index in the file's list
  dataset_id text NOT NULL,      -- as the file writes it
  dataset_key text NOT NULL,     -- lower(dataset_id), the join key
  task_id text NOT NULL,
  revision text,
  value double precision NOT NULL,
  value_text text NOT NULL,      -- as the file writes it
  verify_token text,
  date text,                     -- as written
  dated_at timestamptz NOT NULL, -- date, else the commit's time
  date_inferred boolean NOT NULL,
  source jsonb,
  evidence_digest text,          -- when source.url has the form of evidence kept by a hub
  notes text,
  setup jsonb NOT NULL,          -- spec/setup typed
  setup_class text NOT NULL,     -- spec/setup comparability class
  entry jsonb NOT NULL,          -- the whole entry as JSON
  commit_oid text NOT NULL,      -- commit that last changed the file on this ref
  author_name text,              -- that commit's author; who opened a pull request stands in the record
  PRIMARY KEY (repo_id, scope, filename, position)
);
-- Counts of boards are read from this index alone, without the wide rows.
CREATE INDEX results_board ON derived.results (dataset_key, task_id, repo_id) WHERE standing <> 'closed';
CREATE INDEX results_id ON derived.results (result_id);
CREATE INDEX results_attested ON derived.results (repo_id) WHERE verify_token IS NOT NULL;
CREATE INDEX results_evidence ON derived.results (evidence_digest) WHERE evidence_digest IS NOT NULL;
CREATE INDEX results_latest ON derived.results (dated_at DESC) WHERE standing <> 'closed';

-- (A migration that changes a column which this view reads must drop the view first; it is made anew at start.)
-- What becomes of the token of each result that carries one, and why: a rule over the record, never a stored answer, so
-- that a published checkpoint, a revoked key and a distrusted issuer are seen by the next query.
CREATE VIEW derived.verdicts AS
SELECT t.repo_id, t.scope, t.filename, t.position, s.digest AS statement, i.id AS issuer_id, i.name AS issuer, i.level,
  l.index AS leaf_index, coalesce(o.revocation_reason, k.revocation_reason) AS revocation_reason,
  CASE
    WHEN s.digest IS NULL THEN 'unknown-token'
    WHEN i.removed_at IS NOT NULL OR i.level = 'none' THEN 'issuer-distrusted'
    WHEN o.revoked_at IS NOT NULL OR k.revoked_at IS NOT NULL THEN 'key-revoked'
    WHEN s.model_repo_id <> t.repo_id THEN 'other-model'
    WHEN lower(s.dataset_name) <> t.dataset_key THEN 'other-dataset'
    WHEN s.task_id <> t.task_id THEN 'other-task'
    WHEN s.revision IS DISTINCT FROM t.revision THEN 'other-revision'
    WHEN s.value <> t.value THEN 'other-value'
    WHEN s.setup_class <> t.setup_class THEN 'other-setup'
    WHEN array_position(ARRAY['none', 'claim', 'ci', 'worker'], i.level) < array_position(
      ARRAY['none', 'claim', 'ci', 'worker'],
      coalesce((SELECT value #>> '{}' FROM record.settings WHERE key = 'verified-level'), 'worker')
    ) THEN 'level-too-low'
    WHEN l.index IS NULL OR l.index >= (SELECT coalesce(max(size), 0) FROM record.tlog_checkpoints) THEN 'not-covered'
    ELSE 'verified'
  END AS code
FROM derived.results t
LEFT JOIN record.statements s ON s.token_digest = encode(sha256(convert_to(t.verify_token, 'UTF8')), 'hex')
LEFT JOIN record.issuers i ON i.id = s.issuer_id
LEFT JOIN record.signing_keys o ON i.kind = 'own' AND o.id = s.kid
LEFT JOIN record.issuer_keys k ON k.issuer_id = s.issuer_id AND k.kid = s.kid
LEFT JOIN record.tlog_leaves l ON l.queue_id = s.token_leaf -- the statement's own leaf lies before it
WHERE t.verify_token IS NOT NULL;

-- Files that did not parse (only possible in repos imported with their history; a push of one is refused).
CREATE TABLE derived.invalid_files (
  repo_id text NOT NULL,
  scope integer NOT NULL,
  filename text NOT NULL,
  issues jsonb NOT NULL,
  PRIMARY KEY (repo_id, scope, filename)
);

-- Revisions of a benchmark as results state them: the commit each one names, and the edition of the task that this commit
-- belongs to (see leaderboard.yaml's `revisions`; '' where a task has no more than one). The head of main is among them.
CREATE TABLE derived.revisions (
  dataset_key text NOT NULL,
  task_id text NOT NULL,
  stated text NOT NULL,
  commit_oid text,               -- null: it names no commit of the dataset
  edition text NOT NULL,         -- '', 'first', 'unknown', or the commit with which the edition begins
  PRIMARY KEY (dataset_key, task_id, stated)
);

-- The row that stands for a model on a board: one per (benchmark, task, edition, setup class, model), kept up to date in
-- the index transaction. A window function over derived.results took 30 to 60 ms at 200,000 rows; this, 2 to 4.
CREATE TABLE derived.best (
  dataset_key text NOT NULL,
  task_id text NOT NULL,
  edition text NOT NULL,              -- results of two editions are never compared
  setup_class text NOT NULL,
  repo_id text NOT NULL,
  scope integer NOT NULL,
  filename text NOT NULL,
  position integer NOT NULL,
  standing text NOT NULL,
  verified boolean NOT NULL,
  strength double precision NOT NULL, -- the value, its sign turned where lower is better: larger is always better
  dated_at timestamptz NOT NULL,
  allowed boolean NOT NULL,           -- whether the benchmark ranks this setup
  top boolean NOT NULL,               -- of all setup classes, this one stands for the model
  PRIMARY KEY (dataset_key, task_id, edition, setup_class, repo_id)
);
CREATE INDEX best_repo ON derived.best (repo_id);
CREATE INDEX best_order ON derived.best (dataset_key, task_id, edition, strength DESC, dated_at, repo_id);
CREATE INDEX best_top ON derived.best (dataset_key, task_id, edition, strength DESC, dated_at, repo_id) WHERE top;

-- How many models and results stand on the boards of each dataset ('' over all), of public models only: the sum of the rows
-- of a key. Each change adds a row, so that nobody waits; the sweep adds them up. Counting a million rows took a second.
CREATE TABLE derived.counts (
  dataset_key text NOT NULL,
  models integer NOT NULL,
  results integer NOT NULL
);
CREATE INDEX counts_key ON derived.counts (dataset_key) INCLUDE (models, results);

-- What each of these models has added to the counts: {dataset_key: results}.
CREATE TABLE derived.tallies (
  repo_id text PRIMARY KEY,
  counts jsonb NOT NULL
);
