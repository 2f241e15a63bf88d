#include <string.h>

#include "tests/fuzz/asked.h"
#include "tests/fuzz/fuzz.h"

#define NAME_LEN 32 /* letters of an option's name */

const char *const asked_forbidden[] = {
    "data", "json", "quiet", "no-input", "yes", "help", "as", "dry-run", NULL};

/* The commands with arguments that the page has. */
static const struct {
	const char *words, *args;
} with_args[] = {{"export usb", "dir"}, {"qr", "text"}};

bool asked_is_forbidden(const char *name)
{
	for (size_t i = 0; asked_forbidden[i] != NULL; i++) {
		if (strcmp(asked_forbidden[i], name) == 0)
			return true;
	}
	return false;
}

static const struct opt *option_of(const struct asked *asked, const char *name)
{
	const struct opt *option = asked->command->options;

	while (option != NULL && option->name != NULL &&
	       strcmp(option->name, name) != 0)
		option++;
	return option != NULL && option->name != NULL ? option : NULL;
}

const char *asked_args_of(const struct command *command)
{
	for (size_t i = 0; i < sizeof(with_args) / sizeof(with_args[0]); i++) {
		if (strcmp(with_args[i].words, command->words) == 0)
			return with_args[i].args;
	}
	return command->args[0] != '\0' ? "arg" : "";
}

static bool is_text(const json_t *value)
{
	return json_is_string(value) || json_is_integer(value);
}

static void add_value(struct buf *out, const json_t *value)
{
	if (json_is_string(value))
		buf_add_text(out, json_string_value(value));
	else if (json_is_integer(value))
		buf_printf(out, "%lld", (long long)json_integer_value(value));
	for (size_t i = 0; i < json_array_size(value); i++) {
		buf_add_text(out, i > 0 ? "," : "");
		add_value(out, json_array_get(value, i));
	}
}

static bool is_given(
    const struct asked *asked, const char *name, const json_t *value)
{
	return strcmp(name, asked->args) != 0 && !json_is_null(value) &&
	       !json_is_false(value);
}

/* A value that fits its option, or is not given. */
static bool fits(
    const struct asked *asked, const char *name, const json_t *value)
{
	const struct opt *option = option_of(asked, name);

	if (asked_is_forbidden(name))
		return false;
	if (!is_given(asked, name, value))
		return name[0] != '-' && name[0] != '\0' &&
		       strlen(name) <= NAME_LEN &&
		       strspn(name, "abcdefghijklmnopqrstuvwxyz-") ==
		           strlen(name);
	if (option == NULL)
		return false;
	if ((option->flags & OPT_FLAG) != 0)
		return json_is_true(value);
	for (size_t i = 0; i < json_array_size(value); i++) {
		const json_t *item = json_array_get(value, i);
		const char *text = json_string_value(item);

		if (!is_text(item) ||
		    (text != NULL && strchr(text, ',') != NULL))
			return false;
	}
	return json_is_array(value) || is_text(value);
}

static bool has_required(const struct asked *asked)
{
	const struct opt *option = asked->command->options;
	bool has = true;

	for (; option != NULL && option->name != NULL; option++) {
		const json_t *value =
		    json_object_get(asked->params, option->name);
		struct buf text = BUF_INIT;

		if ((option->flags & OPT_REQUIRED) == 0)
			continue;
		add_value(&text, value);
		has = has && text.len > 0;
		buf_free(&text);
	}
	return has;
}

/* The one argument: a text, but not standard input. */
static bool has_arguments(const struct asked *asked)
{
	const char *text = json_text(asked->params, asked->args);

	if (asked->args[0] == '\0')
		return true;
	if (text[0] == '\0')
		return asked->command->args[0] == '[';
	return strcmp(text, "-") != 0;
}

static json_t *members(const struct asked *asked)
{
	json_t *out;

	/* jansson's iteration only reads, but takes no const. */
	memcpy(&out, &asked->params, sizeof(out));
	return out;
}

bool asked_would_run(const struct asked *asked)
{
	const char *name;
	json_t *value;

	json_object_foreach(members(asked), name, value)
	{
		if ((asked->args[0] == '\0' ||
			strcmp(name, asked->args) != 0) &&
		    !fits(asked, name, value))
			return false;
	}
	return has_required(asked) && has_arguments(asked);
}

/* ---- what came out ---- */

/* The command's own row, or everyone's. */
static bool is_own(const struct asked *asked, const struct opt *option)
{
	for (const struct opt *one = opt_common; one->name != NULL; one++) {
		if (one == option)
			return true;
	}
	return option_of(asked, option->name) == option;
}

static void check_given(const struct asked *asked, const char *name,
    const char *value, struct buf *values)
{
	const json_t *member = json_object_get(asked->params, name);
	struct buf text = BUF_INIT;

	if (strcmp(name, "data") == 0) {
		FUZZ_CHECK(strcmp(value, asked->directory) == 0);
	} else if (strcmp(name, "as") == 0) {
		FUZZ_CHECK(
		    asked->as[0] != '\0' && strcmp(value, asked->as) == 0);
	} else if (strcmp(name, "json") == 0 || strcmp(name, "no-input") == 0) {
		FUZZ_CHECK(value[0] == '\0');
	} else {
		FUZZ_CHECK(!asked_is_forbidden(name));
		FUZZ_CHECK(member != NULL && is_given(asked, name, member));
		add_value(&text, member);
		FUZZ_CHECK(fuzz_same(&text, value, strlen(value)));
		buf_add_text(values, value);
	}
	buf_free(&text);
}

static size_t wanted_count(const struct asked *asked)
{
	size_t count = 3; /* data, json, no-input */
	const char *name;
	json_t *value;

	if (asked->as[0] != '\0' && option_of(asked, "as") != NULL)
		count++;
	json_object_foreach(members(asked), name, value)
	{
		if (is_given(asked, name, value))
			count++;
	}
	return count;
}

void asked_check_call(
    const struct asked *asked, const struct call *call, struct buf *values)
{
	const char *text = json_text(asked->params, asked->args);

	FUZZ_CHECK(strcmp(call->command->words, asked->command->words) == 0);
	FUZZ_CHECK(opt_given(call, "data") && opt_given(call, "json"));
	FUZZ_CHECK(call->given_count == wanted_count(asked));
	for (size_t i = 0; i < call->given_count; i++) {
		FUZZ_CHECK(is_own(asked, call->given[i]));
		check_given(
		    asked, call->given[i]->name, call->values[i], values);
	}
	FUZZ_CHECK(
	    call->arg_count == (asked->args[0] != '\0' && text[0] != '\0'));
	FUZZ_CHECK(call->arg_count == 0 || strcmp(call->args[0], text) == 0);
}
