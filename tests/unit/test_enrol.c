/* Enrolment, against an office that lies on demand. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "agent/enrol.h"
#include "agent/journal.h"
#include "shared/enc.h"
#include "shared/receipt.h"
#include "shared/sshsig.h"
#include "tests/lib/fake_office.h"

struct play {
	struct fake_office office;
	struct fake_laptop paul;
};

static int curtain_up(void **state)
{
	struct play *play = calloc(1, sizeof(*play));

	fake_office_open(&play->office, 1);
	fake_laptop_open(&play->paul, 2);
	*state = play;
	return 0;
}

static int curtain_down(void **state)
{
	struct play *play = *state;

	fake_laptop_close(&play->paul);
	fake_office_close(&play->office);
	free(play);
	return 0;
}

static char *setting(struct fake_laptop *laptop, const char *name)
{
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;

	assert_int_equal(journal_get(laptop->agent.db, name, &text, &err), 0);
	return buf_take(&text);
}

static void expect_setting(
    struct fake_laptop *laptop, const char *name, const char *value)
{
	char *text = setting(laptop, name);

	assert_string_equal(text, value);
	free(text);
}

static void expect_nothing_kept(struct fake_laptop *laptop)
{
	static const char *const names[] = {SETTING_URL, SETTING_SERVER_KEY,
	    SETTING_PIN, SETTING_NAME, SETTING_CERTIFICATE, SETTING_CERT_SIG};
	struct follow follow;
	bool found;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		expect_setting(laptop, names[i], "");
	assert_int_equal(journal_follow_get(laptop->agent.db, OFFICE_STRUCTURE,
			     &follow, &found, NULL),
	    0);
	assert_false(found);
}

static int enrol_tampered(
    struct play *play, fake_tamper *tamper, void *context, struct err *err)
{
	play->office.asked_count = 0;
	return fake_laptop_enrol(&play->paul, &play->office, &play->office.code,
	    tamper, context, err);
}

static void a_code_becomes_settings_and_a_certificate(void **state)
{
	struct play *play = *state;
	struct err err = ERR_INIT;
	char hex[HASH_TEXT], *certificate;
	struct follow follow;
	struct hash first;
	bool found;

	assert_int_equal(enrol_tampered(play, NULL, NULL, &err), 0);
	enc_hex(play->office.server.pub, KEY_LEN, hex);
	expect_setting(&play->paul, SETTING_URL, "https://127.0.0.1:1");
	expect_setting(&play->paul, SETTING_SERVER_KEY, hex);
	expect_setting(&play->paul, SETTING_PIN, "");
	expect_setting(&play->paul, SETTING_NAME, "Portable 3");
	certificate = setting(&play->paul, SETTING_CERTIFICATE);
	assert_non_null(strstr(certificate, play->paul.agent.device));
	free(certificate);
	assert_int_equal(journal_follow_get(play->paul.agent.db,
			     OFFICE_STRUCTURE, &follow, &found, NULL),
	    0);
	log_first(&first, OFFICE_STRUCTURE);
	assert_true(found);
	assert_int_equal(follow.cursor, 0);
	assert_string_equal(follow.scope, "");
	assert_memory_equal(follow.cursor_head.bytes, first.bytes, HASH_LEN);
}

static void a_pin_of_the_code_is_kept(void **state)
{
	struct play *play = *state;
	char hex[2 * ENROLCODE_PIN_LEN + 1];

	play->office.code.has_pin = true;
	memset(play->office.code.pin, 0xa5, ENROLCODE_PIN_LEN);
	assert_int_equal(enrol_tampered(play, NULL, NULL, NULL), 0);
	enc_hex(play->office.code.pin, ENROLCODE_PIN_LEN, hex);
	expect_setting(&play->paul, SETTING_PIN, hex);
}

static void people_compare_the_same_six_words(void **state)
{
	struct play *play = *state;
	struct buf words = BUF_INIT;
	size_t spaces = 0;

	assert_int_equal(
	    enrol_words(&play->paul.agent, &words, NULL), E_NOT_INIT);
	assert_int_equal(enrol_tampered(play, NULL, NULL, NULL), 0);
	assert_int_equal(enrol_words(&play->paul.agent, &words, NULL), 0);
	for (size_t i = 0; i < words.len; i++)
		spaces += words.data[i] == ' ';
	assert_int_equal(spaces, 5);
	buf_free(&words);
}

/* The answer to the enrolment is lost. */
static void lose_enrol(
    void *context, const struct exchange *request, struct exchange_reply *reply)
{
	(void)context;
	if (strcmp(request->path, "/v1/enrol") == 0)
		fake_reply(reply, 502, "<html>bad gateway");
}

