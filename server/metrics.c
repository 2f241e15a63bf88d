#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "server/metrics.h"
#include "server/service.h"
#include "shared/date.h"
#include "shared/os.h"

/* How long requests took: upper bounds, as Prometheus counts them. */
static const int64_t bounds_ms[] = {
    5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000};
#define BOUNDS (sizeof(bounds_ms) / sizeof(bounds_ms[0]))

#define OTHER "other"

struct row {
	const char *method;
	const char *route;
	int status;
	uint64_t count;
};

struct metrics {
	pthread_mutex_t lock;
	struct row rows[METRICS_ROWS_MAX];
	size_t row_count;
	uint64_t within[BOUNDS]; /* of the bound alone, not of those below */
	uint64_t requests, ms, in, out;
};

int metrics_new(struct metrics **out, struct err *err)
{
	if ((*out = calloc(1, sizeof(**out))) == NULL)
		return err_nomem(err);
	(void)pthread_mutex_init(&(*out)->lock, NULL);
	return 0;
}

void metrics_free(struct metrics *metrics)
{
	if (metrics == NULL)
		return;
	(void)pthread_mutex_destroy(&metrics->lock);
	free(metrics);
}

/* ---- counting ---- */

/* The last row takes what finds no other. */
static struct row *find(struct metrics *metrics, const struct http_done *done)
{
	struct row *row;

	for (size_t i = 0; i < metrics->row_count; i++) {
		row = &metrics->rows[i];
		if (row->status == done->status &&
		    strcmp(row->route, done->route) == 0 &&
		    strcmp(row->method, done->method) == 0)
			return row;
	}
	if (metrics->row_count == METRICS_ROWS_MAX)
		return &metrics->rows[METRICS_ROWS_MAX - 1];
	row = &metrics->rows[metrics->row_count++];
	*row = (struct row){done->method, done->route, done->status, 0};
	if (metrics->row_count == METRICS_ROWS_MAX)
		*row = (struct row){OTHER, OTHER, 0, 0};
	return row;
}

void metrics_count(struct metrics *metrics, const struct http_done *done)
{
	(void)pthread_mutex_lock(&metrics->lock);
	find(metrics, done)->count++;
	for (size_t i = 0; i < BOUNDS; i++) {
		if (done->ms > bounds_ms[i])
			continue;
		metrics->within[i]++;
		break;
	}
	metrics->requests++;
	metrics->ms += (uint64_t)done->ms;
	metrics->in += done->in;
	metrics->out += done->out;
	(void)pthread_mutex_unlock(&metrics->lock);
}

/* ---- writing ---- */

static void title(
    struct buf *out, const char *name, const char *type, const char *help)
{
	buf_printf(out, "# HELP pointeau_%s %s\n# TYPE pointeau_%s %s\n", name,
	    help, name, type);
}

static void one(struct buf *out, const char *name, const char *type,
    const char *help, int64_t value)
{
	title(out, name, type, help);
	buf_printf(out, "pointeau_%s %" PRId64 "\n", name, value);
}

static void add_seconds(struct buf *out, uint64_t ms)
{
	buf_printf(out, "%" PRIu64 ".%03d", ms / 1000, (int)(ms % 1000));
}

static void write_durations(const struct metrics *metrics, struct buf *out)
{
	static const char name[] = "http_request_duration_seconds";
	uint64_t sum = 0;

	title(out, name, "histogram", "How long requests took to be answered.");
	for (size_t i = 0; i < BOUNDS; i++) {
		sum += metrics->within[i];
		buf_printf(out, "pointeau_%s_bucket{le=\"", name);
		add_seconds(out, (uint64_t)bounds_ms[i]);
		buf_printf(out, "\"} %" PRIu64 "\n", sum);
	}
	buf_printf(out, "pointeau_%s_bucket{le=\"+Inf\"} %" PRIu64 "\n", name,
	    metrics->requests);
	buf_printf(out, "pointeau_%s_sum ", name);
	add_seconds(out, metrics->ms);
	buf_printf(
	    out, "\npointeau_%s_count %" PRIu64 "\n", name, metrics->requests);
}

