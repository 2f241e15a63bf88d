/*
 * From a request of the page to a command line, over the real table of
 * commands and the real table of calls; but instead of a command, the watcher
 * below runs and compares what came out of shared/opt.c with a second, simple
 * reading of the members (asked.h). It may hold nothing that a request may not
 * give, and every value exactly as it was given.
 *
 * The first line of an input says how it is asked; "!" before it: while the
 * page is locked.
 *     POST hours/add    the rest is the body
 *     GET crew          the rest is the query
 *     CALL hours add    the rest is the members; any command of the table
 *     MADE              the rest is choices, of the command and its members
 */
#include <stdlib.h>
#include <string.h>

#include "agent/page_parts.h"
#include "shared/http/http_query.h"
#include "shared/text.h"
#include "tests/fuzz/asked.h"
#include "tests/fuzz/fuzz.h"

/* The table is main.c's own; only its function must have another name. */
int pointeau_main(int argc, char **argv);
#define main pointeau_main
#include "agent/main.c" // NOLINT(bugprone-suspicious-include)
#undef main

#define PORT            23456
#define ORIGIN          "http://127.0.0.1:23456"
#define DIRECTORY       "/nowhere/at all"
#define WHO             "ENC-01"
#define TEXT_LEN        60
#define MADE_MAX        12
#define MADE_VALUES     9
#define FORBIDDEN_COUNT 8 /* asked_forbidden */

/* Nobody at a browser may ask for these, whatever the tables become. */
static const char *const closed_words[] = {"completion", "enrol", "help",
    "hours import", "hours list", "key rotate", "pin forget", "run"};

/* Calls that have another name than their command. */
static const struct {
	const char *method, *path, *words;
} renamed[] = {{"GET", "entries", "entries list"},
    {"GET", "month", "month show"}, {"GET", "signoff", "signoff show"},
    {"POST", "signoff", "signoff add"}, {"POST", "usb/export", "export usb"}};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What is asked now, and what the watcher saw. */
static struct {
	struct asked asked;
	struct buf note;
	bool ran;
} now;

static bool is_among(const char *const *list, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(list[i], name) == 0)
			return true;
	}
	return false;
}

/* ---- instead of a command ---- */

static int watch(struct call *call, struct err *err)
{
	(void)err;
	FUZZ_CHECK(!now.ran);
	now.ran = true;
	asked_check_call(&now.asked, call, &now.note);
	buf_add(call->note, now.note.data, now.note.len);
	buf_add_text(
	    call->out, call->given_count % 2 == 0 ? "{}\n" : "{\"a\":1}\n");
	return 0;
}

/* ---- asking ---- */

static struct command watched[COMMAND_COUNT];
static struct program program = {
    watched, COMMAND_COUNT, &os_system, NULL, NULL};
static struct page page;

static bool is_self(const struct page *asked, const struct request *request)
{
	(void)request;
	return asked == &page;
}

static int64_t now_ms(void)
{
	return 1000;
}

static void prepare(void)
{
	if (page.program != NULL)
		return;
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		watched[i] = commands[i];
		watched[i].run = watch;
	}
	page_init(&page, &program, DIRECTORY, PORT);
	page.is_self = is_self;
	page.now_ms = now_ms;
}

/* The lines of ${note} that hold something. */
static size_t line_count(const char *note)
{
	size_t count = 0;

	while (*note != '\0') {
		size_t len = strcspn(note, "\n");

		count += len > 0;
		note += len + (note[len] == '\n');
	}
	return count;
}

static void check_answer(const struct reply *reply)
{
	const char *message;
	json_t *json = NULL;

	FUZZ_CHECK(strcmp(reply->content_type, HTTP_JSON_TYPE) == 0);
	FUZZ_CHECK(
	    json_read(&json, reply->body.data, reply->body.len, NULL) == 0);
	FUZZ_CHECK(now.ran == (reply->status == 200));
	if (now.ran) {
		FUZZ_CHECK(json_array_size(json_object_get(json, "notes")) ==
			   line_count(buf_text(&now.note)));
	} else {
		FUZZ_CHECK(reply->status == 400 || reply->status == 404 ||
			   reply->status == 405 || reply->status == 423);
		FUZZ_CHECK(json_text(json, "error")[0] != '\0');
		message = json_text(json, "message");
		FUZZ_CHECK(message[0] != '\0');
		for (; *message != '\0'; message++)
			FUZZ_CHECK((unsigned char)*message >= ' ' &&
				   *message != '\x7f');
	}
	json_decref(json);
}

