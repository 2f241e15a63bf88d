/*
 * The page as it is served: who may ask, what is open while it is locked, and
 * how a request becomes a command. Commands are real but "echo", which says
 * what it was given.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "agent/journal.h"
#include "agent/page.h"
#include "agent/page_parts.h"
#include "agent/web_files.h"
#include "shared/lang.h"
#include "tests/lib/crew_fixture.h"

#define PORT   23456
#define ORIGIN "http://127.0.0.1:23456"

/* Of the laptop's whole page, compressed: docs/page.md. */
#define BUDGET ((size_t)120 * 1000)

static const struct opt echo_options[] = {{"day", 0, "D", "", ""},
    {"slot", 0, "S", "", ""}, {"list", 0, "L", "", ""},
    {"whole", OPT_FLAG, NULL, "", ""}, {"as", 0, "W", "", ""},
    {"dry-run", OPT_FLAG, NULL, "", ""}, {NULL, 0, NULL, NULL, NULL}};

/* Answers with its options and arguments, as they came. */
static int echo(struct call *call, struct err *err)
{
	json_t *out = json_object(), *args = json_array();

	for (size_t i = 0; i < call->given_count; i++)
		(void)json_put_text(out, call->given[i]->name, call->values[i]);
	for (size_t i = 0; i < call->arg_count; i++)
		(void)json_array_append_new(args, json_string(call->args[i]));
	(void)json_put(out, "args", args);
	cmd_note(call, "une remarque");
	cmd_note(call, "une autre");
	return cmd_answer(call, out, err);
}

static int breaks(struct call *call, struct err *err)
{
	(void)call;
	return err_set(err, E_CONFLICT, L("déjà pris", "taken already"));
}

/* Under names that the page's table has. */
static const struct command commands[] = {
    {"status", "", NULL, "", "", cmd_status, 0},
    {"hours add", "", cmd_hours_add_options, "", "", cmd_hours_add, 0},
    {"hours set", "", echo_options, "", "", echo, 0},
    {"hours void", "", NULL, "", "", breaks, 0},
    {"crew", "", echo_options, "", "", echo, 0},
    {"export usb", "DIR", echo_options, "", "", echo, 0},
    {"pin forget", "SUPERVISOR", NULL, "", "", cmd_pin_forget, 0},
};

struct stage {
	struct crew_fixture *crew;
	struct program program;
	struct page page;
	struct reply reply;
	json_t *json; /* of the reply */
};

static int64_t now_ms;
static bool peer_is_self;

static int64_t stage_now_ms(void)
{
	return now_ms;
}

static bool stage_is_self(
    const struct page *page, const struct request *request)
{
	(void)page;
	(void)request;
	return peer_is_self;
}

static struct stage stage;

static int start(void **state)
{
	char key[HASH_TEXT];
	struct hash hash;

	assert_int_equal(crew_setup(state), 0);
	memset(&stage, 0, sizeof(stage));
	stage.crew = *state;
	hash_of(&hash, "server", 6);
	hash_hex(&hash, key);
	assert_int_equal(
	    journal_put(stage.crew->agent.db, SETTING_SERVER_KEY, key, NULL),
	    0);
	stage.program =
	    (struct program){commands, sizeof(commands) / sizeof(commands[0]),
		&stage.crew->machine.os, NULL, NULL};
	page_init(&stage.page, &stage.program, stage.crew->directory, PORT);
	stage.page.now_ms = stage_now_ms;
	stage.page.is_self = stage_is_self;
	now_ms = 1000000;
	peer_is_self = true;
	page_session_init(&stage.page.session, now_ms);
	return 0;
}

static int end(void **state)
{
	json_decref(stage.json);
	buf_free(&stage.reply.body);
	page_clear(&stage.page);
	return crew_teardown(state);
}

