#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "shared/lang.h"
#include "shared/migrate.h"

static const char ledger_sql[] = "CREATE TABLE IF NOT EXISTS schema_migration ("
				 " name TEXT NOT NULL PRIMARY KEY,"
				 " sha256 TEXT NOT NULL,"
				 " place BIGINT NOT NULL)";

static const struct db_statement list_applied = {"migrate.list",
    "SELECT name, sha256, place FROM schema_migration ORDER BY place"};

static const struct db_statement add_applied = {"migrate.add",
    "INSERT INTO schema_migration (name, sha256, place)"
    " VALUES ($name, $sha256, $place)"};

/* Our list beside what the database says it has. */
struct state {
	const struct migration *list;
	size_t count;
	bool *applied;      /* one a migration of the list */
	int64_t last_place; /* of those applied, 0 for none */
};

static int note_applied(
    void *context, const struct db_row *row, struct err *err)
{
	struct state *state = context;
	const char *name = db_row_text(row, "name");
	size_t i = 0;

	while (i < state->count && strcmp(state->list[i].name, name) != 0)
		i++;
	if (i == state->count)
		return err_set(err, E_CONFLICT,
		    L("base de données faite par une version plus récente "
		      "(« %s » inconnu) ; mettez le programme à jour",
			"database made by a newer version (\"%s\" is "
			"unknown); upgrade the program"),
		    name);
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
	int rc;

	for (size_t i = 0; i < state->count; i++) {
		if (state->applied[i])
			continue;
		rc = apply(db, &state->list[i], ++state->last_place, err);
		if (rc < 0)
			return rc;
	}
	return 0;
}

int migrate_apply(struct db *db, const struct migration *list, struct err *err)
{
	struct state state = {list, 0, NULL, 0};
	int rc;

	assert(db != NULL && list != NULL);
	while (list[state.count].name != NULL)
		state.count++;
	state.applied = calloc(state.count + 1, sizeof(*state.applied));
	if (state.applied == NULL)
		return err_nomem(err);
	/* The write lock comes first: two programs may start together. */
	if ((rc = db_begin(db, err)) < 0)
		goto out;
	if ((rc = db_script(db, ledger_sql, err)) < 0)
		goto out;
	rc = db_query(
	    db, &list_applied, DB_NO_PARAMS, note_applied, &state, err);
	if (rc < 0)
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
