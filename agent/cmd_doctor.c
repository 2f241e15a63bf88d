/*
 * `doctor`: what is wrong with this laptop, and what to do about it.
 */
#include <string.h>

#include "agent/cmd.h"
#include "agent/doctor.h"
#include "agent/https.h"
#include "agent/metered.h"
#include "shared/lang.h"

static const char *const secrets[] = {
    AGENT_KEY_NAME, AGENT_NEXT_KEY_NAME, AGENT_DB_NAME, "run.url", NULL};

static const struct doctor_home home = {
    .secrets = secrets,
    .guarded = AGENT_KEY_NAME,
    .disk_warn = DOCTOR_DISK_WARN,
    .disk_min = DOCTOR_DISK_MIN,
};

/* With its faults, and what counts without them. */
static void look_at_settings(const struct call *call, struct doctor *doctor,
    struct settings *settings, struct agent_config *config)
{
	struct err err = ERR_INIT;

	if (cmd_load_settings(call, settings, config, &err) == 0) {
		doctor_settings(doctor, settings);
	} else {
		settings_presets(&agent_config_table, config);
		doctor_add(doctor, "settings", DOCTOR_FAULT,
		    L("le fichier des réglages ne se lit pas",
			"the file of settings cannot be read"));
		doctor_why(doctor, "%s", err.text);
		doctor_todo(
		    doctor, "pointeau config check%s", buf_text(&doctor->data));
	}
	https_use_proxy(config->proxy, config->no_proxy);
}

/* One that is paid for by the volume explains why so little leaves. */
static void look_at_network(struct doctor *doctor, const struct agent *agent,
    const struct agent_config *config)
{
	struct auto_sync_metered metered;

	metered_read(&metered, config);
	if (strcmp(metered_network(&metered, agent->os), "metered") != 0)
		return;
	doctor_add(doctor, "metered", DOCTOR_REMARK,
	    L("ce réseau est compté au volume : les envois y sont plus rares",
		"this network is paid for by the volume: syncs are rarer "
		"there"));
	doctor_todo(doctor, "pointeau sync%s", buf_text(&doctor->data));
}

/* What follows from what the directory holds. */
static void look_inside(struct doctor *doctor, struct agent *agent, bool held,
    const struct agent_config *config)
{
	bool enrolled;

	agent->db =
	    doctor_database(doctor, AGENT_DB_NAME, migrations_agent, held);
	/* Where there is no database there may be no key yet. */
	if (!doctor_has(doctor, "enrolment", DOCTOR_FAULT))
		doctor_key(doctor, agent);
	if (agent->db == NULL)
		return;
	enrolled = doctor_enrolment(doctor, agent);
	doctor_clock(doctor, agent);
	if (!enrolled)
		return;
	look_at_network(doctor, agent, config);
	doctor_road(doctor, agent);
	doctor_work(doctor, agent);
}

static void examine(const struct call *call, struct doctor *doctor,
    struct settings *settings, struct agent_config *config)
{
	const struct program *program = call->program;
	struct agent agent = {.os = program->os};
	bool held;

	look_at_settings(call, doctor, settings, config);
	if (doctor_home(doctor, &home)) {
		held = doctor_running(doctor);
		agent.directory = strdup(doctor->directory);
		if (agent.directory != NULL)
			look_inside(doctor, &agent, held, config);
	}
	agent_close(&agent);
}

int cmd_doctor(struct call *call, struct err *err)
{
	struct agent_config config;
	struct buf directory = BUF_INIT;
	struct settings settings;
	struct doctor doctor;
	int rc;

	memset(&settings, 0, sizeof(settings));
	if ((rc = cmd_directory(call, &directory, err)) < 0)
		goto out;
	rc = doctor_begin(&doctor, CMD_PROGRAM, directory.data, call, err);
	if (rc == 0) {
		examine(call, &doctor, &settings, &config);
		rc = doctor_answer(call, &doctor, err);
	}
	doctor_clear(&doctor);
	settings_clear(&settings);
out:
	buf_free(&directory);
	return rc;
}
