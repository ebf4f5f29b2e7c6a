-- Instants are milliseconds since 1970 UTC. Ids are uuids in text form. Lists and maps are JSON.
CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE recipients (recipient TEXT PRIMARY KEY, name TEXT NOT NULL, added_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE organization (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, time_zone TEXT NOT NULL, week_start TEXT NOT NULL,
  approval_lifetime_minutes INTEGER NOT NULL, four_eyes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
  name TEXT PRIMARY KEY, role TEXT NOT NULL, status TEXT NOT NULL, created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE teams (name TEXT PRIMARY KEY, description TEXT NOT NULL, created_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE team_members (
  team TEXT NOT NULL REFERENCES teams (name) ON DELETE CASCADE,
  user TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
  PRIMARY KEY (team, user)
) STRICT, WITHOUT ROWID;

CREATE TABLE agents (
  id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, description TEXT NOT NULL, owner TEXT,
  status TEXT NOT NULL, created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE apps (
  provider TEXT NOT NULL, label TEXT NOT NULL, client_id TEXT NOT NULL, client_secret TEXT, redirect_port INTEGER,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
  PRIMARY KEY (provider, label)
) STRICT, WITHOUT ROWID;

CREATE TABLE connections (
  id TEXT PRIMARY KEY, label TEXT NOT NULL, service TEXT NOT NULL, provider TEXT NOT NULL, status TEXT NOT NULL,
  access TEXT NOT NULL, owner TEXT NOT NULL, purpose TEXT NOT NULL, singleton INTEGER NOT NULL, auth_kind TEXT NOT NULL,
  base_url TEXT NOT NULL, requested_scopes TEXT NOT NULL, granted_scopes TEXT NOT NULL, origins TEXT NOT NULL,
  client TEXT, sign_in TEXT, allow_private_network INTEGER NOT NULL, metadata TEXT NOT NULL,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, last_ok_at INTEGER, last_error TEXT
) STRICT, WITHOUT ROWID;

-- Apart from the connection, so that no query for a list ever touches a page with a secret on it.
CREATE TABLE credentials (
  connection TEXT PRIMARY KEY REFERENCES connections (id), version INTEGER NOT NULL, kind TEXT NOT NULL,
  access_token TEXT, refresh_token TEXT, previous_refresh_token TEXT, api_key TEXT, client_secret TEXT,
  expires_at INTEGER, obtained_at INTEGER NOT NULL, refresh_began_at INTEGER, refresh_not_before INTEGER
) STRICT, WITHOUT ROWID;

-- Everything another process needs to finish the sign-in. Using it clears its secrets; the row stays for a day, so that
-- a second use can be told from a wrong id.
CREATE TABLE pending_connections (
  id TEXT PRIMARY KEY, service TEXT NOT NULL, scopes TEXT NOT NULL, label TEXT, state_hash TEXT NOT NULL,
  verifier TEXT, nonce TEXT, client_secret TEXT, redirect_uri TEXT NOT NULL, kept TEXT NOT NULL,
  created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, used_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE grants (
  connection TEXT NOT NULL REFERENCES connections (id), kind TEXT NOT NULL, name TEXT NOT NULL,
  PRIMARY KEY (connection, kind, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE type_policies (
  service TEXT PRIMARY KEY, enabled INTEGER NOT NULL, set_by TEXT NOT NULL, set_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The subject is '' for all, else the id of the agent or connection.
CREATE TABLE freezes (
  scope TEXT NOT NULL, subject TEXT NOT NULL, since INTEGER NOT NULL, set_by TEXT NOT NULL, reason TEXT NOT NULL,
  PRIMARY KEY (scope, subject)
) STRICT, WITHOUT ROWID;

CREATE TABLE function_overrides (
  service TEXT NOT NULL, function TEXT NOT NULL, mode TEXT NOT NULL, set_by TEXT NOT NULL, set_at INTEGER NOT NULL,
  PRIMARY KEY (service, function)
) STRICT, WITHOUT ROWID;

CREATE TABLE function_settings (
  connection TEXT NOT NULL REFERENCES connections (id), function TEXT NOT NULL, mode TEXT NOT NULL,
  set_by TEXT NOT NULL, set_at INTEGER NOT NULL,
  PRIMARY KEY (connection, function)
) STRICT, WITHOUT ROWID;

CREATE TABLE policies (
  id TEXT PRIMARY KEY, agent TEXT NOT NULL REFERENCES agents (id), connection TEXT NOT NULL REFERENCES connections (id),
  default_mode TEXT NOT NULL, step_up TEXT NOT NULL, allowed_models TEXT NOT NULL, allowlists TEXT NOT NULL,
  rate_limits TEXT NOT NULL, time_windows TEXT NOT NULL, status TEXT NOT NULL, created_by TEXT NOT NULL,
  version INTEGER NOT NULL, created_at INTEGER NOT NULL,
  UNIQUE (agent, connection)
) STRICT, WITHOUT ROWID;
CREATE INDEX policies_by_connection ON policies (connection);

-- NULL is "no explicit limit", 0 is "blocked". The subject is '' for org and pool: a NULL would not be unique.
CREATE TABLE limits (
  id TEXT PRIMARY KEY, connection TEXT NOT NULL REFERENCES connections (id), level TEXT NOT NULL, subject TEXT NOT NULL,
  daily INTEGER, weekly INTEGER, strict INTEGER NOT NULL, enabled INTEGER NOT NULL, updated_at INTEGER NOT NULL,
  UNIQUE (connection, level, subject)
) STRICT, WITHOUT ROWID;

CREATE TABLE usage (
  id INTEGER PRIMARY KEY, time INTEGER NOT NULL, connection TEXT NOT NULL REFERENCES connections (id), user TEXT,
  team TEXT, agent TEXT, model TEXT, input INTEGER NOT NULL, output INTEGER NOT NULL, reasoning INTEGER NOT NULL,
  cache_read INTEGER NOT NULL, cache_write INTEGER NOT NULL, estimated INTEGER NOT NULL, source_id TEXT,
  UNIQUE (connection, source_id)
) STRICT;
CREATE INDEX usage_by_time ON usage (connection, time, user, team, agent, input, output);

-- Tokens set aside for calls that are under way.
CREATE TABLE reservations (
  execution TEXT PRIMARY KEY, connection TEXT NOT NULL REFERENCES connections (id), user TEXT, team TEXT, agent TEXT,
  tokens INTEGER NOT NULL, expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE executions (
  id TEXT PRIMARY KEY, agent TEXT NOT NULL, agent_name TEXT NOT NULL, user TEXT, team TEXT, conversation TEXT,
  connection TEXT NOT NULL, connection_label TEXT NOT NULL, service TEXT NOT NULL, function TEXT,
  arguments TEXT NOT NULL, request TEXT NOT NULL, status TEXT NOT NULL, approval TEXT NOT NULL, approval_reason TEXT,
  fingerprint TEXT NOT NULL, policy_version INTEGER NOT NULL, result_status INTEGER, result_type TEXT, result_body BLOB,
  error TEXT, created_at INTEGER NOT NULL, expires_at INTEGER, resolved_at INTEGER, resolved_by TEXT,
  correlation TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX executions_waiting ON executions (agent, fingerprint) WHERE approval = 'Pending';
CREATE INDEX executions_by_connection ON executions (connection, approval);

-- Rows are appended and read; there is no update or delete anywhere in the program.
CREATE TABLE audit (
  seq INTEGER PRIMARY KEY, time INTEGER NOT NULL, actor TEXT NOT NULL, proof TEXT NOT NULL, action TEXT NOT NULL,
  entity TEXT NOT NULL, record_id TEXT NOT NULL, connection TEXT, decision TEXT, reason TEXT, correlation TEXT NOT NULL,
  changes TEXT NOT NULL, prev_hash TEXT NOT NULL, hash TEXT NOT NULL
) STRICT;
CREATE INDEX audit_by_record ON audit (entity, record_id, seq);
CREATE INDEX audit_by_correlation ON audit (correlation, seq);
