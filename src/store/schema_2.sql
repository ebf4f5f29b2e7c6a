-- The whole redirect that is registered for a client, where only its port could be told. No path: a new one every time.
ALTER TABLE apps ADD COLUMN redirect_host TEXT NOT NULL DEFAULT '127.0.0.1';
ALTER TABLE apps ADD COLUMN redirect_path TEXT DEFAULT '/callback';

-- What `revoke --keep-for-retry` keeps: apart from the credentials, so that nothing that opens a credential can find it.
-- Without its tokens a row says that they were destroyed because their time was over.
CREATE TABLE kept_for_retry (
  connection TEXT PRIMARY KEY REFERENCES connections (id), access_token TEXT, refresh_token TEXT, client_secret TEXT,
  until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