static void a_lost_answer_may_be_asked_for_again(void **state)
{
	struct play *play = *state;
	struct err err = ERR_INIT;
	int64_t length;

	assert_int_equal(
	    enrol_tampered(play, lose_enrol, NULL, &err), E_OFFLINE);
	expect_nothing_kept(&play->paul);
	length = fake_office_length(&play->office);
	assert_int_equal(enrol_tampered(play, NULL, NULL, &err), 0);
	assert_int_equal(fake_office_length(&play->office), length);
	assert_int_equal(
	    fake_laptop_sync(&play->paul, &play->office, NULL, NULL, &err), 0);
}

static void the_same_server_again_changes_no_cursor(void **state)
{
	struct play *play = *state;
	struct err err = ERR_INIT;
	struct follow follow;
	bool found;

	assert_int_equal(enrol_tampered(play, NULL, NULL, &err), 0);
	assert_int_equal(
	    fake_laptop_sync(&play->paul, &play->office, NULL, NULL, &err), 0);
	assert_int_equal(
	    journal_put(play->paul.agent.db, SETTING_REVOKED, "1", &err), 0);
	strcpy(play->office.code.url, "https://127.0.0.1:2");
	assert_int_equal(enrol_tampered(play, NULL, NULL, &err), 0);
	expect_setting(&play->paul, SETTING_URL, "https://127.0.0.1:2");
	expect_setting(&play->paul, SETTING_REVOKED, "");
	assert_int_equal(journal_follow_get(play->paul.agent.db,
			     OFFICE_STRUCTURE, &follow, &found, NULL),
	    0);
	assert_int_equal(follow.cursor, 4);
	assert_string_equal(follow.scope, "5c");
}

static void another_server_is_a_conflict_before_any_request(void **state)
{
	struct play *play = *state;
	struct enrolcode other = play->office.code;
	struct err err = ERR_INIT;

	assert_int_equal(enrol_tampered(play, NULL, NULL, &err), 0);
	play->office.asked_count = 0;
	other.server[0] ^= 1;
	assert_int_equal(fake_laptop_enrol(&play->paul, &play->office, &other,
			     NULL, NULL, &err),
	    E_CONFLICT);
	assert_non_null(strstr(err.text, "déjà enrôlé"));
	assert_int_equal(play->office.asked_count, 0);
}

static void a_server_that_is_not_the_one_of_the_code_learns_nothing(
    void **state)
{
	struct play *play = *state;
	struct enrolcode other = play->office.code;
	struct err err = ERR_INIT;

	other.server[ENROLCODE_SERVER_LEN - 1] ^= 1;
	assert_int_equal(fake_laptop_enrol(&play->paul, &play->office, &other,
			     NULL, NULL, &err),
	    E_AUTH);
	assert_int_equal(play->office.asked_count, 1);
	expect_nothing_kept(&play->paul);
}

static void a_used_code_is_refused_in_the_servers_words(void **state)
{
	struct play *play = *state;
	struct enrolcode other = play->office.code;
	struct err err = ERR_INIT;

	other.secret[0] ^= 1;
	assert_int_equal(fake_laptop_enrol(&play->paul, &play->office, &other,
			     NULL, NULL, &err),
	    E_AUTH);
	assert_non_null(strstr(err.text, "code usé"));
	expect_nothing_kept(&play->paul);
}

