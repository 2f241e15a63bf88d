#include <string.h>

#include "agent/cmd.h"
#include "agent/rotate.h"
#include "agent/sync.h"
#include "shared/lang.h"

void cmd_tell_rotation(struct call *call, const struct sync_summary *summary)
{
	if (summary->rotated)
		cmd_note(call, "%s",
		    L("ce poste a maintenant une nouvelle clé",
			"this laptop has a new key now"));
	else if (summary->rotation.code != 0)
		cmd_note(call,
		    L("attention : la clé de ce poste n'est pas encore "
		      "changée : %s",
			"warning: this laptop's key is not changed yet: %s"),
		    summary->rotation.text);
}

static int answer(
    struct call *call, const char *before, const char *device, struct err *err)
{
	if (cmd_json(call))
		return cmd_answer(call,
		    json_pack("{s:i,s:s,s:s}", "schema", 1, "device", device,
			"replaces", before),
		    err);
	buf_printf(call->out,
	    L("Nouvelle clé : ce poste s'appelle désormais %s pour le bureau "
	      "(avant : %s).\nCe qu'il avait envoyé reste compté.\n",
		"New key: the office now knows this laptop as %s (before: "
		"%s).\nWhat it had sent still counts.\n"),
	    device, before);
	return buf_check(call->out, err);
}

int cmd_key_rotate(struct call *call, struct err *err)
{
	struct sync_summary summary = {0};
	char before[DEVICE_TEXT];
	struct agent agent;
	int rc;

	if ((rc = cmd_open(call, &agent, false, err)) < 0)
		return rc;
	memcpy(before, agent.device, DEVICE_TEXT);
	if ((rc = rotate_want(&agent, err)) < 0)
		goto out;
	rc = sync_run(&agent, &summary, err);
	if (!summary.rotated && rc == 0)
		rc = err_set(
		    err, summary.rotation.code, "%s", summary.rotation.text);
	if (!summary.rotated) {
		/* A refusal for good has ended it. */
		if (rc != E_CONFLICT)
			cmd_note(call, "%s",
			    L("la clé n'est pas changée ; rien n'est perdu, "
			      "et la prochaine synchronisation essaiera encore",
				"the key is not changed; nothing is lost, and "
				"the next sync will try again"));
		goto out;
	}
	/* The old key stays good until the new one is heard: that may wait. */
	if (rc < 0)
		cmd_warn(call, err->text);
	rc = answer(call, before, agent.device, err);
out:
	agent_close(&agent);
	return rc;
}