/* A request that is allowed; tests spoil one thing. */
static struct request good(const char *method, const char *path)
{
	return (struct request){
	    .method = method,
	    .path = path,
	    .query = "",
	    .bearer = stage.page.token,
	    .content_type = "application/json",
	    .origin = ORIGIN,
	    .fetch_site = "same-origin",
	    .remote = "127.0.0.1",
	    .remote_port = 40000,
	};
}

static int ask(const struct request *request)
{
	buf_free(&stage.reply.body);
	memset(&stage.reply, 0, sizeof(stage.reply));
	json_decref(stage.json);
	stage.json = NULL;
	page_answer(&stage.page, request, &stage.reply);
	(void)json_read(
	    &stage.json, stage.reply.body.data, stage.reply.body.len, NULL);
	return stage.reply.status;
}

static int get(const char *path, const char *query)
{
	struct request request = good("GET", path);

	request.query = query;
	return ask(&request);
}

static int post(const char *path, const char *body)
{
	struct request request = good("POST", path);

	request.body = (struct bytes){body, strlen(body)};
	return ask(&request);
}

static void says(const char *key, const char *text)
{
	assert_non_null(stage.json);
	assert_string_equal(json_text(stage.json, key), text);
}

static void unlock(void)
{
	page_session_unlock(&stage.page.session, "RIVES", "ENC-01", now_ms);
}

/* ---- who may ask ---- */

static void a_good_request_is_answered(void **state)
{
	(void)state;
	assert_int_equal(get("/api/session", ""), 200);
	assert_int_equal(post("/api/session/touch", "{}"), 200);
}

static void another_user_gets_nothing_at_all(void **state)
{
	(void)state;
	peer_is_self = false;
	assert_int_equal(get("/", ""), 403);
	assert_int_equal(get("/main.js", ""), 403);
	assert_int_equal(get("/api/session", ""), 403);
	says("error", "forbidden");
	assert_int_equal(post("/api/session/touch", "{}"), 403);
}

static void the_token_is_needed_whole(void **state)
{
	struct request request = good("GET", "/api/session");
	char token[PAGE_TOKEN_TEXT + 1];

	(void)state;
	request.bearer = "";
	assert_int_equal(ask(&request), 403);
	(void)snprintf(token, sizeof(token), "%s", stage.page.token);
	request.bearer = token;
	assert_int_equal(ask(&request), 200);
	token[0] = token[0] == 'a' ? 'b' : 'a';
	assert_int_equal(ask(&request), 403);
	(void)snprintf(token, sizeof(token), "%s", stage.page.token);
	token[PAGE_TOKEN_TEXT - 2] = '\0';
	assert_int_equal(ask(&request), 403);
	(void)snprintf(token, sizeof(token), "%sa", stage.page.token);
	assert_int_equal(ask(&request), 403);
	says("error", "forbidden");
}

static void two_launches_have_two_tokens(void **state)
{
	struct page other;

	(void)state;
	page_init(&other, &stage.program, stage.crew->directory, PORT);
	assert_string_not_equal(other.token, stage.page.token);
	assert_int_equal(strlen(other.token), 2 * PAGE_TOKEN_BYTES);
	page_clear(&other);
}

static void origin_must_be_the_pages(void **state)
{
	static const struct {
		const char *origin;
		int get;
		int post;
	} rows[] = {
	    {ORIGIN, 200, 200},
	    {NULL, 200, 403},
	    {"null", 403, 403},
	    {"", 403, 403},
	    {"http://127.0.0.1", 403, 403},
	    {"http://127.0.0.1:234567", 403, 403},
	    {"https://127.0.0.1:23456", 403, 403},
	    {"http://localhost:23456", 403, 403},
	    {"http://evil.example", 403, 403},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct request read = good("GET", "/api/session");
		struct request act = good("POST", "/api/session/touch");

		read.origin = act.origin = rows[i].origin;
		assert_int_equal(ask(&read), rows[i].get);
		assert_int_equal(ask(&act), rows[i].post);
	}
}

