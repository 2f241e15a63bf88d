/*
 * make_export DIR: export the month of tests/lib/audit_kit.h to DIR.
 * make_export --rotated DIR: the same, of a server that changed its key.
 * make_export --sign DIR: sign what became of it, as only its server could.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "server/audit/audit_export.h"
#include "server/server_key.h"
#include "tests/lib/audit_kit.h"

static const char *directory;
static bool sign, rotated;

/* Within the month, with an act before and one after. */
static void change_key(struct audit_kit *kit)
{
	struct err err = ERR_INIT;

	kit->machine.now_s += 60;
	if (server_key_rotate(&kit->office, &err) < 0)
		fail_msg("%s", err.text);
	kit->machine.now_s += 60;
	audit_kit_act(kit, AUDIT_KIT_STRUCTURE, "hours",
	    "hours/V01/2026-11-25/pm", "{\"minutes\":30,\"kind\":\"work\"}",
	    NULL);
}

static void make(void **state)
{
	struct buf summary = BUF_INIT;
	struct err err = ERR_INIT;
	struct audit_kit kit;

	(void)state;
	audit_kit_open(&kit);
	if (sign) {
		audit_kit_resign(&kit, directory);
	} else {
		audit_kit_fill(&kit);
		if (rotated)
			change_key(&kit);
		if (audit_export(&kit.office, AUDIT_KIT_MONTH, directory,
			&summary, &err) < 0)
			fail_msg("%s", err.text);
	}
	buf_free(&summary);
	audit_kit_close(&kit);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(make)};

	sign = argc == 3 && strcmp(argv[1], "--sign") == 0;
	rotated = argc == 3 && strcmp(argv[1], "--rotated") == 0;
	if (argc != 2 && !sign && !rotated) {
		(void)fputs(
		    "usage: make_export [--sign|--rotated] DIR\n", stderr);
		return 2;
	}
	directory = argv[argc - 1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
