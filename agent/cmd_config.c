/*
 * `config …`: the laptop's settings; and for our tools the man page.
 */
#include <string.h>

#include "agent/cmd.h"
#include "agent/https.h"
#include "shared/lang.h"
#include "shared/man.h"
#include "shared/settings_cmd.h"

/* As agent_config_table's defaults, for who runs without main. */
static const struct agent_config plain = {.sync = true};

/* A language that was chosen, from here on. Is it another? */
static bool speak(const struct agent_config *config)
{
	enum lang before = lang_current;

	if (config->language != AGENT_AUTO)
		lang_current =
		    config->language == AGENT_ENGLISH ? LANG_EN : LANG_FR;
	return lang_current != before;
}

int cmd_load_settings(const struct call *call, struct settings *settings,
    struct agent_config *out, struct err *err)
{
	struct buf directory = BUF_INIT;
	struct settings_given given;
	int rc;

	memset(settings, 0, sizeof(*settings));
	settings_given_by(&given, call);
	if ((rc = cmd_directory(call, &directory, err)) == 0)
		rc = settings_load(settings, &agent_config_table, out,
		    buf_text(&directory), &given, err);
	/* Once more in the language that was chosen: the faults too. */
	if (rc == 0 && speak(out)) {
		settings_clear(settings);
		rc = settings_load(settings, &agent_config_table, out,
		    buf_text(&directory), &given, err);
	}
	buf_free(&directory);
	return rc;
}

int cmd_read_config(
    const struct call *call, struct agent_config *out, struct err *err)
{
	struct settings settings;
	int rc = cmd_load_settings(call, &settings, out, err);

	if (rc == 0)
		rc = settings_verdict(&settings, err);
	settings_clear(&settings);
	if (rc == 0)
		https_use_proxy(out->proxy, out->no_proxy);
	return rc;
}

const struct agent_config *cmd_config(const struct call *call)
{
	const struct program *program = call->program;

	return program->config != NULL ? program->config : &plain;
}

int cmd_config_show(struct call *call, struct err *err)
{
	struct agent_config config;
	struct settings settings;
	int rc = cmd_load_settings(call, &settings, &config, err);

	if (rc == 0)
		rc = settings_cmd_show(call, &settings, err);
	settings_clear(&settings);
	return rc;
}

int cmd_config_check(struct call *call, struct err *err)
{
	struct agent_config config;
	struct settings settings;
	int rc = cmd_load_settings(call, &settings, &config, err);

	if (rc == 0)
		rc = settings_cmd_check(call, &settings, err);
	settings_clear(&settings);
	return rc;
}

int cmd_config_default(struct call *call, struct err *err)
{
	return settings_cmd_default(call, &agent_config_table, err);
}

int cmd_config_man(struct call *call, struct err *err)
{
	return settings_cmd_man(call, &agent_config_table, err);
}

static const struct man_page page = {
    .program = CMD_PROGRAM,
    .section = 1,
    .one_line =
	{
	    "saisit les heures sur le chantier, même sans réseau",
	    "records hours on the site, without a network too",
	},
    .about =
	{
	    "pointeau garde sur le poste les heures que l'encadrant saisit, "
	    "les signe, et les envoie au serveur du bureau (pointeau-server) "
	    "dès qu'il y a un réseau. « pointeau run » ouvre la page de saisie "
	    "et synchronise ; toutes les autres commandes marchent à côté "
	    "d'elle. Les données vont sur la sortie standard, le reste sur la "
	    "sortie d'erreur ; --json donne une réponse pour les programmes.",
	    "pointeau keeps on the laptop the hours that a supervisor "
	    "records, signs them, and sends them to the office's server "
	    "(pointeau-server) as soon as there is a network. \"pointeau run\" "
	    "opens the page to record in and syncs; every other command works "
	    "beside it. Data goes to standard output, the rest to standard "
	    "error; --json gives an answer for programs.",
	},
    .files =
	{
	    "~/.local/share/pointeau\tLe dossier des données : saisies, clé "
	    "du poste.\n"
	    "~/.local/share/pointeau/pointeau.conf\tLes réglages de la "
	    "personne.\n"
	    "/etc/pointeau/agent.conf\tCeux de la machine, s'il n'y en a "
	    "pas d'autres.\n",
	    "~/.local/share/pointeau\tThe data directory: what was recorded, "
	    "the laptop's key.\n"
	    "~/.local/share/pointeau/pointeau.conf\tThe person's settings.\n"
	    "/etc/pointeau/agent.conf\tThe machine's, where there are no "
	    "others.\n",
	},
    .also = {"pointeau-server(8)", "pointeau-server(8)"},
};

int cmd_man(struct call *call, struct err *err)
{
	const struct program *program = call->program;

	man_write(call->out, &page, program->commands, program->count,
	    &agent_config_table);
	return buf_check(call->out, err);
}