static void only_the_page_itself_may_fetch(void **state)
{
	static const struct {
		const char *site;
		int status;
	} rows[] = {
	    {"same-origin", 200},
	    {NULL, 200},
	    {"same-site", 403},
	    {"cross-site", 403},
	    {"none", 403},
	    {"", 403},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct request read = good("GET", "/api/session");
		struct request act = good("POST", "/api/session/touch");

		read.fetch_site = act.fetch_site = rows[i].site;
		assert_int_equal(ask(&read), rows[i].status);
		assert_int_equal(ask(&act), rows[i].status);
	}
}

static void calls_are_told_from_other_paths(void **state)
{
	(void)state;
	unlock();
	assert_int_equal(get("/api/nothing", ""), 404);
	assert_int_equal(get("/api/", ""), 404);
	/* In the table, but no command of this program. */
	assert_int_equal(get("/api/qr", "text=a"), 404);
	assert_int_equal(get("/api/hours/add", ""), 405);
	assert_int_equal(post("/api/status", "{}"), 405);
	says("error", "method");
	assert_int_equal(post("/", "{}"), 405);
}

/* ---- locked ---- */

static void a_locked_page_answers_little(void **state)
{
	(void)state;
	assert_int_equal(get("/api/crew", ""), 423);
	says("error", "page_locked");
	assert_int_equal(post("/api/hours/add", "{}"), 423);
	assert_int_equal(post("/api/usb/export", "{\"dir\":\"/tmp\"}"), 423);
	assert_int_equal(post("/api/session/enrol", "{\"code\":\"x\"}"), 423);
	assert_int_equal(get("/api/status", ""), 200);
	assert_int_equal(get("/api/session", ""), 200);
	assert_int_equal(post("/api/session/lock", "{}"), 200);
	unlock();
	assert_int_equal(get("/api/crew", ""), 200);
}

static void reading_keeps_no_page_open(void **state)
{
	(void)state;
	unlock();
	now_ms += PAGE_IDLE_MS - 1;
	assert_int_equal(get("/api/crew", ""), 200);
	now_ms += 1;
	assert_int_equal(get("/api/crew", ""), 423);
	unlock();
	now_ms += PAGE_IDLE_MS - 1;
	assert_int_equal(post("/api/session/touch", "{}"), 200);
	now_ms += PAGE_IDLE_MS - 1;
	assert_int_equal(get("/api/crew", ""), 200);
}

/* ---- the session ---- */

static void the_session_tells_who_may_enter(void **state)
{
	const json_t *list;

	(void)state;
	assert_int_equal(get("/api/session", ""), 200);
	assert_true(json_is_true(json_object_get(stage.json, "enrolled")));
	assert_true(json_is_true(json_object_get(stage.json, "locked")));
	assert_true(json_is_null(json_object_get(stage.json, "who")));
	says("device", stage.crew->agent.device);
	says("today", "2026-11-20");
	says("now", "2026-11-20T16:31:02Z");
	list = json_object_get(stage.json, "supervisors");
	assert_int_equal(json_array_size(list), 3);
	assert_string_equal(json_text(json_array_get(list, 1), "id"), "ENC-01");
	assert_true(
	    json_is_false(json_object_get(json_array_get(list, 1), "pin")));
}

static void a_pin_is_chosen_then_asked_for(void **state)
{
	const json_t *who;

	(void)state;
	assert_int_equal(
	    post("/api/session/who", "{\"supervisor\":\"ENC-01\"}"), 404);
	assert_int_equal(post("/api/session/pin",
			     "{\"supervisor\":\"ENC-01\",\"pin\":\"12\"}"),
	    400);
	assert_int_equal(post("/api/session/pin",
			     "{\"supervisor\":\"ENC-01\",\"pin\":\"4711\"}"),
	    200);
	assert_true(json_is_false(json_object_get(stage.json, "locked")));
	who = json_object_get(stage.json, "who");
	assert_string_equal(json_text(who, "id"), "ENC-01");
	assert_string_equal(json_text(who, "structure"), "RIVES");
	assert_string_equal(json_text(who, "crew"), "VERTS");
	assert_int_equal(post("/api/session/lock", "{}"), 200);
	assert_true(json_is_true(json_object_get(stage.json, "locked")));
	assert_int_equal(post("/api/session/who",
			     "{\"supervisor\":\"ENC-01\",\"pin\":\"4712\"}"),
	    403);
	says("error", "wrong_pin");
	assert_int_equal(get("/api/crew", ""), 423);
	assert_int_equal(post("/api/session/who",
			     "{\"supervisor\":\"ENC-01\",\"pin\":\"4711\"}"),
	    200);
	assert_int_equal(get("/api/crew", ""), 200);
}

