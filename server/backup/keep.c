#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/backup/backup.h"
#include "shared/date.h"
#include "shared/lang.h"
#include "shared/os.h"
#include "shared/text.h"

#define LOCK     "lock"
#define DAY_S    86400
#define THURSDAY 3 /* 1970-01-01 was one: weeks begin on Mondays */

struct one {
	char name[MANIFEST_NAME];
	int64_t made_s;
	uint8_t recovery[RECOVERY_LEN]; /* whose key opens it */
	bool own;
	bool kept;
};

struct keeping {
	const struct backup_owner *owner;
	const char *backups;
	struct one *all; /* owned; oldest first */
	size_t count;
	struct hash *named; /* owned: pieces of those kept, sorted */
	size_t named_count;
	bool dry;
	struct backup_kept *out;
};

static int note_one(void *context, const char *name, struct err *err)
{
	struct keeping *keeping = context;
	struct one *more =
	    realloc(keeping->all, (keeping->count + 1) * sizeof(*more));
	struct manifest manifest;
	int rc;

	if (more == NULL)
		return err_nomem(err);
	keeping->all = more;
	if ((rc = manifest_read(&manifest, keeping->backups, name, err)) < 0) {
		(void)err_context(err,
		    L("rien n'a été ôté, car ses morceaux ne sont pas connus ; "
		      "mettez ce fichier de côté, puis recommencez",
			"nothing was dropped, as its pieces are not known; "
			"put this file aside, then try again"));
	} else {
		text_copy(more[keeping->count].name, MANIFEST_NAME, name);
		more[keeping->count].made_s = manifest.made_s;
		memcpy(more[keeping->count].recovery, manifest.recovery,
		    RECOVERY_LEN);
		more[keeping->count].own =
		    backup_owner_made(keeping->owner, &manifest);
		more[keeping->count].kept = !more[keeping->count].own;
		keeping->count++;
	}
	manifest_clear(&manifest);
	return rc;
}

/* ---- which stay ---- */

typedef int64_t period_of(int64_t made_s);

static int64_t day_of(int64_t made_s)
{
	return made_s / DAY_S;
}

static int64_t week_of(int64_t made_s)
{
	return (made_s / DAY_S + THURSDAY) / 7;
}

static int64_t month_of(int64_t made_s)
{
	struct date date = date_from_days(made_s / DAY_S);

	return (int64_t)date.year * 12 + date.month;
}

/* The newest of each of the last ${count} periods that have one, of its own
 * that the key ${recovery} opens. */
static void keep_periods(struct keeping *keeping,
    const uint8_t recovery[RECOVERY_LEN], period_of *of, int count)
{
	int64_t last = INT64_MAX;

	for (size_t i = keeping->count; i > 0 && count > 0; i--) {
		struct one *one = &keeping->all[i - 1];

		if (!one->own ||
		    memcmp(one->recovery, recovery, RECOVERY_LEN) != 0 ||
		    of(one->made_s) == last)
			continue;
		last = of(one->made_s);
		one->kept = true;
		count--;
	}
}

static size_t choose(struct keeping *keeping)
{
	size_t own = 0;

	/* Again for each of the same key: that changes nothing. */
	for (size_t i = 0; i < keeping->count; i++) {
		const uint8_t *key = keeping->all[i].recovery;

		if (!keeping->all[i].own)
			continue;
		own++;
		keep_periods(keeping, key, day_of, KEEP_DAYS);
		keep_periods(keeping, key, week_of, KEEP_WEEKS);
		keep_periods(keeping, key, month_of, KEEP_MONTHS);
	}
	keeping->out->others = (int64_t)(keeping->count - own);
	return own;
}

/* ---- sweeping ---- */

static int compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct hash));
}

static int name_pieces(struct keeping *keeping, struct err *err)
{
	struct manifest manifest;
	struct hash *more;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < keeping->count; i++) {
		if (!keeping->all[i].kept)
			continue;
		rc = manifest_read(
		    &manifest, keeping->backups, keeping->all[i].name, err);
		more = rc < 0 || manifest.piece_count == 0
		           ? NULL
		           : realloc(keeping->named,
				 (keeping->named_count + manifest.piece_count) *
				     sizeof(*more));
		if (more != NULL) {
			memcpy(more + keeping->named_count, manifest.pieces,
			    manifest.piece_count * sizeof(*more));
			keeping->named = more;
			keeping->named_count += manifest.piece_count;
		} else if (rc == 0 && manifest.piece_count > 0) {
			rc = err_nomem(err);
		}
		manifest_clear(&manifest);
	}
	if (keeping->named_count > 0)
		qsort(keeping->named, keeping->named_count,
		    sizeof(*keeping->named), compare);
	return rc;
}

