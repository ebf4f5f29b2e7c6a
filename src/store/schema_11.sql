-- Nothing asks for one record of an audit but by its connection, which has an index of its own. What is asked for is an
-- entity, newest first: an index that holds no more than that grows at its end, where the one of before split a page of
-- its middle for nearly every row.
DROP INDEX audit_by_record;
CREATE INDEX audit_by_entity ON audit (entity);