static void changing_a_pin_takes_the_old_one(void **state)
{
	(void)state;
	(void)post(
	    "/api/session/pin", "{\"supervisor\":\"ENC-01\",\"pin\":\"4711\"}");
	(void)post("/api/session/lock", "{}");
	assert_int_equal(post("/api/session/pin",
			     "{\"supervisor\":\"ENC-01\",\"pin\":\"5822\"}"),
	    409);
	assert_int_equal(post("/api/session/pin",
			     "{\"supervisor\":\"ENC-01\",\"pin\":\"5822\","
			     "\"old\":\"0000\"}"),
	    403);
	assert_int_equal(get("/api/crew", ""), 423);
	assert_int_equal(post("/api/session/pin",
			     "{\"supervisor\":\"ENC-01\",\"pin\":\"5822\","
			     "\"old\":\"4711\"}"),
	    200);
	assert_int_equal(post("/api/session/who",
			     "{\"supervisor\":\"ENC-01\",\"pin\":\"4711\"}"),
	    403);
}

static void wrong_pins_have_to_wait(void **state)
{
	static const char right[] =
	    "{\"supervisor\":\"ENC-01\",\"pin\":\"4711\"}";
	static const char wrong[] =
	    "{\"supervisor\":\"ENC-01\",\"pin\":\"0000\"}";

	(void)state;
	(void)post("/api/session/pin", right);
	(void)post("/api/session/lock", "{}");
	for (int i = 0; i < 5; i++)
		assert_int_equal(post("/api/session/who", wrong), 403);
	/* Not even the right one is looked at. */
	assert_int_equal(post("/api/session/who", right), 429);
	says("error", "too_many");
	assert_int_equal(stage.reply.retry_after_seconds, 30);
	/* Changing the PIN is no way round. */
	assert_int_equal(post("/api/session/pin",
			     "{\"supervisor\":\"ENC-01\",\"pin\":\"5822\","
			     "\"old\":\"4711\"}"),
	    429);
	now_ms += 29999;
	assert_int_equal(post("/api/session/who", right), 429);
	assert_int_equal(stage.reply.retry_after_seconds, 1);
	now_ms += 1;
	assert_int_equal(post("/api/session/who", wrong), 403);
	assert_int_equal(post("/api/session/who", right), 429);
	assert_int_equal(stage.reply.retry_after_seconds, 60);
	now_ms += 60000;
	assert_int_equal(post("/api/session/who", right), 200);
}

static void an_unknown_supervisor_is_none(void **state)
{
	(void)state;
	assert_int_equal(
	    post("/api/session/who", "{\"supervisor\":\"ENC-77\"}"), 404);
	assert_int_equal(post("/api/session/who", "{}"), 400);
	assert_int_equal(post("/api/session/pin", "{\"pin\":\"4711\"}"), 400);
}

/* ---- commands ---- */

static void members_become_options(void **state)
{
	(void)state;
	unlock();
	assert_int_equal(post("/api/hours/set",
			     "{\"day\":\"2026-11-23\",\"slot\":7,\"whole\":"
			     "true,\"list\":[\"a\",\"b\",3]}"),
	    200);
	says("day", "2026-11-23");
	says("slot", "7");
	says("list", "a,b,3");
	says("as", "ENC-01");
	says("data", stage.crew->directory);
	assert_non_null(json_object_get(stage.json, "whole"));
	assert_non_null(json_object_get(stage.json, "json"));
	assert_null(json_object_get(stage.json, "dry-run"));
	assert_int_equal(
	    json_array_size(json_object_get(stage.json, "notes")), 2);
}

