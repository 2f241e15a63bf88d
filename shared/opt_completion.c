#include <stdlib.h>
#include <string.h>

#include "shared/lang.h"
#include "shared/opt.h"
#include "shared/text.h"

/* What a script is made from. */
struct script {
	struct buf *out;
	const char *program;
	const struct command *commands;
	size_t count;
};

/* Between single quotes; ${quote} is how the shell writes one inside. */
static void add_quoted(struct buf *out, const char *text, const char *quote)
{
	buf_add_char(out, '\'');
	for (; *text != '\0'; text++) {
		if (*text == '\'')
			buf_add_text(out, quote);
		else
			buf_add_char(out, *text);
	}
	buf_add_char(out, '\'');
}

#define QUOTE_SH   "'\\''"
#define QUOTE_FISH "\\'"

/* A shell function's name: "_pointeau_server". */
static void add_function(struct buf *out, const char *program)
{
	buf_add_char(out, '_');
	for (; *program != '\0'; program++)
		buf_add_char(out, *program == '-' ? '_' : *program);
}

static size_t first_word(const char *words)
{
	return strcspn(words, " ");
}

/* Is this the first command of its group ("hours add" of "hours …")? */
static bool opens_group(const struct script *script, size_t index)
{
	const char *words = script->commands[index].words;
	size_t len = first_word(words);

	if (words[len] == '\0')
		return false;
	for (size_t i = 0; i < index; i++) {
		const char *before = script->commands[i].words;

		if (first_word(before) == len &&
		    memcmp(before, words, len) == 0)
			return false;
	}
	return true;
}

static bool in_group(const struct command *command, const char *words)
{
	size_t len = first_word(words);

	return first_word(command->words) == len &&
	       memcmp(command->words, words, len) == 0 &&
	       command->words[len] == ' ';
}

static const char *second_word(const char *words)
{
	return words + first_word(words) + 1;
}

/* Choices such as "bash|zsh|fish" instead of an argument's name. */
static bool has_choices(const struct command *command)
{
	return strchr(command->args, '|') != NULL;
}

static void add_choices(
    struct buf *out, const char *args, const char *separator)
{
	for (; *args != '\0'; args++) {
		if (*args == '|')
			buf_add_text(out, separator);
		else
			buf_add_char(out, *args);
	}
}

/* ---- bash and zsh: one case a state of the line ---- */

/* How a shell lists the possible next words. */
struct lister {
	void (*begin)(struct buf *out, const char *pattern);
	void (*word)(struct buf *out, const char *prefix, const char *word,
	    size_t len, const char *help);
	const char *end;
};

static void bash_begin(struct buf *out, const char *pattern)
{
	buf_printf(out, "\t%s) words=\"", pattern);
}

static void bash_word(struct buf *out, const char *prefix, const char *word,
    size_t len, const char *help)
{
	(void)help;
	buf_printf(out, "%s%.*s ", prefix, (int)len, word);
}

/* A part of ${out} that lacked memory must not make it look whole. */
static void end_part(struct buf *out, struct buf *part)
{
	out->failed = out->failed || part->failed;
	buf_free(part);
}

static void zsh_begin(struct buf *out, const char *pattern)
{
	buf_printf(out, "\t%s) answers=(", pattern);
}

static void zsh_word(struct buf *out, const char *prefix, const char *word,
    size_t len, const char *help)
{
	struct buf item = BUF_INIT;

	buf_printf(&item, "%s%.*s%s%s", prefix, (int)len, word,
	    help[0] != '\0' ? ":" : "", help);
	add_quoted(out, buf_text(&item), QUOTE_SH);
	buf_add_char(out, ' ');
	end_part(out, &item);
}

static const struct lister bash = {bash_begin, bash_word, "\" ;;\n"};
static const struct lister zsh = {zsh_begin, zsh_word, ") ;;\n"};

static void list_options(const struct script *script,
    const struct lister *lister, const struct opt *options)
{
	for (; options != NULL && options->name != NULL; options++)
		lister->word(script->out, "--", options->name,
		    strlen(options->name), L(options->fr, options->en));
}

/* After nothing: every command's first word. */
static void list_first(const struct script *script, const struct lister *lister)
{
	lister->begin(script->out, "\"\"");
	for (size_t i = 0; i < script->count; i++) {
		const struct command *command = &script->commands[i];
		size_t len = first_word(command->words);

		if (command->words[len] == '\0')
			lister->word(script->out, "", command->words, len,
			    L(command->fr, command->en));
		else if (opens_group(script, i))
			lister->word(script->out, "", command->words, len, "");
	}
	list_options(script, lister, opt_common);
	buf_add_text(script->out, lister->end);
}

