#include <string.h>

#include "server/names.h"
#include "shared/json.h"
#include "shared/lang.h"
#include "shared/ledger.h"
#include "shared/ledger_device.h"

/* "first initial" or "first last" of the record, if it is there. */
static int add_record(struct office *office, const char *structure,
    const char *family, const char *subject, struct buf *out, struct err *err)
{
	char record[RECORD_KEY_MAX];
	json_t *value = NULL;
	const char *rest;
	int rc;

	record_key_make(record, family, subject, NULL);
	if ((rc = ledger_value(office->db, structure, record, &value, err)) < 0)
		return rc;
	buf_add_text(out, json_text(value, "first"));
	rest = json_text(value, "initial");
	if (rest[0] == '\0')
		rest = json_text(value, "last");
	if (value != NULL && rest[0] != '\0')
		buf_printf(out, " %s", rest);
	json_decref(value);
	return buf_check(out, err);
}

static int of_family(struct office *office, const char *structure,
    const char *const *families, const char *subject, struct buf *out,
    struct err *err)
{
	size_t before = out->len;
	int rc = 0;

	if (subject[0] == '\0')
		return 0;
	for (; rc == 0 && *families != NULL && out->len == before; families++)
		rc =
		    add_record(office, structure, *families, subject, out, err);
	if (rc == 0 && out->len == before)
		buf_add_text(out, subject);
	return rc < 0 ? rc : buf_check(out, err);
}

int names_worker(struct office *office, const char *structure,
    const char *worker, struct buf *out, struct err *err)
{
	static const char *const families[] = {"worker", "newcomer", NULL};

	return of_family(office, structure, families, worker, out, err);
}

int names_person(struct office *office, const char *structure,
    const char *person, struct buf *out, struct err *err)
{
	static const char *const families[] = {"supervisor", NULL};

	return of_family(office, structure, families, person, out, err);
}

int names_device(struct office *office, const char *structure,
    const char *device, struct buf *out, struct err *err)
{
	struct device found;
	int rc;

	if (device[0] == '\0')
		return 0;
	if ((rc = ledger_device(office->db, structure, device,
		 office->server.pub, &found, err)) < 0)
		return rc;
	buf_add_text(out, found.writer == WRITER_SERVER ? L("serveur", "server")
			  : found.found                 ? found.name
							: device);
	return buf_check(out, err);
}
