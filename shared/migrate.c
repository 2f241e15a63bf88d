#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "shared/lang.h"
#include "shared/migrate.h"
#include "shared/text.h"

#define VERSION_MAX 64

static const char ledger_sql[] = "CREATE TABLE IF NOT EXISTS schema_migration ("
				 " name TEXT NOT NULL PRIMARY KEY,"
				 " sha256 TEXT NOT NULL,"
				 " place BIGINT NOT NULL);"
				 /* Which program brought it so far: what a
                                  * program that is older names. */
				 "CREATE TABLE IF NOT EXISTS schema_program ("
				 " place BIGINT NOT NULL PRIMARY KEY,"
				 " version TEXT NOT NULL)";

static const struct db_statement list_applied = {"migrate.list",
    "SELECT name, sha256, place FROM schema_migration ORDER BY place"};

static const struct db_statement add_applied = {"migrate.add",
    "INSERT INTO schema_migration (name, sha256, place)"
    " VALUES ($name, $sha256, $place)"};

static const struct db_statement last_program = {"migrate.program",
    "SELECT version FROM schema_program ORDER BY place DESC LIMIT 1"};

static const struct db_statement add_program = {"migrate.program.add",
    "INSERT INTO schema_program (place, version)"
    " VALUES ($place, $version)"};

/* Our list beside what the database says it has. */
struct state {
	const struct migration *list;
	size_t count;
	bool *applied;           /* one a migration of the list */
	int64_t last_place;      /* of those applied, 0 for none */
	char maker[VERSION_MAX]; /* who applied the last, "" unknown */
};

static int refuse_newer(
    const struct state *state, const char *name, struct err *err)
{
	if (state->maker[0] == '\0')
		return err_set(err, E_CONFLICT,
		    L("base de données faite par une version plus récente "
		      "que celle-ci (%s, qui ne connaît pas « %s ») ; mettez "
		      "le programme à jour",
			"database made by a newer version than this one (%s, "
			"which does not know \"%s\"); upgrade the program"),
		    POINTEAU_VERSION, name);
	return err_set(err, E_CONFLICT,
	    L("base de données faite par Pointeau %s, plus récent que ce "
	      "programme (%s, qui ne connaît pas « %s ») ; mettez le "
	      "programme à jour (%s ou une version plus récente), ou restaurez "
	      "une sauvegarde d'avant",
		"database made by Pointeau %s, a newer version than this "
		"program (%s, which does not know \"%s\"); upgrade the "
		"program (to %s or newer), or restore a backup from before"),
	    state->maker, POINTEAU_VERSION, name, state->maker);
}

static int note_maker(void *context, const struct db_row *row, struct err *err)
{
	struct state *state = context;

	(void)err;
	text_copy(
	    state->maker, sizeof(state->maker), db_row_text(row, "version"));
	return 0;
}

static int note_applied(
    void *context, const struct db_row *row, struct err *err)
{
	struct state *state = context;
	const char *name = db_row_text(row, "name");
	size_t i = 0;

	while (i < state->count && strcmp(state->list[i].name, name) != 0)
		i++;
	if (i == state->count)
		return refuse_newer(state, name, err);
	if (strcmp(state->list[i].sha256, db_row_text(row, "sha256")) != 0)
		return err_set(err, E_CORRUPT,
		    L("base de données bâtie avec un autre « %s » que celui de "
		      "ce programme ; installez une version officielle",
			"database built with another \"%s\" than this "
			"program's; install an official release"),
		    name);
	state->applied[i] = true;
	state->last_place = db_row_int(row, "place");
	return 0;
}

static size_t folder_len(const char *name)
{
	const char *slash = strchr(name, '/');

	return slash != NULL ? (size_t)(slash - name) : 0;
}

static bool same_folder(const char *a, const char *b)
{
	size_t len = folder_len(a);

	return len == folder_len(b) && memcmp(a, b, len) == 0;
}

/* Within a folder files are only ever added at the end: one that is missing
 * before another that is there was slipped in afterwards. */
static int check_no_gap(const struct state *state, struct err *err)
{
	for (size_t i = 0; i < state->count; i++) {
		for (size_t j = i + 1; j < state->count; j++) {
			if (state->applied[i] || !state->applied[j] ||
			    !same_folder(
				state->list[i].name, state->list[j].name))
				continue;
			return err_set(err, E_CORRUPT,
			    L("base de données où « %s » précède « %s » ; "
			      "installez une version officielle",
				"database where \"%s\" came before \"%s\"; "
				"install an official release"),
			    state->list[j].name, state->list[i].name);
		}
	}
	return 0;
}

