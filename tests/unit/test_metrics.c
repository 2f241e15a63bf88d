/* What the server counts and says of itself: metrics, health, warnings. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/alert.h"
#include "server/health.h"
#include "server/metrics.h"
#include "server/tls.h"
#include "shared/date.h"
#include "shared/json.h"

#define NOW_S  ((int64_t)1795000000)
#define DAY_S  ((int64_t)86400)
#define YEAR_S ((int64_t)31556952)

static void count(struct metrics *metrics, const char *method,
    const char *route, int status, int64_t ms)
{
	const struct http_done done = {.method = method,
	    .route = route,
	    .device = "",
	    .remote = "",
	    .status = status,
	    .ms = ms,
	    .in = 10,
	    .out = 100};

	metrics_count(metrics, &done);
}

static void write_all(struct metrics *metrics, struct buf *out)
{
	const struct metrics_now now = {.faults = 0, .commits = 3, .pushes = 7};

	assert_int_equal(metrics_write(metrics, &now, out, NULL), 0);
}

static void says(const struct buf *text, const char *line)
{
	if (strstr(buf_text(text), line) == NULL)
		fail_msg("no \"%s\" in:\n%s", line, buf_text(text));
}

static void requests_are_counted_by_route_and_status(void **state)
{
	struct buf text = BUF_INIT;
	struct metrics *metrics;

	(void)state;
	assert_int_equal(metrics_new(&metrics, NULL), 0);
	count(metrics, "POST", "/v1/push", 200, 3);
	count(metrics, "POST", "/v1/push", 200, 30);
	count(metrics, "POST", "/v1/push", 503, 1200);
	count(metrics, "GET", "month/show", 200, 99999);
	write_all(metrics, &text);
	says(&text, "pointeau_http_requests_total{method=\"POST\","
		    "route=\"/v1/push\",code=\"200\"} 2\n");
	says(&text, "route=\"/v1/push\",code=\"503\"} 1\n");
	says(&text, "route=\"/api/month/show\",code=\"200\"} 1\n");
	says(&text, "_bucket{le=\"0.005\"} 1\n");
	says(&text, "_bucket{le=\"0.050\"} 2\n");
	says(&text, "_bucket{le=\"2.500\"} 3\n");
	says(&text, "_bucket{le=\"10.000\"} 3\n");
	says(&text, "_bucket{le=\"+Inf\"} 4\n");
	says(&text, "_seconds_sum 101.232\n");
	says(&text, "_seconds_count 4\n");
	says(&text, "pointeau_http_request_bytes_total 40\n");
	says(&text, "pointeau_http_response_bytes_total 400\n");
	says(&text, "pointeau_push_commits_total 3\n");
	says(&text, "pointeau_pushes_committed_total 7\n");
	buf_free(&text);
	metrics_free(metrics);
}

static void so_many_rows_and_no_more(void **state)
{
	struct buf text = BUF_INIT;
	struct metrics *metrics;
	size_t lines = 0;

	(void)state;
	assert_int_equal(metrics_new(&metrics, NULL), 0);
	for (int i = 0; i < METRICS_ROWS_MAX + 500; i++)
		count(metrics, "GET", "/v1/hello", i, 1);
	count(metrics, "GET", "/v1/hello", 7, 1);
	write_all(metrics, &text);
	for (const char *at = buf_text(&text);
	     (at = strstr(at, "pointeau_http_requests_total{")) != NULL; at++)
		lines++;
	assert_int_equal(lines, METRICS_ROWS_MAX);
	says(&text, "{method=\"other\",route=\"other\",code=\"0\"} 501\n");
	says(&text, "code=\"7\"} 2\n");
	buf_free(&text);
	metrics_free(metrics);
}

/* ---- health: a directory with nothing but a certificate ---- */

static int64_t clock_s = NOW_S;

static int64_t told_s(void *context)
{
	(void)context;
	return clock_s;
}

struct room {
	char directory[64];
	char pem[80];
	struct os os;
	struct office office;
};

static void enter(struct room *room, int64_t ends_in_s)
{
	memset(room, 0, sizeof(*room));
	strcpy(room->directory, "/tmp/pointeau-health-XXXXXX");
	assert_non_null(mkdtemp(room->directory));
	(void)snprintf(
	    room->pem, sizeof(room->pem), "%s/tls.pem", room->directory);
	room->os = os_system;
	room->os.now_s = told_s;
	room->office.directory = room->directory;
	room->office.os = &room->os;
	clock_s = NOW_S;
	assert_int_equal(tls_certificate_make(room->pem, "example.org",
			     NOW_S - 20 * YEAR_S + ends_in_s, NULL),
	    0);
}

static void leave(struct room *room)
{
	(void)unlink(room->pem);
	assert_int_equal(rmdir(room->directory), 0);
}

static size_t warned(struct room *room, const char *alert, int64_t *left)
{
	json_t *rows = json_array(), *row;
	size_t count;

	assert_int_equal(health_alerts(&room->office, rows, NULL), 0);
	count = json_array_size(rows);
	if (count > 0) {
		row = json_array_get(rows, 0);
		assert_string_equal(json_text(row, "alert"), alert);
		assert_true(json_text(row, "text")[0] != '\0');
		assert_true(json_text(row, "todo")[0] != '\0');
		*left = json_int(row, "count", -1);
	}
	json_decref(rows);
	return count;
}