static void what_is_absent_is_not_given(void **state)
{
	(void)state;
	unlock();
	assert_int_equal(post("/api/hours/set",
			     "{\"day\":null,\"whole\":false,\"list\":\"\"}"),
	    200);
	assert_null(json_object_get(stage.json, "day"));
	assert_null(json_object_get(stage.json, "whole"));
	assert_non_null(json_object_get(stage.json, "list"));
	assert_int_equal(post("/api/hours/set", ""), 200);
}

static void a_query_becomes_options(void **state)
{
	(void)state;
	unlock();
	assert_int_equal(
	    get("/api/crew", "day=2026-11-23&list=%C3%89t%c3%a9+2&slot="), 200);
	says("day", "2026-11-23");
	says("list", "Été 2");
	assert_int_equal(get("/api/crew", "day=%zz"), 400);
	assert_int_equal(get("/api/crew", "day=%ff"), 400);
	assert_int_equal(get("/api/crew", "day=%00"), 400);
	assert_int_equal(get("/api/crew", "day=%4"), 400);
	assert_int_equal(get("/api/crew", "day=1&day=2"), 400);
	assert_int_equal(get("/api/crew", "nothing=1"), 400);
	says("error", "usage");
}

/* Whatever a value looks like, it stays the value of its option. */
static void a_value_is_never_an_option(void **state)
{
	static const char *const values[] = {"--as=ENC-02", "--dry-run", "-h",
	    "--help", "--", "-", "=", "x --as=ENC-02", "--data=/tmp/other",
	    "$(reboot)", "a\nb", "'", ""};

	(void)state;
	unlock();
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		struct buf body = BUF_INIT;
		json_t *json = json_pack("{s:s}", "day", values[i]);

		json_write(&body, json);
		json_decref(json);
		assert_int_equal(post("/api/hours/set", buf_text(&body)), 200);
		says("day", values[i]);
		says("as", "ENC-01");
		says("data", stage.crew->directory);
		assert_null(json_object_get(stage.json, "dry-run"));
		buf_free(&body);
	}
}

static void some_members_are_not_the_pages_to_give(void **state)
{
	static const char *const names[] = {"data", "json", "as", "help",
	    "quiet", "dry-run", "yes", "no-input", "", "-day", "--day", "day=x",
	    "Day", "d\\u0061y ", "jour!", "as=ENC-02", "h\\u00e9",
	    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnop"};
	static const char *const values[] = {"\"x\"", "true", "1"};

	(void)state;
	unlock();
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		for (size_t j = 0; j < sizeof(values) / sizeof(values[0]);
		     j++) {
			struct buf body = BUF_INIT;

			buf_printf(&body, "{\"%s\":%s}", names[i], values[j]);
			assert_int_equal(
			    post("/api/hours/set", buf_text(&body)), 400);
			says("error", "usage");
			buf_free(&body);
		}
	}
}

static void a_flag_is_true_and_a_value_is_not(void **state)
{
	(void)state;
	unlock();
	/* Its value would be the member that follows. */
	assert_int_equal(
	    post("/api/hours/set", "{\"day\":true,\"zz\":\"1\"}"), 400);
	assert_int_equal(post("/api/hours/set", "{\"day\":true}"), 400);
	assert_int_equal(post("/api/hours/set", "{\"whole\":\"x\"}"), 400);
	assert_int_equal(post("/api/hours/set", "{\"day\":{}}"), 400);
	assert_int_equal(post("/api/hours/set", "{\"list\":[[]]}"), 400);
	assert_int_equal(
	    post("/api/hours/set", "{\"list\":[\"a,b\",\"c\"]}"), 400);
	assert_int_equal(post("/api/hours/set", "{\"day\":1.5}"), 400);
	assert_int_equal(post("/api/hours/set", "{\"zz\":true}"), 400);
}

