#include "agent/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/journal.h"
#include "shared/text.h"

static void look(struct clock_look *out, const struct os *os)
{
	memset(out, 0, sizeof(*out));
	os->boot_id(os->context, out->boot);
	out->wall_s = os_now_s(os);
	out->boot_s = os_boot_ms() / 1000;
}

static int last_look(
    struct clock_look *out, struct agent *agent, struct err *err)
{
	struct buf text = BUF_INIT;
	int rc = journal_get(agent->db, SETTING_CLOCK, &text, err);

	memset(out, 0, sizeof(*out));
	if (sscanf(buf_text(&text), "%63s %" SCNd64 " %" SCNd64, out->boot,
		&out->wall_s, &out->boot_s) != 3)
		out->boot[0] = '\0';
	buf_free(&text);
	return rc;
}

static bool is_same_boot(
    const struct clock_look *last, const struct clock_look *now)
{
	return last->boot[0] != '\0' && strcmp(last->boot, now->boot) == 0;
}

const char *clock_judge(const struct clock_look *last,
    const struct clock_look *now, int64_t receipt_s)
{
	int64_t jump;

	if (receipt_s > 0 && now->wall_s < receipt_s - CLOCK_SLACK_S)
		return "behind";
	if (!is_same_boot(last, now))
		return "ok";
	jump = (now->wall_s - last->wall_s) - (now->boot_s - last->boot_s);
	return jump > CLOCK_JUMP_S || jump < -CLOCK_JUMP_S ? "jumped" : "ok";
}

int clock_note(struct agent *agent, bool succeeded, struct err *err)
{
	struct clock_look last, now;
	char text[128];
	int rc;

	look(&now, agent->os);
	if (now.boot[0] == '\0')
		return 0;
	if ((rc = last_look(&last, agent, err)) < 0 ||
	    (!succeeded && is_same_boot(&last, &now)))
		return rc;
	(void)snprintf(text, sizeof(text), "%s %" PRId64 " %" PRId64, now.boot,
	    now.wall_s, now.boot_s);
	return journal_put(agent->db, SETTING_CLOCK, text, err);
}

int clock_read(
    struct agent *agent, const char **word, int64_t *receipt_s, struct err *err)
{
	struct clock_look last, now;
	int rc;

	look(&now, agent->os);
	if ((rc = last_look(&last, agent, err)) < 0 ||
	    (rc = journal_last_receipt(agent->db, receipt_s, err)) < 0)
		return rc;
	*word = clock_judge(&last, &now, *receipt_s);
	return 0;
}
