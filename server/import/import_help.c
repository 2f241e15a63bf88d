#include <string.h>

#include "server/import/import_help.h"
#include "server/import/import_part.h"
#include "shared/lang.h"
#include "shared/out.h"

struct column_help {
	const char *name, *example;
	const char *fr, *en;
};

/* clang-format off */
static const struct kind_help {
	const char *what;
	const char *fr, *en;
	const char *help_fr, *help_en;
	struct column_help columns[12]; /* ended by a NULL name */
} helps[] = {
    {"structures", "Structures", "Structures",
	"Vos établissements, un par ligne ; un SIRET peut porter deux types.",
	"Your establishments, one a row; a SIRET may carry two kinds.",
	{
	    {"structure", "RIVES",
		"identifiant court, le vôtre",
		"a short identifier of your own"},
	    {"name", "Rives et Jardins",
		"nom affiché",
		"name shown"},
	    {"kind", "ACI",
		"ACI, EI, AI, ETTI, EITI ou GEIQ",
		"ACI, EI, AI, ETTI, EITI or GEIQ"},
	    {"siret", "04120768900013",
		"14 chiffres",
		"14 digits"},
	}},
    {"annexes", "Annexes financières", "Annexes",
	"Une par an et par structure ; elles peuvent venir des mois après les heures.",
	"One a year and structure; they may come months after the hours.",
	{
	    {"annex", "ACI051260013A0M0",
		"numéro de l'annexe",
		"the annex's number"},
	    {"structure", "RIVES",
		"identifiant de la structure",
		"identifier of the structure"},
	    {"measure", "ACI_DC",
		"mesure de l'ASP",
		"measure of the ASP"},
	    {"start", "01/01/2026",
		"premier jour",
		"first day"},
	    {"end", "31/12/2026",
		"dernier jour",
		"last day"},
	    {"etp_posts", "12,5",
		"postes en équivalent temps plein",
		"full-time posts"},
	    {"hours_per_etp", "1820",
		"heures par an d'un poste (ACI 1820, AI 1607, EI 1505)",
		"hours a year of one post (ACI 1820, AI 1607, EI 1505)"},
	}},
    {"sites", "Chantiers", "Sites",
	"Là où l'on travaille.",
	"Where people work.",
	{
	    {"site", "SAULNETTE",
		"identifiant court",
		"a short identifier"},
	    {"structure", "RIVES",
		"identifiant de la structure",
		"identifier of the structure"},
	    {"name", "Berges de la Saulnette",
		"nom affiché",
		"name shown"},
	    {"sector", "espaces_verts",
		"batiment, nettoyage, espaces_verts, dechets, "
		"services_personne, restauration ou autre",
		"batiment, nettoyage, espaces_verts, dechets, "
		"services_personne, restauration or autre"},
	}},
    {"crews", "Équipes", "Crews",
	"Qui travaille ensemble, où, et à quelles heures d'habitude.",
	"Who works together, where, and the usual hours.",
	{
	    {"crew", "VERTS",
		"identifiant court",
		"a short identifier"},
	    {"structure", "RIVES",
		"identifiant de la structure",
		"identifier of the structure"},
	    {"name", "Espaces verts",
		"nom affiché",
		"name shown"},
	    {"site", "SAULNETTE",
		"chantier habituel",
		"usual site"},
	    {"am", "8h00-11h30",
		"horaire du matin",
		"morning hours"},
	    {"pm", "13h00-16h30",
		"horaire de l'après-midi",
		"afternoon hours"},
	    {"days", "lun-ven",
		"jours travaillés",
		"days worked"},
	}},
    {"supervisors", "Encadrants", "Supervisors",
	"Qui note les heures sur le terrain.",
	"Who records the hours in the field.",
	{
	    {"supervisor", "ENC-01",
		"identifiant court",
		"a short identifier"},
	    {"structure", "RIVES",
		"identifiant de la structure",
		"identifier of the structure"},
	    {"crew", "VERTS",
		"son équipe",
		"the crew"},
	    {"first_name", "Maëlle",
		"prénom",
		"first name"},
	    {"last_name", "Le Goazou",
		"nom",
		"last name"},
	}},
    {"workers", "Salariés", "Workers",
	"Le poste de terrain ne reçoit que le prénom et une initiale.",
	"Laptops get the first name and an initial alone.",
	{
	    {"worker", "V01",
		"identifiant court, ou matricule",
		"a short identifier"},
	    {"structure", "RIVES",
		"identifiant de la structure",
		"identifier of the structure"},
	    {"crew", "VERTS",
		"son équipe",
		"the crew"},
	    {"first_name", "Fatou",
		"prénom",
		"first name"},
	    {"last_name", "Diallo",
		"nom",
		"last name"},
	    {"weekly", "26h",
		"durée hebdomadaire",
		"weekly duration"},
	    {"contract_start", "02/03/2026",
		"début du contrat",
		"first day of the contract"},
	    {"contract_end", "01/03/2027",
		"fin du contrat",
		"last day of the contract"},
	    {"days", "lun-jeu",
		"ses jours, si ce ne sont pas ceux de l'équipe",
		"own days, when not the crew's"},
	    {"birth", "17/04/1998",
		"date de naissance (règles des moins de 18 ans)",
		"date of birth (rules for those under 18)"},
	    {"pass", "999991234567",
		"numéro du PASS IAE",
		"number of the PASS IAE"},
	    {"pass_end", "30/06/2027",
		"dernier jour du PASS IAE",
		"last day of the PASS IAE"},
	}},
    {"contracts", "Contrats", "Contracts",
	"Les contrats successifs d'un salarié, un par ligne.",
	"A worker's contracts one after the other, one a row.",
	{
	    {"contract", "2026-1",
		"identifiant du contrat",
		"the contract's identifier"},
	    {"worker", "V01",
		"identifiant du salarié",
		"identifier of the worker"},
	    {"annex", "ACI051260013A0M0",
		"annexe, si elle est connue",
		"annex, when it is known"},
	    {"kind", "CDDI",
		"type de contrat",
		"kind of contract"},
	    {"start", "02/03/2026",
		"premier jour",
		"first day"},
	    {"end", "01/03/2027",
		"dernier jour",
		"last day"},
	    {"weekly", "26h",
		"durée hebdomadaire",
		"weekly duration"},
	    {"structure", "RIVES",
		"si le salarié est dans plusieurs structures",
		"when the worker is in several structures"},
	}},
    {"skills", "Compétences", "Skills",
	"Votre référentiel ; celui du ROME s'importe au terminal, d'après ses fichiers officiels.",
	"Your catalogue; the ROME's is imported at the shell, from its official files.",
	{
	    {"code", "EV-01",
		"identifiant court",
		"a short identifier"},
	    {"label", "Tailler une haie",
		"ce que l'on sait faire",
		"what one can do"},
	    {"trade", "A1203",
		"code métier du ROME",
		"the ROME's code of the trade"},
	}},
    {"exit-codes", "Motifs de sortie", "Reasons for leaving",
	"La liste que l'ASP vous donne.",
	"The list that the ASP gives you.",
	{
	    {"code", "12",
		"code",
		"code"},
	    {"label", "CDI",
		"libellé",
		"label"},
	    {"category", "",
		"catégorie de sortie",
		"category of leaving"},
	}},
    {"projects", "Projets (FSE+)", "Projects (FSE+)",
	"Ce qu'un fonds finance, et qui y travaille ou y est accompagné : une "
	"ligne par personne.",
	"What a fund pays for, and who works in it or is accompanied: a row a "
	"person.",
	{
	    {"project", "FSE-2026", "identifiant court", "a short identifier"},
	    {"structure", "RIVES", "identifiant de la structure",
		"identifier of the structure"},
	    {"name", "Pas à pas", "nom affiché", "name shown"},
	    {"fund", "FSE+", "le fonds", "the fund"},
	    {"start", "01/01/2026", "premier jour", "first day"},
	    {"end", "31/12/2026", "dernier jour", "last day"},
	    {"person", "V01", "salarié ou encadrant", "worker or supervisor"},
	    {"role", "beneficiary", "son rôle : beneficiary, staff",
		"role: beneficiary, staff"},
	    {"from", "01/01/2026", "premier jour de la personne",
		"the person's first day"},
	    {"to", "", "son dernier jour", "the person's last day"},
	    {"quota", "", "part de son temps, en pour cent",
		"share of the person's time, in percent"},
	}},
};
/* clang-format on */

