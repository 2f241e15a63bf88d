#include <stdlib.h>
#include <string.h>

#include "server/admin.h"
#include "server/audit/audit_export.h"
#include "server/audit/audit_verify.h"
#include "server/cmd.h"
#include "server/export/export.h"
#include "shared/json.h"
#include "shared/lang.h"

/* Where the writer is elsewhere, it is asked to write the log. */
static int ask_writer(const struct call *call, const struct audit_told *told,
    const char *sum, struct err *err)
{
	const struct program *program = call->program;
	struct buf structures = BUF_INIT, rows = BUF_INIT;
	struct buf out = BUF_INIT, note = BUF_INIT;
	int rc;

	buf_printf(&structures, "--structures=%s", told->structures);
	for (size_t i = 0; i < structures.len; i++) {
		if (structures.data[i] == '\n')
			structures.data[i] = ',';
	}
	buf_printf(&rows, "--rows=%zu", told->entries);
	if ((rc = buf_check(&structures, err)) == 0 &&
	    (rc = buf_check(&rows, err)) == 0) {
		const char *const words[] = {CMD_PROGRAM, "export", "note",
		    told->month, sum, structures.data, rows.data};

		/* Nobody writes there. */
		rc = admin_call(program->directory,
		    (int)(sizeof(words) / sizeof(words[0])),
		    (char *const *)(uintptr_t)words, NULL, 0, &out, &note, err);
	}
	buf_free(&structures);
	buf_free(&rows);
	buf_free(&out);
	buf_free(&note);
	return rc;
}

static int log_audit(
    void *context, const struct audit_told *told, struct err *err)
{
	const struct call *call = context;
	struct office *office = cmd_office(call);
	char sum[HASH_TEXT], id[EXPORT_ID];

	hash_hex(&told->sums, sum);
	if (office->lock < 0)
		return ask_writer(call, told, sum, err);
	return export_log_audit(office, told->month, told->structures, sum,
	    (int64_t)told->entries, id, err);
}

int cmd_export_audit(struct call *call, struct err *err)
{
	struct buf summary = BUF_INIT;
	int rc;

	if ((rc = cmd_check_month(call->args[0], err)) < 0)
		return rc;
	rc = audit_export_logged(cmd_office(call), call->args[0],
	    opt_value(call, "out"), log_audit, call, &summary, err);
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

/* What `export audit` asks of the running server: the log, before the
 * directory is there. */
int cmd_export_note(struct call *call, struct err *err)
{
	const char *rows = opt_value(call, "rows");
	char id[EXPORT_ID];
	struct hash sum;
	int rc;

	if ((rc = cmd_check_month(call->args[0], err)) < 0 ||
	    (rc = hash_parse(&sum, call->args[1], err)) < 0)
		return rc;
	return export_log_audit(cmd_office(call), call->args[0],
	    opt_value(call, "structures"), call->args[1],
	    strtoll(rows, NULL, 10), id, err);
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
