#include "server/backup/owner.h"

#include <stdlib.h>
#include <string.h>

#include "server/audit/audit_format.h"
#include "server/server_key.h"
#include "shared/lang.h"

int backup_owner_load(
    struct backup_owner *out, const char *directory, struct err *err)
{
	struct office office = {.directory = strdup(directory)};
	struct key key;
	int rc;

	memset(out, 0, sizeof(*out));
	memset(&key, 0, sizeof(key));
	if (office.directory == NULL)
		return err_nomem(err);
	rc = office_key(&office, OFFICE_SERVER_KEY, &key, err);
	if (rc == E_NOT_FOUND)
		rc = office_not_there(directory, err);
	memcpy(out->server, key.pub, KEY_LEN);
	if (rc == 0 &&
	    (rc = server_key_before(&office, &out->before, err)) == 0)
		rc = succession_verify(&out->before, out->server, err);
	crypto_wipe(&key, sizeof(key));
	free(office.directory);
	return rc;
}

bool backup_owner_made(
    const struct backup_owner *owner, const struct manifest *manifest)
{
	bool made = memcmp(owner->server, manifest->server, KEY_LEN) == 0;

	for (size_t i = 0; !made && i < owner->before.count; i++)
		made = memcmp(owner->before.items[i].old, manifest->server,
			   KEY_LEN) == 0;
	return made;
}

struct looking {
	const struct backup_owner *owner;
	const char *backups;
};

static int refuse(const struct looking *looking,
    const struct manifest *manifest, struct err *err)
{
	struct buf fingerprint = BUF_INIT;

	audit_format_fingerprint(&fingerprint, manifest->server);
	(void)err_set(err, E_CONFLICT,
	    L("%s : la sauvegarde %s y est d'un autre serveur (%s) ; chaque "
	      "serveur a son dossier : donnez-en un autre, par exemple un "
	      "sous-dossier par serveur (si c'est celui-ci, remis avec une "
	      "clé d'avant : remettez server.key et server.succession du "
	      "jour)",
		"%s: the backup %s there is another server's (%s); each "
		"server has its own directory: give another directory, such "
		"as a subdirectory per server (if it is this one, put back "
		"with a former key: put today's server.key and "
		"server.succession back)"),
	    looking->backups, manifest->name, buf_text(&fingerprint));
	buf_free(&fingerprint);
	return E_CONFLICT;
}

static int look_at_one(void *context, const char *name, struct err *err)
{
	const struct looking *looking = context;
	struct manifest manifest;
	int rc = manifest_read(&manifest, looking->backups, name, err);

	if (rc == E_CORRUPT)
		rc = 0;
	else if (rc == 0 && !backup_owner_made(looking->owner, &manifest))
		rc = refuse(looking, &manifest, err);
	manifest_clear(&manifest);
	return rc;
}

int backup_owner_alone(
    const struct backup_owner *owner, const char *backups, struct err *err)
{
	struct looking looking = {owner, backups};

	return manifest_each(backups, look_at_one, &looking, err);
}
