#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "shared/kind.h"
#include "shared/lang.h"
#include "shared/signoff.h"

/* ---- the canonical text ---- */

bool signoff_row_is_shown(const struct signoff_row *row)
{
	return row->head_count > 0;
}

static const struct kind *merged_kind(const struct signoff_row *row)
{
	return strcmp(row->state, "merged") == 0 ? kind_by_slug(row->kind)
	                                         : NULL;
}

bool signoff_row_is_payable(const struct signoff_row *row)
{
	const struct kind *kind = merged_kind(row);

	return kind != NULL && kind->paid;
}

bool signoff_row_is_worked(const struct signoff_row *row)
{
	const struct kind *kind = merged_kind(row);

	return kind != NULL && !kind->absence && row->minutes > 0;
}

static void add_row(struct buf *out, const struct signoff_sheet *sheet,
    const struct signoff_row *row)
{
	char hex[HASH_TEXT];

	buf_printf(out, "%s %s %s ", row->day, row->slot, row->state);
	for (size_t i = 0; i < row->head_count; i++) {
		hash_hex(&sheet->heads[row->head + i], hex);
		buf_printf(out, "%s%s", i > 0 ? "," : "", hex);
	}
	if (strcmp(row->state, "merged") == 0)
		buf_printf(out, " %" PRId64 " %s", row->minutes, row->kind);
	buf_add_char(out, '\n');
}

void signoff_sheet_text(struct buf *out, const struct signoff_sheet *sheet)
{
	buf_printf(out,
	    "# pointeau sign-off %d\n# structure %s\n# worker %s\n"
	    "# month %s\n# payable %" PRId64 "\n# days %" PRId64 "\n",
	    SIGNOFF_TEXT, sheet->structure, sheet->worker, sheet->month,
	    sheet->payable, sheet->days);
	for (size_t i = 0; i < sheet->count; i++) {
		if (signoff_row_is_shown(&sheet->rows[i]))
			add_row(out, sheet, &sheet->rows[i]);
	}
}

int signoff_sheet_sum(struct signoff_sheet *sheet, struct err *err)
{
	struct buf text = BUF_INIT;
	const char *last = "";
	int rc;

	sheet->payable = sheet->days = 0;
	for (size_t i = 0; i < sheet->count; i++) {
		const struct signoff_row *row = &sheet->rows[i];

		if (signoff_row_is_payable(row))
			sheet->payable += row->minutes;
		if (signoff_row_is_worked(row) && strcmp(last, row->day) != 0) {
			sheet->days++;
			last = row->day;
		}
	}
	signoff_sheet_text(&text, sheet);
	if ((rc = buf_check(&text, err)) == 0)
		hash_of(&sheet->sum, text.data, text.len);
	buf_free(&text);
	return rc;
}

static int compare_heads(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct hash));
}

json_t *signoff_covers(const struct signoff_sheet *sheet)
{
	struct hash *heads = calloc(sheet->head_count + 1, sizeof(*heads));
	json_t *list = json_array();
	bool done = heads != NULL && list != NULL;
	char hex[HASH_TEXT];

	if (done && sheet->head_count > 0) {
		memcpy(heads, sheet->heads, sheet->head_count * sizeof(*heads));
		qsort(heads, sheet->head_count, sizeof(*heads), compare_heads);
	}
	for (size_t i = 0; done && i < sheet->head_count; i++) {
		hash_hex(&heads[i], hex);
		done = json_array_append_new(list, json_string(hex)) == 0;
	}
	free(heads);
	if (done)
		return list;
	json_decref(list);
	return NULL;
}

/* ---- what may be signed ---- */

/* At most four digits; where they end, or NULL. */
static const char *skip_number(const char *at)
{
	size_t len = strspn(at, "0123456789");

	return len >= 1 && len <= 4 ? at + len : NULL;
}

bool signoff_is_stroke(const char *text)
{
	const char *at = text;

	if (*at != 'M')
		return false;
	while (*at == 'M' || *at == 'L') {
		if ((at = skip_number(at + 1)) == NULL || *at != ' ' ||
		    (at = skip_number(at + 1)) == NULL)
			return false;
		if (at[0] == ' ' && at[1] != '\0')
			at++;
	}
	return *at == '\0';
}

static bool is_month(const char *text)
{
	char first[DATE_TEXT], last[DATE_TEXT];

	return date_parse_month(text, first, last, NULL) == 0;
}

/* Hashes, ascending: so none is there twice. */
static bool are_covers(const json_t *list)
{
	const char *before = "";

	if (json_array_size(list) > SIGNOFF_COVERS_MAX)
		return false;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *hex = json_string_value(json_array_get(list, i));
		struct hash hash;

		if (hex == NULL || hash_parse(&hash, hex, NULL) < 0 ||
		    strcmp(before, hex) >= 0)
			return false;
		before = hex;
	}
	return true;
}

static bool is_answer(const char *text)
{
	return strcmp(text, SIGNOFF_AGREE) == 0 ||
	       strcmp(text, SIGNOFF_DISAGREE) == 0;
}

static bool is_how(const char *text)
{
	return strcmp(text, "finger") == 0 || strcmp(text, "pin") == 0 ||
	       strcmp(text, "paper") == 0;
}

int signoff_check(const json_t *value, const char *month, struct err *err)
{
	const char *stroke = json_text(value, "stroke");
	const char *field;

	if (!is_month(json_text(value, "month")) ||
	    strcmp(json_text(value, "month"), month) != 0)
		field = "month";
	else if (!is_answer(json_text(value, "answer")))
		field = "answer";
	else if (!is_how(json_text(value, "how")))
		field = "how";
	else if (!are_covers(json_object_get(value, "covers")))
		field = "covers";
	else if (stroke[0] != '\0' && !signoff_is_stroke(stroke))
		field = "stroke";
	else
		return 0;
	return err_set(err, E_INVALID,
	    L("champ « %s » : ce n'est pas celui d'un émargement",
		"field \"%s\": not that of a sign-off"),
	    field);
}

const char *signoff_state_word(enum signoff_state state)
{
	switch (state) {
	case SIGNOFF_IS_NONE:
		break;
	case SIGNOFF_IS_AGREED:
		return SIGNOFF_AGREE;
	case SIGNOFF_IS_DISAGREED:
		return SIGNOFF_DISAGREE;
	case SIGNOFF_IS_STALE:
		return "stale";
	}
	return "none";
}
