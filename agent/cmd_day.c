#include <string.h>

#include "agent/cmd_hours.h"
#include "agent/crew_view.h"
#include "agent/journal_day.h"
#include "shared/lang.h"

/* clang-format off */
const struct opt cmd_day_finish_options[] = {
    OPTS_HALF, OPTS_ACT
};
/* clang-format on */

static int refuse_missing(
    const struct acts_crew *at, const json_t *missing, struct err *err)
{
	size_t count = json_array_size(missing);
	struct buf names = BUF_INIT;

	for (size_t i = 0; i < count; i++) {
		const json_t *item = json_array_get(missing, i);

		buf_printf(&names, "%s%s (%s)", i > 0 ? ", " : "",
		    json_text(item, "worker"), json_text(item, "name"));
	}
	(void)err_set(err, E_CONFLICT,
	    L("%s, %s %s : sans réponse (%zu) : %s ; saisissez leur présence "
	      "ou leur absence, puis terminez",
		"%s, %s %s: without an answer (%zu): %s; record their "
		"presence or absence, then finish"),
	    at->crew->id, at->day, at->slot, count, buf_text(&names));
	buf_free(&names);
	return E_CONFLICT;
}

/* Everybody planned has an answer. ${answered}: how many have one. */
static int check_answers(struct cmd_work *work, const struct acts_crew *at,
    size_t *answered, struct err *err)
{
	struct members members = {0};
	struct crew_view view;
	json_t *missing = NULL;
	int rc =
	    crew_view_load(&view, &work->agent, &work->roster, at->day, err);

	*answered = 0;
	if (rc < 0 || (rc = crew_view_missing(
			   &missing, &view, at->crew, at->slot, err)) < 0)
		goto out;
	if (json_array_size(missing) > 0) {
		rc = refuse_missing(at, missing, err);
		goto out;
	}
	rc = members_load(&members, &work->roster, at->crew, at->day, err);
	for (size_t i = 0; i < members.count; i++)
		*answered += members_answered(
		    &view.slots, members.items[i], at->day, at->slot);
	if (rc == 0 && *answered == 0)
		rc = err_set(err, E_CONFLICT,
		    L("%s, %s %s : rien n'est prévu ni saisi, il n'y a rien à "
		      "terminer",
			"%s, %s %s: nothing is planned or recorded, there is "
			"nothing to finish"),
		    at->crew->id, at->day, at->slot);
out:
	members_clear(&members);
	json_decref(missing);
	crew_view_clear(&view);
	return rc;
}

static int finish(const struct call *call, struct cmd_work *work,
    const struct acts_crew *at, struct err *err)
{
	char person[TEXT_NAME_MAX + 1];
	int rc = acts_person(&work->agent, &work->roster, opt_value(call, "as"),
	    at->crew, person, err);

	if (rc < 0 || (rc = journal_finish(work->agent.db, at->crew->structure,
			   at->crew->id, at->day, at->slot, person,
			   os_now_s(work->agent.os), err)) < 0)
		return rc;
	return cmd_commit(call, work, err);
}

static int tell(struct call *call, const struct acts_crew *at, size_t answered,
    struct err *err)
{
	bool dry_run = opt_given(call, "dry-run");

	if (cmd_json(call))
		return cmd_answer(call,
		    json_pack("{s:i,s:s,s:s,s:s,s:s,s:b,s:b,s:I}", "schema", 1,
			"structure", at->crew->structure, "crew", at->crew->id,
			"day", at->day, "slot", at->slot, "finished", !dry_run,
			"dry_run", dry_run, "answered", (json_int_t)answered),
		    err);
	buf_printf(call->out,
	    L("%s, %s %s : %s (%zu)\n", "%s, %s %s: %s (%zu)\n"), at->crew->id,
	    at->day, at->slot,
	    dry_run ? L("peut être terminé", "may be finished")
		    : L("terminé", "finished"),
	    answered);
	return buf_check(call->out, err);
}

int cmd_day_finish(struct call *call, struct err *err)
{
	struct cmd_work work;
	struct acts_crew at;
	size_t answered;
	int rc;

	if ((rc = cmd_begin(call, &work, err)) == 0 &&
	    (rc = cmd_hours_half(call, &work.agent, &work.roster, &at, err)) ==
		0 &&
	    (rc = check_answers(&work, &at, &answered, err)) == 0 &&
	    (rc = finish(call, &work, &at, err)) == 0)
		rc = tell(call, &at, answered, err);
	cmd_end(&work);
	return rc;
}