static void a_certificate_is_warned_of_ahead(void **state)
{
	struct health_facts facts;
	struct room room;
	int64_t left;

	(void)state;
	enter(&room, 40 * DAY_S);
	assert_int_equal(warned(&room, ALERT_CERTIFICATE, &left), 0);
	clock_s = NOW_S + 10 * DAY_S;
	assert_int_equal(warned(&room, ALERT_CERTIFICATE, &left), 0);
	clock_s++;
	assert_int_equal(warned(&room, ALERT_CERTIFICATE, &left), 1);
	assert_int_equal(left, 29);
	health_look(&facts, &room.office);
	assert_int_equal(facts.faults, 0);
	assert_int_equal(facts.end_s, NOW_S + 40 * DAY_S);
	clock_s = NOW_S + 40 * DAY_S;
	assert_int_equal(warned(&room, ALERT_CERTIFICATE, &left), 1);
	assert_int_equal(left, 0);
	health_look(&facts, &room.office);
	assert_int_equal(facts.faults, HEALTH_CERTIFICATE);
	/* From before it was made. */
	clock_s = NOW_S - 21 * YEAR_S;
	health_look(&facts, &room.office);
	assert_int_equal(facts.faults, HEALTH_CERTIFICATE);
	clock_s = NOW_S;
	assert_int_equal(unlink(room.pem), 0);
	assert_int_equal(warned(&room, ALERT_CERTIFICATE, &left), 0);
	assert_int_equal(os_file_write(room.pem, "x", 1, 0600, NULL), 0);
	assert_int_equal(warned(&room, ALERT_CERTIFICATE, &left), 1);
	leave(&room);
}

static void a_proxys_certificate_is_the_proxys(void **state)
{
	struct health_facts facts;
	struct room room;

	(void)state;
	enter(&room, -DAY_S);
	room.office.config.tls = CONFIG_TLS_PROXY;
	health_look(&facts, &room.office);
	assert_int_equal(facts.faults, 0);
	assert_int_equal(facts.end_s, 0);
	/* Unless the settings say where it is. */
	(void)snprintf(room.office.config.tls_certificate,
	    sizeof(room.office.config.tls_certificate), "%s", room.pem);
	health_look(&facts, &room.office);
	assert_int_equal(facts.faults, HEALTH_CERTIFICATE);
	leave(&room);
}

static void a_disk_is_warned_of_ahead(void **state)
{
	struct health_facts facts;
	struct room room;
	int64_t left;

	(void)state;
	enter(&room, 400 * DAY_S);
	health_look(&facts, &room.office);
	assert_true(facts.disk_free > 0 && facts.disk_size > facts.disk_free);
	assert_int_equal(warned(&room, ALERT_DISK, &left), 0);
	room.office.config.disk_warn = INT64_MAX;
	assert_int_equal(warned(&room, ALERT_DISK, &left), 1);
	health_look(&facts, &room.office);
	assert_int_equal(facts.faults, 0);
	room.office.config.disk_min = INT64_MAX;
	health_look(&facts, &room.office);
	assert_int_equal(facts.faults, HEALTH_DISK);
	leave(&room);
}

static void a_server_without_a_backup_is_told(void **state)
{
	static const char made[] = "{\"made\":\"2026-11-01T00:00:00Z\"}";
	int64_t made_s, days;
	struct room room;
	char last[96];

	(void)state;
	enter(&room, 4000 * DAY_S);
	(void)snprintf(last, sizeof(last), "%s/backup.last", room.directory);
	/* Nothing is in any log yet: there is nothing to lose. */
	assert_int_equal(warned(&room, ALERT_BACKUP, &days), 0);
	assert_int_equal(
	    os_file_write(last, made, strlen(made), 0600, NULL), 0);
	assert_int_equal(stamp_parse(&made_s, "2026-11-01T00:00:00Z", NULL), 0);
	clock_s = made_s + 2 * DAY_S + 1;
	/* Without a place that was set, somebody may do it by other means. */
	assert_int_equal(warned(&room, ALERT_BACKUP, &days), 0);
	strcpy(room.office.config.backup_dir, "/backups");
	assert_int_equal(warned(&room, ALERT_BACKUP, &days), 1);
	assert_int_equal(days, 2);
	clock_s--;
	assert_int_equal(warned(&room, ALERT_BACKUP, &days), 0);
	(void)unlink(last);
	leave(&room);
}

static void faults_have_fixed_words(void **state)
{
	json_t *words = health_words(HEALTH_DATABASE | HEALTH_DISK |
				     HEALTH_CERTIFICATE | HEALTH_STOPPING);
	char *text = json_dumps(words, JSON_COMPACT);

	(void)state;
	assert_string_equal(
	    text, "[\"database\",\"disk\",\"certificate\",\"stopping\"]");
	free(text);
	json_decref(words);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(requests_are_counted_by_route_and_status),
	    cmocka_unit_test(so_many_rows_and_no_more),
	    cmocka_unit_test(a_certificate_is_warned_of_ahead),
	    cmocka_unit_test(a_proxys_certificate_is_the_proxys),
	    cmocka_unit_test(a_disk_is_warned_of_ahead),
	    cmocka_unit_test(a_server_without_a_backup_is_told),
	    cmocka_unit_test(faults_have_fixed_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