static const struct kind_help *help_of(const char *what)
{
	for (size_t i = 0; i < sizeof(helps) / sizeof(helps[0]); i++) {
		if (strcmp(helps[i].what, what) == 0)
			return &helps[i];
	}
	return NULL;
}

static const struct column_help *column_of(
    const struct kind_help *help, const char *name)
{
	const struct column_help *column = help != NULL ? help->columns : NULL;

	for (; column != NULL && column->name != NULL; column++) {
		if (strcmp(column->name, name) == 0)
			return column;
	}
	return NULL;
}

/* What it holds, then its other names; "" without help. */
static void add_help(struct buf *out, const struct column_help *told,
    const struct csv_column *column)
{
	const char *at = column->names;

	if (told != NULL)
		buf_add_text(out, L(told->fr, told->en));
	if (at == NULL)
		return;
	buf_add_text(out, L(" (ou : ", " (or: "));
	for (; *at != '\0'; at++) {
		if (*at == ';')
			buf_add_text(out, ", ");
		else
			buf_add_char(out, *at);
	}
	buf_add_text(out, ")");
}

/* Own it; NULL without memory. A column without help is told all the same. */
static json_t *columns_json(const struct import_part *part)
{
	const struct kind_help *help = help_of(part->what);
	json_t *out = json_array();

	for (const struct csv_column *c = part->columns; c->name != NULL; c++) {
		const struct column_help *told = column_of(help, c->name);
		struct buf text = BUF_INIT;
		int rc;

		add_help(&text, told, c);
		rc = json_array_append_new(
		    out, json_pack("{s:s,s:b,s:s,s:s}", "name", c->name,
			     "required", c->required, "help", buf_text(&text),
			     "example", told != NULL ? told->example : ""));
		if (text.failed || rc < 0) {
			buf_free(&text);
			json_decref(out);
			return NULL;
		}
		buf_free(&text);
	}
	return out;
}

