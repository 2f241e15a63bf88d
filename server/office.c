#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/office.h"
#include "server/server_key.h"
#include "server/tls.h"
#include "shared/enc.h"
#include "shared/lang.h"
#include "shared/migrate.h"
#include "shared/record.h"

#define KEY_FILE_MAX 256

/* Append "<directory>/<name>". */
static int join(
    struct buf *out, const char *directory, const char *name, struct err *err)
{
	buf_printf(out, "%s/%s", directory, name);
	return buf_check(out, err);
}

int office_path(const struct office *office, const char *name, struct buf *out,
    struct err *err)
{
	return join(out, office->directory, name, err);
}

static int write_file(const char *directory, const char *name, const void *data,
    size_t len, struct err *err)
{
	struct buf path = BUF_INIT;
	int rc;

	if ((rc = join(&path, directory, name, err)) == 0)
		rc = os_file_create(path.data, data, len, 0600, err);
	buf_free(&path);
	return rc;
}

/* A new key: its seed in hexadecimal, readable by its owner alone. */
static int make_key(const char *directory, const char *name,
    const struct os *os, struct err *err)
{
	uint8_t seed[SEED_LEN];
	char text[2 * SEED_LEN + 2];
	int rc;

	os_random(os, seed, sizeof(seed));
	enc_hex(seed, sizeof(seed), text);
	text[sizeof(text) - 2] = '\n';
	rc = write_file(directory, name, text, sizeof(text) - 1, err);
	crypto_wipe(seed, sizeof(seed));
	crypto_wipe(text, sizeof(text));
	return rc;
}

static int load_key(
    struct key *out, const char *directory, const char *name, struct err *err)
{
	struct buf path = BUF_INIT, text = BUF_INIT;
	uint8_t seed[SEED_LEN];
	int rc;

	if ((rc = join(&path, directory, name, err)) < 0)
		goto out;
	rc = os_file_read(&text, path.data, KEY_FILE_MAX, err);
	if (rc < 0 && rc != E_LIMIT) {
		(void)err_context(err,
		    L("une clé du serveur manque (restaurez une sauvegarde)",
			"a key of the server is missing (restore a backup)"));
		goto out;
	}
	if (rc == E_LIMIT || text.len == 0 || text.data[text.len - 1] != '\n' ||
	    enc_unhex(seed, sizeof(seed), text.data, text.len - 1, NULL) < 0) {
		rc = err_set(err, E_CORRUPT,
		    L("%s : ce n'est pas une clé ; restaurez-la d'une "
		      "sauvegarde",
			"%s: this is no key; restore it from a backup"),
		    path.data);
		goto out;
	}
	key_from_seed(out, seed);
out:
	crypto_wipe(seed, sizeof(seed));
	if (text.data != NULL)
		crypto_wipe(text.data, text.len);
	buf_free(&text);
	buf_free(&path);
	return rc;
}

int office_key(const struct office *office, const char *name, struct key *out,
    struct err *err)
{
	return load_key(out, office->directory, name, err);
}

int office_key_make(
    const struct office *office, const char *name, struct err *err)
{
	return make_key(office->directory, name, office->os, err);
}

/* The recovery key in groups of four capitals, as people copy them. */
static int make_recovery(
    const char *directory, struct buf *shown, struct err *err)
{
	struct buf plain = BUF_INIT;
	uint8_t pub[32], secret[32];
	char hex[66];
	int rc;

	crypto_box_pair(pub, secret);
	enc_base32(&plain, secret, sizeof(secret));
	for (size_t i = 0; i < plain.len && plain.data[i] != '='; i++) {
		if (i > 0 && i % 4 == 0)
			buf_add_char(shown, '-');
		buf_add_char(shown, plain.data[i]);
	}
	enc_hex(pub, sizeof(pub), hex);
	hex[64] = '\n';
	rc = write_file(directory, OFFICE_RECOVERY, hex, 65, err);
	crypto_wipe(secret, sizeof(secret));
	if (plain.data != NULL)
		crypto_wipe(plain.data, plain.len);
	buf_free(&plain);
	return rc < 0 ? rc : buf_check(shown, err);
}

static int make_certificate(const char *directory, const struct config *config,
    const struct os *os, struct err *err)
{
	struct buf path = BUF_INIT;
	char host[CONFIG_VALUE_MAX];
	int rc;

	config_host(config, host, sizeof(host));
	if ((rc = join(&path, directory, OFFICE_TLS, err)) < 0)
		goto out;
	rc = config->tls_certificate[0] != '\0'
	         ? tls_certificate_adopt(
		       path.data, config->tls_certificate, config->tls_key, err)
	         : tls_certificate_make(path.data, host, os_now_s(os), err);
out:
	buf_free(&path);
	return rc;
}

static int open_database(
    struct office *office, bool create, bool write, struct err *err)
{
	struct buf dsn = BUF_INIT;
	int rc;

	buf_printf(&dsn, "sqlite:%s/%s", office->directory, OFFICE_DB);
	if (office->os->vfs != NULL)
		buf_printf(&dsn, "?vfs=%s", office->os->vfs);
	if ((rc = buf_check(&dsn, err)) == 0)
		rc = db_open(&office->db, dsn.data,
		    write ? DB_SERVER : DB_READER, create, err);
	if (rc == 0 && write)
		rc = migrate_apply(office->db, migrations_server, err);
	buf_free(&dsn);
	return rc;
}

static int make_config(
    const char *directory, const struct config *config, struct err *err)
{
	struct buf text = BUF_INIT;
	int rc;

	config_write(&text, config);
	if ((rc = buf_check(&text, err)) == 0)
		rc = write_file(
		    directory, OFFICE_CONFIG, text.data, text.len, err);
	buf_free(&text);
	return rc;
}

