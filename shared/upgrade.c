#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/lang.h"
#include "shared/os.h"
#include "shared/upgrade.h"

#define PART "upgrade.part" /* a copy not yet known to be good */
#define LOCK "upgrade.lock"

/* "<directory>/backup-before-server-0005_subject" for
 * "server/0005_subject.sql". */
static void name_copy(
    struct buf *out, const char *directory, const char *migration)
{
	size_t len = strcspn(migration, ".");

	buf_printf(out, "%s/" UPGRADE_COPY, directory);
	for (size_t i = 0; i < len; i++)
		buf_add_char(out, migration[i] == '/' ? '-' : migration[i]);
}

/* Is it one? What can be read is what can be put back. */
static int check_copy(const char *path, struct err *err)
{
	struct buf dsn = BUF_INIT;
	struct db *copy = NULL;
	int rc;

	buf_printf(&dsn, "sqlite:%s", path);
	if ((rc = buf_check(&dsn, err)) == 0 &&
	    (rc = db_open(&copy, dsn.data, DB_READER, false, err)) == 0)
		rc = db_check(copy, err);
	db_close(copy);
	buf_free(&dsn);
	return rc;
}

struct listing {
	struct buf names; /* one a line, in the order of the disk's names */
	size_t count;
};

static int note_copy(void *context, const char *relative, struct err *err)
{
	struct listing *listing = context;

	if (strncmp(relative, UPGRADE_COPY, sizeof(UPGRADE_COPY) - 1) == 0) {
		buf_printf(&listing->names, "%s\n", relative);
		listing->count++;
	}
	return buf_check(&listing->names, err);
}

/* Files are added to several folders, so that names do not tell which copy
 * came first. */
static int drop_oldest(
    const char *directory, struct listing *listing, struct err *err)
{
	struct buf oldest = BUF_INIT, path = BUF_INIT;
	int64_t least = INT64_MAX, age;
	char *at, *save = NULL;
	int rc;

	for (at = strtok_r(listing->names.data, "\n", &save); at != NULL;
	     at = strtok_r(NULL, "\n", &save)) {
		buf_reset(&path);
		buf_printf(&path, "%s/%s", directory, at);
		if ((rc = buf_check(&path, err)) < 0 ||
		    (rc = os_file_facts(path.data, NULL, &age, err)) < 0)
			goto out;
		if (age >= least)
			continue;
		least = age;
		buf_reset(&oldest);
		buf_add_text(&oldest, path.data);
	}
	if ((rc = buf_check(&oldest, err)) == 0 && oldest.len > 0)
		rc = os_file_remove(oldest.data, err);
out:
	buf_free(&oldest);
	buf_free(&path);
	return rc;
}

static int keep_few(const char *directory, struct err *err)
{
	size_t left;
	int rc;

	do {
		struct listing listing = {BUF_INIT, 0};

		rc = os_directory_walk(directory, note_copy, &listing, err);
		left = listing.count;
		if (rc == 0 && left > UPGRADE_KEPT)
			rc = drop_oldest(directory, &listing, err);
		buf_free(&listing.names);
	} while (rc == 0 && left > UPGRADE_KEPT + 1);
	return rc;
}

static int make_copy(struct db *db, const char *directory,
    const char *migration, struct err *err)
{
	struct buf part = BUF_INIT, path = BUF_INIT;
	int rc;

	buf_printf(&part, "%s/" PART, directory);
	name_copy(&path, directory, migration);
	if ((rc = buf_check(&part, err)) < 0 ||
	    (rc = buf_check(&path, err)) < 0 ||
	    /* Of an upgrade that was cut short. */
	    (rc = os_file_remove(part.data, err)) < 0 ||
	    (rc = db_copy(db, part.data, NULL, NULL, err)) < 0)
		goto out;
	if ((rc = check_copy(part.data, err)) < 0 ||
	    (rc = os_file_move(part.data, path.data, err)) < 0)
		(void)os_file_remove(part.data, NULL);
	else
		rc = keep_few(directory, err);
out:
	if (rc < 0)
		(void)err_context(err,
		    L("la copie d'avant la mise à jour (rien n'a été changé)",
			"the copy from before the upgrade (nothing was "
			"changed)"));
	buf_free(&part);
	buf_free(&path);
	return rc;
}

/* Several programs of a laptop may start after an upgrade: one copies. */
static int copy_alone(struct db *db, const char *directory,
    const char *migration, struct err *err)
{
	struct buf path = BUF_INIT;
	int lock = -1, rc;

	buf_printf(&path, "%s/" LOCK, directory);
	if ((rc = buf_check(&path, err)) == 0 &&
	    (rc = os_lock(&lock, path.data, err)) == 0)
		rc = make_copy(db, directory, migration, err);
	if (rc == E_LOCKED)
		rc = err_set(err, E_LOCKED,
		    L("un autre programme met à jour les données de %s : "
		      "recommencez dans un instant",
			"another program is upgrading the data of %s: try "
			"again in a moment"),
		    directory);
	os_unlock(lock);
	buf_free(&path);
	return rc;
}

int upgrade_apply(struct db *db, const char *directory,
    const struct migration *list, struct err *err)
{
	const char *last;
	bool pending;
	int rc;

	/* Mostly all is there: a look takes no lock and writes nothing. */
	if (migrate_look(db, list, &pending, NULL) == 0 && !pending)
		return 0;
	if ((rc = migrate_pending(db, list, &last, err)) < 0 ||
	    (last != NULL && (rc = copy_alone(db, directory, last, err)) < 0))
		return rc;
	return migrate_apply(db, list, err);
}
