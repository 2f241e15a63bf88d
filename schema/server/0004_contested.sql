-- The contested slots are asked for on every day of the office, among all the
-- slots of all the months.
CREATE INDEX record_contested ON record (structure, record)
	WHERE state = 'contested';
