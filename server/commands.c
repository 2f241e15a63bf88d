/*
 * Every command of the server: its words, arguments, options and what it
 * does, in one table. Help, completion, the pages' API and dispatch (cmd.c)
 * read it.
 */
#include "server/cmd.h"
#include "server/cmd_backup.h"
#include "server/cmd_care.h"
#include "server/cmd_declare.h"
#include "server/cmd_export.h"
#include "server/cmd_hours.h"
#include "server/cmd_month.h"
#include "server/cmd_rules.h"

/* clang-format off */
static const struct opt init_options[] = {
    {"url", 0, "URL", "adresse que les postes appellent (réglage url)",
	"address that laptops call (setting url)"},
    {"listen", 0, "ADDR:PORT", "où écouter (défaut : d'après l'adresse)",
	"where to listen (default: after the address)"},
    {"hosts", 0, "H[,H]", "autres valeurs de Host acceptées",
	"other accepted Host values"},
    {"tls-certificate", 0, "PEM", "votre certificat (avec --tls-key)",
	"your certificate (with --tls-key)"},
    {"tls-key", 0, "PEM", "sa clé privée", "its private key"},
    {NULL, 0, NULL, NULL, NULL}};

static const struct opt serve_options[] = {
    {"web-dir", 0, "DIR", "les pages de ce dossier (mise au point)",
	"the pages of this directory (development)"},
    {NULL, 0, NULL, NULL, NULL}};

static const struct opt code_options[] = {
    {"crew", OPT_REQUIRED, "C[,C]", "équipes que le poste verra",
	"crews that the laptop will see"},
    {NULL, 0, NULL, NULL, NULL}};

static const struct opt scope_options[] = {
    {"crew", OPT_REQUIRED, "C[,C]", "équipes que le poste verra désormais",
	"crews that the laptop will see from now on"},
    {NULL, 0, NULL, NULL, NULL}};

static const struct opt revoke_options[] = {
    {"reason", 0, "R", "motif (défaut : poste perdu ou volé)",
	"reason (default: device lost or stolen)"},
    {NULL, 0, NULL, NULL, NULL}};

static const struct opt suspend_options[] = {
    {"reason", OPT_REQUIRED, "R", "motif", "reason"},
    {NULL, 0, NULL, NULL, NULL}};

static const struct opt resume_options[] = {
    {"reason", 0, "R", "motif (défaut : poste retrouvé)",
	"reason (default: device is back)"},
    {NULL, 0, NULL, NULL, NULL}};

static const struct opt replace_options[] = {
    {"now", OPT_FLAG, NULL, "révoquer l'ancien tout de suite",
	"revoke the old one at once"},
    {"reason", 0, "R", "motif (défaut : poste remplacé)",
	"reason (default: device replaced)"},
    {NULL, 0, NULL, NULL, NULL}};

static const struct opt aside_options[] = {
    {"structure", 0, "S", "une seule structure", "one structure alone"},
    {"limit", 0, "N", "au plus tant de lignes (défaut : 200)",
	"at most so many rows (default: 200)"},
    {NULL, 0, NULL, NULL, NULL}};

static const struct opt import_options[] = {
    {"dry-run", OPT_FLAG, NULL, "dit ce qui changerait, et n'écrit rien",
	"tells what would change, and writes nothing"},
    {NULL, 0, NULL, NULL, NULL}};

static const struct opt todo_options[] = {
    {"structure", 0, "S", "une seule structure", "one structure alone"},
    {NULL, 0, NULL, NULL, NULL}};

static const struct opt journal_options[] = {
    {"month", 0, "YYYY-MM", "reçu dans ce mois", "received in this month"},
    {"from", 0, "YYYY-MM-DD", "reçu depuis ce jour", "received from this day"},
    {"to", 0, "YYYY-MM-DD", "jusqu'à ce jour", "up to this day"},
    {"person", 0, "P", "de cette personne ou de ce poste",
	"of this person or device"},
    {"action", 0, "A", "de cette sorte (voyez « journal actions »)",
	"of this sort (see \"journal actions\")"},
    {"worker", 0, "W", "au sujet de ce salarié", "about this worker"},
    {"structure", 0, "S", "une seule structure", "one structure alone"},
    {"format", 0, "F", "table, csv ou json", "table, csv or json"},
    {"limit", 0, "N", "au plus tant de lignes (défaut : 100)",
	"at most so many rows (default: 100)"},
    {"before", 0, "CURSOR", "la suite d'une réponse",
	"what follows an answer"},
    {NULL, 0, NULL, NULL, NULL}};