/* After "hours": the second words. */
static void list_group(
    const struct script *script, const struct lister *lister, const char *words)
{
	struct buf pattern = BUF_INIT;

	buf_printf(&pattern, "\"%.*s \"", (int)first_word(words), words);
	lister->begin(script->out, buf_text(&pattern));
	for (size_t i = 0; i < script->count; i++) {
		const struct command *command = &script->commands[i];
		const char *second = second_word(command->words);

		if (in_group(command, words))
			lister->word(script->out, "", second, strlen(second),
			    L(command->fr, command->en));
	}
	buf_add_text(script->out, lister->end);
	end_part(script->out, &pattern);
}

/* After a whole command: its choices and options. */
static void list_command(const struct script *script,
    const struct lister *lister, const struct command *command)
{
	struct buf pattern = BUF_INIT, choices = BUF_INIT;
	char *at, *save = NULL;

	buf_printf(&pattern, "\"%s \"*", command->words);
	lister->begin(script->out, buf_text(&pattern));
	if (has_choices(command)) {
		add_choices(&choices, command->args, " ");
		for (at = choices.failed ? NULL
		                         : strtok_r(choices.data, " ", &save);
		     at != NULL; at = strtok_r(NULL, " ", &save))
			lister->word(script->out, "", at, strlen(at), "");
	}
	list_options(script, lister, command->options);
	list_options(script, lister, opt_common);
	buf_add_text(script->out, lister->end);
	end_part(script->out, &pattern);
	end_part(script->out, &choices);
}

static void list_cases(const struct script *script, const struct lister *lister)
{
	list_first(script, lister);
	for (size_t i = 0; i < script->count; i++) {
		if (opens_group(script, i))
			list_group(script, lister, script->commands[i].words);
	}
	for (size_t i = 0; i < script->count; i++)
		list_command(script, lister, &script->commands[i]);
}

static void write_bash(const struct script *script)
{
	struct buf *out = script->out;

	add_function(out, script->program);
	buf_add_text(out,
	    "() {\n"
	    "\tlocal cur=${COMP_WORDS[COMP_CWORD]} line=\"\" words=\"\" word\n"
	    "\tfor word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
	    "\t\tcase $word in -*) ;; *) line=\"$line$word \" ;; esac\n"
	    "\tdone\n"
	    "\tcase \"$line\" in\n");
	list_cases(script, &bash);
	buf_add_text(out,
	    "\tesac\n"
	    "\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
	    "}\n"
	    "complete -o default -F ");
	add_function(out, script->program);
	buf_printf(out, " %s\n", script->program);
}

static void write_zsh(const struct script *script)
{
	struct buf *out = script->out;
	struct buf name = BUF_INIT;

	add_function(&name, script->program);
	buf_printf(
	    out, "#compdef %s\n%s() {\n", script->program, buf_text(&name));
	buf_add_text(out,
	    "\tlocal line=\"\" word\n"
	    "\tlocal -a answers\n"
	    "\tfor word in \"${(@)words[2,CURRENT-1]}\"; do\n"
	    "\t\tcase $word in (-*) ;; (*) line=\"$line$word \" ;; esac\n"
	    "\tdone\n"
	    "\tcase \"$line\" in\n");
	list_cases(script, &zsh);
	buf_printf(out,
	    "\tesac\n"
	    "\t_describe '%s' answers || _files\n"
	    "}\n"
	    "if [ \"$funcstack[1]\" = \"%s\" ]; then\n"
	    "\t%s\n"
	    "else\n"
	    "\tcompdef %s %s\n"
	    "fi\n",
	    script->program, buf_text(&name), buf_text(&name), buf_text(&name),
	    script->program);
	end_part(out, &name);
}

/* ---- fish: one line a word ---- */

static void fish_line(const struct script *script, const char *condition,
    const char *words, const char *help)
{
	buf_printf(script->out, "complete -c %s%s%s%s %s", script->program,
	    condition[0] != '\0' ? " -n '" : "", condition,
	    condition[0] != '\0' ? "'" : "", words);
	if (help[0] != '\0') {
		buf_add_text(script->out, " -d ");
		add_quoted(script->out, help, QUOTE_FISH);
	}
	buf_add_char(script->out, '\n');
}

