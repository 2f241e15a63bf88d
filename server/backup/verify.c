#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/audit/audit_format.h"
#include "server/backup/backup.h"
#include "shared/lang.h"
#include "shared/progress.h"
#include "shared/text.h"

#define FAULTS_MAX 100

static const struct progress_work checking_work = {"verify", "pieces",
    "Vérification", "Verifying", "la même commande recommence",
    "the same command begins anew"};

/* One piece as some backup names it; each is looked at once. */
struct wanted {
	struct hash name;
	size_t opener; /* index of the key that opens it, SIZE_MAX: none */
};

struct checking {
	const char *backups;
	struct backup_check *check;
	struct wanted *pieces; /* owned */
	size_t count, room;
	struct backup_key *keys; /* owned */
	size_t key_count;
};

int backup_unlock(const struct manifest *manifest,
    const struct recovery *recovery, struct backup_key *out, struct err *err)
{
	uint8_t whole[BACKUP_KEY_LEN];
	char wants[RECOVERY_NAME], is[RECOVERY_NAME];
	int rc = 0;

	recovery_name(wants, manifest->recovery);
	recovery_name(is, recovery->pub);
	if (memcmp(manifest->recovery, recovery->pub, RECOVERY_LEN) != 0)
		rc = err_set(err, E_AUTH,
		    L("la sauvegarde %s est faite pour la clé de secours %s, "
		      "et celle-ci est la clé %s, ou une lettre en est mal "
		      "recopiée",
			"the backup %s is for the recovery key %s, and this "
			"is the key %s, or a letter of it is mistyped"),
		    manifest->name, wants, is);
	else if (!crypto_envelope_open(whole, recovery->secret,
		     manifest->envelope, sizeof(manifest->envelope)))
		rc = err_set(err, E_CORRUPT,
		    L("la sauvegarde %s : la clé %s n'ouvre pas son enveloppe",
			"the backup %s: the key %s does not open its "
			"envelope"),
		    manifest->name, is);
	else
		backup_key_from(out, whole);
	crypto_wipe(whole, sizeof(whole));
	return rc;
}

static int add_fault(struct checking *checking, const char *file,
    const char *why, struct err *err)
{
	json_t *faults = checking->check->faults;

	if (json_array_size(faults) >= FAULTS_MAX)
		return 0;
	return json_array_append_new(faults,
		   json_pack("{s:s, s:s}", "file", file, "why", why)) < 0
	           ? err_nomem(err)
	           : 0;
}

/* A failure of the files is a fault; any other ends the look. */
static int take_fault(struct checking *checking, const char *file, int rc,
    const struct err *why, struct err *err)
{
	const char *reason = strstr(why->text, L(" : ", ": "));

	if (rc != E_CORRUPT && rc != E_NOT_FOUND)
		return err_set(err, rc, "%s", why->text);
	return add_fault(checking, file,
	    reason != NULL ? reason + strlen(L(" : ", ": ")) : why->text, err);
}

/* ---- the manifests ---- */

static int find_key(struct checking *checking, const struct manifest *manifest,
    size_t *opener, struct err *err)
{
	const struct backup_check *check = checking->check;
	struct backup_key *key = &checking->keys[checking->key_count];
	int rc = 0;

	*opener = SIZE_MAX;
	if (check->recovery != NULL)
		rc = backup_unlock(manifest, check->recovery, key, err);
	else if (check->key == NULL ||
		 memcmp(check->key_recovery, manifest->recovery, 32) != 0)
		return 0;
	else
		*key = *check->key;
	if (rc == 0)
		*opener = checking->key_count++;
	return rc;
}

static int add_pieces(struct checking *checking,
    const struct manifest *manifest, size_t opener, struct err *err)
{
	size_t count = checking->count + manifest->piece_count;

	if (count > checking->room) {
		size_t room = 2 * count;
		struct wanted *more =
		    realloc(checking->pieces, room * sizeof(*more));

		if (more == NULL)
			return err_nomem(err);
		checking->pieces = more;
		checking->room = room;
	}
	for (size_t i = 0; i < manifest->piece_count; i++) {
		checking->pieces[checking->count].name = manifest->pieces[i];
		checking->pieces[checking->count++].opener = opener;
	}
	return 0;
}

