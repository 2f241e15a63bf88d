/*
 * One value of a setting, from text and back.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "shared/lang.h"
#include "shared/settings.h"
#include "shared/text.h"

#define DIGITS_MAX 15 /* no multiple of ours overflows */

struct unit {
	const char *name;
	int64_t worth;
};

/* The first that divides a value is how it is written. */
static const struct unit durations[] = {
    {"d", 86400}, {"h", 3600}, {"min", 60}, {"s", 1}, {"j", 86400}, {NULL, 0}};
static const struct unit sizes[] = {{"GiB", INT64_C(1) << 30},
    {"MiB", INT64_C(1) << 20}, {"KiB", INT64_C(1) << 10}, {"B", 1},
    {"Gio", INT64_C(1) << 30}, {"Mio", INT64_C(1) << 20},
    {"Kio", INT64_C(1) << 10}, {"o", 1}, {NULL, 0}};

static void *member(const struct setting *row, void *values)
{
	return (char *)values + row->offset;
}

static const void *member_const(const struct setting *row, const void *values)
{
	return (const char *)values + row->offset;
}

const char *setting_type_word(enum setting_type type)
{
	static const char *const words[] = {
	    [SETTING_TEXT] = "text",
	    [SETTING_LIST] = "list",
	    [SETTING_ADDRESS] = "address",
	    [SETTING_PATH] = "path",
	    [SETTING_INTEGER] = "integer",
	    [SETTING_DURATION] = "duration",
	    [SETTING_SIZE] = "size",
	    [SETTING_BOOLEAN] = "boolean",
	    [SETTING_CHOICE] = "choice",
	};

	return words[type];
}

/* ---- writing ---- */

static void format_units(
    struct buf *out, int64_t value, const struct unit *units)
{
	if (value == 0) {
		buf_add_char(out, '0');
		return;
	}
	while (value % units->worth != 0)
		units++;
	buf_printf(out, "%" PRId64 "%s", value / units->worth, units->name);
}

static void format_number(struct buf *out, enum setting_type type, int64_t at)
{
	if (type == SETTING_DURATION)
		format_units(out, at, durations);
	else if (type == SETTING_SIZE)
		format_units(out, at, sizes);
	else
		buf_printf(out, "%" PRId64, at);
}

static void format_choice(struct buf *out, const char *choices, int which)
{
	while (which-- > 0)
		choices += strcspn(choices, "|") + 1;
	buf_add(out, choices, strcspn(choices, "|"));
}

void setting_format(
    struct buf *out, const struct setting *row, const void *values)
{
	const void *at = member_const(row, values);

	switch (row->type) {
	case SETTING_INTEGER:
	case SETTING_DURATION:
	case SETTING_SIZE:
		format_number(out, row->type, *(const int64_t *)at);
		break;
	case SETTING_BOOLEAN:
		buf_add_text(out, *(const bool *)at ? "yes" : "no");
		break;
	case SETTING_CHOICE:
		format_choice(out, row->choices, *(const int *)at);
		break;
	case SETTING_TEXT:
	case SETTING_LIST:
	case SETTING_ADDRESS:
	case SETTING_PATH:
		buf_add_text(out, at);
		break;
	}
}

static void add_choices(struct buf *out, const char *choices)
{
	size_t len;

	for (; *choices != '\0'; choices += len + (choices[len] == '|')) {
		len = strcspn(choices, "|");
		buf_add(out, choices, len);
		if (choices[len] == '\0')
			break;
		buf_add_text(out, strchr(choices + len + 1, '|') != NULL
				      ? ", "
				      : L(" ou ", " or "));
	}
}

static const char *number_word(enum setting_type type)
{
	if (type == SETTING_DURATION)
		return L("une durée", "a duration");
	return type == SETTING_SIZE ? L("une taille", "a size")
	                            : L("un nombre entier", "a whole number");
}

static void format_range(struct buf *out, const struct setting *row)
{
	bool open = row->most == INT64_MAX;

	buf_printf(out, "%s%s", number_word(row->type),
	    open ? L(" de ", " of ") : L(" de ", " from "));
	format_number(out, row->type, row->least);
	if (open) {
		buf_add_text(out, L(" ou plus", " or more"));
		return;
	}
	buf_add_text(out, L(" à ", " to "));
	format_number(out, row->type, row->most);
}

void setting_range(struct buf *out, const struct setting *row)
{
	switch (row->type) {
	case SETTING_INTEGER:
	case SETTING_DURATION:
	case SETTING_SIZE:
		format_range(out, row);
		break;
	case SETTING_BOOLEAN:
		buf_add_text(out, L("yes (oui) ou no (non)", "yes or no"));
		break;
	case SETTING_CHOICE:
		add_choices(out, row->choices);
		break;
	case SETTING_PATH:
		buf_add_text(out, L("un chemin complet", "a whole path"));
		break;
	case SETTING_LIST:
		buf_add_text(out,
		    L("une liste, avec des virgules", "a list, with commas"));
		break;
	case SETTING_ADDRESS:
		buf_add_text(out, L("une adresse", "an address"));
		break;
	case SETTING_TEXT:
		buf_add_text(out, L("un texte", "a text"));
		break;
	}
}

