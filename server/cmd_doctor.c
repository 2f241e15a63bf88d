/*
 * `doctor`: what is wrong with this server, and what to do about it.
 */
#include <string.h>

#include "server/cmd.h"
#include "server/doctor/checks.h"
#include "shared/lang.h"
#include "shared/migrate.h"

static const char *const secrets[] = {OFFICE_DB, OFFICE_SERVER_KEY,
    OFFICE_NEXT_KEY, OFFICE_CONSOLE_KEY, OFFICE_TLS, OFFICE_CONFIG,
    "backup.key", NULL};

/* With their faults, and what counts without them. */
static void look_at_settings(struct call *call, struct patient *patient)
{
	struct program *program = call->program;
	struct doctor *doctor = patient->doctor;
	struct settings settings;
	struct err err = ERR_INIT;
	int rc = cmd_load_settings(call, &settings, &err);

	if (rc == 0) {
		doctor_settings(doctor, &settings);
		patient->configured = program->config.url[0] != '\0';
	} else {
		settings_presets(&config_table, &program->config);
		doctor_add(doctor, "settings", DOCTOR_FAULT,
		    L("il n'y a pas de réglages lisibles",
			"there are no settings that can be read"));
		doctor_why(doctor, "%s", err.text);
		doctor_todo(doctor,
		    L("pointeau-server config check%s ; perdus, ils se "
		      "reprennent d'une sauvegarde, ou : pointeau-server "
		      "config default",
			"pointeau-server config check%s; when lost they are "
			"taken from a backup, or: pointeau-server config "
			"default"),
		    buf_text(&doctor->data));
	}
	settings_clear(&settings);
	patient->office->config = program->config;
}

static void examine(struct call *call, struct patient *patient)
{
	struct office *office = patient->office;
	struct doctor_home home = {.secrets = secrets};
	bool inside;

	look_at_settings(call, patient);
	home.disk_warn = office->config.disk_warn;
	home.disk_min = office->config.disk_min;
	if ((inside = doctor_home(patient->doctor, &home))) {
		check_who(patient);
		office->db = doctor_database(patient->doctor, OFFICE_DB,
		    migrations_server, patient->pid != 0);
		check_keys(patient);
	}
	check_clock(patient);
	check_serve(patient);
	check_certificate(patient);
	check_url(patient);
	check_machine(patient);
	if (inside)
		check_backups(patient);
	if (office->db != NULL) {
		check_logs(patient);
		check_alerts(patient);
	}
}

int cmd_doctor(struct call *call, struct err *err)
{
	const struct program *program = call->program;
	struct doctor doctor;
	struct office office = {.lock = -1, .os = program->os};
	struct patient patient = {.doctor = &doctor, .office = &office};
	int rc;

	if ((office.directory = strdup(program->directory)) == NULL)
		return err_nomem(err);
	rc = doctor_begin(&doctor, CMD_PROGRAM, program->directory, call, err);
	if (rc == 0) {
		examine(call, &patient);
		rc = doctor_answer(call, &doctor, err);
	}
	doctor_clear(&doctor);
	office_close(&office);
	return rc;
}
