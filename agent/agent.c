#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "agent/agent.h"
#include "agent/journal.h"
#include "shared/enc.h"
#include "shared/lang.h"
#include "shared/migrate.h"
#include "shared/upgrade.h"

#define KEY_FILE_TEXT (2 * SEED_LEN + 1) /* digits and line feed */

/* ---- the key ---- */

static int key_make(struct agent *agent, const char *path, struct err *err)
{
	uint8_t seed[SEED_LEN];
	char text[KEY_FILE_TEXT + 1];
	int rc;

	os_random(agent->os, seed, sizeof(seed));
	enc_hex(seed, sizeof(seed), text);
	text[KEY_FILE_TEXT - 1] = '\n';
	rc = os_file_create(path, text, KEY_FILE_TEXT, 0600, err);
	crypto_wipe(seed, sizeof(seed));
	crypto_wipe(text, sizeof(text));
	return rc;
}

/* Whoever reads the key can sign in this laptop's name. */
static int check_private(const char *path, struct err *err)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return err_errno(err, E_IO, "%s", path);
	/* What is no file at all is damage, which key_read tells. */
	if (!S_ISREG(st.st_mode) || (st.st_mode & 077) == 0)
		return 0;
	return err_set(err, E_IO,
	    L("%s : d'autres que vous peuvent lire cette clé ; tapez "
	      "« chmod 600 » suivi de ce nom, et prévenez le bureau si ce "
	      "poste est partagé",
		"%s: others than you can read this key; type \"chmod 600\" "
		"and this name, and tell the office if this laptop is shared"),
	    path);
}

static int seed_read(uint8_t seed[SEED_LEN], const char *path, struct err *err)
{
	struct buf text = BUF_INIT;
	int rc;

	if ((rc = check_private(path, err)) < 0)
		goto out;
	rc = os_file_read(&text, path, KEY_FILE_TEXT, err);
	if (rc < 0 && rc != E_LIMIT)
		goto out;
	if (rc == E_LIMIT || text.len != KEY_FILE_TEXT ||
	    text.data[text.len - 1] != '\n' ||
	    enc_unhex(seed, SEED_LEN, text.data, text.len - 1, NULL) < 0) {
		rc = err_set(err, E_CORRUPT,
		    L("%s : clé abîmée ; reprenez-la dans une sauvegarde, ou "
		      "demandez au bureau d'enrôler ce poste à nouveau",
			"%s: damaged key; take it from a backup, or ask the "
			"office to enrol this laptop again"),
		    path);
	}
out:
	if (text.data != NULL)
		crypto_wipe(text.data, text.len);
	buf_free(&text);
	return rc;
}

static int key_read(struct key *out, const char *path, struct err *err)
{
	uint8_t seed[SEED_LEN];
	int rc = seed_read(seed, path, err);

	if (rc == 0)
		key_from_seed(out, seed);
	crypto_wipe(seed, sizeof(seed));
	return rc;
}

/* Every save reads the key: one that has not changed is not made again of its
 * seed, which costs a multiplication on the curve. */
static int own_key_read(struct agent *agent, const char *path, struct err *err)
{
	uint8_t seed[SEED_LEN], held[SEED_LEN];
	int rc = seed_read(seed, path, err);

	key_seed(&agent->key, held);
	if (rc == 0 &&
	    (agent->device[0] == '\0' || !crypto_same(seed, held, SEED_LEN))) {
		key_from_seed(&agent->key, seed);
		key_device(agent->key.pub, agent->device);
	}
	crypto_wipe(seed, sizeof(seed));
	crypto_wipe(held, sizeof(held));
	return rc;
}

static int key_path(const struct agent *agent, const char *name,
    struct buf *out, struct err *err)
{
	buf_printf(out, "%s/%s", agent->directory, name);
	return buf_check(out, err);
}

static int open_key(struct agent *agent, bool create, struct err *err)
{
	struct buf path = BUF_INIT;
	struct os_mark mark;
	int rc;

	if ((rc = key_path(agent, AGENT_KEY_NAME, &path, err)) < 0)
		goto out;
	if (!os_file_exists(path.data) && !create) {
		rc = err_set(err, E_CORRUPT,
		    L("%s : la clé de ce poste manque ; reprenez-la dans une "
		      "sauvegarde, ou demandez au bureau d'enrôler ce poste à "
		      "nouveau",
			"%s: this laptop's key is missing; take it from a "
			"backup, or ask the office to enrol this laptop again"),
		    path.data);
		goto out;
	}
	if (!os_file_exists(path.data) &&
	    (rc = key_make(agent, path.data, err)) < 0)
		goto out;
	/* The mark first: a key that comes in between is read again. */
	memset(&agent->key_mark, 0, sizeof(agent->key_mark));
	if ((rc = os_file_mark(path.data, &mark, err)) == 0 &&
	    (rc = own_key_read(agent, path.data, err)) == 0)
		agent->key_mark = mark;
out:
	buf_free(&path);
	return rc;
}