static int apply(struct db *db, const struct migration *migration,
    int64_t place, struct err *err)
{
	int rc;

	if ((rc = db_script(db, migration->sql, err)) < 0)
		goto out;
	rc = db_exec(db, &add_applied,
	    DB_PARAMS(DB_TEXT("name", migration->name),
		DB_TEXT("sha256", migration->sha256), DB_INT("place", place)),
	    NULL, err);
out:
	if (rc < 0)
		(void)err_context(err, "%s", migration->name);
	return rc;
}

static int apply_missing(struct db *db, struct state *state, struct err *err)
{
	int64_t before = state->last_place;
	int rc;

	for (size_t i = 0; i < state->count; i++) {
		if (state->applied[i])
			continue;
		rc = apply(db, &state->list[i], ++state->last_place, err);
		if (rc < 0)
			return rc;
	}
	if (state->last_place == before)
		return 0;
	return db_exec(db, &add_program,
	    DB_PARAMS(DB_INT("place", state->last_place),
		DB_TEXT("version", POINTEAU_VERSION)),
	    NULL, err);
}

/* The list of what was applied, into ${state}; nothing is written. */
static int read_state(struct db *db, struct state *state, struct err *err)
{
	int rc =
	    db_query(db, &last_program, DB_NO_PARAMS, note_maker, state, err);

	if (rc == 0)
		rc = db_query(
		    db, &list_applied, DB_NO_PARAMS, note_applied, state, err);
	return rc;
}

static int state_make(
    struct state *out, const struct migration *list, struct err *err)
{
	*out = (struct state){.list = list};
	while (list[out->count].name != NULL)
		out->count++;
	out->applied = calloc(out->count + 1, sizeof(*out->applied));
	return out->applied == NULL ? err_nomem(err) : 0;
}

int migrate_pending(struct db *db, const struct migration *list,
    const char **last, struct err *err)
{
	struct state state;
	int rc;

	*last = NULL;
	if ((rc = state_make(&state, list, err)) < 0)
		return rc;
	if ((rc = db_begin(db, err)) < 0 ||
	    (rc = db_script(db, ledger_sql, err)) < 0)
		goto out;
	/* A database that cannot be brought up to date is migrate_apply's to
	 * refuse. */
	if (read_state(db, &state, NULL) < 0 || state.last_place == 0)
		goto out;
	for (size_t i = 0; i < state.count; i++) {
		if (!state.applied[i])
			*last = list[i].name;
	}
out:
	db_rollback(db);
	free(state.applied);
	return rc;
}

int migrate_look(
    struct db *db, const struct migration *list, bool *pending, struct err *err)
{
	struct state state;
	int rc;

	*pending = false;
	if ((rc = state_make(&state, list, err)) < 0)
		return rc;
	/* A database of the first release does not say who made it. */
	(void)db_query(
	    db, &last_program, DB_NO_PARAMS, note_maker, &state, NULL);
	rc = db_query(
	    db, &list_applied, DB_NO_PARAMS, note_applied, &state, err);
	if (rc == 0)
		rc = check_no_gap(&state, err);
	for (size_t i = 0; rc == 0 && i < state.count; i++)
		*pending = *pending || !state.applied[i];
	free(state.applied);
	return rc;
}

int migrate_apply(struct db *db, const struct migration *list, struct err *err)
{
	struct state state;
	int rc;

	assert(db != NULL && list != NULL);
	if ((rc = state_make(&state, list, err)) < 0)
		return rc;
	/* The write lock comes first: two programs may start together. */
	if ((rc = db_begin(db, err)) < 0)
		goto out;
	if ((rc = db_script(db, ledger_sql, err)) < 0)
		goto out;
	if ((rc = read_state(db, &state, err)) < 0)
		goto out;
	if ((rc = check_no_gap(&state, err)) < 0)
		goto out;
	if ((rc = apply_missing(db, &state, err)) < 0)
		goto out;
	rc = db_commit(db, err);
out:
	if (rc < 0)
		db_rollback(db);
	free(state.applied);
	return rc;
}
