/* The laptop's settings. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "agent/cmd.h"
#include "agent/config.h"
#include "agent/proxy.h"
#include "agent/metered.h"

static struct agent_config config;
static struct settings settings;

static size_t faults_of(const char *text)
{
	assert_int_equal(settings_load_text(&settings, &agent_config_table,
			     &config, text, NULL),
	    0);
	return settings.fault_count;
}

static void who_runs_without_main_has_the_defaults(void **state)
{
	struct program program = {.config = NULL};
	const struct call call = {.program = &program};

	(void)state;
	memset(&config, 0xff, sizeof(config));
	settings_presets(&agent_config_table, &config);
	assert_int_equal(cmd_config(&call)->language, config.language);
	assert_int_equal(cmd_config(&call)->sync, config.sync);
	assert_int_equal(cmd_config(&call)->metered, config.metered);
	assert_int_equal(cmd_config(&call)->page_port, config.page_port);
	assert_string_equal(cmd_config(&call)->proxy, config.proxy);
	assert_string_equal(cmd_config(&call)->no_proxy, config.no_proxy);
	assert_string_equal(
	    cmd_config(&call)->metered_interfaces, config.metered_interfaces);
	program.config = &config;
	assert_ptr_equal(cmd_config(&call), &config);
}

static void ports_of_the_system_are_refused(void **state)
{
	(void)state;
	assert_int_equal(faults_of("page_port = 0\n"), 0);
	assert_int_equal(faults_of("page_port = 1024\n"), 0);
	assert_int_equal(faults_of("page_port = 1023\n"), 1);
	assert_int_equal(faults_of("page_port = 65536\n"), 1);
}

/* What people are told of one, never its password. */
static void a_proxy_is_named_without_its_password(void **state)
{
	char place[PROXY_PLACE_MAX];

	(void)state;
	assert_int_equal(proxy_place("http://u:p@w@relais:3128/", place), 3128);
	assert_string_equal(place, "relais:3128");
	assert_int_equal(proxy_place("u:pw@relais", place), 1080);
	assert_string_equal(place, "relais:1080");
	assert_int_equal(proxy_place("https://[::1]", place), 443);
	assert_string_equal(place, "[::1]:443");
}

static void a_proxy_is_an_address_or_none(void **state)
{
	(void)state;
	assert_int_equal(faults_of("proxy = http://proxy:3128\n"), 0);
	assert_int_equal(faults_of("proxy = none\n"), 0);
	assert_int_equal(faults_of("proxy =\n"), 0);
	assert_int_equal(faults_of("proxy = proxy:3128\n"), 1);
	assert_int_equal(faults_of("proxy = http://\n"), 1);
	assert_int_equal(faults_of("proxy = http://u:p@w@[::1]:65535/\n"), 0);
	assert_int_equal(faults_of("proxy = http://proxy\n"), 0);
	assert_int_equal(faults_of("proxy = http://proxy:65536\n"), 1);
	assert_int_equal(faults_of("proxy = http://u:pw@proxy:999999\n"), 1);
	assert_int_equal(faults_of("proxy = http://proxy:0\n"), 1);
	assert_int_equal(faults_of("proxy = http://proxy:31x\n"), 1);
	assert_int_equal(faults_of("proxy = http://u:pw@:3128\n"), 1);
	assert_int_equal(faults_of("proxy = http://[::1:3128\n"), 1);
	assert_int_equal(faults_of("proxy = none\nno_proxy = a\n"), 0);
	assert_int_equal(settings.remark_count, 1);
}

static void the_wish_for_metered_networks_is_passed_on(void **state)
{
	struct auto_sync_metered metered;

	(void)state;
	assert_int_equal(
	    faults_of("metered = wait\nmetered_interfaces = usb0, wwan1\n"), 0);
	metered_read(&metered, &config);
	assert_true(metered.wait);
	assert_string_equal(metered.names, "usb0, wwan1");
	assert_int_equal(faults_of(""), 0);
	metered_read(&metered, &config);
	assert_false(metered.wait);
}

/* Variables of the test harness begin like ours: none may be taken for one. */
static void the_harness_is_not_mistaken_for_settings(void **state)
{
	static char variables[][32] = {"POINTEAU_BIN=1", "POINTEAU_SLOW=1",
	    "POINTEAU_FULL=1", "POINTEAU_SEED=1", "POINTEAU_ROOT=1",
	    "POINTEAU_SHOTS=1", "POINTEAU_CHROMIUM=1", "POINTEAU_WEB_DIR=1",
	    "POINTEAU_WEB_CACHE=1", "POINTEAU_MEMCHECK=1", "POINTEAU_POINTS=1",
	    "POINTEAU_AT=1", "POINTEAU_CLASS=1", "POINTEAU_DUMP=1",
	    "POINTEAU_SERVER_URL=1"};
	char *environment[sizeof(variables) / sizeof(variables[0]) + 1];
	const struct settings_given given = {.environment = environment};

	(void)state;
	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
		environment[i] = variables[i];
	environment[sizeof(variables) / sizeof(variables[0])] = NULL;
	assert_int_equal(settings_load(&settings, &agent_config_table, &config,
			     "/nonexistent", &given, NULL),
	    0);
	assert_int_equal(settings.fault_count, 0);
	settings_clear(&settings);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(who_runs_without_main_has_the_defaults),
	    cmocka_unit_test(ports_of_the_system_are_refused),
	    cmocka_unit_test(a_proxy_is_an_address_or_none),
	    cmocka_unit_test(a_proxy_is_named_without_its_password),
	    cmocka_unit_test(the_wish_for_metered_networks_is_passed_on),
	    cmocka_unit_test(the_harness_is_not_mistaken_for_settings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
