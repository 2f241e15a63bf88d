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

-- Receipts that the server gave and whose places its log no longer has: what
-- it once signed, kept for good.
CREATE TABLE lost_receipt (
	structure TEXT NOT NULL,
	epoch BIGINT NOT NULL,
	n BIGINT NOT NULL,
	manifest BLOB NOT NULL,
	head BLOB NOT NULL,
	time_s BIGINT NOT NULL,
	receipt BLOB NOT NULL,
	noted_s BIGINT NOT NULL,
	PRIMARY KEY (structure, epoch, n, head)
);
