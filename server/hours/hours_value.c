#include <string.h>

#include "server/hours/hours_part.h"
#include "shared/lang.h"

/* ---- words ---- */

/* Line breaks and tabs are allowed, as on the laptop. */
static int check_line(const char *what, const char *text, struct err *err)
{
	struct buf line = BUF_INIT;
	int rc;

	for (const char *at = text; *at != '\0'; at++)
		buf_add_char(&line,
		    *at == '\n' || *at == '\r' || *at == '\t' ? ' ' : *at);
	if ((rc = buf_check(&line, err)) == 0)
		rc = text_check_name(what, buf_text(&line), TEXT_NOTE_MAX, err);
	buf_free(&line);
	return rc;
}

int hours_check_words(
    const struct hours_words *words, bool correction, struct err *err)
{
	bool has_reason = words->reason != NULL && words->reason[0] != '\0';
	int rc;

	if (words->note != NULL && words->note[0] != '\0' &&
	    (rc = check_line(L("note", "note"), words->note, err)) < 0)
		return rc;
	if (has_reason)
		return check_line(L("motif", "reason"), words->reason, err);
	return correction
	           ? err_set(err, E_INVALID,
			 L("il manque le motif", "the reason is missing"))
	           : 0;
}

/* ---- the value ---- */

/* The minutes between the times, if both are known. */
static bool between(const struct hours *hours, int *minutes)
{
	int room = hours->end - hours->start - hours->pause;

	if (hours->start < 0 || hours->end < 0)
		return false;
	*minutes = room > 0 ? room : 0;
	return true;
}

static int check_times(const struct hours *hours, struct err *err)
{
	int room = hours->end - hours->start;
	char text[DURATION_TEXT];

	if (hours->start < 0 || hours->end < 0)
		return 0;
	if (room <= 0)
		return err_set(err, E_INVALID,
		    L("la fin vient avant le début",
			"the end comes before the start"));
	if (hours->pause < room && hours->minutes + hours->pause <= room)
		return 0;
	duration_format(room, text);
	return err_set(err, E_INVALID,
	    L("la durée et la pause ne tiennent pas entre ce début et cette "
	      "fin : il y a %s en tout",
		"the duration and the break do not fit between this start and "
		"this end: there is %s in all"),
	    text);
}

/* Times that a new duration or a new kind makes false go away. */
static void forget_stale(struct hours *hours, const struct hours_wish *wish)
{
	const struct kind *before = kind_by_slug(hours->kind);
	bool leaves = wish->kind != NULL && wish->kind->absence &&
	              (before == NULL || !before->absence);

	if (leaves)
		hours->activity = "";
	if (leaves ||
	    (wish->minutes >= 0 && wish->start < 0 && wish->end < 0)) {
		hours->start = hours->end = -1;
		hours->pause = 0;
	}
}

/* The duration that nobody said: from the times, or the crew's usual one; of
 * an unpaid absence none. */
static int fill_minutes(struct hours *hours, const json_t *crew,
    const struct hours_wish *wish, const struct hours_place *place,
    struct err *err)
{
	bool absence = wish->kind != NULL && wish->kind->absence;
	bool paid = wish->kind == NULL || wish->kind->paid;
	int start, end;

	if (wish->minutes >= 0) {
		hours->minutes = wish->minutes;
		return 0;
	}
	if (between(hours, &hours->minutes))
		return 0;
	hours->minutes = 0;
	if (absence && !paid)
		return 0;
	if (hours->start < 0 && hours->end < 0 &&
	    hours_usual(crew, place->slot, &start, &end)) {
		hours->minutes = end - start;
		if (!absence) {
			hours->start = start;
			hours->end = end;
		}
		return 0;
	}
	return absence ? 0
	               : err_set(err, E_USAGE,
			     L("il manque la durée, par exemple 3h30",
				 "the duration is missing, such as 3h30"));
}

/* What is said, put over what was. */
static void put_over(struct hours *hours, const struct hours_wish *wish)
{
	if (wish->kind != NULL)
		hours->kind = wish->kind->slug;
	if (wish->start >= 0)
		hours->start = wish->start;
	if (wish->end >= 0)
		hours->end = wish->end;
	if (wish->pause >= 0)
		hours->pause = wish->pause;
	if (wish->activity != NULL)
		hours->activity = wish->activity;
}

/* An absence that becomes work, or the other way, has another duration. */
static void change_minutes(struct hours *hours, const struct hours_wish *wish)
{
	if (wish->minutes >= 0)
		hours->minutes = wish->minutes;
	else if (wish->start >= 0 || wish->end >= 0 || wish->pause >= 0)
		(void)between(hours, &hours->minutes);
	else if (wish->kind != NULL && wish->kind->absence && !wish->kind->paid)
		hours->minutes = 0;
}

int hours_make(json_t **out, struct office *office, const struct hours_who *who,
    const struct hours_place *place, const json_t *base,
    const struct hours_wish *wish, struct err *err)
{
	struct hours hours = {.kind = HOURS_KIND_DEFAULT,
	    .site = "",
	    .activity = "",
	    .start = -1,
	    .end = -1};
	char site[TEXT_ID_MAX + 1];
	json_t *crew = NULL;
	int rc = 0;

	*out = NULL;
	if (base != NULL) {
		hours_read(&hours, base);
		forget_stale(&hours, wish);
	} else {
		rc = hours_crew(&crew, office, who, place->day, err);
		hours.site = json_text(crew, "site");
	}
	put_over(&hours, wish);
	if (rc == 0 && wish->site != NULL) {
		rc = hours_site(office, who->structure, wish->site, site, err);
		hours.site = site;
	}
	if (rc == 0 && wish->activity != NULL && wish->activity[0] != '\0')
		rc = text_check_name(L("activité", "activity"), wish->activity,
		    TEXT_NAME_MAX, err);
	if (rc == 0 && base != NULL)
		change_minutes(&hours, wish);
	else if (rc == 0)
		rc = fill_minutes(&hours, crew, wish, place, err);
	if (rc == 0)
		rc = check_times(&hours, err);
	if (rc == 0 && (*out = hours_value(&hours)) == NULL)
		rc = err_nomem(err);
	if (rc == 0 && (rc = hours_check(*out, err)) < 0) {
		json_decref(*out);
		*out = NULL;
	}
	json_decref(crew);
	return rc;
}

/* ---- writing ---- */

int hours_write(struct act *act, const struct slot *slot, const json_t *value,
    const struct hours_words *words, const struct slot *from, struct err *err)
{
	struct buf note = BUF_INIT;
	struct entry_draft draft = {
	    .kind = value != NULL ? "hours" : "void",
	    .structure = slot->structure,
	    .record = slot->record,
	    .parents = slot->heads,
	    .parent_count = slot->head_count,
	    .value = value,
	    .reason = words->reason,
	};
	int rc;

	if (words->paper)
		buf_add_text(&note, SLOT_PAPER);
	if (words->note != NULL && words->note[0] != '\0')
		buf_printf(
		    &note, "%s%s", note.len > 0 ? " : " : "", words->note);
	if (value != NULL && note.len > 0)
		draft.note = buf_text(&note);
	if (from != NULL) {
		draft.from = from->heads;
		draft.from_count = from->head_count;
	}
	if ((rc = buf_check(&note, err)) == 0)
		rc = act_add(act, &draft, err);
	buf_free(&note);
	return rc;
}
