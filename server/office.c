#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/backup/recovery.h"
#include "server/digests.h"
#include "server/office.h"
#include "server/server_key.h"
#include "server/tls.h"
#include "shared/enc.h"
#include "shared/lang.h"
#include "shared/ledger_month.h"
#include "shared/migrate.h"
#include "shared/record.h"
#include "shared/upgrade.h"

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

static int make_recovery(
    const char *directory, struct buf *shown, struct err *err)
{
	struct recovery recovery;
	int rc;

	recovery_make(&recovery);
	recovery_show(shown, &recovery);
	rc = recovery_public_put(directory, recovery.pub, err);
	recovery_clear(&recovery);
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
	rc = config->tls == CONFIG_TLS_OWN && config->tls_certificate[0] != '\0'
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
		/* A simulated disk has no place beside it. */
		rc = office->os->vfs != NULL
		         ? migrate_apply(office->db, migrations_server, err)
		         : upgrade_apply(office->db, office->directory,
			       migrations_server, err);
	if (rc == 0 && write)
		rc = ledger_month_keep(office->db, err);
	buf_free(&dsn);
	return rc;
}

/* ${path} NULL: in the directory itself. */
static int make_config(const char *directory, const char *path,
    const struct config *config, struct err *err)
{
	struct buf text = BUF_INIT;
	int rc;

	if (path != NULL && os_file_exists(path))
		return 0;
	config_write(&text, config);
	if ((rc = buf_check(&text, err)) == 0)
		rc = path == NULL
		         ? write_file(directory, OFFICE_CONFIG, text.data,
			       text.len, err)
		         : os_file_create(path, text.data, text.len, 0600, err);
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

int office_create(const char *directory, const struct config *config,
    const struct os *os, struct buf *recovery, struct err *err)
{
	return office_create_with(directory, NULL, config, os, recovery, err);
}

/* The settings come last: a directory that has them is complete. */
int office_create_with(const char *directory, const char *path,
    const struct config *config, const struct os *os, struct buf *recovery,
    struct err *err)
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
	rc = make_config(directory, path, config, err);
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

int office_not_there(const char *directory, struct err *err)
{
	return err_set(err, E_NOT_INIT,
	    L("aucun serveur dans %.500s : lancez d'abord « pointeau-server "
	      "init --url https://hôte:port »",
		"no server in %.500s: first run \"pointeau-server init --url "
		"https://host:port\""),
	    directory);
}

static int load_config(struct office *office, struct err *err)
{
	const struct settings_given none = {.file = NULL};
	struct buf path = BUF_INIT;
	struct settings settings;
	int rc;

	if ((rc = office_path(office, OFFICE_CONFIG, &path, err)) == 0 &&
	    !os_file_exists(path.data))
		rc = office_not_there(office->directory, err);
	buf_free(&path);
	if (rc < 0)
		return rc;
	rc = config_load(
	    &settings, &office->config, office->directory, &none, err);
	if (rc == 0)
		rc = settings_verdict(&settings, err);
	settings_clear(&settings);
	return rc;
}

/* The settings may be elsewhere: is there anything here? Some of it alone is
 * a directory that was damaged, as whoever reads it will say. */
static int check_there(const char *directory, struct err *err)
{
	static const char *const names[] = {
	    OFFICE_DB, OFFICE_SERVER_KEY, OFFICE_CONSOLE_KEY, OFFICE_CONFIG};
	struct buf path = BUF_INIT;
	bool there = false;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof(names) / sizeof(names[0]);
	     i++) {
		buf_reset(&path);
		if ((rc = join(&path, directory, names[i], err)) == 0)
			there = there || os_file_exists(path.data);
	}
	buf_free(&path);
	return rc < 0 || there ? rc : office_not_there(directory, err);
}

static int set_config(
    struct office *office, const struct config *config, struct err *err)
{
	if (config == NULL)
		return load_config(office, err);
	office->config = *config;
	return check_there(office->directory, err);
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
	return office_open_with(out, directory, NULL, os, write, err);
}

int office_open_with(struct office *out, const char *directory,
    const struct config *config, const struct os *os, bool write,
    struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	out->lock = -1;
	name_opening(out, os);
	if ((out->directory = strdup(directory)) == NULL)
		return err_nomem(err);
	if ((rc = set_config(out, config, err)) < 0 ||
	    (write && (rc = take_lock(out, err)) < 0) ||
	    (write && (rc = server_key_settle(out, err)) < 0) ||
	    (rc = load_key(&out->server, directory, OFFICE_SERVER_KEY, err)) <
		0 ||
	    (rc = load_key(&out->console, directory, OFFICE_CONSOLE_KEY, err)) <
		0 ||
	    (rc = open_database(out, false, write, err)) < 0 ||
	    (write && (rc = digests_new(&out->digests, err)) < 0) ||
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
	digests_free(office->digests);
	key_clear(&office->server);
	key_clear(&office->console);
	os_unlock(office->lock);
	free(office->directory);
	memset(office, 0, sizeof(*office));
	office->lock = -1;
}
