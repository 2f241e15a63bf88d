-- What the office alone keeps beside the ledger. None of it is a fact of the
-- log: codes and bearers die by themselves.

-- One-time enrolment codes; only their hash is kept. device: who used it.
CREATE TABLE code (
	hash TEXT NOT NULL PRIMARY KEY,
	crews TEXT NOT NULL,
	expires_s BIGINT NOT NULL,
	device TEXT NOT NULL
);

CREATE TABLE bearer (
	hash TEXT NOT NULL PRIMARY KEY,
	device TEXT NOT NULL,
	expires_s BIGINT NOT NULL
);
CREATE INDEX bearer_device ON bearer (device);

-- When each laptop was last heard.
CREATE TABLE contact (
	device TEXT NOT NULL PRIMARY KEY,
	time_s BIGINT NOT NULL,
	version TEXT NOT NULL
);

-- Sets that tell another story than the log: kept as evidence.
CREATE TABLE evidence (
	structure TEXT NOT NULL,
	hash TEXT NOT NULL,
	device TEXT NOT NULL,
	why TEXT NOT NULL,
	time_s BIGINT NOT NULL,
	bytes BLOB NOT NULL,
	PRIMARY KEY (structure, hash)
);
CREATE INDEX evidence_device ON evidence (structure, device);

-- How many more there were than are kept.
CREATE TABLE evidence_missed (
	structure TEXT NOT NULL,
	device TEXT NOT NULL,
	count BIGINT NOT NULL,
	PRIMARY KEY (structure, device)
);
