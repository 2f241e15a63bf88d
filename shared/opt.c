#include <assert.h>
#include <string.h>

#include "shared/lang.h"
#include "shared/nearest.h"
#include "shared/opt.h"
#include "shared/text.h"

#define TOKENS_MAX 4096 /* of one command line */

const struct opt opt_common[] = {
    {"data", 0, "DIR", "dossier des données", "data directory"},
    {"config", 0, "FILE", "fichier des réglages", "file of the settings"},
    {"set", OPT_REPEAT, "NAME=VALUE", "un réglage, pour cette fois",
	"a setting, for this once"},
    {"json", OPT_FLAG, NULL, "réponse en JSON, pour les programmes",
	"answer in JSON, for programs"},
    {"quiet", OPT_FLAG, NULL, "tait les remarques, pas les erreurs",
	"hides the remarks, not the errors"},
    {"progress", 0, "HOW", "avancement des longs travaux : line, json, none",
	"how far long work has come: line, json, none"},
    {"no-input", OPT_FLAG, NULL, "ne pose jamais de question",
	"never asks a question"},
    {"yes", OPT_FLAG, NULL, "répond oui aux questions",
	"answers yes to questions"},
    {"help", OPT_FLAG, NULL, "montre cette aide", "shows this help"},
    {NULL, 0, NULL, NULL, NULL}};

/* A command line being read. */
struct line {
	struct call *call;
	const struct command *commands;
	size_t command_count;
	char *const *argv;
	size_t count;
	size_t word_count; /* how many leading words name the command */
	bool ended;        /* "--" was seen */
};

bool opt_is_hidden(const struct command *command)
{
	return command->fr == NULL;
}

const char *opt_value(const struct call *call, const char *name)
{
	for (size_t i = 0; i < call->given_count; i++) {
		if (strcmp(call->given[i]->name, name) == 0)
			return call->values[i];
	}
	return NULL;
}

bool opt_given(const struct call *call, const char *name)
{
	return opt_value(call, name) != NULL;
}

static const struct opt *find_in(
    const struct opt *options, const char *name, size_t len)
{
	for (; options != NULL && options->name != NULL; options++) {
		if (strlen(options->name) == len &&
		    memcmp(options->name, name, len) == 0)
			return options;
	}
	return NULL;
}

static const struct opt *find_option(
    const struct command *command, const char *name, size_t len)
{
	const struct opt *found = NULL;

	if (command != NULL)
		found = find_in(command->options, name, len);
	return found != NULL ? found : find_in(opt_common, name, len);
}

/* Is it an option at all? "-" alone is standard input. */
static bool is_option(const char *token)
{
	return token[0] == '-' && token[1] != '\0';
}

static int too_long(struct err *err)
{
	return err_set(err, E_USAGE,
	    L("ligne de commande trop longue", "command line too long"));
}

/* ---- options ---- */

static void try_names(const struct opt *options, const char *name,
    const char **best, size_t *distance)
{
	for (; options != NULL && options->name != NULL; options++) {
		size_t here = nearest_distance(name, options->name);

		if (here < *distance) {
			*best = options->name;
			*distance = here;
		}
	}
}

static int unknown_option(
    const struct command *command, const char *token, struct err *err)
{
	const char *name = token + strspn(token, "-"), *best = NULL;
	size_t distance = nearest_reach(name) + 1;
	struct buf shown = BUF_INIT;
	int rc;

	if (command != NULL)
		try_names(command->options, name, &best, &distance);
	try_names(opt_common, name, &best, &distance);
	text_quote(&shown, token);
	if (best != NULL) {
		rc = err_set(err, E_USAGE,
		    L("option %s inconnue : vouliez-vous dire --%s ?",
			"unknown option %s: did you mean --%s?"),
		    buf_text(&shown), best);
	} else {
		rc = err_set(err, E_USAGE,
		    L("option %s inconnue : ajoutez --help pour voir celles "
		      "qui existent",
			"unknown option %s: add --help to see those that "
			"exist"),
		    buf_text(&shown));
	}
	buf_free(&shown);
	return rc;
}

