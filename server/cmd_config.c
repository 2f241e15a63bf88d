/*
 * `config …`: the settings, which need no open office; and for our tools the
 * man page.
 */
#include <stdlib.h>
#include <string.h>

#include "server/cmd.h"
#include "shared/lang.h"
#include "shared/man.h"
#include "shared/settings_cmd.h"

/* A language that was chosen, from here on. Is it another? */
static bool speak(const struct config *config)
{
	enum lang before = lang_current;

	if (config->language != CONFIG_AUTO)
		lang_current =
		    config->language == CONFIG_ENGLISH ? LANG_EN : LANG_FR;
	return lang_current != before;
}

int cmd_load_settings(
    struct call *call, struct settings *settings, struct err *err)
{
	struct program *program = call->program;
	struct settings_given given;
	int rc;

	memset(settings, 0, sizeof(*settings));
	settings_given_by(&given, call);
	rc = config_load(
	    settings, &program->config, program->directory, &given, err);
	/* Once more in the language that was chosen: the faults too. */
	if (rc == 0 && speak(&program->config)) {
		settings_clear(settings);
		rc = config_load(settings, &program->config, program->directory,
		    &given, err);
	}
	/* Nobody has set anything anywhere: that is no fault of a file. */
	if (rc == 0 && settings->path == NULL && settings->fault_count == 1 &&
	    settings->faults[0].origin.source == SETTINGS_DEFAULT)
		rc = office_not_there(program->directory, err);
	return rc;
}

int cmd_read_config(struct call *call, struct err *err)
{
	struct settings settings;
	int rc = cmd_load_settings(call, &settings, err);

	if (rc == 0)
		rc = settings_verdict(&settings, err);
	settings_clear(&settings);
	return rc;
}

int cmd_config_show(struct call *call, struct err *err)
{
	struct settings settings;
	int rc = cmd_load_settings(call, &settings, err);

	if (rc == 0)
		rc = settings_cmd_show(call, &settings, err);
	settings_clear(&settings);
	return rc;
}

int cmd_config_check(struct call *call, struct err *err)
{
	const struct program *program = call->program;
	struct settings settings;
	int rc = cmd_load_settings(call, &settings, err);

	if (rc == 0)
		rc = settings_cmd_check(call, &settings, err);
	if (rc == 0 && !cmd_json(call))
		buf_printf(call->out,
		    L("Les postes appellent %s ; ce serveur écoute sur %s.\n",
			"Laptops call %s; this server listens on %s.\n"),
		    program->config.url, program->config.listen);
	settings_clear(&settings);
	return rc < 0 ? rc : buf_check(call->out, err);
}

int cmd_config_default(struct call *call, struct err *err)
{
	return settings_cmd_default(call, &config_table, err);
}

int cmd_config_man(struct call *call, struct err *err)
{
	return settings_cmd_man(call, &config_table, err);
}

static const struct man_page page = {
    .program = CMD_PROGRAM,
    .section = 8,
    .one_line =
	{
	    "le serveur de Pointeau, qui recueille les heures",
	    "the server of Pointeau, which collects hours",
	},
    .about =
	{
	    "pointeau-server reçoit des postes les heures saisies sur les "
	    "chantiers, sert les pages du bureau, et tient le journal signé "
	    "d'où viennent les déclarations. Une commande qui écrit se fait "
	    "dans le serveur qui tourne, s'il y en a un. Les données vont sur "
	    "la sortie standard, le reste sur la sortie d'erreur ; --json "
	    "donne une réponse pour les programmes.",
	    "pointeau-server receives from laptops the hours recorded on "
	    "sites, serves the office's pages, and keeps the signed log that "
	    "declarations come from. A command that writes runs in the server "
	    "that is running, if there is one. Data goes to standard output, "
	    "the rest to standard error; --json gives an answer for programs.",
	},
    .files =
	{
	    "/etc/pointeau/server.conf\tLes réglages, s'il n'y en a pas dans "
	    "le dossier des données.\n"
	    "/var/lib/pointeau\tLe dossier des données : base, clés, "
	    "certificat.\n",
	    "/etc/pointeau/server.conf\tThe settings, where the data "
	    "directory has none.\n"
	    "/var/lib/pointeau\tThe data directory: database, keys, "
	    "certificate.\n",
	},
    .also = {"pointeau(1)", "pointeau(1)"},
};

int cmd_man(struct call *call, struct err *err)
{
	size_t count;
	const struct command *commands = cmd_commands(&count);

	man_write(call->out, &page, commands, count, &config_table);
	return buf_check(call->out, err);
}
