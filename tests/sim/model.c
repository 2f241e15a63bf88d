/*
 * A little model of what hours come to, written from docs/protocol.md §3 and
 * sharing nothing with the product's fold: lists, walked again and again.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/report.h"
#include "shared/kind.h"
#include "tests/sim/log.h"

/* ---- one slot ---- */

static bool sets_value(const struct log_entry *entry)
{
	static const char *const kinds[] = {"hours", "resolve", "void"};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(entry->kind, kinds[i]) == 0)
			return entry->fault[0] == '\0';
	}
	return false;
}

static bool names(const struct log_entry *entry, const struct hash *hash)
{
	const json_t *parents = json_object_get(entry->json, "parents");
	char hex[HASH_TEXT];

	hash_hex(hash, hex);
	for (size_t i = 0; i < json_array_size(parents); i++) {
		const char *parent =
		    json_string_value(json_array_get(parents, i));

		if (parent != NULL && strcmp(parent, hex) == 0)
			return true;
	}
	return false;
}

/* What is below ${from} is superseded; a line of entries may be long. */
static void supersede(const struct log_entry *const *entries, size_t count,
    size_t from, bool *gone)
{
	for (size_t i = 0; i < count; i++) {
		if (i != from && !gone[i] &&
		    names(entries[from], &entries[i]->hash)) {
			gone[i] = true;
			supersede(entries, count, i, gone);
		}
	}
}

static bool is_void(const struct log_entry *entry)
{
	return strcmp(entry->kind, "void") == 0;
}

void model_fold(const struct log_entry *const *entries, size_t count,
    struct model_slot *out)
{
	bool *gone = calloc(count + 1, sizeof(*gone));
	const struct log_entry **seen = calloc(count + 1, sizeof(*seen));

	assert(gone != NULL && seen != NULL);
	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < count; i++) {
		if (sets_value(entries[i]))
			supersede(entries, count, i, gone);
	}
	for (size_t i = 0; i < count; i++) {
		bool known = false;

		if (gone[i] || !sets_value(entries[i]))
			continue;
		for (size_t k = 0; k < out->live; k++)
			known = known ||
			        (is_void(seen[k]) == is_void(entries[i]) &&
				    (is_void(seen[k]) ||
					json_equal(
					    (json_t *)(uintptr_t)seen[k]->value,
					    (json_t *)(uintptr_t)entries[i]
						->value)));
		if (!known)
			seen[out->live++] = entries[i];
	}
	out->first = seen[0];
	out->is_void = out->live == 1 && is_void(seen[0]);
	free(gone);
	free(seen);
}

/* ---- a month ---- */

struct line {
	char worker[TEXT_ID_MAX + 1];
	char place[RECORD_KEY_MAX]; /* worker/day/slot */
	size_t structure;
	int64_t minutes; /* paid; 0: none */
	bool contested;
	bool known;
};

struct lines {
	struct line *items; /* owned */
	size_t count, room;
};

static int compare_groups(const void *a, const void *b)
{
	const struct log_entry *const *x = a, *const *y = b;
	int order = strcmp((*x)->group, (*y)->group);

	return order != 0
	           ? order
	           : memcmp((*x)->hash.bytes, (*y)->hash.bytes, HASH_LEN);
}

/* A newcomer's hours count under the worker the office named. */
static void set_group(
    struct sim *sim, size_t structure, struct log_entry *entry)
{
	char subject[RECORD_KEY_MAX];
	const struct sim_worker *worker;
	const char *rest;

	text_copy(entry->group, sizeof(entry->group), entry->record);
	text_copy(subject, sizeof(subject), entry->record + 6);
	subject[strcspn(subject, "/")] = '\0';
	worker = sim_worker_find(sim, structure, subject);
	if (worker == NULL || !worker->newcomer || worker->match[0] == '\0')
		return;
	rest = entry->record + 6 + strlen(subject);
	(void)snprintf(entry->group, sizeof(entry->group), "hours/%s%s",
	    worker->match, rest);
}

/* Somebody is known whom an entry of the log names. */
static bool is_known(const struct log *log, const char *worker)
{
	for (size_t i = 0; i < log->entry_count; i++) {
		const struct log_entry *entry = &log->entries[i];
		const char *slash = strchr(entry->record, '/');

		if ((strcmp(entry->kind, "worker") == 0 ||
			strcmp(entry->kind, "newcomer") == 0) &&
		    entry->fault[0] == '\0' && slash != NULL &&
		    strcmp(slash + 1, worker) == 0)
			return true;
	}
	return false;
}

static void add_line(const struct log *log,
    const struct log_entry *const *entries, size_t count, const char *month,
    struct lines *lines)
{
	const char *place = entries[0]->group + 6;
	struct model_slot slot;
	const struct kind *kind;
	struct line *line;

