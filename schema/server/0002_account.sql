-- Who may log in at the office. Nothing here opens anything: the signing key
-- and the secret of the codes are sealed under a key that Argon2id makes of
-- the password, links are kept as their SHA-256.

-- structures: "*" for all, or names, one a line. device: of its key, '' until
-- the person has chosen a password. step: of the last code that was used.
CREATE TABLE account (
	login TEXT NOT NULL PRIMARY KEY,
	name TEXT NOT NULL,
	role TEXT NOT NULL,
	structures TEXT NOT NULL,
	enabled BIGINT NOT NULL,
	device TEXT NOT NULL,
	salt BLOB,
	sealed BLOB,
	step BIGINT NOT NULL,
	made_s BIGINT NOT NULL,
	seen_s BIGINT NOT NULL
);

-- One-use links. login: '' for the very first account, which names itself.
CREATE TABLE invitation (
	hash TEXT NOT NULL PRIMARY KEY,
	login TEXT NOT NULL,
	expires_s BIGINT NOT NULL
);