/* "--day" after "--time" is no time: the value was forgotten. */
static bool looks_like_option(const struct command *command, const char *token)
{
	size_t len;

	if (strncmp(token, "--", 2) != 0)
		return false;
	len = strcspn(token + 2, "=");
	return len == 0 || find_option(command, token + 2, len) != NULL;
}

static int keep_option(struct call *call, const struct opt *option,
    const char *value, struct err *err)
{
	if ((option->flags & OPT_REPEAT) == 0 &&
	    opt_given(call, option->name)) {
		if ((option->flags & OPT_FLAG) != 0)
			return 0;
		return err_set(err, E_USAGE,
		    L("option --%s donnée deux fois",
			"option --%s given twice"),
		    option->name);
	}
	if (call->given_count == OPT_VALUES_MAX)
		return too_long(err);
	call->given[call->given_count] = option;
	call->values[call->given_count++] = value;
	return 0;
}

static int no_value(const struct opt *option, struct err *err)
{
	return err_set(err, E_USAGE,
	    L("option --%s : il manque sa valeur (--%s %s)",
		"option --%s: its value is missing (--%s %s)"),
	    option->name, option->name, option->placeholder);
}

/*
 * Take the option at ${*at}, and its value, which may be the next token.
 * ${keep} NULL: only step over it, as it is not known yet.
 */
static int take_option(const struct line *line, const struct command *command,
    size_t *at, struct call *keep, struct err *err)
{
	const char *token = line->argv[*at], *name = token + 2, *value;
	const struct opt *option;
	size_t len;

	if (strcmp(token, "-h") == 0)
		name = "help";
	else if (strncmp(token, "--", 2) != 0)
		return unknown_option(command, token, err);
	len = strcspn(name, "=");
	if ((option = find_option(command, name, len)) == NULL)
		return unknown_option(command, token, err);
	value = name[len] == '=' ? name + len + 1 : NULL;
	(*at)++;
	if ((option->flags & OPT_FLAG) != 0) {
		if (value != NULL)
			return err_set(err, E_USAGE,
			    L("option --%s : elle ne prend pas de valeur",
				"option --%s: it takes no value"),
			    option->name);
		value = "";
	} else if (value == NULL) {
		if (*at >= line->count ||
		    looks_like_option(command, line->argv[*at]))
			return no_value(option, err);
		value = line->argv[(*at)++];
	}
	return keep == NULL ? 0 : keep_option(keep, option, value, err);
}

/* ---- which command? ---- */

/* How many of the leading words of ${words} ${typed} gives; 0 unless all of
 * the command's words are there. */
static size_t match_words(
    const char *words, const char *const *typed, size_t typed_count)
{
	size_t matched = 0;

	while (*words != '\0') {
		size_t len = strcspn(words, " ");

		if (matched == typed_count || strlen(typed[matched]) != len ||
		    memcmp(typed[matched], words, len) != 0)
			return 0;
		matched++;
		words += len + (words[len] == ' ');
	}
	return matched;
}

static void find_command(
    struct line *line, const char *const *typed, size_t typed_count)
{
	for (size_t i = 0; i < line->command_count; i++) {
		size_t matched =
		    match_words(line->commands[i].words, typed, typed_count);

		if (matched > line->word_count) {
			line->word_count = matched;
			line->call->command = &line->commands[i];
		}
	}
}

/* The commands that begin with this word: "hours add, hours set". */
static void add_group(
    struct buf *out, const struct line *line, const char *word)
{
	size_t len = strlen(word);

	for (size_t i = 0; i < line->command_count; i++) {
		const char *words = line->commands[i].words;

		if (strncmp(words, word, len) == 0 && words[len] == ' ' &&
		    !opt_is_hidden(&line->commands[i]))
			buf_printf(
			    out, "%s%s", out->len > 0 ? ", " : "", words);
	}
}

