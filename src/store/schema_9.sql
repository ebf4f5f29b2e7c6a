-- For how long the audit's rows and what executions carried are kept, in days (NULL: for good), and whether an approval
-- must be signed.
ALTER TABLE organization ADD COLUMN approval_proof TEXT NOT NULL DEFAULT 'any';
ALTER TABLE organization ADD COLUMN audit_retention_days INTEGER;
ALTER TABLE organization ADD COLUMN execution_retention_days INTEGER DEFAULT 30;

-- What a detached approval is about (a random value per question), the key that signed it, and what is left of an
-- execution when its time is over: hashes, as JSON.
ALTER TABLE executions ADD COLUMN nonce TEXT;
ALTER TABLE executions ADD COLUMN signed_with TEXT;
ALTER TABLE executions ADD COLUMN hashes TEXT;
-- Found without reading through the bodies of those that are kept.
CREATE INDEX executions_with_content ON executions (created_at) WHERE hashes IS NULL;

-- The SSH keys that people sign approvals with. A key is one person's: its signature names nobody else.
CREATE TABLE ssh_keys (
  fingerprint TEXT PRIMARY KEY, user TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE, key TEXT NOT NULL,
  comment TEXT NOT NULL, added_at INTEGER NOT NULL, added_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX ssh_keys_by_user ON ssh_keys (user);