static void arguments_are_no_options(void **state)
{
	const json_t *args;

	(void)state;
	unlock();
	assert_int_equal(
	    post("/api/usb/export", "{\"dir\":\"--data=/x\"}"), 200);
	args = json_object_get(stage.json, "args");
	assert_int_equal(json_array_size(args), 1);
	assert_string_equal(
	    json_string_value(json_array_get(args, 0)), "--data=/x");
	says("data", stage.crew->directory);
	/* Standard input is not the page's. */
	assert_int_equal(post("/api/usb/export", "{\"dir\":\"-\"}"), 400);
	assert_int_equal(post("/api/usb/export", "{}"), 400);
}

static void a_body_is_a_json_object(void **state)
{
	struct request request = good("POST", "/api/hours/set");
	char many[2000] = "{";

	(void)state;
	unlock();
	assert_int_equal(post("/api/hours/set", "[]"), 400);
	assert_int_equal(post("/api/hours/set", "{\"day\":\"1\""), 400);
	assert_int_equal(
	    post("/api/hours/set", "{\"day\":\"1\",\"day\":\"2\"}"), 400);
	for (int i = 0; i < 80; i++)
		(void)snprintf(many + strlen(many), 20, "%s\"a%c%c\":\"x\"",
		    i > 0 ? "," : "", 'a' + i % 26, 'a' + i / 26);
	(void)strcat(many, "}");
	assert_int_equal(post("/api/hours/set", many), 400);
	request.content_type = "text/plain";
	request.body = (struct bytes){"{}", 2};
	assert_int_equal(ask(&request), 400);
}

static void a_refusal_is_the_commands_own(void **state)
{
	(void)state;
	unlock();
	assert_int_equal(post("/api/hours/void", "{}"), 409);
	says("error", "conflict");
	says("message", "déjà pris");
	lang_set("en");
	assert_int_equal(post("/api/hours/void", "{}"), 409);
	says("message", "taken already");
	lang_set("fr");
}

/* The real thing, from the supervisor who unlocked the page. */
static void hours_are_recorded_by_who_unlocked(void **state)
{
	(void)state;
	page_session_unlock(&stage.page.session, "RIVES", "ENC-02", now_ms);
	assert_int_equal(post("/api/hours/add",
			     "{\"worker\":\"V01\",\"slot\":\"am\",\"time\":"
			     "\"3h30\"}"),
	    200);
	says("outcome", "written");
	says("person", "ENC-02");
	assert_int_equal(post("/api/hours/add",
			     "{\"worker\":\"V01\",\"slot\":\"am\",\"time\":"
			     "\"3h30\",\"as\":\"ENC-01\"}"),
	    400);
	assert_int_equal(
	    post("/api/hours/add", "{\"worker\":\"V99\",\"slot\":\"am\"}"),
	    404);
}

/* ---- the page's files ---- */

static const struct web_file *file_of(const char *path)
{
	for (size_t i = 0; i < agent_web.count; i++) {
		if (strcmp(agent_web.rows[i].path, path) == 0)
			return &agent_web.rows[i];
	}
	fail_msg("%s : pas dans la page", path);
	return NULL;
}

static void the_page_needs_no_token(void **state)
{
	struct request request = {
	    .method = "GET", .path = "/", .query = "", .bearer = ""};

	(void)state;
	if (agent_web.count == 0)
		skip();
	assert_int_equal(ask(&request), 200);
	assert_string_equal(
	    stage.reply.content_type, "text/html; charset=utf-8");
	assert_int_equal(
	    strncmp(stage.reply.policy, "default-src 'none';", 19), 0);
	assert_null(strstr(stage.reply.policy, "unsafe"));
	assert_null(stage.reply.encoding);
	assert_int_equal(stage.reply.body.len, file_of("/index.html")->len);
	request.if_none_match = stage.reply.etag;
	assert_int_equal(ask(&request), 304);
	assert_int_equal(stage.reply.body.len, 0);
	request.if_none_match = "\"0\"";
	request.accept_encoding = "gzip, deflate, br";
	request.path = "/main.js";
	assert_int_equal(ask(&request), 200);
	assert_string_equal(stage.reply.encoding, "gzip");
	assert_int_equal(stage.reply.body.len, file_of("/main.js")->gzip_len);
	request.path = "/main.jsx";
	assert_int_equal(ask(&request), 404);
	request.path = "/agent/web/main.js";
	assert_int_equal(ask(&request), 404);
}

