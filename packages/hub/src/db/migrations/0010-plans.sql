-- Runs announced before they happen. What was announced never changes.
CREATE TABLE record.plans (
  id text PRIMARY KEY CHECK (id ~ '^[0-9a-f]{24}$'),
  model_repo_id text NOT NULL REFERENCES record.repos (id),
  dataset_repo_id text NOT NULL REFERENCES record.repos (id),
  task_id text NOT NULL,
  model text NOT NULL,           -- as the run will call it
  settings jsonb NOT NULL,       -- spec/run-settings
  digest text NOT NULL,          -- SHA-256 of model and settings, canonical JSON
  attempts integer NOT NULL CHECK (attempts > 0),
  stop_rule text NOT NULL DEFAULT '',
  by_id text REFERENCES record.accounts (id),
  at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX plans_of_model ON record.plans (model_repo_id, digest);
CREATE TRIGGER plans_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON record.plans
  FOR EACH STATEMENT EXECUTE FUNCTION record.refuse_any_change();

-- By what a log can be found that carries a plan out: digest as above, and when its run began.
ALTER TABLE record.evidence ADD COLUMN plan_digest text;
ALTER TABLE record.evidence ADD COLUMN run_at timestamptz;
CREATE INDEX evidence_by_plan ON record.evidence (plan_digest) WHERE plan_digest IS NOT NULL;

-- What others found when they ran a result again.
CREATE TABLE record.replications (
  id text PRIMARY KEY CHECK (id ~ '^[0-9a-f]{24}$'),
  result_id text NOT NULL,
  evidence_digest text NOT NULL REFERENCES record.evidence (digest),
  margin double precision NOT NULL,     -- in the unit of the logs: a share
  difference double precision NOT NULL, -- the new value minus the old one
  standard_error double precision NOT NULL,
  verdict text NOT NULL CHECK (verdict IN ('replicated', 'not', 'inconclusive')),
  independent boolean NOT NULL,         -- not by whoever submitted the result, nor by its model's owner
  by_id text REFERENCES record.accounts (id),
  by_name text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (result_id, evidence_digest)
);
CREATE TRIGGER replications_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON record.replications
  FOR EACH STATEMENT EXECUTE FUNCTION record.refuse_any_change();
