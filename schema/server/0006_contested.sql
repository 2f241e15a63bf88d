-- The office's own ways into the ledger's tables, once more: where those were
-- made anew (ledger/0002) they are gone.
CREATE INDEX IF NOT EXISTS changeset_time
	ON changeset (time_s, structure, place);
CREATE INDEX IF NOT EXISTS entry_fault ON entry (structure, id)
	WHERE fault <> '';
CREATE INDEX IF NOT EXISTS record_contested ON record (structure, record)
	WHERE state = 'contested';

-- Accidents, for the alerts.
CREATE INDEX record_accident ON record (structure, record)
	WHERE kind = 'accident';