static const char *nearest_command(
    const struct line *line, const char *const *typed, size_t typed_count)
{
	struct buf first_two = BUF_INIT;
	const char *best = NULL;
	size_t distance = nearest_reach(typed[0]) + 1;

	buf_printf(
	    &first_two, "%s %s", typed[0], typed_count > 1 ? typed[1] : "");
	for (size_t i = 0; i < line->command_count; i++) {
		const char *words = line->commands[i].words;
		bool one = strchr(words, ' ') == NULL;
		size_t here = nearest_distance(
		    one ? typed[0] : buf_text(&first_two), words);

		if (here < distance && !opt_is_hidden(&line->commands[i])) {
			best = words;
			distance = here;
		}
	}
	buf_free(&first_two);
	return best;
}

static int no_command(const struct line *line, const char *const *typed,
    size_t typed_count, struct err *err)
{
	struct buf group = BUF_INIT, shown = BUF_INIT;
	const char *best;
	int rc;

	if (typed_count == 0) {
		return err_set(err, E_USAGE,
		    L("il manque la commande : --help montre lesquelles "
		      "existent",
			"the command is missing: --help shows which exist"));
	}
	add_group(&group, line, typed[0]);
	best = nearest_command(line, typed, typed_count);
	text_quote(&shown, typed[0]);
	if (typed_count > 1 && group.len > 0) {
		buf_add_char(&shown, ' ');
		text_quote(&shown, typed[1]);
	}
	if (best != NULL && (typed_count > 1 || group.len == 0)) {
		rc = err_set(err, E_USAGE,
		    L("commande « %s » inconnue : vouliez-vous dire %s ?",
			"unknown command \"%s\": did you mean %s?"),
		    buf_text(&shown), best);
	} else if (group.len > 0) {
		rc = err_set(err, E_USAGE,
		    typed_count > 1
			? L("commande « %s » inconnue : il existe %s",
			      "unknown command \"%s\": there are %s")
			: L("commande « %s » incomplète : il existe %s",
			      "incomplete command \"%s\": there are %s"),
		    buf_text(&shown), buf_text(&group));
	} else {
		rc = err_set(err, E_USAGE,
		    L("commande « %s » inconnue : --help montre lesquelles "
		      "existent",
			"unknown command \"%s\": --help shows which exist"),
		    buf_text(&shown));
	}
	buf_free(&group);
	buf_free(&shown);
	return rc;
}

/* The words before the first option that is not everyone's name the
 * command. ${*help}: it was asked for meanwhile. */
static int read_words(struct line *line, bool *help, struct err *err)
{
	const char *typed[OPT_ARGS_MAX];
	size_t typed_count = 0, at = 0;

	while (at < line->count && typed_count < OPT_ARGS_MAX) {
		const char *token = line->argv[at];
		size_t len = strcspn(token, "=");

		if (strcmp(token, "--help") == 0 || strcmp(token, "-h") == 0)
			*help = true;
		if (!is_option(token)) {
			typed[typed_count++] = token;
			at++;
			continue;
		}
		if (strcmp(token, "-h") != 0 &&
		    (len < 2 ||
			find_in(opt_common, token + 2, len - 2) == NULL))
			break;
		if (take_option(line, NULL, &at, NULL, err) < 0)
			return E_USAGE;
	}
	find_command(line, typed, typed_count);
	if (line->call->command != NULL || *help)
		return 0;
	if (typed_count == 0 && at < line->count)
		return unknown_option(NULL, line->argv[at], err);
	return no_command(line, typed, typed_count, err);
}

/* ---- arguments ---- */

static void count_args(const char *args, size_t *least, size_t *most)
{
	*least = *most = 0;
	while (*args != '\0') {
		size_t len = strcspn(args, " ");

		*least += args[0] != '[';
		(*most)++;
		args += len + (args[len] == ' ');
	}
}