static void call_directly(void)
{
	struct buf out = BUF_INIT, note = BUF_INIT;
	struct err err = ERR_INIT;
	int rc = page_command(&page, NULL, now.asked.command->words,
	    now.asked.args, now.asked.params, now.asked.as, &out, &note, &err);

	fuzz_check_err(rc, &err);
	FUZZ_CHECK(rc == 0 || rc == E_USAGE);
	FUZZ_CHECK(now.ran == (rc == 0));
	FUZZ_CHECK(now.ran == asked_would_run(&now.asked));
	buf_free(&out);
	buf_free(&note);
}

static const struct command *command_of(const char *method, const char *path)
{
	char words[TEXT_LEN] = "";

	for (size_t i = 0; i < COUNT(renamed); i++) {
		if (strcmp(renamed[i].method, method) == 0 &&
		    strcmp(renamed[i].path, path) == 0)
			return page_find_command(&page, renamed[i].words);
	}
	if (strlen(path) >= sizeof(words) || strchr(path, ' ') != NULL)
		return NULL;
	for (size_t i = 0; path[i] != '\0'; i++)
		words[i] = path[i];
	if (strchr(words, '/') != NULL)
		*strchr(words, '/') = ' ';
	return page_find_command(&page, words);
}

/* NULL: refused before any command is thought of. */
static json_t *params_of(const char *method, const char *text)
{
	struct buf name = BUF_INIT, value = BUF_INIT;
	json_t *out = NULL;
	bool twice = false;
	int rc;

	if (strcmp(method, "POST") == 0) {
		if (text[0] != '\0' &&
		    json_read(&out, text, strlen(text), NULL) < 0)
			return NULL;
		if (out == NULL || json_is_object(out))
			return out != NULL ? out : json_object();
		json_decref(out);
		return NULL;
	}
	out = json_object();
	while ((rc = http_query_next(&text, &name, &value, NULL)) > 0) {
		twice = twice || json_object_get(out, buf_text(&name)) != NULL;
		(void)json_put_text(out, buf_text(&name), buf_text(&value));
	}
	buf_free(&name);
	buf_free(&value);
	if (rc == 0 && !twice)
		return out;
	json_decref(out);
	return NULL;
}

/* What shared/http lets through. */
static bool passes_gate(const char *text, size_t max)
{
	for (size_t i = 0; text[i] != '\0'; i++) {
		if (text[i] <= ' ' || text[i] > '~' || i >= max)
			return false;
	}
	return true;
}

static void ask(const char *method, const char *path, const char *text)
{
	bool acts = strcmp(method, "POST") == 0;
	bool locked = now.asked.as[0] == '\0';
	struct buf whole = BUF_INIT;
	json_t *params = params_of(method, text);
	struct reply reply;
	struct request request = {.method = method,
	    .query = acts ? "" : text,
	    .bearer = page.token,
	    .content_type = HTTP_JSON_TYPE,
	    .origin = ORIGIN,
	    .remote = "127.0.0.1"};

	/* A session's calls are no commands, and need a directory. */
	if (strncmp(path, "session", 7) == 0 ||
	    !passes_gate(path, HTTP_PATH_MAX - 5) ||
	    (!acts && !passes_gate(text, HTTP_QUERY_MAX))) {
		json_decref(params);
		return;
	}
	memset(&reply, 0, sizeof(reply));
	page_session_lock(&page.session);
	if (!locked)
		page_session_unlock(&page.session, "RIVES", WHO, now_ms());
	buf_printf(&whole, "/api/%s", path);
	request.path = buf_text(&whole);
	if (acts)
		request.body = (struct bytes){text, strlen(text)};
	now.asked.command = command_of(method, path);
	now.asked.args =
	    now.asked.command != NULL ? asked_args_of(now.asked.command) : "";
	now.asked.params = params;
	page_answer(&page, &request, &reply);
	check_answer(&reply);
	if (now.ran) {
		FUZZ_CHECK(now.asked.command != NULL && params != NULL);
		FUZZ_CHECK(!is_among(closed_words, COUNT(closed_words),
		    now.asked.command->words));
		FUZZ_CHECK(!locked || strcmp(path, "status") == 0 ||
			   strcmp(path, "sync") == 0);
		FUZZ_CHECK(asked_would_run(&now.asked));
	} else if (reply.status == 400) {
		FUZZ_CHECK(params == NULL || !asked_would_run(&now.asked));
	}
	buf_free(&whole);
	buf_free(&reply.body);
	json_decref(params);
}