static void the_page_keeps_to_its_budget(void **state)
{
	size_t total = 0;

	(void)state;
	if (agent_web.count == 0)
		skip();
	for (size_t i = 0; i < agent_web.count; i++) {
		const struct web_file *file = &agent_web.rows[i];
		size_t len = file->gzip != NULL ? file->gzip_len : file->len;

		assert_true(len > 0);
		total += len;
	}
	print_message(
	    "la page : %zu octets compressés, %zu au plus\n", total, BUDGET);
	assert_in_range(total, 1, BUDGET);
}

/* Nothing that the policy would refuse: the page must not count on it. */
static void the_page_has_nothing_inline(void **state)
{
	static const char *const banned[] = {
	    "<script>", "<style", "style=", "onclick", "javascript:"};
	struct buf html = BUF_INIT;

	(void)state;
	if (agent_web.count == 0)
		skip();
	buf_add(
	    &html, file_of("/index.html")->bytes, file_of("/index.html")->len);
	for (size_t i = 0; i < sizeof(banned) / sizeof(banned[0]); i++)
		assert_null(strstr(buf_text(&html), banned[i]));
	buf_free(&html);
}

static void a_directory_may_be_served_instead(void **state)
{
	struct request request = {
	    .method = "GET", .path = "/", .query = "", .bearer = ""};
	static const char *const paths[] = {"/../secret.txt", "/.hidden.js",
	    "/a/.b.js", "/key", "/device.key", "//etc/passwd", "/pointeau.db"};

	(void)state;
	kit_write(stage.crew->directory, "index.html", "<p>", 3);
	kit_write(stage.crew->directory, ".hidden.js", "x", 1);
	stage.page.web_dir = stage.crew->directory;
	assert_int_equal(ask(&request), 200);
	assert_string_equal(buf_text(&stage.reply.body), "<p>");
	assert_non_null(stage.reply.policy);
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		request.path = paths[i];
		assert_int_equal(ask(&request), 404);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_good_request_is_answered),
	    TEST(another_user_gets_nothing_at_all),
	    TEST(the_token_is_needed_whole),
	    TEST(two_launches_have_two_tokens),
	    TEST(origin_must_be_the_pages),
	    TEST(only_the_page_itself_may_fetch),
	    TEST(calls_are_told_from_other_paths),
	    TEST(a_locked_page_answers_little),
	    TEST(reading_keeps_no_page_open),
	    TEST(the_session_tells_who_may_enter),
	    TEST(a_pin_is_chosen_then_asked_for),
	    TEST(changing_a_pin_takes_the_old_one),
	    TEST(wrong_pins_have_to_wait),
	    TEST(an_unknown_supervisor_is_none),
	    TEST(members_become_options),
	    TEST(what_is_absent_is_not_given),
	    TEST(a_query_becomes_options),
	    TEST(a_value_is_never_an_option),
	    TEST(some_members_are_not_the_pages_to_give),
	    TEST(a_flag_is_true_and_a_value_is_not),
	    TEST(arguments_are_no_options),
	    TEST(a_body_is_a_json_object),
	    TEST(a_refusal_is_the_commands_own),
	    TEST(hours_are_recorded_by_who_unlocked),
	    TEST(the_page_needs_no_token),
	    TEST(the_page_keeps_to_its_budget),
	    TEST(the_page_has_nothing_inline),
	    TEST(a_directory_may_be_served_instead),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
