#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "server/scope.h"
#include "shared/enc.h"
#include "shared/ledger.h"
#include "shared/ledger_set.h"

/* One visible subject and since when until when ("" without bound). */
struct seen {
	char family; /* 'c' crew, 's' supervisor, 'w' worker */
	char subject[TEXT_ID_MAX + 1];
	char from[DATE_TEXT];
	char to[DATE_TEXT];
};

struct scope {
	char device[DEVICE_TEXT];
	struct seen *seen; /* owned */
	size_t count;
	size_t room;
	int64_t completed; /* bodies that came after their set */
	size_t holders;    /* beside the first */
};

static int add(struct scope *scope, char family, const char *subject,
    const char *from, const char *to, struct err *err)
{
	struct seen *seen;

	if (scope->count == scope->room) {
		size_t room = scope->room == 0 ? 32 : 2 * scope->room;

		seen = realloc(scope->seen, room * sizeof(*seen));
		if (seen == NULL)
			return err_nomem(err);
		scope->seen = seen;
		scope->room = room;
	}
	seen = &scope->seen[scope->count++];
	memset(seen, 0, sizeof(*seen));
	seen->family = family;
	text_copy(seen->subject, sizeof(seen->subject), subject);
	text_copy(seen->from, sizeof(seen->from), from);
	text_copy(seen->to, sizeof(seen->to), to);
	return 0;
}

static bool has(const struct scope *scope, char family, const char *subject,
    const char *day)
{
	for (size_t i = 0; i < scope->count; i++) {
		const struct seen *seen = &scope->seen[i];

		if (seen->family != family ||
		    strcmp(seen->subject, subject) != 0)
			continue;
		if (day[0] == '\0' ||
		    (strcmp(seen->from, day) <= 0 &&
			(seen->to[0] == '\0' || strcmp(day, seen->to) <= 0)))
			return true;
	}
	return false;
}

/* A record's value as JSON, whatever its state: a contested membership is
 * seen under the provisional value until somebody decides. */
static int value_of(const struct record_row *row, json_t **out, struct err *err)
{
	*out = NULL;
	if (row->value[0] != '{')
		return 0;
	return json_read(out, row->value, strlen(row->value), err);
}

static int add_supervisor(
    void *context, const struct record_row *row, struct err *err)
{
	struct scope *scope = context;
	json_t *value;
	int rc = value_of(row, &value, err);

	if (rc == 0 && has(scope, 'c', json_text(value, "crew"), ""))
		rc = add(scope, 's', row->subject, "", "", err);
	json_decref(value);
	return rc;
}

static int add_newcomer(
    void *context, const struct record_row *row, struct err *err)
{
	struct scope *scope = context;
	json_t *value;
	int rc = value_of(row, &value, err);

	if (rc == 0 && has(scope, 'c', json_text(value, "crew"), ""))
		rc = add(scope, 'w', row->subject, "", "", err);
	json_decref(value);
	return rc;
}

static int add_worker(
    void *context, const struct record_row *row, struct err *err)
{
	struct scope *scope = context;
	json_t *value;
	const json_t *crews;
	int rc = value_of(row, &value, err);

	crews = json_object_get(value, "crews");
	for (size_t i = 0; rc == 0 && i < json_array_size(crews); i++) {
		const json_t *stay = json_array_get(crews, i);

		if (has(scope, 'c', json_text(stay, "crew"), ""))
			rc = add(scope, 'w', row->subject,
			    json_text(stay, "from"), json_text(stay, "to"),
			    err);
	}
	json_decref(value);
	return rc;
}

static int add_crews(
    struct scope *scope, struct db *db, const char *structure, struct err *err)
{
	char record[RECORD_KEY_MAX];
	json_t *value = NULL;
	const json_t *crews;
	int rc;

