-- Programs that ask people to act for them (OAuth 2.0, OpenID Connect). Without a secret it is a public client: a page in a
-- browser, which must prove by PKCE that it began what it ends.
CREATE TABLE record.oauth_apps (
  id text PRIMARY KEY CHECK (id ~ '^[0-9a-f]{24}$'),   -- the client_id
  account_id text NOT NULL REFERENCES record.accounts (id),
  name text NOT NULL,
  homepage text,
  redirect_uris text[] NOT NULL CHECK (cardinality(redirect_uris) > 0),
  secret_hash bytea,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX oauth_apps_of ON record.oauth_apps (account_id);

-- A token that an app was given; it ends with the app. `oauth_scope` is what the person allowed, in OAuth's words.
ALTER TABLE record.tokens
  ADD COLUMN app_id text REFERENCES record.oauth_apps (id) ON DELETE CASCADE,
  ADD COLUMN oauth_scope text,
  ADD CONSTRAINT tokens_app_check CHECK ((app_id IS NULL) = (oauth_scope IS NULL));
CREATE INDEX tokens_app ON record.tokens (app_id);

-- A person's yes, until the app changes it for a token. It is kept until it expires: a second use ends the token.
CREATE TABLE record.oauth_codes (
  code_hash bytea PRIMARY KEY,
  app_id text NOT NULL REFERENCES record.oauth_apps (id) ON DELETE CASCADE,
  account_id text NOT NULL REFERENCES record.accounts (id),
  redirect_uri text NOT NULL,
  challenge text,
  nonce text,
  oauth_scope text NOT NULL,
  scopes jsonb NOT NULL,
  expires_at timestamptz NOT NULL,
  used boolean NOT NULL DEFAULT false,
  token_id text REFERENCES record.tokens (id) ON DELETE SET NULL
);
