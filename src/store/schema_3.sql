-- A page of a connection's history is read without looking at the rows of the others.
CREATE INDEX audit_by_connection ON audit (connection) WHERE connection IS NOT NULL;