	record_key_make(record, "scope", scope->device, NULL);
	if ((rc = ledger_value(db, structure, record, &value, err)) < 0)
		return rc;
	crews = json_object_get(value, "crews");
	for (size_t i = 0; rc == 0 && i < json_array_size(crews); i++) {
		const char *crew = json_string_value(json_array_get(crews, i));

		if (crew != NULL)
			rc = add(scope, 'c', crew, "", "", err);
	}
	json_decref(value);
	return rc;
}

int scope_load(struct scope **out, struct db *db, const char *structure,
    const char *device, struct err *err)
{
	struct scope *scope = calloc(1, sizeof(*scope));
	int rc;

	*out = NULL;
	if (scope == NULL)
		return err_nomem(err);
	text_copy(scope->device, sizeof(scope->device), device);
	if ((rc = ledger_completed(db, structure, &scope->completed, err)) <
		0 ||
	    (rc = add_crews(scope, db, structure, err)) < 0 ||
	    (rc = ledger_family(db, structure, "supervisor", add_supervisor,
		 scope, err)) < 0 ||
	    (rc = ledger_family(
		 db, structure, "worker", add_worker, scope, err)) < 0 ||
	    (rc = ledger_family(
		 db, structure, "newcomer", add_newcomer, scope, err)) < 0) {
		scope_free(scope);
		return rc;
	}
	*out = scope;
	return 0;
}

struct scope *scope_hold(struct scope *scope)
{
	scope->holders++;
	return scope;
}

size_t scope_size(const struct scope *scope)
{
	return sizeof(*scope) + scope->room * sizeof(*scope->seen);
}

void scope_trim(struct scope *scope)
{
	struct seen *seen;

	if (scope->count == 0 || scope->count == scope->room)
		return;
	seen = realloc(scope->seen, scope->count * sizeof(*seen));
	if (seen == NULL)
		return;
	scope->seen = seen;
	scope->room = scope->count;
}

void scope_free(struct scope *scope)
{
	if (scope == NULL)
		return;
	if (scope->holders > 0) {
		scope->holders--;
		return;
	}
	free(scope->seen);
	free(scope);
}

bool scope_sees(const struct scope *scope, const char *family,
    const char *subject, const char *day)
{
	static const char *const open[] = {"structure", "site", "catalogue",
	    "enrolment", "revocation", "release", "purge", "epoch", "closed"};
	/* Who a worker is beyond a first name and an initial, on what
	 * contract and how accompanied, is the office's alone. */
	static const char *const shut[] = {"", "identity", "contract",
	    "meeting", "training", "pmsmp", "exit", "followup", "project_link"};

	for (size_t i = 0; i < sizeof(open) / sizeof(open[0]); i++) {
		if (strcmp(family, open[i]) == 0)
			return true;
	}
	if (strcmp(family, "scope") == 0)
		return strcmp(subject, scope->device) == 0;
	if (strcmp(family, "crew") == 0)
		return has(scope, 'c', subject, "");
	if (strcmp(family, "supervisor") == 0)
		return has(scope, 's', subject, "");
	for (size_t i = 0; i < sizeof(shut) / sizeof(shut[0]); i++) {
		if (strcmp(family, shut[i]) == 0)
			return false;
	}
	if (record_is_reference(family))
		return false;
	return has(scope, 'w', subject, day);
}

int scope_digest(
    const struct scope *scope, char out[SCOPE_DIGEST_TEXT], struct err *err)
{
	struct buf text = BUF_INIT;
	struct hash hash;
	int rc;

	for (size_t i = 0; i < scope->count; i++) {
		const struct seen *seen = &scope->seen[i];

		buf_printf(&text, "%c %s %s %s\n", seen->family, seen->subject,
		    seen->from, seen->to);
	}
	/* What a laptop has passed by is worth another look. */
	if (scope->completed > 0)
		buf_printf(&text, "! %" PRId64 "\n", scope->completed);
	if ((rc = buf_check(&text, err)) == 0) {
		hash_of(&hash, buf_text(&text), text.len);
		enc_hex(hash.bytes, (SCOPE_DIGEST_TEXT - 1) / 2, out);
	}
	buf_free(&text);
	return rc;
}
