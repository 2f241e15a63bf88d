-- What a laptop alone keeps beside the ledger.

-- One line a fact: server address, key, pin, bearer, last attempt…
CREATE TABLE setting (
	name TEXT NOT NULL PRIMARY KEY,
	value TEXT NOT NULL
);

-- The structures this laptop works for and what it may see there. scope:
-- the digest the server last told; a change pulls the log again from 0.
CREATE TABLE follow (
	structure TEXT NOT NULL PRIMARY KEY,
	scope TEXT NOT NULL,
	cursor BIGINT NOT NULL,
	cursor_head BLOB NOT NULL
);
