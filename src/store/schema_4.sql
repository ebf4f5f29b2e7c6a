-- The parts of a policy that came later. A policy of before has none of them.
ALTER TABLE policies ADD COLUMN rules TEXT NOT NULL DEFAULT '{"request":[],"response":[]}';
ALTER TABLE policies ADD COLUMN constraints TEXT NOT NULL DEFAULT '{}';
ALTER TABLE policies ADD COLUMN allow_unenforced_vend INTEGER NOT NULL DEFAULT 0;
ALTER TABLE policies ADD COLUMN preset TEXT;

-- When calls were admitted, for the rate limit: apart from executions, which are kept for as long as somebody says, and
-- whose time is that of the question.
CREATE TABLE admissions (
  id INTEGER PRIMARY KEY, agent TEXT NOT NULL, connection TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;
CREATE INDEX admissions_by_pair ON admissions (agent, connection, at);
