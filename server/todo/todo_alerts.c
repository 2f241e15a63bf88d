#include <string.h>

#include "server/alert.h"
#include "server/devices.h"
#include "server/health.h"
#include "server/todo/todo_part.h"
#include "shared/lang.h"

/* Where an alert is looked into, and by whom. */
static const struct place {
	const char *alert, *what;
	enum todo_level level;
	const char *right;
} places[] = {
    {ALERT_ACCIDENT, "alert_accident", TODO_URGENT, "hours_read"},
    {ALERT_EPOCH, "alert_epoch", TODO_URGENT, "devices"},
    {ALERT_BRANCH, "alert_branch", TODO_URGENT, "devices"},
    {ALERT_FORK, "alert_fork", TODO_URGENT, "devices"},
    {ALERT_HOLE, "alert_hole", TODO_LATE, "devices"},
    {ALERT_SILENT, "alert_silent", TODO_NOW, "devices"},
    {ALERT_CLOCK, "alert_clock", TODO_NOW, "devices"},
    {ALERT_QUARANTINE, "alert_quarantine", TODO_NOW, "devices"},
    {ALERT_DISK, "alert_disk", TODO_NOW, "devices"},
    {ALERT_CERTIFICATE, "alert_certificate", TODO_SOON, "devices"},
    {ALERT_BACKUP, "alert_backup", TODO_NOW, "devices"},
    {ALERT_DISAGREE, "alert_disagree", TODO_NOW, "hours_read"},
};

static const struct place *place_of(const char *alert)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (strcmp(places[i].alert, alert) == 0)
			return &places[i];
	}
	/* One that this file does not know yet is still told. */
	return &places[1];
}

static void add_link(struct buf *out, const struct todo *todo,
    const json_t *alert, const struct place *place)
{
	const char *day = json_text(alert, "day");

	if (strcmp(place->right, "devices") == 0) {
		buf_add_text(out, "/devices");
		return;
	}
	buf_printf(out, "/grid/%.7s", day[0] != '\0' ? day : todo->month);
	buf_printf(out, "?s=%s", json_text(alert, "structure"));
	if (json_text(alert, "worker")[0] != '\0')
		buf_printf(out, "&q=%s", json_text(alert, "worker"));
}

static int add_alert(struct todo *todo, const json_t *alert, struct err *err)
{
	const struct place *place = place_of(json_text(alert, "alert"));
	struct todo_row row = {
	    .what = place->what,
	    .level = place->level,
	    .right = place->right,
	    .structure = json_text(alert, "structure"),
	    .count = json_int(alert, "count", 1),
	    .todo = json_text(alert, "todo"),
	    .since = json_text(alert, "since"),
	    .deadline = json_text(alert, "deadline"),
	};

	/* A week without a word is no delay any more. */
	if (strcmp(place->alert, ALERT_SILENT) == 0 &&
	    row.count >= DEVICES_LOST_S / 86400)
		row.level = TODO_LATE;
	if (strcmp(place->alert, ALERT_CERTIFICATE) == 0 &&
	    row.count < HEALTH_NOW_S / 86400)
		row.level = TODO_URGENT;
	if (json_text(alert, "name")[0] != '\0' &&
	    strcmp(place->right, "devices") == 0)
		buf_printf(
		    &row.text, L("%s : ", "%s: "), json_text(alert, "name"));
	if (strcmp(place->alert, ALERT_DISAGREE) == 0) {
		todo_structure_name(&row.text, todo, row.structure);
		buf_add_text(&row.text, L(" : ", ": "));
	}
	buf_add_text(&row.text, json_text(alert, "text"));
	add_link(&row.link, todo, alert, place);
	return todo_add(todo, &row, err);
}

int todo_alerts(struct todo *todo, struct err *err)
{
	json_t *alerts = NULL;
	int rc = alerts_json(todo->office, &alerts, err);

	for (size_t i = 0; rc == 0 && i < json_array_size(alerts); i++) {
		const json_t *alert = json_array_get(alerts, i);

		if (todo_wants(todo, json_text(alert, "structure")))
			rc = add_alert(todo, alert, err);
	}
	json_decref(alerts);
	return rc;
}
