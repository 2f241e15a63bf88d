#include <string.h>

#include "agent/cmd.h"
#include "agent/enrol.h"
#include "agent/journal.h"
#include "agent/sync.h"
#include "shared/enrolcode.h"
#include "shared/lang.h"

#define CODE_TEXT_MAX 4096

const struct opt cmd_enrol_options[] = {
    {"name", 0, "NAME", "comment s'appelle ce poste, « Berges 1 »",
	"what this laptop is called, \"Berges 1\""},
    {NULL, 0, NULL, NULL, NULL}};

static int read_code(
    const struct call *call, struct enrolcode *out, struct err *err)
{
	struct buf text = BUF_INIT;
	int rc = 0;

	if (strcmp(call->args[0], "-") == 0)
		rc = cmd_read(&text, "-", CODE_TEXT_MAX, err);
	else
		buf_add_text(&text, call->args[0]);
	if (rc == 0 && (rc = buf_check(&text, err)) == 0)
		rc = enrolcode_read(out, buf_text(&text), err);
	if (text.data != NULL)
		crypto_wipe(text.data, text.len);
	buf_free(&text);
	return rc;
}

/* Without --name: the one it has, else this machine's. */
static int default_name(
    struct agent *agent, char out[TEXT_NAME_MAX + 1], struct err *err)
{
	struct buf name = BUF_INIT;
	int rc = journal_get(agent->db, SETTING_NAME, &name, err);

	os_host_name(out, TEXT_NAME_MAX + 1);
	if (text_check_name("--name", out, TEXT_NAME_MAX, NULL) < 0)
		text_copy(out, TEXT_NAME_MAX + 1, CMD_PROGRAM);
	if (rc == 0 && name.len > 0)
		text_copy(out, TEXT_NAME_MAX + 1, buf_text(&name));
	buf_free(&name);
	return rc;
}

static int check_name(const struct call *call, struct err *err)
{
	const char *name = opt_value(call, "name");

	if (name == NULL ||
	    text_check_name("--name", name, TEXT_NAME_MAX, err) == 0)
		return 0;
	err->code = E_USAGE;
	return E_USAGE;
}

/* One laptop, one office: what it has signed is for that server alone. */
static int check_same_server(
    struct agent *agent, const struct enrolcode *code, struct err *err)
{
	struct buf url = BUF_INIT;
	uint8_t server[KEY_LEN];
	struct hash hash;
	int rc = journal_server_key(agent->db, server, err);

	if (rc == E_NOT_INIT)
		return 0;
	if (rc < 0)
		return rc;
	hash_of(&hash, server, sizeof(server));
	if (memcmp(hash.bytes, code->server, ENROLCODE_SERVER_LEN) == 0)
		return 0;
	(void)journal_get(agent->db, SETTING_URL, &url, NULL);
	rc = err_set(err, E_CONFLICT,
	    L("ce dossier est déjà enrôlé auprès d'un autre serveur (%s) : "
	      "rien n'est changé ; donnez --data et un autre dossier",
		"this directory is enrolled with another server (%s) "
		"already: nothing is changed; give --data and another "
		"directory"),
	    buf_text(&url));
	buf_free(&url);
	return rc;
}

/* The lists come at once; without a network, or after Ctrl-C, they will come
 * later. */
static int first_sync(struct call *call, struct agent *agent)
{
	struct sync_summary summary = {0};
	struct err err = ERR_INIT;
	int rc = sync_run(agent, &summary, &err);

	if (rc == 0 || rc == E_INTERRUPTED)
		return rc;
	cmd_note(call, "%s",
	    L("attention : les équipes ne sont pas encore reçues ; lancez "
	      "« pointeau sync » quand le réseau sera là",
		"warning: the crews have not come yet; run \"pointeau sync\" "
		"when the network is there"));
	cmd_warn(call, err.text);
	return rc;
}

static int tell_words(struct call *call, const struct agent *agent,
    const char *name, const char *words, int synced, struct err *err)
{
	if (cmd_json(call))
		return cmd_answer(call,
		    json_pack("{s:i,s:s,s:s,s:s,s:s}", "schema", 1, "device",
			agent->device, "name", name, "words", words, "sync",
			err_slug(synced)),
		    err);
	buf_printf(call->out,
	    L("Ce poste est enrôlé : %s (%s).\nComparez ces six mots par "
	      "téléphone avec le bureau :\n\n    %s\n\nS'ils diffèrent, "
	      "n'utilisez pas ce poste et dites-le.\n",
		"This laptop is enrolled: %s (%s).\nCompare these six words "
		"with the office by phone:\n\n    %s\n\nIf they differ, do "
		"not use this laptop and say so.\n"),
	    name, agent->device, words);
	return buf_check(call->out, err);
}

static int tell(
    struct call *call, struct agent *agent, const char *name, struct err *err)
{
	struct buf words = BUF_INIT;
	int rc = enrol_words(agent, &words, err), synced;

	if (rc < 0)
		goto out;
	synced = first_sync(call, agent);
	rc = tell_words(call, agent, name, buf_text(&words), synced, err);
	if (rc == 0 && synced == E_INTERRUPTED)
		rc = err_set(err, E_INTERRUPTED,
		    L("interrompu : ce poste est enrôlé, ses équipes ne sont "
		      "pas encore toutes reçues ; « pointeau sync » reprend "
		      "où il en était",
			"interrupted: this laptop is enrolled, its crews have "
			"not all come yet; \"pointeau sync\" goes on where it "
			"was"));
out:
	buf_free(&words);
	return rc;
}

int cmd_enrol(struct call *call, struct err *err)
{
	char name[TEXT_NAME_MAX + 1];
	struct agent agent = {0};
	struct enrolcode code;
	int rc;

	if ((rc = read_code(call, &code, err)) < 0 ||
	    (rc = check_name(call, err)) < 0 ||
	    (rc = cmd_open(call, &agent, true, err)) < 0 ||
	    (rc = check_same_server(&agent, &code, err)) < 0 ||
	    (rc = default_name(&agent, name, err)) < 0)
		goto out;
	if (opt_given(call, "name"))
		text_copy(name, sizeof(name), opt_value(call, "name"));
	if ((rc = enrol_run(&agent, &code, name, err)) == 0)
		rc = tell(call, &agent, name, err);
out:
	crypto_wipe(&code, sizeof(code));
	agent_close(&agent);
	return rc;
}
