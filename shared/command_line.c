#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "shared/command_line.h"
#include "shared/crypto.h"
#include "shared/lang.h"
#include "shared/text.h"

#define MEMBER_MAX 32 /* letters of an option's name */

void command_line_clear(struct command_line *line)
{
	for (int i = 0; i < line->count; i++) {
		/* A PIN or a code may be among them. */
		crypto_wipe(line->words[i], strlen(line->words[i]));
		free(line->words[i]);
	}
}

/* Add a word, which is consumed. */
static int add(struct command_line *line, struct buf *word, struct err *err)
{
	char *text = buf_take(word);

	if (text == NULL)
		return err_nomem(err);
	if (line->count == COMMAND_LINE_MAX) {
		free(text);
		return err_set(
		    err, E_USAGE, L("trop de membres", "too many members"));
	}
	line->words[line->count++] = text;
	return 0;
}

static int add_text(
    struct command_line *line, const char *text, struct err *err)
{
	struct buf word = BUF_INIT;

	buf_add_text(&word, text);
	return add(line, &word, err);
}

static int add_option(struct command_line *line, const char *name,
    const char *value, struct err *err)
{
	struct buf word = BUF_INIT;

	buf_printf(&word, "--%s=%s", name, value);
	return add(line, &word, err);
}

/* "hours add": two words. */
static int add_words(
    struct command_line *line, const char *words, struct err *err)
{
	int rc = 0;

	while (rc == 0 && *words != '\0') {
		size_t len = strcspn(words, " ");
		struct buf word = BUF_INIT;

		buf_add(&word, words, len);
		rc = add(line, &word, err);
		words += len + (words[len] == ' ');
	}
	return rc;
}

/* ---- members ---- */

static const struct opt *find_option(
    const struct opt *options, const char *name)
{
	for (; options != NULL && options->name != NULL; options++) {
		if (strcmp(options->name, name) == 0)
			return options;
	}
	return NULL;
}

/* Is ${name} among the names of ${list}, separated by spaces? */
static bool is_listed(const char *list, const char *name)
{
	while (*list != '\0') {
		size_t len = strcspn(list, " ");

		if (strlen(name) == len && memcmp(list, name, len) == 0)
			return true;
		list += len + (list[len] == ' ');
	}
	return false;
}

/* Not for the page to say: where, as whom, how, or not really. */
static bool is_reserved(const struct command_asked *asked, const char *name)
{
	return find_option(opt_common, name) != NULL ||
	       is_listed(asked->reserved, name);
}

static bool is_option_name(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz-";

	return name[0] != '\0' && name[0] != '-' &&
	       strlen(name) <= MEMBER_MAX &&
	       name[strspn(name, letters)] == '\0';
}

static int check_member(
    const struct command_asked *asked, const char *name, struct err *err)
{
	bool named = is_option_name(name);
	struct buf shown = BUF_INIT;

	if (named && !is_reserved(asked, name))
		return 0;
	text_quote(&shown, name);
	(void)err_set(err, E_USAGE,
	    named ? L("membre « %s » : ce n'est pas à la page de le dire",
			"member \"%s\": it is not for the page to say")
		  : L("membre « %s » : le nom d'une option est en lettres "
		      "minuscules",
			"member \"%s\": an option's name is in small letters"),
	    buf_text(&shown));
	buf_free(&shown);
	return E_USAGE;
}

static int bad_value(const char *name, struct err *err)
{
	return err_set(err, E_USAGE,
	    L("membre « %s » : un texte, un nombre entier, vrai, ou une liste "
	      "de textes sans virgule",
		"member \"%s\": a text, a whole number, true, or a list of "
		"texts without commas"),
	    name);
}

static int add_scalar(
    struct buf *out, const char *name, const json_t *value, struct err *err)
{
	if (json_is_string(value))
		buf_add_text(out, json_string_value(value));
	else if (json_is_integer(value))
		buf_printf(out, "%" PRId64, (int64_t)json_integer_value(value));
	else
		return bad_value(name, err);
	return 0;
}

/* A member's value as one text. */
static int write_value(
    struct buf *out, const char *name, const json_t *value, struct err *err)
{
	if (!json_is_array(value))
		return add_scalar(out, name, value, err);
	for (size_t i = 0; i < json_array_size(value); i++) {
		const json_t *item = json_array_get(value, i);

		if (i > 0)
			buf_add_char(out, ',');
		if (add_scalar(out, name, item, err) < 0)
			return E_USAGE;
		if (json_is_string(item) &&
		    strchr(json_string_value(item), ',') != NULL)
			return bad_value(name, err);
	}
	return 0;
}