static const struct opt structure_options[] = {
    {"structure", 0, "S", "une seule structure", "one structure alone"},
    {NULL, 0, NULL, NULL, NULL}};

static const struct opt access_options[] = {
    {"worker", 0, "W", "de ce salarié", "of this worker"},
    {"who", 0, "LOGIN", "par ce compte", "by this account"},
    {"limit", 0, "N", "au plus tant de lignes (défaut : 100)",
	"at most so many rows (default: 100)"},
    {NULL, 0, NULL, NULL, NULL}};

static const struct opt extract_options[] = {
    {"out", 0, "FILE", "fichier à écrire (.json ou .html), - : la sortie",
	"file to write (.json or .html), -: standard output"},
    {"format", 0, "F", "json ou html", "json or html"},
    {NULL, 0, NULL, NULL, NULL}};

#define DUE_OPTIONS \
	{"structure", 0, "S", "une seule structure", "one structure alone"}, \
	{"class", 0, "C", "une seule classe (voyez « rgpd periods »)", \
	    "one class alone (see \"rgpd periods\")"}, \
	{"worker", 0, "W", "un seul salarié", "one worker alone"}

static const struct opt due_options[] = {
    DUE_OPTIONS,
    {NULL, 0, NULL, NULL, NULL}};

static const struct opt due_purge_options[] = {
    DUE_OPTIONS,
    {"reason", OPT_REQUIRED, "R", "motif", "reason"},
    {"dry-run", OPT_FLAG, NULL, "dire seulement ce qui serait détruit",
	"only say what would be destroyed"},
    {NULL, 0, NULL, NULL, NULL}};

static const struct opt hold_options[] = {
    {"structure", OPT_REQUIRED, "S", "la structure", "the structure"},
    {"class", 0, "C", "une classe seulement (voyez « rgpd periods »)",
	"one class only (see \"rgpd periods\")"},
    {"worker", 0, "W", "un salarié seulement", "one worker only"},
    {"project", 0, "P", "qui est rattaché à ce projet (FSE+)",
	"whoever is linked to this project (FSE+)"},
    {"until", 0, "YYYY-MM-DD", "le dernier jour (défaut : jusqu'à « hold "
	"end »)", "the last day (default: until \"hold end\")"},
    {"reason", OPT_REQUIRED, "R", "motif", "reason"},
    {NULL, 0, NULL, NULL, NULL}};

static const struct opt purge_options[] = {
    {"reason", OPT_REQUIRED, "R", "motif, par exemple fin de conservation",
	"reason, such as the end of the keeping period"},
    {NULL, 0, NULL, NULL, NULL}};

static const struct opt match_options[] = {
    {"worker", 0, "W", "salarié de la liste", "worker on the list"},
    {"reason", 0, "R", "motif", "reason"},
    {NULL, 0, NULL, NULL, NULL}};

static const struct opt resolve_options[] = {
    {"keep", 0, "HASH", "garder cette valeur", "keep this value"},
    {"both", OPT_FLAG, NULL, "garder les deux, l'une sur un créneau x",
	"keep both, one in an x slot"},
    {"time", 0, "T", "une autre durée", "another duration"},
    {"kind", 0, "K", "un autre genre", "another kind"},
    {"site", 0, "S", "un autre chantier", "another site"},
    {"activity", 0, "A", "une autre activité", "another activity"},
    {"seen", 0, "HASH[,HASH]", "la version lue (conflicts list)",
	"the version that was read (conflicts list)"},
    {"reason", OPT_REQUIRED, "R", "motif", "reason"},
    {NULL, 0, NULL, NULL, NULL}};

static const struct opt user_add_options[] = {
    {"name", OPT_REQUIRED, "N", "nom de la personne", "the person's name"},
    {"role", OPT_REQUIRED, "R", "direction, rh, paie, cip, devices ou auditor",
	"direction, rh, paie, cip, devices or auditor"},
    {"structures", 0, "S[,S]", "ses structures (défaut : toutes)",
	"its structures (default: all)"},
    {NULL, 0, NULL, NULL, NULL}};

