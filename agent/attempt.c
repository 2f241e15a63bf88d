#include <stdlib.h>
#include <string.h>

#include "agent/attempt.h"
#include "agent/cadence.h"
#include "agent/journal.h"
#include "agent/sync.h"
#include "shared/ledger_set.h"

/* 0 when it is not set, or cannot be read. */
static int64_t number_of(struct agent *agent, const char *setting)
{
	struct buf text = BUF_INIT;
	int64_t number = 0;

	if (journal_get(agent->db, setting, &text, NULL) == 0)
		number = strtoll(buf_text(&text), NULL, 10);
	buf_free(&text);
	return number;
}

/* What the attempt just noted says to wait; where it could not even be noted
 * (a full disk), some time all the same. */
static int64_t wait_noted_ms(struct agent *agent)
{
	int64_t wait_s =
	    number_of(agent, SETTING_NEXT_ATTEMPT) - os_now_s(agent->os);

	return wait_s > 0 ? wait_s * 1000 : CADENCE_SPARE_MS;
}

static bool is_unsent(struct agent *agent)
{
	int64_t unsent = 0;

	return ledger_unsent(agent->db, agent->device, &unsent, NULL) == 0 &&
	       unsent > 0;
}

/* The office answered a moment ago: to a page beside us, or by hand. A clock
 * that was set back says nothing. */
static bool is_fresh(struct agent *agent, int64_t within_s)
{
	int64_t age_s =
	    os_now_s(agent->os) - number_of(agent, SETTING_LAST_SUCCESS);

	return age_s >= 0 && age_s < within_s;
}

static bool is_needed(const struct attempt *attempt, struct agent *agent)
{
	if (!attempt->only_unsent && attempt->fresh_s == 0)
		return true;
	if (attempt->sparing)
		return !is_fresh(agent, attempt->fresh_s);
	return is_unsent(agent) ||
	       (!attempt->only_unsent && !is_fresh(agent, attempt->fresh_s));
}

static void sync_now(const struct attempt *attempt, struct agent *agent,
    struct attempt_outcome *out)
{
	struct sync_summary summary;
	struct err err = ERR_INIT;
	int rc;

	agent->give_up_ms = attempt->give_up_ms;
	agent->new_road = attempt->new_road;
	rc = sync_run(agent, &summary, &err);
	out->end = rc < 0 ? ATTEMPT_FAILED : ATTEMPT_DONE;
	/* Whoever holds the lock syncs, and notes how it went. */
	if (rc < 0 && rc != E_LOCKED)
		out->wait_ms = wait_noted_ms(agent);
	out->hold_ms = (int64_t)summary.hold_s * 1000;
}

void attempt_make(const struct attempt *attempt, struct attempt_outcome *out)
{
	struct err err = ERR_INIT;
	uint8_t server[KEY_LEN];
	struct agent agent;
	int rc;

	*out = (struct attempt_outcome){
	    .end = ATTEMPT_FAILED,
	    .wait_ms = CADENCE_SPARE_MS,
	};
	memset(&agent, 0, sizeof(agent));
	/* The directory may be there, and a code still awaited. */
	rc = agent_open(&agent, attempt->directory, attempt->os, false, &err);
	if (rc == 0)
		rc = journal_server_key(agent.db, server, &err);
	if (rc == E_NOT_INIT) {
		out->end = ATTEMPT_NOBODY;
		out->wait_ms = ATTEMPT_ENROL_MS;
	} else if (rc == 0 && !is_needed(attempt, &agent)) {
		out->end = ATTEMPT_DONE;
	} else if (rc == 0) {
		sync_now(attempt, &agent, out);
	}
	agent_close(&agent);
}
