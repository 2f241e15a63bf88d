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

-- The PINs that unlock the page, one a supervisor. hash: Argon2id; wrong:
-- how many wrong ones since the last right one.
CREATE TABLE pin (
	structure TEXT NOT NULL,
	supervisor TEXT NOT NULL,
	hash TEXT NOT NULL,
	wrong BIGINT NOT NULL,
	PRIMARY KEY (structure, supervisor)
);

-- Half-days of a crew that a supervisor called finished on this laptop.
CREATE TABLE finished (
	structure TEXT NOT NULL,
	crew TEXT NOT NULL,
	day TEXT NOT NULL,
	slot TEXT NOT NULL,
	person TEXT NOT NULL,
	at_s BIGINT NOT NULL,
	PRIMARY KEY (structure, crew, day, slot)
);
