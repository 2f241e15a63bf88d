#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "shared/date.h"
#include "shared/lang.h"
#include "shared/man.h"

/* Which of a French and an English text. */
static const char *in_language(const char *const texts[2])
{
	return L(texts[0], texts[1]);
}

void man_text(struct buf *out, const char *text)
{
	if (*text == '.')
		buf_add_text(out, "\\&");
	for (; *text != '\0'; text++) {
		switch (*text) {
		case '\\':
			buf_add_text(out, "\\e");
			break;
		case '-': /* one that can be typed, not a hyphen */
			buf_add_text(out, "\\-");
			break;
		case '\'':
			buf_add_text(out, "\\(aq");
			break;
		case '\n':
			buf_add_char(out, ' ');
			break;
		default:
			buf_add_char(out, *text);
		}
	}
}

void man_line(struct buf *out, const char *text)
{
	man_text(out, text);
	buf_add_char(out, '\n');
}

static void add_head(struct buf *out, const struct man_page *page)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	char day[DATE_TEXT] = "";

	/* The same bytes whenever it is made, unless a date is given. */
	if (epoch != NULL && epoch[0] != '\0') {
		struct date date =
		    date_from_days(strtoll(epoch, NULL, 10) / 86400);

		date_format(&date, day);
	}
	buf_add_text(out, ".TH ");
	for (const char *at = page->program; *at != '\0'; at++)
		buf_add_char(
		    out, *at >= 'a' && *at <= 'z' ? (char)(*at - 32) : *at);
	buf_printf(out, " %d \"%s\" \"Pointeau %s\"\n", page->section, day,
	    POINTEAU_VERSION);
	/* No line is filled up with spaces, and no word is cut. */
	buf_add_text(out, ".nh\n.ad l\n");
	buf_add_text(out, L(".SH NOM\n", ".SH NAME\n"));
	man_text(out, page->program);
	buf_add_text(out, " \\- ");
	man_line(out, in_language(page->one_line));
	buf_add_text(out, ".SH SYNOPSIS\n.B ");
	man_text(out, page->program);
	buf_add_text(out, L("\n.I COMMANDE\n[OPTIONS]\n.br\n.B ",
			      "\n.I COMMAND\n[OPTIONS]\n.br\n.B "));
	man_text(out, page->program);
	buf_add_text(out,
	    L("\n.I COMMANDE\n\\-\\-help\n", "\n.I COMMAND\n\\-\\-help\n"));
	buf_add_text(out, ".SH DESCRIPTION\n");
	man_line(out, in_language(page->about));
}

static void add_option(struct buf *out, const struct opt *option)
{
	buf_add_text(out, ".TP\n.B \\-\\-");
	man_text(out, option->name);
	if ((option->flags & OPT_FLAG) == 0) {
		buf_add_text(out, " \\fI");
		man_text(out, option->placeholder);
		buf_add_text(out, "\\fR");
	}
	buf_add_char(out, '\n');
	man_text(out, L(option->fr, option->en));
	if ((option->flags & OPT_REQUIRED) != 0)
		buf_add_text(out, L(" (obligatoire)", " (required)"));
	if ((option->flags & OPT_REPEAT) != 0)
		buf_add_text(
		    out, L(" (plusieurs fois s'il le faut)", " (repeatable)"));
	buf_add_char(out, '\n');
}

static void add_command(struct buf *out, const struct command *command)
{
	const struct opt *option = command->options;

	buf_add_text(out, ".TP\n.B ");
	man_text(out, command->words);
	if (command->args[0] != '\0') {
		buf_add_text(out, " \\fI");
		man_text(out, command->args);
		buf_add_text(out, "\\fR");
	}
	buf_add_char(out, '\n');
	man_line(out, L(command->fr, command->en));
	if (option == NULL || option->name == NULL)
		return;
	buf_add_text(out, ".RS\n");
	for (; option->name != NULL; option++)
		add_option(out, option);
	buf_add_text(out, ".RE\n");
}

/* "path\tmeaning" lines. */
static void add_files(struct buf *out, const char *lines)
{
	struct buf part = BUF_INIT;

	while (*lines != '\0') {
		size_t path = strcspn(lines, "\t");
		size_t rest = strcspn(lines, "\n");

		buf_reset(&part);
		buf_add(&part, lines, path);
		buf_add_text(out, ".TP\n.I ");
		man_line(out, buf_text(&part));
		buf_reset(&part);
		buf_add(&part, lines + path + 1, rest - path - 1);
		man_line(out, buf_text(&part));
		lines += rest + (lines[rest] == '\n');
	}
	out->failed = out->failed || part.failed;
	buf_free(&part);
}

/* docs/protocol.md, as err_exit_status gives them. */
static void add_statuses(struct buf *out)
{
	static const struct {
		int code;
		const char *fr, *en;
	} rows[] = {
	    {0, "C'est fait.", "It is done."},
	    {E_INVALID,
		"Une donnée ou un réglage est refusé ; rien n'a "
		"changé.",
		"Data or a setting is refused; nothing was changed."},
	    {E_USAGE, "La commande est mal écrite.",
		"The command is written wrongly."},
	    {E_NOT_INIT, "Rien n'est préparé dans ce dossier.",
		"Nothing is set up in this directory."},
	    {E_OFFLINE, "L'autre côté est injoignable ; rien n'est perdu.",
		"The other side cannot be reached; nothing is lost."},
	    {E_INTERRUPTED, "Interrompu.", "Interrupted."},
	};

	buf_add_text(out, L(".SH CODE DE RETOUR\n", ".SH EXIT STATUS\n"));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		buf_printf(out, ".TP\n%d\n", err_exit_status(rows[i].code));
		man_line(out, L(rows[i].fr, rows[i].en));
	}
	buf_add_text(out, ".PP\n");
	man_line(out,
	    L("Les autres codes disent chacun une cause, comme le texte sur "
	      "la sortie d'erreur.",
		"Every other status tells one cause, as the text on standard "
		"error does."));
}

void man_write(struct buf *out, const struct man_page *page,
    const struct command *commands, size_t count,
    const struct settings_table *settings)
{
	add_head(out, page);
	buf_add_text(out, L(".SH COMMANDES\n", ".SH COMMANDS\n"));
	for (size_t i = 0; i < count; i++) {
		if (!opt_is_hidden(&commands[i]))
			add_command(out, &commands[i]);
	}
	buf_add_text(out, L(".SH \"OPTIONS DE TOUTES LES COMMANDES\"\n",
			      ".SH \"OPTIONS OF EVERY COMMAND\"\n"));
	for (const struct opt *o = opt_common; o->name != NULL; o++)
		add_option(out, o);
	settings_man(out, settings);
	buf_add_text(out, L(".SH FICHIERS\n", ".SH FILES\n"));
	add_files(out, in_language(page->files));
	add_statuses(out);
	buf_add_text(out, L(".SH \"VOIR AUSSI\"\n", ".SH \"SEE ALSO\"\n"));
	man_line(out, in_language(page->also));
}