static void fish_options(const struct script *script, const char *condition,
    const struct opt *options)
{
	for (; options != NULL && options->name != NULL; options++) {
		struct buf words = BUF_INIT;
		bool path = options->placeholder != NULL &&
		            (strcmp(options->placeholder, "DIR") == 0 ||
				strncmp(options->placeholder, "FILE", 4) == 0);

		buf_printf(&words, "-l %s%s%s", options->name,
		    (options->flags & OPT_FLAG) != 0 ? "" : " -r",
		    path ? " -F" : "");
		fish_line(script, condition, buf_text(&words),
		    L(options->fr, options->en));
		end_part(script->out, &words);
	}
}

/* Whether the words of ${command} are on the line. */
static void fish_condition(struct buf *out, const struct command *command)
{
	const char *words = command->words;
	size_t len = first_word(words);

	buf_printf(out, "__fish_seen_subcommand_from %.*s", (int)len, words);
	if (words[len] != '\0')
		buf_printf(out, "; and __fish_seen_subcommand_from %s",
		    second_word(words));
}

/* "hours" is there and none of its second words yet. */
static void fish_group(
    struct buf *out, const struct script *script, const char *words)
{
	buf_printf(out,
	    "__fish_seen_subcommand_from %.*s; and not "
	    "__fish_seen_subcommand_from",
	    (int)first_word(words), words);
	for (size_t i = 0; i < script->count; i++) {
		if (in_group(&script->commands[i], words))
			buf_printf(
			    out, " %s", second_word(script->commands[i].words));
	}
}

static void fish_command(const struct script *script, size_t index)
{
	const struct command *command = &script->commands[index];
	const char *words = command->words;
	size_t len = first_word(words);
	struct buf condition = BUF_INIT, answer = BUF_INIT;

	if (opens_group(script, index)) {
		buf_printf(&answer, "-a %.*s", (int)len, words);
		fish_line(
		    script, "__fish_use_subcommand", buf_text(&answer), "");
		end_part(script->out, &answer);
	}
	if (words[len] == '\0') {
		buf_add_text(&condition, "__fish_use_subcommand");
		buf_printf(&answer, "-a %s", words);
	} else {
		fish_group(&condition, script, words);
		buf_printf(&answer, "-a %s", second_word(words));
	}
	fish_line(script, buf_text(&condition), buf_text(&answer),
	    L(command->fr, command->en));
	end_part(script->out, &condition);
	end_part(script->out, &answer);
	fish_condition(&condition, command);
	fish_options(script, buf_text(&condition), command->options);
	if (has_choices(command)) {
		buf_add_text(&answer, "-a \"");
		add_choices(&answer, command->args, " ");
		buf_add_char(&answer, '"');
	} else if (strstr(command->args, "FILE") != NULL ||
		   strstr(command->args, "DIR") != NULL) {
		buf_add_text(&answer, "-F");
	}
	if (answer.len > 0)
		fish_line(script, buf_text(&condition), buf_text(&answer), "");
	end_part(script->out, &condition);
	end_part(script->out, &answer);
}

static void write_fish(const struct script *script)
{
	fish_line(script, "", "-f", "");
	for (size_t i = 0; i < script->count; i++)
		fish_command(script, i);
	fish_options(script, "", opt_common);
}

int opt_completion(struct buf *out, const char *shell, const char *program,
    const struct command *commands, size_t count, struct err *err)
{
	static const struct {
		const char *shell;
		void (*write)(const struct script *script);
	} shells[] = {
	    {"bash", write_bash},
	    {"zsh", write_zsh},
	    {"fish", write_fish},
	};
	struct script script = {out, program, NULL, 0};
	struct command *visible;
	struct buf shown = BUF_INIT;

	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++) {
		if (strcmp(shells[i].shell, shell) != 0)
			continue;
		if ((visible = calloc(count + 1, sizeof(*visible))) == NULL)
			return err_nomem(err);
		script.commands = visible;
		for (size_t j = 0; j < count; j++) {
			if (!opt_is_hidden(&commands[j]))
				visible[script.count++] = commands[j];
		}
		shells[i].write(&script);
		free(visible);
		return buf_check(out, err);
	}
	text_quote(&shown, shell);
	(void)err_set(err, E_USAGE,
	    L("interpréteur « %s » inconnu : bash, zsh ou fish",
		"unknown shell \"%s\": bash, zsh or fish"),
	    buf_text(&shown));
	buf_free(&shown);
	return E_USAGE;
}