static void a_name_that_is_none_is_refused(void **state)
{
	static const char *const names[] = {"", "  ", "a\nb"};
	struct play *play = *state;
	struct enrol *enrol = NULL;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_int_equal(enrol_new(&enrol, &play->paul.agent,
				     &play->office.code, names[i], NULL),
		    E_INVALID);
		assert_null(enrol);
	}
	enrol_free(NULL);
}

/* ---- lies ---- */

struct lie {
	int code; /* what it must end in */
	int status;
	const char *path;
	const char *text;
};

static void tell_lie(
    void *context, const struct exchange *request, struct exchange_reply *reply)
{
	const struct lie *lie = context;

	if (strcmp(request->path, lie->path) == 0)
		fake_reply(reply, lie->status, lie->text);
}

static void answers_that_are_not_the_protocols_keep_nothing(void **state)
{
	static const struct lie lies[] = {
	    {E_OFFLINE, 200, "/v1/hello", "<html>portail"},
	    {E_OFFLINE, 302, "/v1/hello", ""},
	    {E_INVALID, 200, "/v1/hello", "{}"},
	    {E_INVALID, 200, "/v1/hello", "{\"protocol\":1,\"server\":\"00\"}"},
	    {E_CONFLICT, 200, "/v1/hello",
		"{\"protocol\":2,\"server\":\"00\"}"},
	    {E_BUSY, 503, "/v1/hello", "{\"error\":\"busy\",\"message\":\"\"}"},
	    {E_INVALID, 200, "/v1/enrol", "{}"},
	    {E_INVALID, 200, "/v1/enrol",
		"{\"certificate\":\"x\",\"sig\":\"AAAA\"}"},
	    {E_SIGNATURE, 200, "/v1/enrol",
		"{\"certificate\":\"x\",\"sig\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAA"
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
		"==\"}"},
	    {E_CONFLICT, 409, "/v1/enrol",
		"{\"error\":\"conflict\",\"message\":\"code pris\"}"},
	};
	struct play *play = *state;

	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		struct lie lie = lies[i];
		struct err err = ERR_INIT;
		int rc = enrol_tampered(play, tell_lie, &lie, &err);

		if (rc != lie.code)
			fail_msg("lie %zu: %d %s", i, rc, err.text);
		expect_nothing_kept(&play->paul);
	}
}

/* Certificates that the server has signed, but which are not ours. */
struct certificate {
	struct play *play;
	const char *from; /* replaced in the true text … */
	const char *to;   /* … by this */
};

static void replace(
    struct buf *out, const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);

	assert_non_null(at);
	buf_add(out, text, (size_t)(at - text));
	buf_add_text(out, to);
	buf_add_text(out, at + strlen(from));
}

static void sign_other(
    void *context, const struct exchange *request, struct exchange_reply *reply)
{
	const struct certificate *other = context;
	struct buf text = BUF_INIT, base64 = BUF_INIT;
	json_t *json = NULL;
	uint8_t sig[SIG_LEN];

	if (strcmp(request->path, "/v1/enrol") != 0)
		return;
	assert_int_equal(
	    json_read(&json, reply->body.data, reply->body.len, NULL), 0);
	replace(&text, json_text(json, "certificate"), other->from, other->to);
	assert_int_equal(sshsig_sign(sig, &other->play->office.server,
			     SSHSIG_CERTIFICATE, text.data, text.len, NULL),
	    0);
	enc_base64(&base64, sig, sizeof(sig));
	json_put_text(json, "certificate", text.data);
	json_put_text(json, "sig", base64.data);
	buf_reset(&reply->body);
	json_write(&reply->body, json);
	json_decref(json);
	buf_free(&text);
	buf_free(&base64);
}

