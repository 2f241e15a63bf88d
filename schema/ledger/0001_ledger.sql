-- The ledger, the same on a laptop and at the office: signed change sets,
-- their entries byte for byte, and what the entries fold into.
-- Types TEXT, BIGINT and BLOB only; see docs/sql.md. Keys lead with the
-- structure and then follow time.

-- The last verified place of each structure's log, with its receipt: what
-- proves to a server restored from a backup that it once knew more.
-- completed: how often a set in the log gained bodies that it lacked.
CREATE TABLE head (
	structure TEXT NOT NULL PRIMARY KEY,
	epoch BIGINT NOT NULL,
	n BIGINT NOT NULL,
	head BLOB NOT NULL,
	time_s BIGINT NOT NULL,
	manifest BLOB,
	receipt BLOB,
	completed BIGINT NOT NULL
);

-- How the server's keys followed one another, oldest first: a line each, by
-- which both keys vouch for the change (shared/succession.h).
CREATE TABLE succession (
	n BIGINT NOT NULL PRIMARY KEY,
	statement TEXT NOT NULL
);

-- Where this directory stands as an author: the session of each own key.
CREATE TABLE author (
	structure TEXT NOT NULL,
	device TEXT NOT NULL,
	session TEXT NOT NULL,
	seq BIGINT NOT NULL,
	last BLOB NOT NULL,
	boot TEXT NOT NULL,
	machine TEXT NOT NULL,
	PRIMARY KEY (structure, device)
);

-- Own entries not yet sealed into a set.
CREATE TABLE outbox (
	structure TEXT NOT NULL,
	entry BIGINT NOT NULL,
	PRIMARY KEY (structure, entry)
);

-- place: position in the log, 0 before the receipt, and again when a restored
-- server lost it. sent: how often it left for the office.
CREATE TABLE changeset (
	structure TEXT NOT NULL,
	id BIGINT NOT NULL,
	hash BLOB NOT NULL,
	device TEXT NOT NULL,
	session TEXT NOT NULL,
	seq BIGINT NOT NULL,
	prev BLOB NOT NULL,
	header BLOB NOT NULL,
	sig BLOB NOT NULL,
	sent BIGINT NOT NULL,
	place BIGINT NOT NULL,
	epoch BIGINT NOT NULL,
	time_s BIGINT NOT NULL,
	head BLOB,
	receipt BLOB,
	PRIMARY KEY (structure, id)
);
CREATE UNIQUE INDEX changeset_hash ON changeset (structure, hash);
CREATE INDEX changeset_author ON changeset (structure, device, session, seq);
CREATE INDEX changeset_place ON changeset (structure, place, id);

CREATE TABLE changeset_entry (
	structure TEXT NOT NULL,
	changeset BIGINT NOT NULL,
	pos BIGINT NOT NULL,
	hash BLOB NOT NULL,
	PRIMARY KEY (structure, changeset, pos)
);
CREATE INDEX changeset_entry_hash ON changeset_entry (structure, hash);

-- fault: the code of why it is quarantined, '' when it counts.
CREATE TABLE entry (
	structure TEXT NOT NULL,
	id BIGINT NOT NULL,
	hash BLOB NOT NULL,
	kind TEXT NOT NULL,
	record TEXT NOT NULL,
	family TEXT NOT NULL,
	subject TEXT NOT NULL,
	day TEXT NOT NULL,
	device TEXT NOT NULL,
	person TEXT NOT NULL,
	fault TEXT NOT NULL,
	bytes BLOB NOT NULL,
	PRIMARY KEY (structure, id)
);
CREATE UNIQUE INDEX entry_hash ON entry (structure, hash);
CREATE INDEX entry_record ON entry (structure, record, id);

-- Entries whose bodies a purge destroyed: never taken in again.
CREATE TABLE purged (
	structure TEXT NOT NULL,
	hash BLOB NOT NULL,
	PRIMARY KEY (structure, hash)
);

-- What the entries of one record fold into: a cache, dropped and rebuilt at
-- will. state: merged, contested, void, empty, unknown (its worker is not
-- on any list yet), matched (counted under the worker the office named).
CREATE TABLE record (
	structure TEXT NOT NULL,
	record TEXT NOT NULL,
	family TEXT NOT NULL,
	subject TEXT NOT NULL,
	day TEXT NOT NULL,
	slot TEXT NOT NULL,
	state TEXT NOT NULL,
	value TEXT NOT NULL,
	live BIGINT NOT NULL,
	minutes BIGINT NOT NULL,
	kind TEXT NOT NULL,
	site TEXT NOT NULL,
	activity TEXT NOT NULL,
	PRIMARY KEY (structure, record)
);
CREATE INDEX record_day ON record (structure, family, day);
CREATE INDEX record_subject ON record (structure, family, subject, record);
CREATE INDEX record_slot ON record (family, subject, day, slot);

-- Newcomers whom the office has matched to a worker.
CREATE TABLE alias (
	structure TEXT NOT NULL,
	newcomer TEXT NOT NULL,
	worker TEXT NOT NULL,
	PRIMARY KEY (structure, newcomer)
);
CREATE INDEX alias_worker ON alias (structure, worker, newcomer);