	if (strncmp(strchr(place, '/') + 1, month, 7) != 0)
		return;
	model_fold(entries, count, &slot);
	if (slot.live == 0 || slot.is_void)
		return;
	if (lines->count == lines->room) {
		lines->room = lines->room == 0 ? 64 : 2 * lines->room;
		lines->items =
		    realloc(lines->items, lines->room * sizeof(*line));
		assert(lines->items != NULL);
	}
	line = &lines->items[lines->count++];
	*line = (struct line){
	    .structure = log->structure, .contested = slot.live > 1};
	text_copy(line->place, sizeof(line->place), place);
	text_copy(line->worker, sizeof(line->worker), place);
	line->worker[strcspn(line->worker, "/")] = '\0';
	line->known = is_known(log, line->worker);
	kind = kind_by_slug(json_text(slot.first->value, "kind"));
	if (!line->contested && kind != NULL && kind->paid)
		line->minutes = json_int(slot.first->value, "minutes", 0);
}

static void read_log(struct sim *sim, const struct log *log, const char *month,
    struct lines *lines)
{
	const struct log_entry **hours =
	    calloc(log->entry_count + 1, sizeof(*hours));
	size_t count = 0;

	assert(hours != NULL);
	for (size_t i = 0; i < log->entry_count; i++) {
		struct log_entry *entry = &log->entries[i];

		if (strncmp(entry->record, "hours/", 6) != 0 ||
		    strcmp(entry->fault, "structure") == 0 ||
		    strchr(entry->record + 6, '/') == NULL)
			continue;
		set_group(sim, log->structure, entry);
		hours[count++] = entry;
	}
	qsort(hours, count, sizeof(*hours), compare_groups);
	for (size_t i = 0, next; i < count; i = next) {
		for (next = i + 1;
		     next < count &&
		     strcmp(hours[i]->group, hours[next]->group) == 0;)
			next++;
		add_line(log, &hours[i], next - i, month, lines);
	}
	free(hours);
}

/* The same slot payable under two structures is paid under neither. */
static void settle_doubles(struct lines *lines)
{
	for (size_t i = 0; i < lines->count; i++) {
		struct line *one = &lines->items[i];

		for (size_t k = i + 1; k < lines->count; k++) {
			struct line *other = &lines->items[k];

			if (one->structure != other->structure &&
			    strcmp(one->place, other->place) == 0 &&
			    one->minutes > 0 && other->minutes > 0 &&
			    one->known && other->known)
				one->contested = other->contested = true;
		}
	}
}

static void check_row(struct sim *sim, const json_t *row, struct lines *lines)
{
	const char *worker = json_text(row, "worker");
	int64_t minutes = 0, contested = 0;

	for (size_t i = 0; i < lines->count; i++) {
		struct line *line = &lines->items[i];

		if (!line->known || strcmp(line->worker, worker) != 0)
			continue;
		if (line->contested)
			contested++;
		else
			minutes += line->minutes;
		line->worker[0] = '\0'; /* found */
	}
	minutes += sim->broken == BREAK_TOTAL;
	if (minutes != json_int(row, "minutes", -1) ||
	    contested != json_int(row, "contested", -1))
		sim_fail(sim, "I7",
		    "%s has %d minutes and %d contested slots; the report "
		    "says %d and %d",
		    worker, (int)minutes, (int)contested,
		    (int)json_int(row, "minutes", -1),
		    (int)json_int(row, "contested", -1));
}

static void check_month(struct sim *sim, const struct log *logs,
    size_t log_count, const char *month)
{
	struct report *report = NULL;
	struct lines lines = {0};
	struct err err = ERR_INIT;
	json_t *json = NULL;
	const json_t *rows;

	for (size_t i = 0; i < log_count; i++)
		read_log(sim, &logs[i], month, &lines);
	settle_doubles(&lines);
	if (report_month(&sim->office, month, "worker", NULL, &report, &err) <
		0 ||
	    report_json(report, &json, &err) < 0)
		sim_fail(sim, "I7", "no report: %s", err.text);
	rows = json_object_get(json, "rows");
	for (size_t i = 0; i < json_array_size(rows); i++)
		check_row(sim, json_array_get(rows, i), &lines);
	for (size_t i = 0; i < lines.count; i++) {
		const struct line *line = &lines.items[i];

		if (line->known && line->worker[0] != '\0' &&
		    (line->contested || line->minutes > 0))
			sim_fail(
			    sim, "I7", "the report leaves out %s", line->place);
	}
	json_decref(json);
	report_free(report);
	free(lines.items);
}

void model_check_totals(
    struct sim *sim, const struct log *logs, size_t log_count)
{
	check_month(sim, logs, log_count, "2026-10");
	check_month(sim, logs, log_count, "2026-11");
	check_month(sim, logs, log_count, "2026-12");
}
