#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "agent/cmd.h"
#include "shared/db.h"
#include "shared/lang.h"
#include "shared/os_look.h"
#include "shared/progress.h"

static const struct command commands[] = {
    {"enrol", "CODE", cmd_enrol_options,
	"enrôle ce poste avec le code du bureau (« - » : entrée standard)",
	"enrols this laptop with the office's code (\"-\": standard input)",
	cmd_enrol, CMD_LONG},
    {"status", "", NULL, "ce qui est gardé ici, parti, reçu, à vérifier",
	"what is kept here, sent, received, to be checked", cmd_status, 0},
    {"crew", "", cmd_crew_options, "les équipes et leur journée",
	"the crews and their day", cmd_crew, 0},
    {"hours add", "", cmd_hours_add_options, "saisit une demi-journée",
	"records a half-day", cmd_hours_add, 0},
    {"hours set", "", cmd_hours_set_options,
	"corrige une demi-journée, avec un motif",
	"corrects a half-day, with a reason", cmd_hours_set, 0},
    {"hours void", "", cmd_hours_void_options,
	"annule une demi-journée, avec un motif",
	"cancels a half-day, with a reason", cmd_hours_void, 0},
    {"hours move", "", cmd_hours_move_options,
	"déplace une demi-journée (personne, jour ou créneau)",
	"moves a half-day (person, day or slot)", cmd_hours_move, 0},
    {"hours fill", "", cmd_hours_fill_options,
	"remplit les blancs d'une équipe : présents, ou comme hier",
	"fills a crew's blanks: present, or like yesterday", cmd_hours_fill, 0},
    {"hours split", "", cmd_hours_split_options,
	"partage une demi-journée entre deux chantiers",
	"splits a half-day over two sites", cmd_hours_split, 0},
    {"hours weather", "", cmd_hours_weather_options,
	"arrête toute une équipe pour intempéries",
	"stops a whole crew for the weather", cmd_hours_weather, 0},
    {"hours accident", "", cmd_hours_accident_options,
	"note un accident du travail et en avertit le bureau",
	"notes an accident at work and alerts the office", cmd_hours_accident,
	0},
    {"hours undo", "", cmd_hours_undo_options,
	"annule aussitôt ce qui vient d'être saisi ici",
	"undoes at once what was just recorded here", cmd_hours_undo, 0},
    {"hours history", "", cmd_hours_history_options,
	"tout ce qui a été saisi dans un créneau",
	"all that was recorded in a slot", cmd_hours_history, 0},
    {"hours missing", "", cmd_hours_missing_options,
	"les demi-journées prévues et sans réponse",
	"the half-days planned and without an answer", cmd_hours_missing, 0},
    {"day finish", "", cmd_day_finish_options,
	"termine la demi-journée d'une équipe, si chacun a sa réponse",
	"finishes a crew's half-day, if everybody has an answer",
	cmd_day_finish, 0},
    {"hours list", "", cmd_hours_list_options, "les heures d'un mois",
	"the hours of a month", cmd_hours_list, 0},
    {"hours import", "FILE.csv", cmd_hours_import_options,
	"saisit toutes les lignes d'un fichier, ou aucune",
	"records all the rows of a file, or none", cmd_hours_import, 0},
    {"skills add", "", cmd_skills_add_options, "note une compétence observée",
	"records a skill that was observed", cmd_skills_add, 0},
    {"skills list", "", cmd_skills_list_options, "les compétences observées",
	"the skills observed", cmd_skills_list, 0},
    {"skills catalogue", "", cmd_skills_catalogue_options,
	"les compétences que l'on peut observer",
	"the skills that can be observed", cmd_skills_catalogue, 0},
    {"newcomer add", "", cmd_newcomer_add_options,
	"ajoute quelqu'un qui n'est pas encore sur la liste",
	"adds someone who is not on the list yet", cmd_newcomer_add, 0},
    {"newcomer list", "", NULL, "ceux qui ont été ajoutés ainsi",
	"those who were added so", cmd_newcomer_list, 0},
    {"conflicts", "", NULL, "les demi-journées contestées",
	"the contested half-days", cmd_conflicts, 0},
    {"month show", "", cmd_month_show_options,
	"le mois de chacun : à voir d'abord, puis l'émargement",
	"everybody's month: what to look at first, then the sign-off",
	cmd_month_show, 0},
    {"signoff show", "", cmd_signoff_show_options,
	"le mois d'une personne, tel qu'elle le signe",
	"a person's month, as they sign it", cmd_signoff_show, 0},
    {"signoff add", "", cmd_signoff_add_options,
	"garde l'accord ou le désaccord d'une personne sur son mois",
	"keeps a person's agreement or disagreement with their month",
	cmd_signoff_add, 0},
    {"qr", "TEXT", NULL, "dessine un texte en code QR (SVG)",
	"draws a text as a QR code (SVG)", cmd_qr, 0},
    {"entries list", "", cmd_entries_list_options,
	"ce qui a été saisi ici et où c'en est : gardé, parti, reçu…",
	"what was recorded here and where it stands: kept, sent, received…",
	cmd_entries_list, 0},
    {"export usb", "DIR", NULL,
	"copie sur une clé ce que le bureau n'a pas encore reçu",
	"copies to a stick what the office has not received yet",
	cmd_export_usb, 0},
    {"usb places", "", NULL, "les clés branchées", "the sticks plugged in",
	cmd_usb_places, 0},
    {"sync", "", NULL, "envoie au bureau et reçoit de lui",
	"sends to the office and receives from it", cmd_sync, CMD_LONG},
    {"key rotate", "", NULL, "donne une nouvelle clé à ce poste",
	"gives this laptop a new key", cmd_key_rotate, 0},
    {"run", "", cmd_run_options,
	"ouvre la page de saisie et synchronise, jusqu'à Ctrl-C",
	"opens the page to record in and syncs, until Ctrl-C", cmd_run, 0},
    {"doctor", "", NULL,
	"cherche ce qui ne va pas sur ce poste, et dit quoi faire",
	"looks for what is wrong with this laptop, and says what to do",
	cmd_doctor, CMD_BARE},
    {"pin forget", "SUPERVISOR", NULL,
	"oublie un code PIN de la page, pour en choisir un autre",
	"forgets a PIN of the page, so that another is chosen", cmd_pin_forget,
	0},
    {"config show", "", NULL, "les réglages, et d'où chacun vient",
	"the settings, and where each comes from", cmd_config_show, CMD_BARE},
    {"config check", "", NULL, "dit toutes les fautes des réglages",
	"tells every fault of the settings", cmd_config_check, CMD_BARE},
    {"config default", "", NULL, "un fichier de réglages, commenté",
	"a commented file of settings", cmd_config_default, CMD_BARE},
    {"config man", "", NULL, NULL, NULL, cmd_config_man, CMD_BARE},
    {"man", "", NULL, NULL, NULL, cmd_man, CMD_BARE},
    {"completion", "bash|zsh|fish", NULL,
	"écrit de quoi compléter les commandes",
	"writes what completes the commands", cmd_completion, CMD_BARE},
    {"help", "[WORD] [WORD]", NULL,
	"montre cette aide, ou celle d'une commande",
	"shows this help, or a command's", cmd_help, CMD_BARE},
};

