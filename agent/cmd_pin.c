#include <string.h>

#include "agent/cmd.h"
#include "agent/pin.h"
#include "shared/lang.h"

static int tell(struct call *call, const struct roster_item *supervisor,
    bool gone, struct err *err)
{
	char name[ROSTER_NAME_TEXT];

	roster_name(supervisor, name);
	if (cmd_json(call))
		return cmd_answer(call,
		    json_pack("{s:i,s:s,s:s,s:s,s:b}", "schema", 1, "structure",
			supervisor->structure, "supervisor", supervisor->id,
			"name", name, "forgotten", gone),
		    err);
	buf_printf(call->out,
	    gone ? L("%s, %s : code PIN oublié ; la page en demandera un "
		     "nouveau.\n",
		       "%s, %s: PIN forgotten; the page will ask for a new "
		       "one.\n")
		 : L("%s, %s : aucun code PIN, rien à oublier.\n",
		       "%s, %s: no PIN, nothing to forget.\n"),
	    supervisor->id, name);
	return buf_check(call->out, err);
}

int cmd_pin_forget(struct call *call, struct err *err)
{
	const struct roster_item *supervisor;
	struct roster roster = {0};
	struct agent agent = {0};
	bool gone;
	int rc;

	if ((rc = cmd_open(call, &agent, false, err)) < 0 ||
	    (rc = cmd_roster(call, &agent, &roster, err)) < 0 ||
	    (rc = roster_supervisor(&roster, call->args[0], &supervisor, err)) <
		0 ||
	    (rc = pin_forget(agent.db, supervisor->structure, supervisor->id,
		 &gone, err)) < 0)
		goto out;
	rc = tell(call, supervisor, gone, err);
out:
	roster_clear(&roster);
	agent_close(&agent);
	return rc;
}