static const struct opt user_role_options[] = {
    {"name", 0, "N", "un autre nom", "another name"},
    {"role", 0, "R", "direction, rh, paie, cip, devices ou auditor",
	"direction, rh, paie, cip, devices or auditor"},
    {"structures", 0, "S[,S]", "ses structures, « * » pour toutes",
	"its structures, \"*\" for all"},
    {NULL, 0, NULL, NULL, NULL}};

static const struct opt report_options[] = {
    {"by", 0, "D", "worker, site, crew, activity ou structure",
	"worker, site, crew, activity or structure"},
    {"format", 0, "F", "table, json, csv, rfc4180, xlsx ou pdf",
	"table, json, csv, rfc4180, xlsx or pdf"},
    {"structure", 0, "S", "une seule structure", "one structure alone"},
    {NULL, 0, NULL, NULL, NULL}};

static const struct opt audit_options[] = {
    {"out", 0, "DIR", "dossier à créer ; avec --zip, fichier à créer",
	"directory to make; with --zip, file to make"},
    {"zip", OPT_FLAG, NULL,
	"ce dossier en un fichier .zip (sans --out : sortie standard)",
	"that directory as one .zip file (without --out: standard output)"},
    {"structure", 0, "S", "une seule structure", "one structure alone"},
    {NULL, 0, NULL, NULL, NULL}};

static const struct opt note_options[] = {
    {"structures", OPT_REQUIRED, "S[,S]", "celles du dossier",
	"those of the directory"},
    {"rows", OPT_REQUIRED, "N", "ses écritures", "its entries"},
    {"structure", 0, "S", "celle qui était demandée", "the one asked for"},
    {"zip", 0, "SUM", "du fichier .zip, s'il y en a un",
	"of the .zip file, if any"},
    {"bytes", 0, "N", "ses octets", "its bytes"},
    {NULL, 0, NULL, NULL, NULL}};

static const struct opt verify_options[] = {
    {"fingerprint", 0, "SHA256:…",
	"empreinte attendue de la clé du serveur",
	"expected fingerprint of the server's key"},
    {NULL, 0, NULL, NULL, NULL}};

static const struct opt backup_key_options[] = {
    {"out", 0, "FILE", "fichier où l'écrire (défaut : à l'écran)",
	"file to write it to (default: shown)"},
    {NULL, 0, NULL, NULL, NULL}};

static const struct opt backup_verify_options[] = {
    {"key", 0, "FILE", "clé de secours, pour ouvrir aussi le contenu",
	"recovery key, to open the content too"},
    {"at", 0, "BACKUP", "une seule sauvegarde (voyez « backup list »)",
	"one backup alone (see \"backup list\")"},
    {"fingerprint", 0, "SHA256:…",
	"empreinte attendue de la clé du serveur",
	"expected fingerprint of the server's key"},
    {NULL, 0, NULL, NULL, NULL}};

static const struct opt backup_keep_options[] = {
    {"dry-run", OPT_FLAG, NULL, "dit ce qui partirait, et n'ôte rien",
	"tells what would go, and drops nothing"},
    {NULL, 0, NULL, NULL, NULL}};

static const struct opt restore_options[] = {
    {"key", OPT_REQUIRED, "FILE", "clé de secours", "recovery key"},
    {"at", 0, "BACKUP", "laquelle (défaut : la dernière)",
	"which one (default: the newest)"},
    {NULL, 0, NULL, NULL, NULL}};

