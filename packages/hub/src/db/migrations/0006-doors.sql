-- Who may come in, by which door, and what each key opens.

-- A fine-grained token does only what its scopes say: {everywhere, gated, places: [{id, permissions}]}, ids of accounts
-- and repos. `refresh_hash` belongs to tokens that a program got by the device flow: it changes them for fresh ones.
ALTER TABLE record.tokens DROP CONSTRAINT tokens_role_check;
ALTER TABLE record.tokens
  ADD COLUMN scopes jsonb,
  ADD COLUMN refresh_hash bytea UNIQUE,
  ADD CONSTRAINT tokens_role_check CHECK (role IN ('read', 'write', 'fineGrained')),
  ADD CONSTRAINT tokens_scopes_check CHECK ((role = 'fineGrained') = (scopes IS NOT NULL));
CREATE INDEX tokens_of ON record.tokens (account_id);

-- Who asked to read a gated repo, and what became of it. One row a person and repo.
CREATE TABLE record.access_requests (
  id text PRIMARY KEY CHECK (id ~ '^[0-9a-f]{24}$'),
  repo_id text NOT NULL REFERENCES record.repos (id),
  user_id text NOT NULL REFERENCES record.accounts (id),
  status text NOT NULL CHECK (status IN ('pending', 'accepted', 'rejected')),
  fields jsonb NOT NULL DEFAULT '{}'::jsonb,
  rejection_reason text,
  asked_at timestamptz NOT NULL DEFAULT now(),
  handled_at timestamptz,
  handled_by text REFERENCES record.accounts (id),
  UNIQUE (repo_id, user_id)
);

-- `record.repos.likes` is kept beside it, in the same transaction, as lists sort by it.
CREATE TABLE record.likes (
  repo_id text NOT NULL REFERENCES record.repos (id),
  user_id text NOT NULL REFERENCES record.accounts (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (repo_id, user_id)
);
CREATE INDEX likes_of ON record.likes (user_id, created_at DESC);
CREATE INDEX memberships_of ON record.memberships (user_id);
CREATE INDEX repos_of ON record.repos (owner_id) WHERE deleted_at IS NULL;

-- A webhook tells an address what happens to the repos it watches. The secret is sent along and signs each message, so
-- it must be readable here.
CREATE TABLE record.webhooks (
  id text PRIMARY KEY CHECK (id ~ '^[0-9a-f]{24}$'),
  account_id text NOT NULL REFERENCES record.accounts (id),
  url text NOT NULL,
  domains text[] NOT NULL,
  secret text,
  disabled text CHECK (disabled IN ('by-owner', 'after-failures')),
  failures integer NOT NULL DEFAULT 0,   -- messages given up in a row
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX webhooks_of ON record.webhooks (account_id);
CREATE TABLE record.webhook_watches (
  webhook_id text NOT NULL REFERENCES record.webhooks (id) ON DELETE CASCADE,
  target_id text NOT NULL,       -- an account's id (all of its repos) or a repo's
  position integer NOT NULL,
  PRIMARY KEY (target_id, webhook_id)
);
-- Messages, in the transaction of the thing they tell; the newest of each webhook are kept.
CREATE TABLE record.webhook_deliveries (
  id text PRIMARY KEY CHECK (id ~ '^[0-9a-f]{24}$'),
  webhook_id text NOT NULL REFERENCES record.webhooks (id) ON DELETE CASCADE,
  repo_id text NOT NULL,
  payload jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  attempts integer NOT NULL DEFAULT 0,
  status text NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'delivered', 'given-up', 'withheld')),
  answer text                    -- the receiver's status, or why there was none
);
CREATE INDEX webhook_deliveries_of ON record.webhook_deliveries (webhook_id, created_at DESC);

-- Invitations by one-time link; what the account will be is in `detail`.
ALTER TABLE record.one_time_links
  ADD COLUMN id text UNIQUE,
  ADD COLUMN created_by text REFERENCES record.accounts (id),
  ADD COLUMN used_by text REFERENCES record.accounts (id),
  ADD COLUMN detail jsonb NOT NULL DEFAULT '{}'::jsonb;

-- Who signs in through an identity provider: its issuer's name for a person, and ours.
CREATE TABLE record.identities (
  issuer text NOT NULL,
  subject text NOT NULL,
  account_id text NOT NULL REFERENCES record.accounts (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (issuer, subject)
);
CREATE INDEX identities_of ON record.identities (account_id);

-- RFC 8628: a program waits while a person says yes or no to its code.
CREATE TABLE record.device_grants (
  device_hash bytea PRIMARY KEY,
  user_code text NOT NULL UNIQUE,
  client_id text NOT NULL,
  address text NOT NULL,         -- where the program asked from: the person sees it
  account_id text REFERENCES record.accounts (id),
  status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'allowed', 'denied')),
  expires_at timestamptz NOT NULL,
  asked_at timestamptz           -- the last question by the program
);

-- How often an account or address has written in the current window. Lost in a crash, and no harm done.
CREATE UNLOGGED TABLE record.write_counts (
  key text PRIMARY KEY,
  began_at timestamptz NOT NULL,
  count integer NOT NULL
);

CREATE INDEX audit_of ON record.audit (actor_id, id);
