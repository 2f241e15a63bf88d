#include <stdio.h>
#include <string.h>

#include "server/import/reference.h"

void reference_key(
    char out[REFERENCE_KEY_MAX], const char *structure, const char *id)
{
	(void)snprintf(out, REFERENCE_KEY_MAX, "%s/%s", structure, id);
}

int reference_value(json_t **out, const struct record_row *row, struct err *err)
{
	*out = NULL;
	if (row->value[0] != '{')
		return 0;
	return json_read(out, row->value, strlen(row->value), err);
}

static int note(void *context, const struct record_row *row, struct err *err)
{
	char key[REFERENCE_KEY_MAX];
	json_t *value;
	int rc = reference_value(&value, row, err);

	if (rc < 0 || value == NULL)
		return rc;
	reference_key(key, row->structure, row->subject);
	return json_put(context, key, value) ? 0 : err_nomem(err);
}

int reference_load(
    json_t **out, struct db *db, const char *family, struct err *err)
{
	int rc;

	if ((*out = json_object()) == NULL)
		return err_nomem(err);
	if ((rc = ledger_family(db, NULL, family, note, *out, err)) < 0) {
		json_decref(*out);
		*out = NULL;
	}
	return rc;
}

const json_t *reference_get(
    const json_t *loaded, const char *structure, const char *id)
{
	char key[REFERENCE_KEY_MAX];

	reference_key(key, structure, id);
	return json_object_get(loaded, key);
}
