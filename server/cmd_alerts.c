#include <string.h>

#include "server/alert.h"
#include "server/cmd.h"
#include "shared/json.h"
#include "shared/lang.h"
#include "shared/out.h"

static const char *label(const char *alert)
{
	static const struct {
		const char *alert, *fr, *en;
	} labels[] = {
	    {ALERT_ACCIDENT, "accident du travail", "accident at work"},
	    {ALERT_DISAGREE, "désaccord", "disagreement"},
	    {ALERT_EPOCH, "serveur restauré", "server restored"},
	    {ALERT_BRANCH, "poste copié", "laptop copied"},
	    {ALERT_FORK, "lots contraires", "contradicting sets"},
	    {ALERT_HOLE, "lots manquants", "missing sets"},
	    {ALERT_QUARANTINE, "mis à part", "set aside"},
	    {ALERT_SILENT, "poste silencieux", "silent laptop"},
	    {ALERT_DISK, "disque presque plein", "disk almost full"},
	    {ALERT_CERTIFICATE, "certificat du serveur",
		"server's certificate"},
	    {ALERT_BACKUP, "pas de sauvegarde", "no backup"},
	    {ALERT_CLOCK, "horloge fausse", "wrong clock"},
	};

	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
		if (strcmp(labels[i].alert, alert) == 0)
			return L(labels[i].fr, labels[i].en);
	}
	return alert;
}

static void fill(struct table *table, const json_t *rows)
{
	table_column(table, L("Alerte", "Alert"), OUT_TEXT);
	table_column(table, "Structure", OUT_TEXT);
	table_column(table, L("Poste", "Device"), OUT_TEXT);
	table_column(table, L("Nom", "Name"), OUT_TEXT);
	table_column(table, L("Depuis", "Since"), OUT_TEXT);
	table_column(table, L("Quoi", "What"), OUT_TEXT);
	table_column(table, L("À faire", "To do"), OUT_TEXT);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		table_row(table);
		table_text(table, label(json_text(row, "alert")));
		table_text(table, json_text(row, "structure"));
		table_text(table, json_text(row, "device"));
		table_text(table, json_text(row, "name"));
		table_text(table, json_text(row, "since"));
		table_text(table, json_text(row, "text"));
		table_text(table, json_text(row, "todo"));
	}
}

int cmd_alerts(struct call *call, struct err *err)
{
	json_t *rows = NULL;
	int rc = alerts_json(cmd_office(call), &rows, err);

	return rc < 0 ? rc
	              : cmd_rows(call, rows, L("Aucune alerte.", "No alert."),
			    fill, err);
}