static int drop_manifests(struct keeping *keeping, struct err *err)
{
	struct buf path = BUF_INIT;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < keeping->count; i++) {
		const struct one *one = &keeping->all[i];

		keeping->out->kept += one->own && one->kept;
		if (one->kept)
			continue;
		buf_reset(&path);
		manifest_path(&path, keeping->backups, one->name);
		if (json_array_append_new(
			keeping->out->dropped, json_string(one->name)) < 0)
			rc = err_nomem(err);
		else if ((rc = buf_check(&path, err)) == 0 && !keeping->dry)
			rc = os_file_remove(path.data, err);
	}
	buf_free(&path);
	return rc;
}

/* Also what a write that was cut short left beside one. */
static int sweep_one(void *context, const char *relative, struct err *err)
{
	struct keeping *keeping = context;
	const char *slash = strrchr(relative, '/');
	struct buf path = BUF_INIT;
	struct hash name;
	int64_t size = 0;
	int rc;

	if (hash_parse(&name, slash != NULL ? slash + 1 : relative, NULL) ==
		0 &&
	    keeping->named_count > 0 &&
	    bsearch(&name, keeping->named, keeping->named_count, sizeof(name),
		compare) != NULL)
		return 0;
	buf_printf(
	    &path, "%s/" PIECE_DIRECTORY "/%s", keeping->backups, relative);
	if ((rc = buf_check(&path, err)) == 0 &&
	    (rc = os_file_facts(path.data, &size, NULL, err)) == 0 &&
	    !keeping->dry)
		rc = os_file_remove(path.data, err);
	if (rc == 0) {
		keeping->out->pieces++;
		keeping->out->freed += size;
	}
	buf_free(&path);
	return rc;
}

static int keep(struct keeping *keeping, struct err *err)
{
	struct buf path = BUF_INIT;
	int rc;

	if ((rc = manifest_each(keeping->backups, note_one, keeping, err)) < 0)
		return rc;
	if (keeping->count == 0)
		return err_set(err, E_NOT_FOUND,
		    L("%s : aucune sauvegarde", "%s: no backup"),
		    keeping->backups);
	if (choose(keeping) == 0)
		return err_set(err, E_NOT_FOUND,
		    L("%s : aucune sauvegarde de ce serveur ; rien n'y est "
		      "changé",
			"%s: no backup of this server's; nothing is changed "
			"there"),
		    keeping->backups);
	buf_printf(&path, "%s/" PIECE_DIRECTORY, keeping->backups);
	if ((rc = buf_check(&path, err)) == 0 &&
	    (rc = name_pieces(keeping, err)) == 0 &&
	    (rc = drop_manifests(keeping, err)) == 0)
		rc = os_directory_walk(path.data, sweep_one, keeping, err);
	buf_free(&path);
	return rc;
}

int backup_keep(const char *directory, const char *backups, bool dry,
    struct backup_kept *out, struct err *err)
{
	struct backup_owner owner;
	struct keeping keeping = {
	    .owner = &owner, .backups = backups, .dry = dry, .out = out};
	struct buf path = BUF_INIT;
	int lock = -1, rc;

	memset(out, 0, sizeof(*out));
	if ((out->dropped = json_array()) == NULL)
		return err_nomem(err);
	if ((rc = manifest_denied(backups, backups, 0, err)) < 0)
		return rc;
	if (!os_is_directory(backups))
		return err_set(err, E_NOT_FOUND,
		    L("%s : aucune sauvegarde", "%s: no backup"), backups);
	buf_printf(&path, "%s/" LOCK, backups);
	if ((rc = buf_check(&path, err)) == 0 &&
	    (rc = backup_owner_load(&owner, directory, err)) == 0 &&
	    (rc = os_lock(&lock, path.data, err)) == 0)
		rc = keep(&keeping, err);
	os_unlock(lock);
	free(keeping.all);
	free(keeping.named);
	buf_free(&path);
	return rc;
}
