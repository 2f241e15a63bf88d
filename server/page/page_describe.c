/* The table of page_api.c and the commands' options, told as OpenAPI 3.1. */
#include <stdlib.h>
#include <string.h>

#include "server/page/page_describe.h"
#include "server/page/page_parts.h"
#include "shared/command_line.h"

/* What the calls of the session take; those of commands are their options. */
static const struct {
	const char *path;
	const char *summary;
	const char *required; /* members, separated by spaces */
	const char *optional;
} sessions[] = {
    {"session", "Who is logged in; nobody is an answer too", "", ""},
    {"session/login", "Log in: the cookie comes with the answer",
	"login password totp", ""},
    {"session/logout", "Log out", "", ""},
    {"session/invitation", "What a one-use link stands for", "link", "login"},
    {"session/setup", "Use a link: choose a password, log in",
	"link password totp", "login name"},
    {"session/password", "Choose another password", "old password totp", ""},
};

/* ---- members ---- */

/* A member being told: its schema and whether it is required. */
struct member {
	char name[64];
	json_t *schema; /* owned */
	bool required;
};

struct members {
	struct member rows[64];
	size_t count;
	bool failed;
};

static void add_member(struct members *members, const char *name, size_t len,
    json_t *schema, bool required)
{
	struct member *member = &members->rows[members->count];

	if (schema == NULL || len >= sizeof(member->name) ||
	    members->count == sizeof(members->rows) / sizeof(*member)) {
		json_decref(schema);
		members->failed = true;
		return;
	}
	memset(member, 0, sizeof(*member));
	memcpy(member->name, name, len);
	member->schema = schema;
	member->required = required;
	members->count++;
}

static void clear_members(struct members *members)
{
	for (size_t i = 0; i < members->count; i++)
		json_decref(members->rows[i].schema);
}

/* Step over the next word of ${*list}; its length, 0 at the end. */
static size_t next_word(const char **list, const char **word)
{
	size_t len;

	*list += strspn(*list, " ");
	*word = *list;
	len = strcspn(*list, " ");
	*list += len;
	return len;
}

static void add_words(struct members *members, const char *list, bool required)
{
	const char *word;
	size_t len;

	while ((len = next_word(&list, &word)) > 0)
		add_member(members, word, len,
		    json_pack("{s:s}", "type", "string"), required);
}

/* The row's arguments, which the command calls WHAT FILE [DIR]. */
static void add_arguments(struct members *members, const struct door_row *row,
    const struct command *command)
{
	const char *names = row->args, *args = command->args, *name, *arg;
	size_t len, arg_len;

	while ((len = next_word(&names, &name)) > 0) {
		arg_len = next_word(&args, &arg);
		add_member(members, name, len,
		    json_pack("{s:s}", "type", "string"),
		    arg_len > 0 && arg[0] != '[');
	}
	if ((row->flags & DOOR_INPUT) != 0)
		add_member(members, "data", 4,
		    json_pack("{s:s,s:s}", "type", "string", "contentEncoding",
			"base64"),
		    true);
}

static bool is_reserved(const char *name)
{
	return strcmp(name, "as") == 0 || strcmp(name, "out") == 0 ||
	       strcmp(name, "web-dir") == 0;
}

static void add_options(struct members *members, const struct command *command)
{
	for (const struct opt *option = command->options;
	     option != NULL && option->name != NULL; option++) {
		bool flag = (option->flags & OPT_FLAG) != 0;

		if (is_reserved(option->name))
			continue;
		add_member(members, option->name, strlen(option->name),
		    json_pack("{s:s,s:s}", "type", flag ? "boolean" : "string",
			"description", option->en),
		    (option->flags & OPT_REQUIRED) != 0);
	}
}

/* ---- one call ---- */

static json_t *query_json(const struct members *members)
{
	json_t *list = json_array();

	for (size_t i = 0; list != NULL && i < members->count; i++) {
		const struct member *member = &members->rows[i];
		json_t *one = json_pack("{s:s,s:s,s:b,s:O}", "name",
		    member->name, "in", "query", "required", member->required,
		    "schema", member->schema);

		if (json_array_append_new(list, one) < 0) {
			json_decref(list);
			list = NULL;
		}
	}
	return list;
}

static json_t *body_json(const struct members *members)
{
	json_t *properties = json_object(), *required = json_array();
	bool good = properties != NULL && required != NULL;

	for (size_t i = 0; good && i < members->count; i++) {
		const struct member *member = &members->rows[i];

		good =
		    json_object_set(properties, member->name, member->schema) ==
			0 &&
		    (!member->required || json_array_append_new(required,
					      json_string(member->name)) == 0);
	}
	if (!good) {
		json_decref(properties);
		json_decref(required);
		return NULL;
	}
	return json_pack("{s:{s:{s:{s:s,s:o,s:o,s:b}}}}", "content",
	    HTTP_JSON_TYPE, "schema", "type", "object", "properties",
	    properties, "required", required, "additionalProperties", 0);
}