/* ---- members made of choices ---- */

static json_t *make_scalar(struct fuzz *in)
{
	char *text;
	json_t *out;

	if (fuzz_pick(in, 4) == 0)
		return json_integer(
		    (fuzz_pick(in, 2) == 0 ? 1 : -1) * fuzz_int(in));
	text = fuzz_text(in, TEXT_LEN);
	if ((out = json_string(text)) == NULL)
		out = json_string("é");
	free(text);
	return out;
}

static json_t *make_value(struct fuzz *in)
{
	json_t *list;

	switch (fuzz_pick(in, MADE_VALUES)) {
	case 0:
		return json_true();
	case 1:
		return json_false();
	case 2:
		return json_null();
	case 3:
		return json_real(1.5);
	case 4:
		return json_object();
	case 5:
		list = json_array();
		for (size_t i = fuzz_pick(in, 4); i > 0; i--)
			(void)json_array_append_new(
			    list, fuzz_pick(in, 16) == 0 ? json_null()
							 : make_scalar(in));
		return list;
	default:
		return make_scalar(in);
	}
}

static const char *make_name(struct fuzz *in, char **own)
{
	const struct opt *options = now.asked.command->options;
	size_t count = 0;

	while (options != NULL && options[count].name != NULL)
		count++;
	switch (fuzz_pick(in, 16)) {
	case 0:
		return asked_forbidden[fuzz_pick(in, FORBIDDEN_COUNT)];
	case 1:
		return *own = fuzz_text(in, TEXT_LEN);
	case 2:
		return now.asked.args;
	default:
		return count > 0 ? options[fuzz_pick(in, count)].name : "day";
	}
}

/* What a required option lacks, so that more than a refusal is tried. */
static void complete(json_t *params)
{
	const struct opt *option = now.asked.command->options;

	for (; option != NULL && option->name != NULL; option++) {
		if ((option->flags & OPT_REQUIRED) != 0 &&
		    json_object_get(params, option->name) == NULL)
			(void)json_put_text(params, option->name, "--as=x");
	}
	if (now.asked.args[0] != '\0' &&
	    json_object_get(params, now.asked.args) == NULL)
		(void)json_put_text(params, now.asked.args, "--help");
}

static void make(struct fuzz *in)
{
	json_t *params = json_object();
	bool whole = fuzz_pick(in, 8) != 0;

	now.asked.command = &watched[fuzz_pick(in, COMMAND_COUNT)];
	now.asked.args = asked_args_of(now.asked.command);
	for (size_t i = fuzz_pick(in, MADE_MAX); i > 0; i--) {
		char *own = NULL;
		const char *name = make_name(in, &own);

		(void)json_object_set_new(params, name, make_value(in));
		free(own);
	}
	if (whole)
		complete(params);
	now.asked.params = params;
	call_directly();
	json_decref(params);
}

static void call_words(const char *words, const char *text)
{
	json_t *params = params_of("POST", text);

	now.asked.command = page_find_command(&page, words);
	if (now.asked.command != NULL && params != NULL) {
		now.asked.args = asked_args_of(now.asked.command);
		now.asked.params = params;
		call_directly();
	}
	json_decref(params);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_whole_text(data, size), *line = text;
	char *rest = strchr(text, '\n');

	prepare();
	now.ran = false;
	now.asked.directory = DIRECTORY;
	now.asked.as = text[0] == '!' ? "" : WHO;
	now.note = (struct buf)BUF_INIT;
	line += text[0] == '!';
	if (rest == NULL)
		rest = text + strlen(text);
	else
		*rest++ = '\0';
	if (strncmp(line, "POST ", 5) == 0) {
		ask("POST", line + 5, rest);
	} else if (strncmp(line, "GET ", 4) == 0) {
		ask("GET", line + 4, rest);
	} else if (strncmp(line, "CALL ", 5) == 0) {
		call_words(line + 5, rest);
	} else if (strcmp(line, "MADE") == 0) {
		/* Choices may be NULs, where the text ends. */
		struct fuzz in =
		    FUZZ(data + (rest - text), size - (size_t)(rest - text));

		make(&in);
	}
	buf_free(&now.note);
	free(text);
	return 0;
}
