/*
 * Command lines: words separated by line feeds. What is accepted was typed,
 * and every refusal is a sentence.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/opt.h"
#include "tests/fuzz/fuzz.h"

#define WORDS_MAX 64

static const struct opt add_options[] = {
    {"worker", OPT_REQUIRED, "W", "la personne", "the person"},
    {"time", 0, "T", "la durée", "the duration"},
    {"dry-run", OPT_FLAG, NULL, "essai", "trial"}, {NULL, 0, NULL, NULL, NULL}};

static const struct command commands[] = {
    {"hours add", "", add_options, "note des heures", "records hours", NULL, 0},
    {"hours import", "FILE.csv", NULL, "lit un fichier", "reads a file", NULL,
	0},
    {"status", "", NULL, "où on en est", "where things are", NULL, 0},
    {"report month", "MONTH [DIR]", NULL, "le mois", "the month", NULL, 0},
    {"completion", "bash|zsh", NULL, "complète", "completes", NULL, 0},
};

#define COMMAND_COUNT (sizeof(commands) / sizeof(commands[0]))

/* Was ${value} among the words, whole or after a '='? */
static bool was_typed(char **argv, int argc, const char *value)
{
	for (int i = 1; i < argc; i++) {
		const char *equals = strchr(argv[i], '=');

		if (strcmp(argv[i], value) == 0 ||
		    (equals != NULL && strcmp(equals + 1, value) == 0))
			return true;
	}
	return false;
}

static void check_call(const struct call *call, char **argv, int argc)
{
	FUZZ_CHECK(call->given_count <= OPT_VALUES_MAX);
	FUZZ_CHECK(call->arg_count <= OPT_ARGS_MAX);
	for (size_t i = 0; i < call->given_count; i++) {
		FUZZ_CHECK(opt_given(call, call->given[i]->name));
		FUZZ_CHECK((call->given[i]->flags & OPT_FLAG) != 0 ||
			   was_typed(argv, argc, call->values[i]));
	}
	for (size_t i = 0; i < call->arg_count; i++)
		FUZZ_CHECK(was_typed(argv, argc, call->args[i]));
	if (opt_given(call, "help"))
		return;
	FUZZ_CHECK(call->command != NULL);
	FUZZ_CHECK(call->command != &commands[0] || opt_given(call, "worker"));
	FUZZ_CHECK(call->command != &commands[1] || call->arg_count == 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_whole_text(data, size), *at = text;
	char *argv[WORDS_MAX + 1] = {NULL}, name[] = "pointeau";
	struct err err = ERR_INIT;
	struct call call;
	int argc = 1, rc;

	argv[0] = name;
	while (argc < WORDS_MAX && *at != '\0') {
		argv[argc++] = at;
		at += strcspn(at, "\n");
		if (*at == '\n')
			*at++ = '\0';
	}
	memset(&call, 0, sizeof(call));
	rc = opt_parse(&call, commands, COMMAND_COUNT, argc, argv, &err);
	fuzz_check_err(rc, &err);
	FUZZ_CHECK(rc == 0 || rc == E_USAGE || rc == E_INVALID);
	if (rc == 0)
		check_call(&call, argv, argc);
	free(text);
	return 0;
}