static int surplus(const char *arg, struct err *err)
{
	struct buf shown = BUF_INIT;

	text_quote(&shown, arg);
	(void)err_set(err, E_USAGE,
	    L("argument « %s » de trop : des guillemets autour d'un texte de "
	      "plusieurs mots ?",
		"one argument too many, \"%s\": quotes around a text of "
		"several words?"),
	    buf_text(&shown));
	buf_free(&shown);
	return E_USAGE;
}

static int check_args(const struct call *call, struct err *err)
{
	const struct command *command = call->command;
	size_t least, most;

	count_args(command->args, &least, &most);
	if (call->arg_count < least) {
		return err_set(err, E_USAGE,
		    L("%s : il manque un argument (%s %s)",
			"%s: an argument is missing (%s %s)"),
		    command->words, command->words, command->args);
	}
	return call->arg_count > most ? surplus(call->args[most], err) : 0;
}

static int check_required(const struct call *call, struct err *err)
{
	const struct opt *option = call->command->options;

	for (; option != NULL && option->name != NULL; option++) {
		const char *value = opt_value(call, option->name);

		if ((option->flags & OPT_REQUIRED) == 0)
			continue;
		if (value == NULL || value[0] == '\0') {
			return err_set(err, E_USAGE,
			    L("%s : il manque --%s %s (%s)",
				"%s: --%s %s is missing (%s)"),
			    call->command->words, option->name,
			    option->placeholder, L(option->fr, option->en));
		}
	}
	return 0;
}

/* Everything that is not one of the command's words. */
static int read_rest(struct line *line, struct err *err)
{
	struct call *call = line->call;
	size_t at = 0, words = line->word_count;
	int rc = 0;

	while (rc == 0 && at < line->count) {
		const char *token = line->argv[at];

		if (!line->ended && strcmp(token, "--") == 0) {
			line->ended = true;
			at++;
		} else if (!line->ended && is_option(token)) {
			rc = take_option(line, call->command, &at, call, err);
		} else if (words > 0) {
			words--;
			at++;
		} else if (call->arg_count == OPT_ARGS_MAX) {
			rc = too_long(err);
		} else {
			call->args[call->arg_count++] = token;
			at++;
		}
	}
	return rc;
}

static int check_utf8(const struct line *line, struct err *err)
{
	struct buf shown = BUF_INIT;

	for (size_t i = 0; i < line->count; i++) {
		const char *token = line->argv[i];

		if (text_is_utf8(token, strlen(token)))
			continue;
		text_quote(&shown, token);
		(void)err_set(err, E_USAGE,
		    L("« %s » n'est pas de l'UTF-8 : réglez le terminal sur "
		      "UTF-8",
			"\"%s\" is no UTF-8: set the terminal to UTF-8"),
		    buf_text(&shown));
		buf_free(&shown);
		return E_USAGE;
	}
	return 0;
}

int opt_parse(struct call *call, const struct command *commands,
    size_t command_count, int argc, char *const *argv, struct err *err)
{
	struct line line = {.call = call,
	    .commands = commands,
	    .command_count = command_count,
	    .argv = argv + (argc > 0),
	    .count = argc > 0 ? (size_t)argc - 1 : 0};
	bool help = false;
	int rc;

	assert(call->given_count == 0 && call->arg_count == 0);
	call->command = NULL;
	if (line.count > TOKENS_MAX)
		return too_long(err);
	if ((rc = check_utf8(&line, err)) < 0 ||
	    (rc = read_words(&line, &help, err)) < 0)
		return rc;
	if (help && call->command == NULL)
		return keep_option(
		    call, find_in(opt_common, "help", 4), "", err);
	if ((rc = read_rest(&line, err)) < 0)
		return rc;
	if (opt_given(call, "help"))
		return 0;
	rc = check_args(call, err);
	return rc < 0 ? rc : check_required(call, err);
}
