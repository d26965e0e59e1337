-- Repos that follow one on another hub. Their branches, tags and the pull requests numbered there are the origin's;
-- pull requests opened here are numbered from 1,000,001, so that the two never meet.
ALTER TABLE record.repos ADD COLUMN mirror_of text;      -- page of the origin: https://huggingface.co/datasets/ns/name

CREATE TABLE record.mirrors (
  repo_id text PRIMARY KEY REFERENCES record.repos (id),
  endpoint text NOT NULL,          -- origin of the other hub
  origin_name text NOT NULL,       -- ns/name there
  max_large_file bigint,           -- bytes; larger ones stay at the origin; null: all are brought
  created_by text NOT NULL REFERENCES record.accounts (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'failed')),
  progress jsonb NOT NULL DEFAULT '{}'::jsonb,
  problem text,                    -- of the last try
  failures integer NOT NULL DEFAULT 0,
  synced_at timestamptz,           -- when it last equalled its origin
  next_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX mirrors_due ON record.mirrors (next_at);

-- Large files of a mirror's history that are not here, and why; tried again each time.
CREATE TABLE record.mirror_gaps (
  repo_id text NOT NULL REFERENCES record.repos (id),
  oid text NOT NULL CHECK (oid ~ '^[0-9a-f]{64}$'),
  size bigint NOT NULL,
  commit_oid text NOT NULL,        -- a commit that holds it, and where
  path text NOT NULL,
  problem text NOT NULL,
  PRIMARY KEY (repo_id, oid)
);

-- What came from an origin keeps its author as text: accounts there are no accounts here.
ALTER TABLE record.discussions ADD COLUMN origin jsonb;        -- { author?, seen: what its row said when it was last read }
ALTER TABLE record.discussion_events ADD COLUMN origin jsonb;  -- { id, author? }
CREATE UNIQUE INDEX discussion_events_origin ON record.discussion_events (discussion_id, (origin ->> 'id'))
  WHERE origin IS NOT NULL;