/* A flag in a query has a text for its value, as schema/openapi.json says. */
static bool flag_says(
    const struct opt *option, const json_t *value, const char *text)
{
	return option != NULL && (option->flags & OPT_FLAG) != 0 &&
	       json_is_string(value) &&
	       strcmp(json_string_value(value), text) == 0;
}

/* One member as an option. Nothing, null or false: it is not given. */
static int add_member(struct command_line *line,
    const struct command_asked *asked, const char *name, const json_t *value,
    struct err *err)
{
	const struct opt *option = find_option(asked->command->options, name);
	struct buf text = BUF_INIT, word = BUF_INIT;
	int rc;

	if ((rc = check_member(asked, name, err)) < 0)
		return rc;
	if (json_is_null(value) || json_is_false(value) ||
	    flag_says(option, value, "false"))
		return 0;
	/* A flag is its name alone, and nothing else may be: its value would
	 * be taken from the word that follows. */
	if (json_is_true(value) || flag_says(option, value, "true")) {
		if (option != NULL && (option->flags & OPT_FLAG) == 0)
			return bad_value(name, err);
		buf_printf(&word, "--%s", name);
		return add(line, &word, err);
	}
	if ((rc = write_value(&text, name, value, err)) == 0 &&
	    (rc = buf_check(&text, err)) == 0)
		rc = add_option(line, name, buf_text(&text), err);
	buf_free(&text);
	return rc;
}

/* The arguments, after "--": no value of theirs is an option; "-", which is
 * standard input, is not the page's. */
static int add_arguments(struct command_line *line, const char *args,
    const json_t *params, struct err *err)
{
	int rc = add_text(line, "--", err);

	while (rc == 0 && *args != '\0') {
		char name[MEMBER_MAX + 1] = "";
		size_t len = strcspn(args, " ");
		const char *value;

		memcpy(name, args, len < MEMBER_MAX ? len : MEMBER_MAX);
		value = json_text(params, name);
		args += len + (args[len] == ' ');
		if (value[0] == '\0')
			continue;
		rc = strcmp(value, "-") == 0 ? bad_value(name, err)
		                             : add_text(line, value, err);
	}
	return rc;
}

static int add_members(struct command_line *line,
    const struct command_asked *asked, struct err *err)
{
	const char *name;
	json_t *members, *value;
	int rc = 0;

	/* jansson's iteration only reads, but takes no const. */
	memcpy(&members, &asked->params, sizeof(members));
	json_object_foreach(members, name, value)
	{
		if (rc == 0 && !is_listed(asked->args, name))
			rc = add_member(line, asked, name, value, err);
	}
	return rc;
}

int command_line_make(struct command_line *out,
    const struct command_asked *asked, struct err *err)
{
	int rc;

	out->count = 0;
	if ((rc = add_text(out, asked->program, err)) < 0 ||
	    (rc = add_words(out, asked->command->words, err)) < 0)
		return rc;
	for (const char *const *at = asked->fixed; *at != NULL; at++) {
		if ((rc = add_text(out, *at, err)) < 0)
			return rc;
	}
	if ((rc = add_members(out, asked, err)) < 0)
		return rc;
	return add_arguments(out, asked->args, asked->params, err);
}

const struct command *command_find(
    const struct command *commands, size_t count, const char *words)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(commands[i].words, words) == 0)
			return &commands[i];
	}
	return NULL;
}

/* ---- remarks ---- */

static json_t *lines_of(const char *text)
{
	json_t *lines = json_array();

	while (lines != NULL && *text != '\0') {
		size_t len = strcspn(text, "\n");

		if (len > 0 &&
		    json_array_append_new(lines, json_stringn(text, len)) < 0) {
			json_decref(lines);
			return NULL;
		}
		text += len + (text[len] == '\n');
	}
	return lines;
}

int command_add_notes(struct buf *out, const struct buf *note, struct err *err)
{
	json_t *lines;

	while (out->len > 0 && out->data[out->len - 1] == '\n')
		out->data[--out->len] = '\0';
	if (note->len == 0 || out->len < 2 || out->data[out->len - 1] != '}')
		return buf_check(out, err);
	if ((lines = lines_of(buf_text(note))) == NULL)
		return err_nomem(err);
	out->data[--out->len] = '\0';
	buf_add_text(
	    out, out->data[out->len - 1] == '{' ? "\"notes\":" : ",\"notes\":");
	json_write(out, lines);
	buf_add_char(out, '}');
	json_decref(lines);
	return buf_check(out, err);
}