int import_kinds_json(json_t **out, struct err *err)
{
	*out = json_array();
	for (size_t i = 0; import_parts[i] != NULL; i++) {
		const struct import_part *part = import_parts[i];
		const struct kind_help *help = help_of(part->what);

		if (json_array_append_new(*out,
			json_pack("{s:s,s:s,s:s,s:o}", "what", part->what,
			    "label",
			    help != NULL ? L(help->fr, help->en) : part->what,
			    "help",
			    help != NULL ? L(help->help_fr, help->help_en) : "",
			    "columns", columns_json(part))) < 0) {
			json_decref(*out);
			*out = NULL;
			return err_nomem(err);
		}
	}
	return *out != NULL ? 0 : err_nomem(err);
}

int import_template(struct buf *out, const char *what, struct err *err)
{
	const struct import_part *part = import_part_find(what);
	const struct csv_column *column;
	struct table *table = NULL;
	int rc;

	if (part == NULL)
		return import_refuse_what(err, what);
	if ((rc = table_new(&table, err)) < 0)
		return rc;
	for (column = part->columns; column->name != NULL; column++)
		table_column(table, column->name, OUT_TEXT);
	table_row(table);
	for (column = part->columns; column->name != NULL; column++) {
		const struct column_help *told =
		    column_of(help_of(what), column->name);

		table_text(table, told != NULL ? told->example : "");
	}
	if ((rc = table_check(table, err)) == 0) {
		out_csv_fr(out, table);
		rc = buf_check(out, err);
	}
	table_free(table);
	return rc;
}
