/* What a month was closed without: a check, sign-offs. They keep no month open
 * (server/month.h), but nobody closes without being told. */
#include <inttypes.h>
#include <string.h>

#include "server/cmd_month.h"
#include "server/month.h"
#include "shared/lang.h"

static const json_t *line_of(const json_t *lines, const char *structure)
{
	for (size_t i = 0; i < json_array_size(lines); i++) {
		const json_t *line = json_array_get(lines, i);

		if (strcmp(json_text(line, "structure"), structure) == 0)
			return line;
	}
	return NULL;
}

static bool add_doubts(json_t *row, const json_t *line)
{
	const json_t *checked = json_object_get(line, "checked");
	const json_t *signoffs = json_object_get(line, "signoffs");
	bool unchecked = !json_is_object(checked) ||
	                 json_is_true(json_object_get(checked, "stale"));

	return json_put(row, "unchecked", json_boolean(unchecked)) &&
	       json_put_int(row, "unsigned",
		   json_int(signoffs, "total", 0) -
		       json_int(signoffs, "done", 0)) &&
	       json_put_int(row, "disagree", json_int(signoffs, "disagree", 0));
}

int cmd_month_add_doubts(
    struct office *office, const char *month, json_t *closed, struct err *err)
{
	size_t count = json_array_size(closed);
	const char *only =
	    count == 1 ? json_text(json_array_get(closed, 0), "structure")
		       : NULL;
	json_t *lines = NULL;
	int rc =
	    count == 0 ? 0 : month_status(office, month, only, &lines, err);

	for (size_t i = 0; rc == 0 && i < count; i++) {
		json_t *row = json_array_get(closed, i);

		if (!add_doubts(
			row, line_of(lines, json_text(row, "structure"))))
			rc = err_nomem(err);
	}
	json_decref(lines);
	return rc;
}

void cmd_month_tell_doubts(struct buf *out, const json_t *row)
{
	int64_t count = json_int(row, "unsigned", 0);
	int64_t disagree = json_int(row, "disagree", 0);
	const char *between = "";

	if (!json_is_true(json_object_get(row, "unchecked")) && count == 0 &&
	    disagree == 0)
		return;
	buf_printf(out,
	    L("  attention, %s est clos ainsi : ", "  note, %s is closed so: "),
	    json_text(row, "structure"));
	if (json_is_true(json_object_get(row, "unchecked"))) {
		buf_add_text(
		    out, L("personne ne l'a contrôlé", "nobody checked it"));
		between = ", ";
	}
	if (count > 0) {
		buf_printf(out,
		    L("%sémargements manquants : %" PRId64,
			"%ssign-offs missing: %" PRId64),
		    between, count);
		between = ", ";
	}
	if (disagree > 0)
		buf_printf(out,
		    L("%spas d'accord : %" PRId64, "%sdisagreeing: %" PRId64),
		    between, disagree);
	buf_add_char(out, '\n');
}
