#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "server/rules/alerts.h"
#include "server/rules/week.h"

int rules_month_parse(struct rules_month *out, const struct office *office,
    const char *month, struct err *err)
{
	char first[DATE_TEXT], last[DATE_TEXT];
	struct date today;
	int rc = date_parse_month(month, first, last, err);

	if (rc < 0)
		return rc;
	date_local(os_now_s(office->os), &today);
	out->first = day_number(first, 0);
	out->last = day_number(last, 0);
	out->today = date_days(&today);
	return 0;
}

/* One person's findings, to be told in the order of their days. */
struct found {
	struct rules_finding *list; /* owned */
	size_t count;
	size_t room;
};

static int note_finding(
    void *context, const struct rules_finding *finding, struct err *err)
{
	struct found *found = context;
	size_t room = found->room == 0 ? 16 : 2 * found->room;
	struct rules_finding *list = found->list;

	if (found->count == found->room) {
		list = reallocarray(list, room, sizeof(*list));
		if (list == NULL)
			return err_nomem(err);
		found->list = list;
		found->room = room;
	}
	found->list[found->count++] = *finding;
	return 0;
}

static int compare_findings(const void *a, const void *b)
{
	const struct rules_finding *one = a, *other = b;

	if (one->from != other->from)
		return one->from < other->from ? -1 : 1;
	if (one->rule != other->rule)
		return one->rule < other->rule ? -1 : 1;
	return (one->to > other->to) - (one->to < other->to);
}

static int name_alert(struct rules_alert *alert, struct err *err)
{
	const struct rules_finding *finding = &alert->finding;
	char from[DATE_TEXT], to[DATE_TEXT], hex[HASH_TEXT];
	struct buf text = BUF_INIT;
	struct hash hash;
	int rc;

	day_format(finding->from, from);
	day_format(finding->to, to);
	buf_printf(&text, "%s\n%s\n%s\n%s\n%s\n%" PRId64 "\n%" PRId64 "\n",
	    alert->structure, rule_of(finding->rule)->slug,
	    alert->item->who->id, from, to, finding->value, finding->limit);
	if ((rc = buf_check(&text, err)) == 0) {
		hash_of(&hash, text.data, text.len);
		hash_hex(&hash, hex);
		(void)snprintf(alert->id, sizeof(alert->id), "%.4s%.2s-%.16s",
		    to, to + 5, hex);
	}
	buf_free(&text);
	return rc;
}

static int tell_person(const struct rules_item *item, const char *structure,
    const struct rules_month *month, rules_each_alert *each, void *context,
    struct err *err)
{
	struct rules_alert alert = {.structure = structure, .item = item};
	struct found found = {NULL, 0, 0};
	int rc = rules_check(&item->person, month, note_finding, &found, err);

	if (rc == 0 && found.count > 1)
		qsort(found.list, found.count, sizeof(*found.list),
		    compare_findings);
	for (size_t i = 0; rc == 0 && i < found.count; i++) {
		alert.finding = found.list[i];
		if ((rc = name_alert(&alert, err)) == 0)
			rc = each(context, &alert, err);
	}
	free(found.list);
	return rc;
}

int rules_each_of(const struct rules_staff *staff, const char *structure,
    const struct rules_month *month, rules_each_alert *each, void *context,
    struct err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < rules_staff_count(staff); i++)
		rc = tell_person(rules_staff_at(staff, i), structure, month,
		    each, context, err);
	return rc;
}
