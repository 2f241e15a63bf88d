-- What laptops tell about themselves, and what is noted of who looks at whom.
-- None of it is a fact of the log.

-- As last told: how many of its entries had no receipt yet (-1: never told),
-- and how far its clock was ahead of ours, in seconds.
CREATE TABLE contact_state (
	device TEXT NOT NULL PRIMARY KEY,
	unsent BIGINT NOT NULL,
	skew_s BIGINT NOT NULL,
	told_s BIGINT NOT NULL
);

-- Codes whose use ends another laptop.
CREATE TABLE code_replaces (
	hash TEXT NOT NULL PRIMARY KEY,
	device TEXT NOT NULL,
	reason TEXT NOT NULL
);

-- Who read what of which person; kept for a year.
CREATE TABLE access_log (
	id BIGINT NOT NULL PRIMARY KEY,
	time_s BIGINT NOT NULL,
	who TEXT NOT NULL,
	what TEXT NOT NULL,
	subject TEXT NOT NULL
);
CREATE INDEX access_log_time ON access_log (time_s);
CREATE INDEX access_log_subject ON access_log (subject, time_s);

-- The whole log in order of time, for the journal.
CREATE INDEX changeset_time ON changeset (time_s, structure, place);

-- What is set aside, of everything that is kept.
CREATE INDEX entry_fault ON entry (structure, id) WHERE fault <> '';