static void write_requests(struct metrics *metrics, struct buf *out)
{
	(void)pthread_mutex_lock(&metrics->lock);
	title(out, "http_requests_total", "counter",
	    "Requests answered, by method, route and status.");
	for (size_t i = 0; i < metrics->row_count; i++) {
		const struct row *row = &metrics->rows[i];

		buf_printf(out,
		    "pointeau_http_requests_total{method=\"%s\","
		    "route=\"%s%s\",code=\"%d\"} %" PRIu64 "\n",
		    row->method, service_prefix(row->route), row->route,
		    row->status, row->count);
	}
	write_durations(metrics, out);
	one(out, "http_request_bytes_total", "counter",
	    "Bytes of bodies received.", (int64_t)metrics->in);
	one(out, "http_response_bytes_total", "counter",
	    "Bytes of bodies sent.", (int64_t)metrics->out);
	(void)pthread_mutex_unlock(&metrics->lock);
}

/* A gauge for each value of ${member} among ${rows}: how many there are. */
static void write_counts(struct buf *out, const json_t *rows,
    const char *member, const char *name, const char *label, const char *help)
{
	json_t *counts = json_object();
	const char *value;
	json_t *count;

	title(out, name, "gauge", help);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		value = json_text(json_array_get(rows, i), member);
		(void)json_object_set_new(counts, value,
		    json_integer(json_int(counts, value, 0) + 1));
	}
	json_object_foreach(counts, value, count)
	{
		buf_printf(out,
		    "pointeau_%s{%s=\"%s\"} %" JSON_INTEGER_FORMAT "\n", name,
		    label, value, json_integer_value(count));
	}
	json_decref(counts);
}

static void write_devices(struct buf *out, const json_t *devices)
{
	int64_t latest = 0, at, unsent = 0;

	write_counts(
	    out, devices, "state", "devices", "state", "Laptops, by state.");
	for (size_t i = 0; i < json_array_size(devices); i++) {
		const json_t *device = json_array_get(devices, i);

		unsent += json_int(device, "unsent", 0);
		if (stamp_parse(&at, json_text(device, "last_seen"), NULL) ==
			0 &&
		    at > latest)
			latest = at;
	}
	one(out, "devices_unsent_entries", "gauge",
	    "Entries that laptops said they still keep.", unsent);
	one(out, "last_contact_timestamp_seconds", "gauge",
	    "When a laptop was last heard of; 0: never.", latest);
}

static void write_health(struct buf *out, const struct metrics_now *now)
{
	const struct health_facts *facts = &now->facts;

	one(out, "ready", "gauge", "Whether /readyz says yes.",
	    now->faults == 0 ? 1 : 0);
	one(out, "disk_free_bytes", "gauge",
	    "Bytes that may still be written where the data is.",
	    facts->disk_free);
	one(out, "disk_size_bytes", "gauge", "Bytes of that disk.",
	    facts->disk_size);
	one(out, "database_size_bytes", "gauge",
	    "Bytes of the database and its log.", facts->database_size);
	if (facts->end_s != 0)
		one(out, "certificate_expiry_timestamp_seconds", "gauge",
		    "When the certificate ends to be valid.", facts->end_s);
	one(out, "backup_last_timestamp_seconds", "gauge",
	    "When the last good backup was made; 0: never.", facts->backup_s);
	one(out, "http_connections", "gauge", "Connections now.",
	    now->connections);
}

static void write_process(struct buf *out)
{
	struct os_usage usage;

	os_usage(&usage);
	one(out, "process_resident_memory_bytes", "gauge",
	    "Memory that the server takes.", usage.resident);
	one(out, "process_open_fds", "gauge", "Open file descriptors.",
	    usage.files);
	one(out, "process_threads", "gauge", "Threads.", usage.threads);
	one(out, "process_start_time_seconds", "gauge",
	    "When the server was started.", usage.start_s);
}

int metrics_write(struct metrics *metrics, const struct metrics_now *now,
    struct buf *out, struct err *err)
{
	title(out, "build_info", "gauge", "The version, as a label.");
	buf_printf(
	    out, "pointeau_build_info{version=\"%s\"} 1\n", POINTEAU_VERSION);
	write_health(out, now);
	write_process(out);
	write_requests(metrics, out);
	one(out, "push_commits_total", "counter",
	    "Transactions that stored pushes.", now->commits);
	one(out, "pushes_committed_total", "counter",
	    "Pushes that they stored; over the former: how many together.",
	    now->pushes);
	if (now->alerts != NULL)
		write_counts(out, now->alerts, "alert", "alerts", "kind",
		    "What the office is warned of, by kind.");
	if (now->devices != NULL)
		write_devices(out, now->devices);
	return buf_check(out, err);
}
