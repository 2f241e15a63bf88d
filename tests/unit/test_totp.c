#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "server/account/totp.h"
#include "shared/buf.h"

/* RFC 6238, appendix B: SHA-1, eight digits, the secret in ASCII. */
static const uint8_t secret[] = "12345678901234567890";

static void the_codes_are_those_of_the_rfc(void **state)
{
	static const struct {
		int64_t time;
		const char *code;
	} rows[] = {
	    {59, "94287082"},
	    {1111111109, "07081804"},
	    {1111111111, "14050471"},
	    {1234567890, "89005924"},
	    {2000000000, "69279037"},
	    {20000000000, "65353130"},
	};
	char code[TOTP_CODE_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(totp_code(secret, 20,
				     rows[i].time / TOTP_STEP_S, 8, code, NULL),
		    0);
		assert_string_equal(code, rows[i].code);
	}
}

static int64_t find(const char *code, int64_t now_s, int64_t last)
{
	int64_t step = -1;

	assert_int_equal(
	    totp_find(secret, 20, code, now_s, last, &step, NULL), 0);
	return step;
}

static void a_code_is_good_a_step_early_and_a_step_late(void **state)
{
	const int64_t now = 1111111109, step = now / TOTP_STEP_S;

	(void)state;
	assert_int_equal(find("081804", now, 0), step);
	assert_int_equal(find(" 081 804 ", now, 0), step);
	assert_int_equal(find("081804", now + TOTP_STEP_S, 0), step);
	assert_int_equal(find("081804", now - TOTP_STEP_S, 0), step);
	assert_int_equal(find("081804", now + 2 * TOTP_STEP_S, 0), 0);
	assert_int_equal(find("081804", now - 2 * TOTP_STEP_S, 0), 0);
}

static void a_code_is_good_once(void **state)
{
	const int64_t now = 1111111109, step = now / TOTP_STEP_S;

	(void)state;
	assert_int_equal(find("081804", now, step - 1), step);
	assert_int_equal(find("081804", now, step), 0);
	assert_int_equal(find("081804", now, step + 1), 0);
}

static void what_is_no_code_is_none(void **state)
{
	static const char *const codes[] = {"", " ", "08180", "0818040",
	    "08180a", "07081804", "-81804", "081804\n", "٠٨١٨٠٤"};

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		assert_int_equal(find(codes[i], 1111111109, 0), 0);
}

static void the_address_is_what_telephones_read(void **state)
{
	struct buf uri = BUF_INIT, text = BUF_INIT;

	(void)state;
	assert_int_equal(
	    totp_uri(&uri, "bureau.example", "anaïs r", secret, 20, NULL), 0);
	assert_string_equal(buf_text(&uri),
	    "otpauth://totp/Pointeau%20bureau.example:ana%C3%AFs%20r?secret="
	    "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Pointeau%20"
	    "bureau.example&algorithm=SHA1&digits=6&period=30");
	buf_reset(&uri);
	assert_int_equal(totp_uri(&uri, "h", "", secret, 20, NULL), 0);
	assert_non_null(strstr(buf_text(&uri), "totp/Pointeau%20h?secret="));
	totp_secret_text(&text, secret, 20);
	assert_string_equal(
	    buf_text(&text), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
	buf_free(&uri);
	buf_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_codes_are_those_of_the_rfc),
	    cmocka_unit_test(a_code_is_good_a_step_early_and_a_step_late),
	    cmocka_unit_test(a_code_is_good_once),
	    cmocka_unit_test(what_is_no_code_is_none),
	    cmocka_unit_test(the_address_is_what_telephones_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