int agent_key_again(struct agent *agent, struct err *err)
{
	return open_key(agent, false, err);
}

int agent_key_if_new(struct agent *agent, struct err *err)
{
	struct buf path = BUF_INIT;
	struct os_mark mark;
	int rc = key_path(agent, AGENT_KEY_NAME, &path, err);

	if (rc == 0 && (os_file_mark(path.data, &mark, NULL) < 0 ||
			   !os_mark_is(&mark, &agent->key_mark)))
		rc = agent_key_again(agent, err);
	buf_free(&path);
	return rc;
}

int agent_next_key(
    struct agent *agent, struct key *out, bool *found, struct err *err)
{
	struct buf path = BUF_INIT;
	int rc = key_path(agent, AGENT_NEXT_KEY_NAME, &path, err);

	*found = rc == 0 && os_file_exists(path.data);
	if (*found)
		rc = key_read(out, path.data, err);
	buf_free(&path);
	return rc;
}

int agent_next_key_make(struct agent *agent, struct err *err)
{
	struct buf path = BUF_INIT;
	int rc = key_path(agent, AGENT_NEXT_KEY_NAME, &path, err);

	if (rc == 0 && !os_file_exists(path.data))
		rc = key_make(agent, path.data, err);
	buf_free(&path);
	return rc;
}

int agent_next_key_take(struct agent *agent, struct err *err)
{
	struct buf from = BUF_INIT, to = BUF_INIT;
	int rc;

	if ((rc = key_path(agent, AGENT_NEXT_KEY_NAME, &from, err)) == 0 &&
	    (rc = key_path(agent, AGENT_KEY_NAME, &to, err)) == 0 &&
	    (rc = os_file_move(from.data, to.data, err)) == 0)
		rc = agent_key_again(agent, err);
	buf_free(&from);
	buf_free(&to);
	return rc;
}

int agent_next_key_drop(struct agent *agent, struct err *err)
{
	struct buf path = BUF_INIT;
	int rc;

	if ((rc = key_path(agent, AGENT_NEXT_KEY_NAME, &path, err)) == 0)
		rc = os_file_remove(path.data, err);
	buf_free(&path);
	return rc;
}

/* ---- the database ---- */

static int open_db(struct agent *agent, bool create, struct err *err)
{
	struct buf path = BUF_INIT, dsn = BUF_INIT;
	int rc;

	buf_printf(&path, "%s/%s", agent->directory, AGENT_DB_NAME);
	buf_printf(&dsn, "sqlite:%s", buf_text(&path));
	if (agent->os->vfs != NULL)
		buf_printf(&dsn, "?vfs=%s", agent->os->vfs);
	if ((rc = buf_check(&path, err)) < 0 || (rc = buf_check(&dsn, err)) < 0)
		goto out;
	if (!create && agent->os->vfs == NULL && !os_file_exists(path.data)) {
		rc = err_set(err, E_NOT_INIT,
		    L("rien n'est installé dans %.500s : demandez un code au "
		      "bureau, puis lancez « pointeau enrol CODE »",
			"nothing is set up in %.500s: ask the office for a "
			"code, "
			"then run \"pointeau enrol CODE\""),
		    agent->directory);
		goto out;
	}
	if ((rc = db_open(&agent->db, dsn.data, DB_AGENT, create, err)) < 0)
		goto out;
	/* A simulated disk has no place beside it. */
	rc = agent->os->vfs != NULL
	         ? migrate_apply(agent->db, migrations_agent, err)
	         : upgrade_apply(
		       agent->db, agent->directory, migrations_agent, err);
out:
	buf_free(&path);
	buf_free(&dsn);
	return rc;
}

int agent_open(struct agent *out, const char *directory, const struct os *os,
    bool create, struct err *err)
{
	uint8_t server[KEY_LEN];
	int rc;

	assert(os != NULL);
	memset(out, 0, sizeof(*out));
	out->os = os;
	if ((rc = crypto_init(err)) < 0)
		return rc;
	if ((out->directory = strdup(directory)) == NULL)
		return err_nomem(err);
	if (create && (rc = os_directory_make(directory, err)) < 0)
		goto out;
	if ((rc = open_db(out, create, err)) < 0)
		goto out;
	if (!create && (rc = journal_server_key(out->db, server, err)) < 0)
		goto out;
	rc = open_key(out, create, err);
out:
	if (rc < 0)
		agent_close(out);
	return rc;
}

void agent_close(struct agent *agent)
{
	if (agent == NULL)
		return;
	key_clear(&agent->key);
	if (agent->loan != NULL) {
		db_rollback(agent->db);
		agent->loan->out = false;
	} else {
		db_close(agent->db);
		free(agent->directory);
	}
	memset(agent, 0, sizeof(*agent));
}
