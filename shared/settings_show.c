/*
 * What follows from a table of settings: the commented file and the man
 * page's section.
 */
#include <string.h>

#include "shared/lang.h"
#include "shared/man.h"
#include "shared/settings.h"

#define FILE_COLUMNS 76 /* of a comment's text */

/* ---- the file ---- */

/* Up to where a line may be broken: no French mark stands alone. */
static size_t word_length(const char *text)
{
	static const char *const marks[] = {" :", " ;", " ?", " !", " »"};
	size_t len = strcspn(text, " ");

	if (len == strlen("«") && strncmp(text, "«", len) == 0 &&
	    text[len] == ' ')
		len += 1 + strcspn(text + len + 1, " ");
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		if (strncmp(text + len, marks[i], strlen(marks[i])) == 0)
			return len + 1 + strcspn(text + len + 1, " ");
	}
	return len;
}

/* What a value may be, where the help has not said it yet. */
static void add_range(struct buf *out, const struct setting *row)
{
	if (row->type == SETTING_TEXT || row->type == SETTING_ADDRESS)
		return;
	buf_add_text(out, " (");
	setting_range(out, row);
	buf_add_char(out, ')');
}

/* "# …", broken between words. */
static void add_comment(struct buf *out, const char *text)
{
	size_t column = 0, len;

	for (; *text != '\0'; text += len + (text[len] == ' ')) {
		len = word_length(text);
		if (column > 0 && column + 1 + len > FILE_COLUMNS) {
			buf_add_char(out, '\n');
			column = 0;
		}
		buf_add_text(out, column == 0 ? "# " : " ");
		buf_add(out, text, len);
		column += 1 + len;
	}
	buf_add_char(out, '\n');
}

static void write_row(
    struct buf *out, const struct setting *row, const void *values)
{
	struct buf help = BUF_INIT, value = BUF_INIT;

	buf_add_text(&help, L(row->fr, row->en));
	add_range(&help, row);
	buf_add_char(&help, '.');
	add_comment(out, buf_text(&help));
	setting_format(&value, row, values);
	/* What is as by default stays so when the default changes. */
	if (strcmp(buf_text(&value), row->preset) == 0)
		buf_add_char(out, '#');
	buf_printf(out, "%s =%s%s\n", row->name, value.len > 0 ? " " : "",
	    buf_text(&value));
	out->failed = out->failed || help.failed || value.failed;
	buf_free(&help);
	buf_free(&value);
}

void settings_write(
    struct buf *out, const struct settings_table *table, const void *values)
{
	add_comment(out, L(table->fr, table->en));
	add_comment(out,
	    L("Une ligne qui commence par # ne compte pas : elle montre la "
	      "valeur par défaut.",
		"A line that begins with # does not count: it shows the "
		"default."));
	for (size_t i = 0; i < table->count; i++) {
		buf_add_char(out, '\n');
		write_row(out, &table->rows[i], values);
	}
}

/* ---- the man page ---- */

static void man_row(struct buf *out, const struct setting *row)
{
	struct buf text = BUF_INIT;

	buf_add_text(out, ".TP\n.B ");
	man_text(out, row->name);
	buf_add_char(out, '\n');
	buf_add_text(&text, L(row->fr, row->en));
	add_range(&text, row);
	buf_add_char(&text, '.');
	man_line(out, buf_text(&text));
	if ((row->flags & SETTING_REQUIRED) != 0)
		man_line(out, L("Obligatoire.", "Required."));
	if (row->preset[0] != '\0') {
		buf_add_text(out, L("Par défaut\\ : \\fB", "Default: \\fB"));
		man_text(out, row->preset);
		buf_add_text(out, "\\fR.\n");
	}
	out->failed = out->failed || text.failed;
	buf_free(&text);
}

void settings_man(struct buf *out, const struct settings_table *table)
{
	struct buf text = BUF_INIT;

	buf_add_text(out, L(".SH RÉGLAGES\n", ".SH SETTINGS\n"));
	buf_printf(&text,
	    L("Un fichier de lignes « nom = valeur » : %s dans le dossier des "
	      "données, ou celui que --config ou la variable %sCONFIG nomme ; "
	      "sans lui, %s.",
		"A file of \"name = value\" lines: %s in the data directory, "
		"or the one that --config or the variable %sCONFIG names; "
		"without it, %s."),
	    table->file, table->environment, table->machine);
	man_line(out, buf_text(&text));
	buf_reset(&text);
	buf_printf(&text,
	    L("Une variable %sNOM, le nom en capitales, l'emporte sur le "
	      "fichier, et --set NOM=VALEUR sur tout.",
		"A variable %sNAME, the name in capitals, prevails over the "
		"file, and --set NAME=VALUE over all."),
	    table->environment);
	man_line(out, buf_text(&text));
	for (size_t i = 0; i < table->count; i++)
		man_row(out, &table->rows[i]);
	out->failed = out->failed || text.failed;
	buf_free(&text);
}
