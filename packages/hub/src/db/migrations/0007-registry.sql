-- What was done to a benchmark: somebody applied for it, a maintainer decided, its makers told of a fault. Append-only, as
-- `record.acts` is for results; each row has its leaf in the transparency log.
CREATE TABLE record.benchmark_acts (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  kind text NOT NULL CHECK (kind IN ('applied', 'official', 'declined', 'retired', 'candidate', 'erratum', 'erratum-withdrawn')),
  actor_id text,
  actor_name text,               -- the name at the time: accounts may be renamed
  repo_id text NOT NULL,
  repo_name text NOT NULL,       -- the dataset's ns/name at the time
  commit_oid text,               -- of main, when it was done
  discussion_num integer,        -- the application it belongs to
  detail jsonb NOT NULL DEFAULT '{}'::jsonb,
  queue_id bigint NOT NULL UNIQUE REFERENCES record.tlog_queue (id)
);
CREATE INDEX benchmark_acts_of ON record.benchmark_acts (repo_id, seq);
CREATE TRIGGER benchmark_acts_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON record.benchmark_acts
  FOR EACH STATEMENT EXECUTE FUNCTION record.refuse_any_change();

-- An application is a discussion on the dataset's repo. Undecided and its discussion closed: withdrawn.
CREATE TABLE record.benchmark_applications (
  discussion_id text PRIMARY KEY REFERENCES record.discussions (id) ON DELETE CASCADE,
  repo_id text NOT NULL REFERENCES record.repos (id),
  decision bigint REFERENCES record.benchmark_acts (seq)
);
CREATE INDEX benchmark_applications_of ON record.benchmark_applications (repo_id);

-- Standings decided so far, of which only the last one was kept.
DO $$
DECLARE
  s record;
  leaf bigint;
BEGIN
  FOR s IN
    SELECT b.*, r.namespace || '/' || r.name AS name, r.private, a.name AS actor
    FROM record.benchmark_standings b JOIN record.repos r ON r.id = b.repo_id
    LEFT JOIN record.accounts a ON a.id = b.decided_by
    ORDER BY b.decided_at
  LOOP
    INSERT INTO record.tlog_queue (at, kind, facts, content, sealed)
    VALUES (s.decided_at, 'benchmark-act', jsonb_build_object('act', s.standing, 'benchmarkId', s.repo_id),
      jsonb_build_object('benchmark', s.name, 'actor', s.actor, 'detail', jsonb_build_object('reason', s.reason)), s.private)
    RETURNING id INTO leaf;
    INSERT INTO record.benchmark_acts (at, kind, actor_id, actor_name, repo_id, repo_name, detail, queue_id)
    VALUES (s.decided_at, s.standing, s.decided_by, s.actor, s.repo_id, s.name, jsonb_build_object('reason', s.reason), leaf);
  END LOOP;
END $$;
