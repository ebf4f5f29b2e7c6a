-- The history of a connection without a look at the audit itself: what a list shows stands in the index. The audit's rows
-- of one connection lie as far apart as those of all others make them, and each would cost the opening of a chunk.
DROP INDEX audit_by_connection;
CREATE INDEX audit_by_connection ON audit (connection, seq, time, actor, action, record_id, decision, reason)
  WHERE connection IS NOT NULL;
