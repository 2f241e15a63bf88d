-- The ledger's tables anew, each kept in as few trees as it can be, in the
-- order in which rows come: structure, then time. Nothing is led by a hash.
-- For the comments between a column and its key, see docs/sql.md.

-- Identities are the whole database's from now on: those of a structure move
-- beyond those of the structures before it.
CREATE TABLE shift (
	structure TEXT NOT NULL PRIMARY KEY,
	entry BIGINT NOT NULL,
	changeset BIGINT NOT NULL
);
INSERT INTO shift (structure, entry, changeset)
	SELECT s.structure,
		(SELECT CAST(COALESCE(SUM(e.last), 0) AS BIGINT) FROM
			(SELECT structure, MAX(id) AS last FROM entry
				GROUP BY structure) e
			WHERE e.structure < s.structure),
		(SELECT CAST(COALESCE(SUM(c.last), 0) AS BIGINT) FROM
			(SELECT structure, MAX(id) AS last FROM changeset
				GROUP BY structure) c
			WHERE c.structure < s.structure)
	FROM (SELECT structure FROM entry
		UNION SELECT structure FROM changeset) s;

-- By way of numbers that no row has: keys are compared row by row.
UPDATE outbox SET entry = -1 - entry - (SELECT s.entry FROM shift s
	WHERE s.structure = outbox.structure);
UPDATE outbox SET entry = -1 - entry;

-- first, last: its entries are those between that name it (entry.changeset);
-- changeset_entry tells of the others.
CREATE TABLE changeset_new (
	id BIGINT /* rowid */ PRIMARY KEY,
	structure TEXT NOT NULL,
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
	first BIGINT NOT NULL,
	last BIGINT NOT NULL
);
INSERT INTO changeset_new (id, structure, hash, device, session, seq, prev,
		header, sig, sent, place, epoch, time_s, head, receipt, first,
		last)
	SELECT c.id + s.changeset, c.structure, c.hash, c.device, c.session,
		c.seq, c.prev, c.header, c.sig, c.sent, c.place, c.epoch,
		c.time_s, c.head, c.receipt, 0, 0
	FROM changeset c JOIN shift s ON s.structure = c.structure
	ORDER BY c.structure, c.id;

-- An entry of a set that does not name it: entry is 0 while its body is not
-- here, -1 once it was destroyed.
CREATE TABLE changeset_entry_new (
	changeset BIGINT NOT NULL,
	pos BIGINT NOT NULL,
	structure TEXT NOT NULL,
	hash BLOB NOT NULL,
	entry BIGINT NOT NULL,
	PRIMARY KEY (changeset, pos)
) /* clustered */;
INSERT INTO changeset_entry_new (changeset, pos, structure, hash, entry)
	SELECT l.changeset + s.changeset, l.pos, l.structure, l.hash,
		CASE WHEN e.id IS NOT NULL THEN e.id + s.entry
			WHEN p.hash IS NOT NULL THEN -1 ELSE 0 END
	FROM changeset_entry l JOIN shift s ON s.structure = l.structure
	LEFT JOIN entry e ON e.structure = l.structure AND e.hash = l.hash
	LEFT JOIN purged p ON p.structure = l.structure AND p.hash = l.hash
	ORDER BY l.structure, l.changeset, l.pos;

-- moment: the day that the record's key names, '' for none; '' too for what
-- belongs to no record. changeset, pos: the set that brought it, 0 for none.
CREATE TABLE entry_new (
	id BIGINT /* rowid */ PRIMARY KEY,
	structure TEXT NOT NULL,
	moment TEXT NOT NULL,
	record TEXT NOT NULL,
	hash BLOB NOT NULL,
	kind TEXT NOT NULL,
	family TEXT NOT NULL,
	subject TEXT NOT NULL,
	day TEXT NOT NULL,
	device TEXT NOT NULL,
	person TEXT NOT NULL,
	fault TEXT NOT NULL,
	changeset BIGINT NOT NULL,
	pos BIGINT NOT NULL,
	bytes BLOB NOT NULL
);
INSERT INTO entry_new (id, structure, moment, record, hash, kind, family,
		subject, day, device, person, fault, changeset, pos, bytes)
	SELECT e.id + s.entry, e.structure,
		CASE WHEN e.day <> '' AND SUBSTR(e.record || '/', 1,
				LENGTH(e.family) + LENGTH(e.subject) + 13)
			= e.family || '/' || e.subject || '/' || e.day || '/'
			THEN e.day ELSE '' END,
		e.record, e.hash, e.kind, e.family, e.subject, e.day, e.device,
		e.person, e.fault, 0, 0, e.bytes
	FROM entry e JOIN shift s ON s.structure = e.structure
	ORDER BY e.structure, e.id;

-- moment: as an entry's.
CREATE TABLE record_new (
	structure TEXT NOT NULL,
	family TEXT NOT NULL,
	moment TEXT NOT NULL,
	record TEXT NOT NULL,
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
	PRIMARY KEY (structure, family, moment, record)
) /* clustered */;
INSERT INTO record_new (structure, family, moment, record, subject, day, slot,
		state, value, live, minutes, kind, site, activity)
	SELECT r.structure, r.family,
		CASE WHEN r.day <> '' AND SUBSTR(r.record || '/', 1,
				LENGTH(r.family) + LENGTH(r.subject) + 13)
			= r.family || '/' || r.subject || '/' || r.day || '/'
			THEN r.day ELSE '' END,
		r.record, r.subject, r.day, r.slot, r.state, r.value, r.live,
		r.minutes, r.kind, r.site, r.activity
	FROM record r ORDER BY 1, 2, 3, 4;

DROP TABLE record;
DROP TABLE entry;
DROP TABLE changeset_entry;
DROP TABLE changeset;
DROP TABLE shift;
ALTER TABLE changeset_new RENAME TO changeset;
ALTER TABLE changeset_entry_new RENAME TO changeset_entry;
ALTER TABLE entry_new RENAME TO entry;
ALTER TABLE record_new RENAME TO record;

CREATE INDEX changeset_author ON changeset (structure, device, session, seq);
CREATE INDEX changeset_place ON changeset (structure, place)
	WHERE place > 0;
CREATE INDEX changeset_waiting ON changeset (structure, id)
	WHERE place = 0;

-- Who else carries an entry; which sets lack a body, or will for ever.
CREATE INDEX changeset_entry_more ON changeset_entry (entry)
	WHERE entry > 0;
CREATE INDEX changeset_entry_absent ON changeset_entry (structure, hash)
	WHERE entry = 0;
CREATE INDEX changeset_entry_gone ON changeset_entry (structure, hash)
	WHERE entry < 0;

-- The same hash is the same bytes, hence the same record: a duplicate is
-- found there.
CREATE UNIQUE INDEX entry_record ON entry (structure, moment, record, hash);
CREATE INDEX entry_aside ON entry (structure, hash)
	WHERE fault <> '';

-- Days that the key does not name; whom the lists name, in all structures.
CREATE INDEX record_day ON record (structure, family, day)
	WHERE day <> moment;
CREATE INDEX record_subject ON record (family, subject, structure)
	WHERE family <> 'hours' AND family <> 'skill'
		AND family <> 'signoff';