/* Take away what office_create made in a directory that was empty, so that
 * it can be tried again. A path that long was never made. */
static void remove_files(const char *directory)
{
	static const char *const names[] = {OFFICE_CONFIG, OFFICE_DB,
	    OFFICE_DB "-wal", OFFICE_DB "-shm", OFFICE_DB "-journal",
	    OFFICE_RECOVERY, OFFICE_CONSOLE_KEY, OFFICE_SERVER_KEY, OFFICE_TLS};
	char path[PATH_MAX];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)snprintf(
		    path, sizeof(path), "%s/%s", directory, names[i]);
		(void)unlink(path);
	}
}

/* The settings come last: a directory that has them is complete. */
int office_create(const char *directory, const struct config *config,
    const struct os *os, struct buf *recovery, struct err *err)
{
	struct office office = {.lock = -1, .os = os};
	int rc;

	if (!os_directory_is_empty(directory)) {
		return err_set(err, E_CONFLICT,
		    L("%s n'est pas vide : rien n'y a été changé ; donnez un "
		      "autre dossier avec --data",
			"%s is not empty: nothing was changed there; give "
			"another directory with --data"),
		    directory);
	}
	if ((office.directory = strdup(directory)) == NULL)
		return err_nomem(err);
	if ((rc = os_directory_make(directory, err)) < 0 ||
	    (rc = make_certificate(directory, config, os, err)) < 0 ||
	    (rc = make_key(directory, OFFICE_SERVER_KEY, os, err)) < 0 ||
	    (rc = make_key(directory, OFFICE_CONSOLE_KEY, os, err)) < 0 ||
	    (rc = make_recovery(directory, recovery, err)) < 0 ||
	    (rc = open_database(&office, true, true, err)) < 0)
		goto out;
	rc = make_config(directory, config, err);
out:
	db_close(office.db);
	free(office.directory);
	if (rc < 0)
		remove_files(directory);
	return rc;
}

bool signer_may(const struct signer *signer, const char *structure)
{
	const char *at = signer->structures;
	size_t len = strlen(structure);

	if (strcmp(at, SIGNER_ALL) == 0 ||
	    strcmp(structure, STRUCTURE_OFFICE) == 0)
		return true;
	for (; *at != '\0';
	     at += strcspn(at, "\n") + (strchr(at, '\n') != NULL)) {
		if (strncmp(at, structure, len) == 0 &&
		    (at[len] == '\n' || at[len] == '\0'))
			return true;
	}
	return false;
}

static int load_config(struct office *office, struct err *err)
{
	struct buf path = BUF_INIT, text = BUF_INIT;
	int rc;

	if ((rc = office_path(office, OFFICE_CONFIG, &path, err)) < 0)
		goto out;
	if (!os_file_exists(path.data)) {
		rc = err_set(err, E_NOT_INIT,
		    L("aucun serveur dans %.500s : lancez d'abord « pointeau-"
		      "server init --url https://hôte:port »",
			"no server in %.500s: first run \"pointeau-server init "
			"--url https://host:port\""),
		    office->directory);
		goto out;
	}
	if ((rc = os_file_read(&text, path.data, CONFIG_FILE_MAX, err)) < 0)
		goto out;
	if ((rc = config_parse(&office->config, buf_text(&text), err)) < 0)
		(void)err_context(err, "%s", path.data);
out:
	buf_free(&path);
	buf_free(&text);
	return rc;
}

static int take_lock(struct office *office, struct err *err)
{
	struct buf path = BUF_INIT;
	int rc;

	if ((rc = office_path(office, OFFICE_LOCK, &path, err)) == 0)
		rc = os_lock(&office->lock, path.data, err);
	buf_free(&path);
	return rc;
}

/* A directory restored from a backup while the machine stayed up must not
 * go on in the session of what was lost: it would tell two stories under
 * one name. Whoever restores stops the server first. */
static void name_opening(struct office *office, const struct os *os)
{
	uint8_t name[DEVICE_LEN];

	os_random(os, name, sizeof(name));
	enc_hex(name, sizeof(name), office->incarnation);
	office->machine = *os;
	office->machine.incarnation = office->incarnation;
	office->os = &office->machine;
}

int office_open(struct office *out, const char *directory, const struct os *os,
    bool write, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	out->lock = -1;
	name_opening(out, os);
	if ((out->directory = strdup(directory)) == NULL)
		return err_nomem(err);
	if ((rc = load_config(out, err)) < 0 ||
	    (write && (rc = take_lock(out, err)) < 0) ||
	    (write && (rc = server_key_settle(out, err)) < 0) ||
	    (rc = load_key(&out->server, directory, OFFICE_SERVER_KEY, err)) <
		0 ||
	    (rc = load_key(&out->console, directory, OFFICE_CONSOLE_KEY, err)) <
		0 ||
	    (rc = open_database(out, false, write, err)) < 0 ||
	    (write && (rc = server_key_record(out, err)) < 0)) {
		office_close(out);
		return rc;
	}
	key_device(out->server.pub, out->server_device);
	key_device(out->console.pub, out->console_device);
	if (write && (rc = server_key_check(out, err)) < 0) {
		office_close(out);
		return rc;
	}
	return 0;
}

void office_close(struct office *office)
{
	if (office == NULL)
		return;
	db_close(office->db);
	key_clear(&office->server);
	key_clear(&office->console);
	os_unlock(office->lock);
	free(office->directory);
	memset(office, 0, sizeof(*office));
	office->lock = -1;
}