#define COMMAND_COUNT (sizeof(commands) / sizeof(commands[0]))

/* Each line said to people names the program, as in a shell's pipeline. */
static void say(const char *text)
{
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");

		(void)fprintf(stderr, "%s%s%.*s\n", CMD_PROGRAM, L(" : ", ": "),
		    (int)len, text);
		text += len + (text[len] == '\n');
	}
}

/* What could not be written was not answered: that is a failure. */
static int print(const struct buf *out, struct err *err)
{
	if (out->len == 0)
		return 0;
	errno = 0;
	if (fwrite(out->data, 1, out->len, stdout) != out->len ||
	    fflush(stdout) != 0)
		return err_errno(
		    err, E_IO, L("sortie standard", "standard output"));
	return 0;
}

/* Only before any command: after one, it may be an option's value. */
static bool asks_version(int argc, char **argv)
{
	for (int i = 1; i < argc && strncmp(argv[i], "--", 2) == 0; i++) {
		if (strcmp(argv[i], "--version") == 0)
			return true;
		if (strcmp(argv[i], "--data") == 0 ||
		    strcmp(argv[i], "--config") == 0 ||
		    strcmp(argv[i], "--set") == 0)
			i++;
	}
	return false;
}

/* A file of root's in somebody's directory would stop that somebody's own
 * pointeau: root works there as its owner. */
static int leave_root(const struct call *call, struct err *err)
{
	struct buf directory = BUF_INIT;
	int rc = cmd_directory(call, &directory, err);

	if (rc == 0)
		rc = os_become_owner(buf_text(&directory), err);
	buf_free(&directory);
	return rc;
}

static int run(struct call *call, struct agent_config *config, int argc,
    char **argv, struct err *err)
{
	int rc;

	if (asks_version(argc, argv)) {
		buf_add_text(call->out, CMD_PROGRAM " " POINTEAU_VERSION "\n");
		return 0;
	}
	if ((rc = crypto_init(err)) < 0 ||
	    (rc = opt_parse(call, commands, COMMAND_COUNT, argc, argv, err)) <
		0)
		return rc;
	if (!opt_given(call, "help")) {
		if ((call->command->flags & CMD_BARE) == 0 &&
		    ((rc = leave_root(call, err)) < 0 ||
			(rc = cmd_read_config(call, config, err)) < 0))
			return rc;
		if ((call->command->flags & CMD_LONG) != 0 &&
		    (rc = progress_start(opt_value(call, "progress"), err)) < 0)
			return rc;
		rc = call->command->run(call, err);
		progress_stop();
		return rc < 0 ? rc : buf_check(call->out, err);
	}
	if (call->command == NULL)
		opt_help(call->out, CMD_PROGRAM, commands, COMMAND_COUNT);
	else
		opt_help_command(call->out, CMD_PROGRAM, call->command);
	return buf_check(call->out, err);
}

int main(int argc, char **argv)
{
	struct agent_config config;
	struct program program = {
	    commands, COMMAND_COUNT, &os_system, &config, NULL};
	struct buf out = BUF_INIT, note = BUF_INIT;
	struct call call = {.out = &out, .note = &note, .program = &program};
	struct err err = ERR_INIT, unprinted = ERR_INIT;
	int rc, printed;

	(void)signal(SIGPIPE, SIG_IGN);
	/* A file that may not grow is a write that fails, not our end. */
	(void)signal(SIGXFSZ, SIG_IGN);
	lang_set_from_environment();
	db_without_backups();
	rc = run(&call, &config, argc, argv, &err);
	printed = print(&out, &unprinted);
	say(buf_text(&note));
	if (rc < 0)
		say(err.text);
	if (printed < 0)
		say(unprinted.text);
	buf_free(&out);
	buf_free(&note);
	return err_exit_status(rc < 0 ? rc : printed);
}
