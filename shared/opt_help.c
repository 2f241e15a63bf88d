#include <string.h>

#include "shared/lang.h"
#include "shared/opt.h"
#include "shared/text.h"

#define LEFT_COLUMNS_MAX 34 /* a longer left side gets its own line */

/* "  ${left}   ${right}", aligned on ${columns}. */
static void add_pair(
    struct buf *out, const char *left, const char *right, size_t columns)
{
	size_t width = text_columns(left);

	buf_printf(out, "  %s", left);
	if (width > columns) {
		buf_add_char(out, '\n');
		width = 0;
		buf_add_text(out, "  ");
	}
	for (; width < columns + 2; width++)
		buf_add_char(out, ' ');
	buf_printf(out, "%s\n", right);
}

static void command_left(struct buf *left, const struct command *command)
{
	buf_reset(left);
	buf_printf(left, "%s%s%s", command->words,
	    command->args[0] != '\0' ? " " : "", command->args);
}

static void option_left(struct buf *left, const struct opt *option)
{
	buf_reset(left);
	buf_printf(left, "--%s", option->name);
	if ((option->flags & OPT_FLAG) == 0)
		buf_printf(left, " %s", option->placeholder);
}

static void widen(size_t *columns, const struct buf *left)
{
	size_t width = text_columns(buf_text(left));

	if (width > *columns && width <= LEFT_COLUMNS_MAX)
		*columns = width;
}

static void add_options(struct buf *out, const struct opt *options)
{
	struct buf left = BUF_INIT, right = BUF_INIT;
	size_t columns = 0;

	for (const struct opt *o = options; o->name != NULL; o++) {
		option_left(&left, o);
		widen(&columns, &left);
	}
	for (const struct opt *o = options; o->name != NULL; o++) {
		option_left(&left, o);
		buf_reset(&right);
		buf_add_text(&right, L(o->fr, o->en));
		if ((o->flags & OPT_REQUIRED) != 0)
			buf_add_text(
			    &right, L(" (obligatoire)", " (required)"));
		add_pair(out, buf_text(&left), buf_text(&right), columns);
	}
	buf_free(&left);
	buf_free(&right);
}

static void add_common(struct buf *out)
{
	buf_add_text(out, L("\nOptions de toutes les commandes :\n",
			      "\nOptions of every command:\n"));
	add_options(out, opt_common);
}

void opt_help(struct buf *out, const char *program,
    const struct command *commands, size_t count)
{
	struct buf left = BUF_INIT;
	size_t columns = 0;

	buf_printf(out,
	    L("Usage : %s COMMANDE [OPTIONS]\n\nCommandes :\n",
		"Usage: %s COMMAND [OPTIONS]\n\nCommands:\n"),
	    program);
	for (size_t i = 0; i < count; i++) {
		command_left(&left, &commands[i]);
		if (!opt_is_hidden(&commands[i]))
			widen(&columns, &left);
	}
	for (size_t i = 0; i < count; i++) {
		if (opt_is_hidden(&commands[i]))
			continue;
		command_left(&left, &commands[i]);
		add_pair(out, buf_text(&left),
		    L(commands[i].fr, commands[i].en), columns);
	}
	add_common(out);
	buf_printf(out,
	    L("\n« %s COMMANDE --help » montre les options d'une commande.\n",
		"\n\"%s COMMAND --help\" shows a command's options.\n"),
	    program);
	buf_free(&left);
}

void opt_help_command(
    struct buf *out, const char *program, const struct command *command)
{
	const struct opt *options = command->options;
	struct buf left = BUF_INIT;

	command_left(&left, command);
	buf_printf(
	    out, L("Usage : %s %s", "Usage: %s %s"), program, buf_text(&left));
	for (; options != NULL && options->name != NULL; options++) {
		if ((options->flags & OPT_REQUIRED) == 0)
			continue;
		option_left(&left, options);
		buf_printf(out, " %s", buf_text(&left));
	}
	buf_add_text(out, " [OPTIONS]\n");
	if (!opt_is_hidden(command))
		buf_printf(out, "\n%s\n", L(command->fr, command->en));
	if (command->options != NULL && command->options->name != NULL) {
		buf_add_text(out, L("\nOptions :\n", "\nOptions:\n"));
		add_options(out, command->options);
	}
	add_common(out);
	buf_free(&left);
}