/* ---- reading ---- */

static int not_in_range(const struct setting *row, struct err *err)
{
	struct buf range = BUF_INIT;
	int rc;

	setting_range(&range, row);
	rc = err_set(err, E_INVALID, L("donnez %s%s", "give %s%s"),
	    buf_text(&range),
	    row->type == SETTING_DURATION
		? L(", par exemple 20s, 15min, 2h ou 7d",
		      ", such as 20s, 15min, 2h or 7d")
	    : row->type == SETTING_SIZE ? L(", par exemple 512KiB ou 20MiB",
					      ", such as 512KiB or 20MiB")
					: "");
	buf_free(&range);
	return rc;
}

/* What a number is worth in its unit, "" for none; 0: no such unit. */
static int64_t unit_worth(const struct setting *row, const char *name)
{
	const struct unit *unit =
	    row->type == SETTING_DURATION ? durations : sizes;

	if (row->type == SETTING_INTEGER)
		return name[0] == '\0';
	while (unit->name != NULL && strcmp(unit->name, name) != 0)
		unit++;
	return unit->worth;
}

static int parse_number(
    const struct setting *row, int64_t *out, const char *text, struct err *err)
{
	bool minus = text[0] == '-';
	const char *digits = text + minus;
	size_t len = strspn(digits, "0123456789");
	const char *unit = digits + len;
	int64_t value, worth;

	unit += strspn(unit, " ");
	worth = unit_worth(row, unit);
	if (len == 0 || len > DIGITS_MAX)
		return not_in_range(row, err);
	value = strtoll(digits, NULL, 10);
	/* Nothing is nothing in any unit. */
	if (value == 0 && unit[0] == '\0')
		worth = 1;
	if (worth == 0 || value > INT64_MAX / worth)
		return not_in_range(row, err);
	value = (minus ? -value : value) * worth;
	if (value < row->least || value > row->most)
		return not_in_range(row, err);
	*out = value;
	return 0;
}

static int parse_boolean(
    const struct setting *row, bool *out, const char *text, struct err *err)
{
	static const char *const words[][2] = {{"yes", "no"}, {"oui", "non"},
	    {"true", "false"}, {"on", "off"}, {"1", "0"}};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		for (int no = 0; no <= 1; no++) {
			if (strcasecmp(text, words[i][no]) == 0) {
				*out = no == 0;
				return 0;
			}
		}
	}
	return not_in_range(row, err);
}

static int parse_choice(
    const struct setting *row, int *out, const char *text, struct err *err)
{
	const char *at = row->choices;
	size_t len;

	for (int which = 0;; which++) {
		len = strcspn(at, "|");
		if (strlen(text) == len && memcmp(text, at, len) == 0) {
			*out = which;
			return 0;
		}
		if (at[len] == '\0')
			return not_in_range(row, err);
		at += len + 1;
	}
}

static bool is_one_line(const char *text)
{
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text < ' ' || *text == '\x7f')
			return false;
	}
	return true;
}

static int parse_text(
    const struct setting *row, char *out, const char *text, struct err *err)
{
	size_t len = strlen(text);
	int rc;

	if (len >= SETTING_VALUE_MAX)
		return err_set(err, E_INVALID,
		    L("valeur trop longue : %d octets au plus",
			"value too long: %d bytes at most"),
		    SETTING_VALUE_MAX - 1);
	if (!text_is_utf8(text, len) || !is_one_line(text))
		return err_set(err, E_INVALID,
		    L("une seule ligne de texte UTF-8, sans caractère de "
		      "contrôle",
			"one line of UTF-8 text, without control characters"));
	if (row->type == SETTING_PATH && len > 0 && text[0] != '/')
		return err_set(err, E_INVALID,
		    L("un chemin relatif dépend d'où l'on part : donnez le "
		      "chemin complet, depuis /",
			"a relative path depends on where one starts: give "
			"the whole path, from /"));
	if (len > 0 && row->check != NULL && (rc = row->check(text, err)) < 0)
		return rc;
	memcpy(out, text, len + 1);
	return 0;
}

int setting_parse(
    const struct setting *row, void *values, const char *text, struct err *err)
{
	void *at = member(row, values);

	switch (row->type) {
	case SETTING_INTEGER:
	case SETTING_DURATION:
	case SETTING_SIZE:
		return parse_number(row, at, text, err);
	case SETTING_BOOLEAN:
		return parse_boolean(row, at, text, err);
	case SETTING_CHOICE:
		return parse_choice(row, at, text, err);
	case SETTING_TEXT:
	case SETTING_LIST:
	case SETTING_ADDRESS:
	case SETTING_PATH:
		break;
	}
	return parse_text(row, at, text, err);
}
