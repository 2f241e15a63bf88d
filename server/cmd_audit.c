#include "server/audit/audit_export.h"
#include "server/audit/audit_verify.h"
#include "server/cmd.h"
#include "shared/json.h"
#include "shared/lang.h"

int cmd_export_audit(struct call *call, struct err *err)
{
	struct buf summary = BUF_INIT;
	int rc;

	if ((rc = cmd_check_month(call->args[0], err)) < 0)
		return rc;
	rc = audit_export(cmd_office(call), call->args[0],
	    opt_value(call, "out"), &summary, err);
	if (rc == 0 && cmd_json(call))
		rc = json_print(call->out,
		    json_pack("{s:i, s:s, s:s}", "schema", 1, "month",
			call->args[0], "out", opt_value(call, "out")),
		    err);
	else if (rc == 0)
		buf_add(call->out, buf_text(&summary), summary.len);
	buf_free(&summary);
	return rc;
}

int cmd_audit_verify(struct call *call, struct err *err)
{
	struct buf report = BUF_INIT;
	int rc;

	if (call->args[0][0] == '\0')
		return err_set(err, E_USAGE,
		    L("il manque le nom du dossier à vérifier",
			"the name of the directory to verify is missing"));
	rc = audit_verify(
	    call->args[0], opt_value(call, "fingerprint"), &report, err);
	if (cmd_json(call) && rc == 0)
		rc = json_print(call->out,
		    json_pack("{s:i, s:b}", "schema", 1, "valid", 1), err);
	else
		buf_add(rc == 0 ? call->out : call->note, buf_text(&report),
		    report.len);
	buf_free(&report);
	return rc;
}