static int check_signer(struct checking *checking,
    const struct manifest *manifest, const char *file, struct err *err)
{
	struct backup_check *check = checking->check;
	struct buf fingerprint = BUF_INIT;
	int rc;

	audit_format_fingerprint(&fingerprint, manifest->server);
	if ((rc = buf_check(&fingerprint, err)) < 0)
		goto out;
	text_copy(check->signer, sizeof(check->signer), fingerprint.data);
	if (check->owner != NULL && !backup_owner_made(check->owner, manifest))
		check->others++;
	if (check->server == NULL ||
	    strcmp(check->server, fingerprint.data) == 0)
		goto out;
	check->strangers++;
	rc = add_fault(checking, file,
	    L("signée par un autre serveur", "signed by another server"), err);
out:
	buf_free(&fingerprint);
	return rc;
}

static int check_manifest(void *context, const char *name, struct err *err)
{
	struct checking *checking = context;
	struct backup_check *check = checking->check;
	struct manifest manifest;
	char file[64];
	size_t opener = SIZE_MAX;
	struct err why = ERR_INIT;
	struct backup_key *keys;
	int rc;

	if (check->name != NULL && strcmp(check->name, name) != 0)
		return 0;
	keys =
	    realloc(checking->keys, (checking->key_count + 1) * sizeof(*keys));
	if (keys == NULL)
		return err_nomem(err);
	checking->keys = keys;
	check->backups++;
	(void)snprintf(file, sizeof(file), MANIFEST_DIRECTORY "/%s", name);
	rc = manifest_read(&manifest, checking->backups, name, &why);
	if (rc == 0 &&
	    (rc = find_key(checking, &manifest, &opener, &why)) == 0 &&
	    opener != SIZE_MAX) {
		rc = manifest_open(&manifest, checking->backups,
		    &checking->keys[opener], &why);
		check->opened += rc == 0;
	}
	if (rc < 0)
		rc = take_fault(checking, file, rc, &why, err);
	else if ((rc = check_signer(checking, &manifest, file, err)) == 0)
		rc = add_pieces(checking, &manifest, opener, err);
	manifest_clear(&manifest);
	return rc;
}

/* ---- the pieces ---- */

/* By name, those that can be opened first. */
static int compare(const void *a, const void *b)
{
	const struct wanted *one = a, *two = b;
	int order = memcmp(&one->name, &two->name, sizeof(one->name));

	return order != 0
	           ? order
	           : (one->opener > two->opener) - (one->opener < two->opener);
}

static int check_piece(
    struct checking *checking, const struct wanted *piece, struct err *err)
{
	struct buf data = BUF_INIT, file = BUF_INIT;
	struct err why = ERR_INIT;
	int rc = piece->opener == SIZE_MAX
	             ? piece_read(&data, checking->backups, &piece->name, &why)
	             : piece_open(&data, checking->backups,
			   &checking->keys[piece->opener], &piece->name, &why);

	if (rc < 0) {
		piece_path(&file, checking->backups, &piece->name);
		if (buf_check(&file, err) == 0)
			rc = take_fault(checking,
			    file.data + strlen(checking->backups) + 1, rc, &why,
			    err);
	}
	buf_free(&data);
	buf_free(&file);
	return rc;
}

static int check_pieces(struct checking *checking, struct err *err)
{
	size_t count = 0;
	int rc = 0;

	if (checking->count == 0)
		return 0;
	qsort(checking->pieces, checking->count, sizeof(*checking->pieces),
	    compare);
	for (size_t i = 0; i < checking->count; i++) {
		if (count == 0 || !hash_equal(&checking->pieces[count - 1].name,
				      &checking->pieces[i].name))
			checking->pieces[count++] = checking->pieces[i];
	}
	progress_begin(&checking_work, (int64_t)count);
	for (size_t i = 0; rc == 0 && i < count; i++) {
		rc = check_piece(checking, &checking->pieces[i], err);
		checking->check->pieces++;
		if (rc == 0)
			rc = progress_step((int64_t)i + 1, err);
	}
	progress_end();
	return rc;
}

int backup_check(
    const char *backups, struct backup_check *check, struct err *err)
{
	struct checking checking = {.backups = backups, .check = check};
	int rc;

	check->backups = check->pieces = check->opened = 0;
	check->others = check->strangers = 0;
	if ((check->faults = json_array()) == NULL)
		return err_nomem(err);
	if ((rc = manifest_each(backups, check_manifest, &checking, err)) < 0)
		goto out;
	if (check->backups == 0)
		rc = err_set(err, E_NOT_FOUND,
		    check->name != NULL
			? L("%s : pas de sauvegarde %s", "%s: no backup %s")
			: L("%s : aucune sauvegarde%s", "%s: no backup%s"),
		    backups, check->name != NULL ? check->name : "");
	else
		rc = check_pieces(&checking, err);
out:
	for (size_t i = 0; i < checking.key_count; i++)
		backup_key_clear(&checking.keys[i]);
	free(checking.keys);
	free(checking.pieces);
	return rc;
}