static const struct command commands[] = {
    {"init", "", init_options, "prépare un serveur neuf",
	"sets up a new server", cmd_init, CMD_BARE},
    {"serve", "", serve_options, "sert les postes et les pages du bureau en HTTPS",
	"serves the laptops and the office's pages over HTTPS", cmd_serve,
	CMD_BARE},
    {"config show", "", NULL, "les réglages, et d'où chacun vient",
	"the settings, and where each comes from", cmd_config_show, CMD_BARE},
    {"config check", "", NULL, "dit toutes les fautes des réglages",
	"tells every fault of the settings", cmd_config_check, CMD_BARE},
    {"config default", "", NULL, "un fichier de réglages, commenté",
	"a commented file of settings", cmd_config_default, CMD_BARE | CMD_AS_IS},
    {"doctor", "", NULL,
	"cherche ce qui ne va pas sur ce serveur, et dit quoi faire",
	"looks for what is wrong with this server, and says what to do",
	cmd_doctor, CMD_BARE | CMD_AS_IS},
    {"config man", "", NULL, NULL, NULL, cmd_config_man, CMD_BARE | CMD_AS_IS},
    {"man", "", NULL, NULL, NULL, cmd_man, CMD_BARE | CMD_AS_IS},
    {"import", "WHAT FILE", import_options,
	"importe structures, sites, crews, supervisors, workers, annexes, "
	"contracts, skills, exit-codes ou projects",
	"imports structures, sites, crews, supervisors, workers, annexes, "
	"contracts, skills, exit-codes or projects",
	cmd_import, CMD_WRITE | CMD_FILES | CMD_LONG},
    {"import kinds", "", NULL, "ce qui s'importe, colonne par colonne",
	"what can be imported, column by column", cmd_import_kinds, CMD_READ},
    {"import template", "WHAT", NULL, "un fichier CSV à remplir",
	"a CSV file to fill in", cmd_import_template, CMD_READ},
    {"import usb", "DIR", NULL,
	"prend ce que des postes ont copié sur une clé",
	"takes in what laptops copied to a stick", cmd_import_usb,
	CMD_WRITE | CMD_STICK},
    {"newcomer list", "", NULL, "les nouveaux venus notés sur le terrain",
	"newcomers recorded in the field", cmd_newcomer_list, CMD_READ},
    {"newcomer match", "NEWCOMER [WORKER]", match_options,
	"rattache un nouveau venu à un salarié",
	"matches a newcomer to a worker", cmd_newcomer_match, CMD_WRITE},
    {"device code", "", code_options, "un code d'enrôlement (15 min, une fois)",
	"an enrolment code (15 min, one use)", cmd_device_code, CMD_WRITE},
    {"device list", "", NULL, "les postes enrôlés", "the enrolled devices",
	cmd_device_list, CMD_READ},
    {"device scope", "DEVICE", scope_options, "change ce que voit un poste",
	"changes what a device sees", cmd_device_scope, CMD_WRITE},
    {"device revoke", "DEVICE", revoke_options, "révoque un poste",
	"revokes a device", cmd_device_revoke, CMD_WRITE},
    {"device suspend", "DEVICE", suspend_options,
	"fait attendre un poste, qui garde tout",
	"makes a device wait, which keeps everything", cmd_device_suspend,
	CMD_WRITE},
    {"device resume", "DEVICE", resume_options, "reprend un poste suspendu",
	"takes a suspended device back", cmd_device_resume, CMD_WRITE},
    {"device replace", "DEVICE", replace_options,
	"un code pour le poste qui en remplace un autre",
	"a code for the device that replaces another", cmd_device_replace,
	CMD_WRITE},
    {"quarantine list", "", aside_options, "les saisies mises à part",
	"entries set aside", cmd_quarantine_list, CMD_READ},
    {"quarantine release", "HASH", suspend_options,
	"fait compter une saisie mise à part",
	"lets an entry set aside count", cmd_quarantine_release, CMD_WRITE},
    {"todo", "", todo_options, "ce qui est à faire au bureau",
	"what the office has to do", cmd_todo, CMD_READ},
    {"lists", "", NULL, "structures, chantiers, équipes et annexes",
	"structures, sites, crews and annexes", cmd_lists, CMD_READ},
    {"journal", "", journal_options, "qui a fait quoi, avant et après",
	"who did what, before and after", cmd_journal, CMD_READ},
    {"journal actions", "", NULL, "les sortes d'actes du journal",
	"the sorts of acts in the journal", cmd_journal_actions, CMD_READ},
    {"journal verify", "", structure_options,
	"revérifie le journal entier, signatures comprises",
	"verifies the whole log anew, signatures included",
	cmd_journal_verify, CMD_READ},
    {"access list", "", access_options,
	"qui a lu les données de qui depuis un an",
	"who read whose data within a year", cmd_access_list, CMD_READ},
    {"alerts", "", NULL, "ce que le bureau doit regarder",
	"what the office should look at", cmd_alerts, CMD_READ},
    {"rgpd extract", "WORKER", extract_options,
	"tout ce qui est su d'un salarié, pour lui",
	"all that is known of a worker, for that worker", cmd_rgpd_extract,
	CMD_READ},
    {"rgpd periods", "", NULL, "combien de temps quoi est gardé, et pourquoi",
	"how long what is kept, and why", cmd_rgpd_periods, CMD_READ},
    {"rgpd due", "", due_options,
	"ce qui est au-delà de sa durée de conservation",
	"what is past its keeping period", cmd_rgpd_due, CMD_READ},
    {"rgpd purge", "", due_purge_options,
	"détruit ce qui est au-delà de sa durée de conservation",
	"destroys what is past its keeping period", cmd_rgpd_purge, CMD_WRITE},
    {"rgpd runs", "", NULL, "les destructions lancées, vides comprises",
	"destructions that were run, empty ones too", cmd_rgpd_runs, CMD_READ},
    {"hold list", "", NULL, "ce qui est conservé plus longtemps",
	"what is kept for longer", cmd_hold_list, CMD_READ},
    {"hold add", "", hold_options,
	"interdit de détruire, malgré la durée (FSE+, litige)",
	"forbids destruction beyond the period (FSE+, lawsuit)", cmd_hold_add,
	CMD_WRITE},
    {"hold end", "HOLD", suspend_options, "lève une conservation",
	"ends a hold", cmd_hold_end, CMD_WRITE},
    {"purge", "WORKER", purge_options, "détruit tout ce qui est su d'un salarié",
	"destroys all that is known of a worker", cmd_purge, CMD_WRITE},
    {"grid", "MONTH", cmd_grid_options, "la grille d'un mois, salarié par jour",
	"the grid of a month, worker by day", cmd_grid, CMD_READ},
    {"hours history", "", cmd_hours_history_options,
	"ce qu'un créneau est devenu", "what became of a slot",
	cmd_hours_history, CMD_READ},
    {"hours add", "", cmd_hours_add_options, "note un créneau",
	"records a slot", cmd_hours_add, CMD_WRITE},
    {"hours set", "", cmd_hours_set_options, "corrige un créneau",
	"corrects a slot", cmd_hours_set, CMD_WRITE},
    {"hours void", "", cmd_hours_void_options, "annule un créneau",
	"cancels a slot", cmd_hours_void, CMD_WRITE},
    {"hours move", "", cmd_hours_move_options, "déplace un créneau",
	"moves a slot", cmd_hours_move, CMD_WRITE},
    {"hours period", "", cmd_hours_period_options,
	"note une absence sur une période",
	"records an absence over a period", cmd_hours_period, CMD_WRITE},
    {"report skills", "", cmd_report_skills_options,
	"les compétences observées d'un salarié",
	"the skills observed of a worker", cmd_report_skills, CMD_READ},
    {"report month", "MONTH", report_options, "les heures d'un mois",
	"the hours of a month", cmd_report_month, CMD_READ | CMD_EXPORT},
    {"person list", "", cmd_person_list_options, "les salariés",
	"the workers", cmd_person_list, CMD_READ},
    {"person show", "WORKER", cmd_person_show_options,
	"la page d'un salarié : contrats, heures, compétences, parcours",
	"a worker's page: contracts, hours, skills, path", cmd_person_show,
	CMD_READ},
    {"person card", "WORKER", cmd_care_who_options,
	"la même, sans compétences ni accompagnement",
	"the same, without skills and accompaniment", cmd_person_card,
	CMD_READ},
    {"skills add", "", cmd_skills_add_options, "note une compétence observée",
	"records a skill that was observed", cmd_skills_add, CMD_WRITE},
    {"skills set", "ID", cmd_skills_set_options, "corrige une observation",
	"corrects an observation", cmd_skills_set, CMD_WRITE},
    {"skills void", "ID", cmd_skills_void_options, "retire une observation",
	"withdraws an observation", cmd_skills_void, CMD_WRITE},
    {"skills catalogue", "", cmd_skills_catalogue_options,
	"les compétences qui peuvent être observées",
	"the skills that can be observed", cmd_skills_catalogue, CMD_READ},
    {"skills trades", "", NULL, "les métiers des référentiels importés",
	"the trades of the imported catalogues", cmd_skills_trades, CMD_READ},
    {"care meeting add", "WORKER", cmd_care_meeting_add_options,
	"note un rendez-vous d'accompagnement", "notes a counselling meeting",
	cmd_care_meeting_add, CMD_WRITE},
    {"care meeting set", "ID", cmd_care_meeting_set_options,
	"corrige un rendez-vous", "corrects a meeting", cmd_care_meeting_set,
	CMD_WRITE},
    {"care meeting list", "", cmd_care_list_options, "les rendez-vous",
	"the meetings", cmd_care_meeting_list, CMD_READ},
    {"care training add", "WORKER", cmd_care_training_add_options,
	"note une formation", "notes a training", cmd_care_training_add,
	CMD_WRITE},
    {"care training set", "ID", cmd_care_training_set_options,
	"corrige une formation", "corrects a training",
	cmd_care_training_set, CMD_WRITE},
    {"care training list", "", cmd_care_list_options, "les formations",
	"the training", cmd_care_training_list, CMD_READ},
    {"care pmsmp add", "WORKER", cmd_care_pmsmp_add_options,
	"note une immersion en entreprise (PMSMP)",
	"notes an immersion in a company (PMSMP)", cmd_care_pmsmp_add,
	CMD_WRITE},
    {"care pmsmp set", "ID", cmd_care_pmsmp_set_options,
	"corrige une immersion", "corrects an immersion", cmd_care_pmsmp_set,
	CMD_WRITE},
    {"care pmsmp list", "", cmd_care_list_options, "les immersions",
	"the immersions", cmd_care_pmsmp_list, CMD_READ},
    {"care exit set", "WORKER", cmd_care_exit_set_options,
	"note une sortie, ou la corrige", "notes a leaving, or corrects it",
	cmd_care_exit_set, CMD_WRITE},
    {"care exit show", "WORKER", cmd_care_who_options,
	"les sorties d'un salarié", "a worker's leavings", cmd_care_exit_show,
	CMD_READ},
    {"care exit list", "", cmd_care_list_options, "les sorties",
	"the leavings", cmd_care_exit_list, CMD_READ},
    {"care exit codes", "", NULL, "les motifs de sortie importés",
	"the imported reasons for leaving", cmd_care_exit_codes, CMD_READ},
    {"care follow-up", "WORKER", cmd_care_follow_up_options,
	"note la situation six mois après la sortie",
	"notes how somebody stands six months after leaving",
	cmd_care_follow_up, CMD_WRITE},
    {"care void", "ID", cmd_care_void_options,
	"retire ce qui a été noté à tort", "withdraws what was noted wrongly",
	cmd_care_void, CMD_WRITE},
    {"care history", "ID", NULL, "ce qu'une note est devenue",
	"what became of a note", cmd_care_history, CMD_READ},
    {"care due", "", cmd_care_due_options,
	"à faire : rendez-vous, fins d'immersion et de contrat, suivis",
	"due: meetings, ends of immersions and contracts, follow-ups",
	cmd_care_due, CMD_READ},
    {"care badge", "WORKER", cmd_care_badge_options,
	"une compétence en badge signé (Open Badges 3.0)",
	"a skill as a signed badge (Open Badges 3.0)", cmd_care_badge,
	CMD_WRITE | CMD_SAVE},
    {"care words", "", NULL, "les mots de l'accompagnement",
	"the words of accompaniment", cmd_care_words, CMD_READ},
    {"conflicts list", "", NULL, "les créneaux contestés",
	"the contested slots", cmd_conflicts_list, CMD_READ},
    {"conflicts resolve", "ID", resolve_options, "tranche un créneau contesté",
	"settles a contested slot", cmd_conflicts_resolve, CMD_WRITE},
    {"month status", "MONTH", cmd_month_some_options,
	"où en est un mois, structure par structure",
	"how far a month has come, structure by structure", cmd_month_status,
	CMD_READ},
    {"month blockers", "MONTH", cmd_month_one_options,
	"ce qui empêche de clore un mois",
	"what stands in the way of closing a month", cmd_month_blockers,
	CMD_READ},
    {"month check", "MONTH", cmd_month_check_options,
	"note qu'un mois est contrôlé", "records that a month is checked",
	cmd_month_check, CMD_WRITE},
    {"month close", "MONTH", cmd_month_close_options,
	"clôt un mois, partout où il est prêt",
	"closes a month, wherever it is ready", cmd_month_close,
	CMD_WRITE | CMD_LONG},
    {"month show", "MONTH", cmd_month_one_options,
	"les chiffres d'un mois clos", "the figures of a closed month",
	cmd_month_show, CMD_READ},
    {"month late", "MONTH", cmd_month_one_options,
	"ce qui est venu depuis la clôture", "what came since the closing",
	cmd_month_late, CMD_READ},
    {"month adjust", "MONTH", cmd_month_adjust_options,
	"approuve ces ajustements", "approves these adjustments",
	cmd_month_adjust, CMD_WRITE},
    {"month declare", "MONTH", cmd_month_declare_options,
	"note qu'un mois clos est déclaré",
	"records that a closed month is declared", cmd_month_declare,
	CMD_WRITE},
    {"month reopen", "MONTH", cmd_month_reopen_options,
	"clôture un mois à nouveau, à deux",
	"closes a month anew, with two people", cmd_month_reopen, CMD_WRITE},
    {"declare", "MONTH", cmd_declare_options,
	"les heures à déclarer à l'ASP", "the hours to declare to the ASP",
	cmd_declare, CMD_READ},
    {"annex list", "", cmd_annex_list_options, "les annexes financières",
	"the annexes", cmd_annex_list, CMD_READ},
    {"annex attach", "ANNEX", cmd_annex_attach_options,
	"met des contrats sous une annexe", "puts contracts under an annex",
	cmd_annex_attach, CMD_WRITE},
    {"export report", "MONTH", cmd_export_report_options,
	"les heures d'un mois, en fichier", "the hours of a month, as a file",
	cmd_export_report, CMD_WRITE | CMD_EXPORT},
    {"export payroll", "MONTH", cmd_export_payroll_options,
	"les variables de paie d'un mois", "a month's figures for payroll",
	cmd_export_payroll, CMD_WRITE | CMD_EXPORT},
    {"export sheets", "MONTH", cmd_export_sheets_options,
	"les feuilles d'heures signées, en PDF", "the signed hour sheets, as PDF",
	cmd_export_sheets, CMD_WRITE | CMD_EXPORT},
    {"export asp", "MONTH", cmd_export_asp_options,
	"la préparation de la déclaration ASP",
	"the preparation of the ASP declaration", cmd_export_asp,
	CMD_WRITE | CMD_EXPORT},
    {"export fse", "MONTH", cmd_export_fse_options,
	"le temps passé, pour le FSE+", "the time spent, for the FSE+",
	cmd_export_fse, CMD_WRITE | CMD_EXPORT},
    {"export preview report", "MONTH", cmd_export_preview_options,
	"ce que « export report » contiendrait",
	"what \"export report\" would have", cmd_export_preview, CMD_READ},
    {"export preview payroll", "MONTH", cmd_export_preview_options,
	"de même pour la paie", "the same for payroll", cmd_export_preview,
	CMD_READ},
    {"export preview sheets", "MONTH", cmd_export_preview_options,
	"de même pour les feuilles", "the same for the sheets",
	cmd_export_preview, CMD_READ},
    {"export preview asp", "MONTH", cmd_export_preview_options,
	"de même pour l'ASP", "the same for the ASP", cmd_export_preview,
	CMD_READ},
    {"export preview fse", "MONTH", cmd_export_preview_options,
	"de même pour le FSE+", "the same for the FSE+", cmd_export_preview,
	CMD_READ},
    {"project list", "", NULL, "les projets (FSE+)", "the projects (FSE+)",
	cmd_project_list, CMD_READ},
    {"export list", "", cmd_export_list_options, "les exports faits",
	"the exports that were made", cmd_export_list, CMD_READ},
    {"export changed", "", cmd_export_changed_options,
	"ce qui a changé depuis un export", "what changed since an export",
	cmd_export_changed, CMD_READ},
    {"export audit", "MONTH", audit_options, "écrit un dossier que chacun peut vérifier",
	"writes a directory that anyone can verify", cmd_export_audit, CMD_READ},
    {"export note", "MONTH SUM", note_options,
	"inscrit au journal un dossier d'audit (export audit le fait)",
	"writes an audit directory in the log (export audit does it)",
	cmd_export_note, CMD_WRITE},
    {"audit verify", "DIR", verify_options, "vérifie un tel dossier",
	"verifies such a directory", cmd_audit_verify,
	CMD_BARE | CMD_LONG | CMD_AS_IS},
    {"backup key", "", backup_key_options,
	"fait une nouvelle clé de secours", "makes a new recovery key",
	cmd_backup_key, CMD_READ},
    {"backup make", "[DIR]", NULL, "fait une sauvegarde chiffrée",
	"makes an encrypted backup", cmd_backup_make, CMD_BARE | CMD_LONG},
    {"backup list", "[DIR]", NULL, "les sauvegardes", "the backups",
	cmd_backup_list, CMD_BARE},
    {"backup verify", "[DIR]", backup_verify_options,
	"vérifie chaque fichier des sauvegardes",
	"verifies every file of the backups", cmd_backup_verify,
	CMD_BARE | CMD_LONG},
    {"backup keep", "[DIR]", backup_keep_options,
	"ôte les vieilles : restent 7 jours, 5 semaines, 12 mois",
	"drops the old ones: 7 days, 5 weeks, 12 months stay",
	cmd_backup_keep, CMD_BARE},
    {"restore", "DIR", restore_options,
	"remet une sauvegarde dans un dossier vide",
	"puts a backup back into an empty directory", cmd_restore,
	CMD_BARE | CMD_LONG},
    {"api describe", "", NULL, "écrit ce que les pages appellent, en OpenAPI",
	"writes what the pages call, as OpenAPI", cmd_api_describe, CMD_BARE | CMD_AS_IS},
    {"user add", "LOGIN", user_add_options,
	"ouvre un compte et donne le lien à remettre à la personne",
	"opens an account and gives the link to hand to its person",
	cmd_user_add, CMD_WRITE},
    {"user list", "", NULL, "les comptes", "the accounts", cmd_user_list,
	CMD_READ},
    {"user role", "LOGIN", user_role_options,
	"change ce que peut un compte", "changes what an account may do",
	cmd_user_role, CMD_WRITE},
    {"user link", "LOGIN", NULL, "un nouveau lien : mot de passe oublié",
	"a new link: password forgotten", cmd_user_link, CMD_WRITE},
    {"user disable", "LOGIN", NULL, "ferme un compte", "closes an account",
	cmd_user_disable, CMD_WRITE},
    {"user setup", "", NULL, "le lien du tout premier compte",
	"the link of the very first account", cmd_user_setup, CMD_WRITE},
    {"key rotate", "", NULL, "donne une nouvelle clé au serveur",
	"gives the server a new key", cmd_key_rotate, CMD_WRITE},
    {"rebuild", "", NULL, "recalcule les projections depuis le journal",
	"recomputes the projections from the log", cmd_rebuild, CMD_WRITE | CMD_LONG},
    {"rules list", "MONTH", cmd_rules_list_options,
	"ce qui dépasse une limite du droit du travail",
	"what goes beyond a limit of labour law", cmd_rules_list, CMD_READ},
    {"rules ack", "ID", cmd_rules_ack_options,
	"acquitte des alertes (ID[,ID]), avec un motif",
	"acknowledges alerts (ID[,ID]), with a reason", cmd_rules_ack,
	CMD_WRITE},
    {"rules week", "", cmd_rules_week_options,
	"le récapitulatif d'une semaine d'un salarié",
	"the recap of a worker's week", cmd_rules_week, CMD_READ},
    {"chart hours-by-site", "", cmd_chart_hours_options,
	"les heures par chantier et par mois", "hours by site and month",
	cmd_chart_hours, CMD_READ},
    {"chart etp", "MONTH", cmd_chart_etp_options,
	"les ETP réalisés, conventionnés et projetés",
	"ETP realised, agreed and projected", cmd_chart_etp, CMD_READ},
    {"chart levels", "", cmd_chart_levels_options,
	"les compétences observées, par niveau et par mois",
	"skills observed, by level and month", cmd_chart_skills, CMD_READ},
    {"chart skills", "", cmd_chart_skills_options,
	"les mêmes, ou celles d'un seul salarié",
	"the same, or those of one worker", cmd_chart_skills, CMD_READ},
    {"completion", "SHELL", NULL, "écrit de quoi compléter les commandes",
	"writes a completion script (bash, zsh, fish)", cmd_completion, CMD_BARE | CMD_AS_IS},
};
/* clang-format on */

const struct command *cmd_commands(size_t *count)
{
	*count = sizeof(commands) / sizeof(commands[0]);
	return commands;
}
