-- Who answers for a connection, where it names somebody, and who looks at its failures and permission requests.
ALTER TABLE connections ADD COLUMN approvers TEXT NOT NULL DEFAULT '[]';
ALTER TABLE connections ADD COLUMN reviewer TEXT;

-- The account of the machine that belongs to a person, or that an agent runs under.
ALTER TABLE users ADD COLUMN os_user TEXT;
ALTER TABLE agents ADD COLUMN os_user TEXT;

-- An agent asks for a connection, or for a function of one. The function is '' for the whole connection: a NULL would not
-- be unique.
CREATE TABLE access_requests (
  id TEXT PRIMARY KEY, agent TEXT NOT NULL, agent_name TEXT NOT NULL,
  connection TEXT NOT NULL REFERENCES connections (id), function TEXT NOT NULL, reason TEXT NOT NULL,
  status TEXT NOT NULL, asked_by TEXT NOT NULL, created_at INTEGER NOT NULL,
  decided_at INTEGER, decided_by TEXT, decision_reason TEXT
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX access_requests_waiting ON access_requests (agent, connection, function) WHERE status = 'pending';
