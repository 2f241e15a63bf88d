#include <string.h>

#include "server/cmd.h"
#include "server/report.h"
#include "shared/lang.h"

static int show_json(
    struct call *call, const struct report *report, struct err *err)
{
	json_t *json = NULL;
	int rc = report_json(report, &json, err);

	return rc < 0 ? rc : json_print(call->out, json, err);
}

static int show_table(
    struct call *call, const struct report *report, bool csv, struct err *err)
{
	struct table *table = NULL;
	int rc = report_table(
	    report, csv ? REPORT_COLUMNS : REPORT_WORDS, &table, err);

	if (rc < 0)
		return rc;
	if (csv)
		out_csv_fr(call->out, table);
	else
		out_terminal(call->out, table);
	table_free(table);
	return buf_check(call->out, err);
}

int cmd_report_month(struct call *call, struct err *err)
{
	const char *by = opt_value(call, "by");
	const char *format = opt_value(call, "format");
	struct report *report = NULL;
	bool csv, json;
	int rc;

	if (format != NULL && cmd_json(call) && strcmp(format, "json") != 0)
		return err_set(err, E_USAGE,
		    L("--json et --format ne vont pas ensemble",
			"--json and --format do not go together"));
	if (format == NULL)
		format = cmd_json(call) ? "json" : "table";
	csv = strcmp(format, "csv") == 0;
	json = strcmp(format, "json") == 0;
	if (!csv && !json && strcmp(format, "table") != 0) {
		return err_set(err, E_USAGE,
		    L("--format « %.60s » : table, csv ou json attendu",
			"--format \"%.60s\": table, csv or json expected"),
		    format);
	}
	if ((rc = cmd_check_month(call->args[0], err)) < 0 ||
	    (rc = report_month(cmd_office(call), call->args[0],
		 by != NULL ? by : "worker", opt_value(call, "structure"),
		 &report, err)) < 0)
		return rc;
	rc = json ? show_json(call, report, err)
	          : show_table(call, report, csv, err);
	report_free(report);
	return rc;
}