static void a_certificate_of_another_is_refused(void **state)
{
	struct play *play = *state;
	const struct certificate others[] = {
	    {play, play->paul.agent.device, "0123456789abcdef"},
	    {play, "certificate 1", "certificate 2"},
	    {play, "# key ", "# kez "},
	    {play, "# structure remparts", "# structure rem/parts"},
	    {play, "# structure remparts",
		"# structure berges\n# structure ../x"},
	    {play, "# at 2026-11-20T16:31:02Z\n", ""},
	    {play, "# at 2026-11-20T16:31:02Z", "# at 2026-13-20T16:31:02Z"},
	    {play, "# at 2026-11-20T16:31:02Z\n",
		"# at 2026-11-20T16:31:02Z\n\n"},
	    {play, "# at 2026-11-20T16:31:02Z\n", "# at 2026-11-20T16:31:02Z"},
	};

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		struct certificate other = others[i];
		struct err err = ERR_INIT;
		int rc = enrol_tampered(play, sign_other, &other, &err);

		if (rc != E_SIGNATURE)
			fail_msg("other %zu: %d %s", i, rc, err.text);
		expect_nothing_kept(&play->paul);
	}
}

static void a_certificate_may_name_many_structures_or_none(void **state)
{
	struct play *play = *state;
	struct certificate other = {play, "# structure remparts",
	    "# structure _\n# structure été 2\n# structure remparts"};
	struct follow follow;
	struct err err = ERR_INIT;
	bool found;

	assert_int_equal(enrol_tampered(play, sign_other, &other, &err), 0);
	assert_int_equal(journal_follow_get(play->paul.agent.db, "été 2",
			     &follow, &found, NULL),
	    0);
	assert_true(found);
	assert_int_equal(
	    journal_follow_get(play->paul.agent.db, "_", &follow, &found, NULL),
	    0);
	assert_true(found);
	other.from = "# structure remparts\n";
	other.to = "";
	assert_int_equal(enrol_tampered(play, sign_other, &other, &err), 0);
}

/* The text is right, the signature was made for something else. */
static void sign_elsewhere(
    void *context, const struct exchange *request, struct exchange_reply *reply)
{
	const struct play *play = context;
	struct buf base64 = BUF_INIT;
	json_t *json = NULL;
	const char *text;
	uint8_t sig[SIG_LEN];

	if (strcmp(request->path, "/v1/enrol") != 0)
		return;
	assert_int_equal(
	    json_read(&json, reply->body.data, reply->body.len, NULL), 0);
	text = json_text(json, "certificate");
	assert_int_equal(sshsig_sign(sig, &play->office.server, SSHSIG_EXPORT,
			     text, strlen(text), NULL),
	    0);
	enc_base64(&base64, sig, sizeof(sig));
	json_put_text(json, "sig", base64.data);
	buf_reset(&reply->body);
	json_write(&reply->body, json);
	json_decref(json);
	buf_free(&base64);
}

static void a_signature_made_for_another_purpose_is_refused(void **state)
{
	struct play *play = *state;
	struct err err = ERR_INIT;

	assert_int_equal(
	    enrol_tampered(play, sign_elsewhere, play, &err), E_SIGNATURE);
	expect_nothing_kept(&play->paul);
}

static void an_unreachable_server_is_being_offline(void **state)
{
	struct play *play = *state;
	struct err err = ERR_INIT;

	assert_int_equal(enrol_run(&play->paul.agent, &play->office.code,
			     "Portable 3", &err),
	    E_OFFLINE);
	expect_nothing_kept(&play->paul);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, curtain_up, curtain_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_code_becomes_settings_and_a_certificate),
	    TEST(a_pin_of_the_code_is_kept),
	    TEST(people_compare_the_same_six_words),
	    TEST(a_lost_answer_may_be_asked_for_again),
	    TEST(the_same_server_again_changes_no_cursor),
	    TEST(another_server_is_a_conflict_before_any_request),
	    TEST(a_server_that_is_not_the_one_of_the_code_learns_nothing),
	    TEST(a_used_code_is_refused_in_the_servers_words),
	    TEST(a_name_that_is_none_is_refused),
	    TEST(answers_that_are_not_the_protocols_keep_nothing),
	    TEST(a_certificate_of_another_is_refused),
	    TEST(a_certificate_may_name_many_structures_or_none),
	    TEST(a_signature_made_for_another_purpose_is_refused),
	    TEST(an_unreachable_server_is_being_offline),
	};

	/* What is tried over the network stays on this machine. */
	(void)setenv("no_proxy", "*", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