static json_t *answers_json(const struct door_row *row)
{
	const char *type =
	    (row->flags & DOOR_FILE) != 0 ? HTTP_BINARY_TYPE : HTTP_JSON_TYPE;

	return json_pack("{s:{s:s,s:{s:{}}},s:{s:s}}", "200", "description",
	    "done", "content", type, "default", "$ref",
	    "#/components/responses/error");
}

static json_t *right_json(const struct door_row *row)
{
	const char *name = right_name(row->right);

	if ((row->flags & DOOR_OPEN) != 0)
		return json_null();
	return json_string(name != NULL ? name : "any");
}

static json_t *call_json(const struct door_row *row, const char *summary,
    const struct members *members)
{
	bool reads = strcmp(row->method, "GET") == 0;
	bool open = (row->flags & DOOR_OPEN) != 0;
	json_t *call = json_pack("{s:s,s:o,s:o,s:o}", "summary", summary,
	    "x-right", right_json(row), "security",
	    open ? json_array() : json_pack("[{s:[]}]", "session"), "responses",
	    answers_json(row));

	if (call == NULL)
		return NULL;
	if (row->words != NULL && !json_put_text(call, "x-command", row->words))
		goto bad;
	if (reads ? json_put(call, "parameters", query_json(members))
		  : json_put(call, "requestBody", body_json(members)))
		return call;
bad:
	json_decref(call);
	return NULL;
}

static json_t *describe_row(const struct door_row *row)
{
	struct members members = {.count = 0};
	const char *summary = "";
	json_t *call = NULL;
	size_t count;
	const struct command *commands = cmd_commands(&count), *command;

	if (row->words == NULL) {
		for (size_t i = 0; i < sizeof(sessions) / sizeof(*sessions);
		     i++) {
			if (strcmp(sessions[i].path, row->path) != 0)
				continue;
			summary = sessions[i].summary;
			add_words(&members, sessions[i].required, true);
			add_words(&members, sessions[i].optional, false);
		}
	} else if ((command = command_find(commands, count, row->words)) !=
		   NULL) {
		summary = command->en;
		add_arguments(&members, row, command);
		add_options(&members, command);
	} else {
		members.failed = true;
	}
	if (!members.failed)
		call = call_json(row, summary, &members);
	clear_members(&members);
	return call;
}

/* ---- all of them ---- */

static const char *method_of(const struct door_row *row)
{
	return strcmp(row->method, "GET") == 0 ? "get" : "post";
}

static int add_row(json_t *paths, const struct door_row *row, struct err *err)
{
	json_t *call = describe_row(row), *path;
	struct buf name = BUF_INIT;
	int rc;

	buf_printf(&name, "/api/%s", row->path);
	rc = buf_check(&name, err);
	if (rc == 0 && json_object_get(paths, buf_text(&name)) == NULL &&
	    !json_put(paths, buf_text(&name), json_object()))
		rc = err_nomem(err);
	path = json_object_get(paths, buf_text(&name));
	if (call == NULL)
		rc = err_set(
		    err, E_CORRUPT, "server/page/page_api.c: %s", row->path);
	if (rc == 0 && json_object_set(path, method_of(row), call) < 0)
		rc = err_nomem(err);
	json_decref(call);
	buf_free(&name);
	return rc;
}

static json_t *error_json(void)
{
	return json_pack(
	    "{s:s,s:{s:{s:{s:s,s:[s,s],s:{s:{s:s},s:{s:s},s:{s:s}}}}}}",
	    "description", "refused: nothing was changed", "content",
	    HTTP_JSON_TYPE, "schema", "type", "object", "required", "error",
	    "message", "properties", "error", "type", "string", "message",
	    "type", "string", "id", "type", "string");
}

static json_t *whole_json(json_t *paths)
{
	return json_pack(
	    "{s:s,s:{s:s,s:s,s:s},s:O,s:{s:{s:{s:s,s:s,s:s}},s:{s:o}}}",
	    "openapi", "3.1.0", "info", "title", "Pointeau, the office",
	    "version", "1", "description",
	    "Each call is a command of pointeau-server, its members are the "
	    "command's options and its answer is what the command prints with "
	    "--json. A POST says Origin. See docs/office.md.",
	    "paths", paths, "components", "securitySchemes", "session", "type",
	    "apiKey", "in", "cookie", "name", DOOR_COOKIE, "responses", "error",
	    error_json());
}

int door_describe(struct buf *out, struct err *err)
{
	size_t count;
	const struct door_row *rows = door_rows(&count);
	json_t *paths = json_object(), *whole = NULL;
	char *text = NULL;
	int rc = paths != NULL ? 0 : err_nomem(err);

	for (size_t i = 0; rc == 0 && i < count; i++)
		rc = add_row(paths, &rows[i], err);
	if (rc == 0 && (whole = whole_json(paths)) == NULL)
		rc = err_nomem(err);
	if (rc == 0)
		text = json_dumps(whole, JSON_INDENT(1));
	if (text != NULL) {
		buf_printf(out, "%s\n", text);
		rc = buf_check(out, err);
	} else if (rc == 0) {
		rc = err_nomem(err);
	}
	free(text);
	json_decref(whole);
	json_decref(paths);
	return rc;
}
