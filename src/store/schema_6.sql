-- Running totals of tokens, so that a limit is checked against as few rows in its millionth record as in its tenth. Days
-- are calendar days in the organization's zone, as numbers since 1970-01-01. Scope `user`: a user's own; `agent`: an
-- agent's without a user; `team`: what names the team; `alone`: a user's that names no team; `pool`: everything.
CREATE TABLE usage_totals (
  connection TEXT NOT NULL, scope TEXT NOT NULL, name TEXT NOT NULL, day INTEGER NOT NULL, tokens INTEGER NOT NULL,
  PRIMARY KEY (connection, scope, name, day)
) STRICT, WITHOUT ROWID;

-- The same records, added up for reports; '' is nobody.
CREATE TABLE usage_days (
  day INTEGER NOT NULL, connection TEXT NOT NULL, user TEXT NOT NULL, team TEXT NOT NULL, agent TEXT NOT NULL,
  model TEXT NOT NULL, records INTEGER NOT NULL, estimated INTEGER NOT NULL, input INTEGER NOT NULL,
  output INTEGER NOT NULL, reasoning INTEGER NOT NULL, cache_read INTEGER NOT NULL, cache_write INTEGER NOT NULL,
  PRIMARY KEY (day, connection, user, team, agent, model)
) STRICT, WITHOUT ROWID;

-- Nothing is added up over single records any more, so an index need not hold what they say.
DROP INDEX usage_by_time;
CREATE INDEX usage_by_time ON usage (time);

ALTER TABLE reservations ADD COLUMN model TEXT;
ALTER TABLE reservations ADD COLUMN created_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX reservations_by_connection ON reservations (connection, expires_at);

-- Refusals of a span are read without looking at every row.
CREATE INDEX audit_token_limit ON audit (time) WHERE reason = 'token_limit';
