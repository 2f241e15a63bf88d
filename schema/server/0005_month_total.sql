-- What each worker's month adds up to, by kind of hours: kept in the
-- transaction that changes a record of hours, and rebuilt with the records.
-- slots: merged ones, which minutes are of; contested: of the provisional
-- value's kind; unknown: of people on no list yet. A row of zeros is none.
-- The month leads: a report of all structures reads one run of rows, and one
-- of a structure a part of it.
CREATE TABLE month_total (
	month TEXT NOT NULL,
	structure TEXT NOT NULL,
	worker TEXT NOT NULL,
	kind TEXT NOT NULL,
	minutes BIGINT NOT NULL,
	slots BIGINT NOT NULL,
	contested BIGINT NOT NULL,
	unknown BIGINT NOT NULL,
	PRIMARY KEY (month, structure, worker, kind)
) /* clustered */;

-- Whom another structure counts too.
CREATE INDEX month_total_worker ON month_total (month, worker, structure);

INSERT INTO month_total (month, structure, worker, kind, minutes, slots,
	contested, unknown)
SELECT SUBSTR(day, 1, 7), structure, subject, kind,
	CAST(SUM(CASE WHEN state = 'merged' THEN minutes ELSE 0 END) AS BIGINT),
	CAST(SUM(CASE WHEN state = 'merged' THEN 1 ELSE 0 END) AS BIGINT),
	CAST(SUM(CASE WHEN state = 'contested' THEN 1 ELSE 0 END) AS BIGINT),
	CAST(SUM(CASE WHEN state = 'unknown' THEN 1 ELSE 0 END) AS BIGINT)
FROM record
WHERE family = 'hours' AND day <> ''
	AND state IN ('merged', 'contested', 'unknown')
GROUP BY SUBSTR(day, 1, 7), structure, subject, kind;

-- Moves whenever a record of a structure changes that is no worker's hours,
-- skills or sign-offs: what was worked out from the lists at one version
-- holds as long as the version stands.
CREATE TABLE lists_version (
	structure TEXT NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (structure)
) /* clustered */;
