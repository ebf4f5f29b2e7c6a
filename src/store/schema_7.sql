-- A person's answer that holds for a while and for some calls like the one it was given for.
CREATE TABLE standing_approvals (
  id TEXT PRIMARY KEY, execution TEXT NOT NULL, agent TEXT NOT NULL, agent_name TEXT NOT NULL,
  connection TEXT NOT NULL REFERENCES connections (id), connection_label TEXT NOT NULL, user TEXT, team TEXT,
  policy_version INTEGER NOT NULL, covers TEXT NOT NULL, uses INTEGER NOT NULL,
  remaining INTEGER NOT NULL CHECK (remaining >= 0),
  created_at INTEGER NOT NULL, created_by TEXT NOT NULL, expires_at INTEGER NOT NULL,
  revoked_at INTEGER, revoked_by TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX standing_approvals_of ON standing_approvals (agent, connection);
