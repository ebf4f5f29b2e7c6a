-- Services that somebody imported, as JSON in the catalogue's own layout.
CREATE TABLE services (
  id TEXT PRIMARY KEY, document TEXT NOT NULL, imported_at INTEGER NOT NULL, imported_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Functions that somebody gave a REST connection by hand, in the layout of the catalogue's.
CREATE TABLE connection_functions (
  connection TEXT NOT NULL REFERENCES connections (id), name TEXT NOT NULL, document TEXT NOT NULL,
  PRIMARY KEY (connection, name)
) STRICT, WITHOUT ROWID;

-- A secret that is sent beside the access token.
ALTER TABLE credentials ADD COLUMN companion TEXT;
ALTER TABLE pending_connections ADD COLUMN companion TEXT;
