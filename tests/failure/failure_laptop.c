/*
 * Every failure of what a supervisor does on a laptop, without network.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "agent/cmd.h"
#include "agent/journal.h"
#include "tests/failure/trial.h"
#include "tests/lib/crew_fixture.h"

#define WORDS_MAX 20
#define SERVER                                                                 \
	"5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c"

static const struct command commands[] = {
    {"status", "", NULL, "", "", cmd_status, 0},
    {"crew", "", cmd_crew_options, "", "", cmd_crew, 0},
    {"hours add", "", cmd_hours_add_options, "", "", cmd_hours_add, 0},
    {"hours set", "", cmd_hours_set_options, "", "", cmd_hours_set, 0},
    {"hours void", "", cmd_hours_void_options, "", "", cmd_hours_void, 0},
    {"hours move", "", cmd_hours_move_options, "", "", cmd_hours_move, 0},
    {"hours list", "", cmd_hours_list_options, "", "", cmd_hours_list, 0},
    {"hours fill", "", cmd_hours_fill_options, "", "", cmd_hours_fill, 0},
    {"hours split", "", cmd_hours_split_options, "", "", cmd_hours_split, 0},
    {"hours weather", "", cmd_hours_weather_options, "", "", cmd_hours_weather,
	0},
    {"hours accident", "", cmd_hours_accident_options, "", "",
	cmd_hours_accident, 0},
    {"hours undo", "", cmd_hours_undo_options, "", "", cmd_hours_undo, 0},
    {"hours history", "", cmd_hours_history_options, "", "", cmd_hours_history,
	0},
    {"hours missing", "", cmd_hours_missing_options, "", "", cmd_hours_missing,
	0},
    {"day finish", "", cmd_day_finish_options, "", "", cmd_day_finish, 0},
    {"hours import", "FILE.csv", cmd_hours_import_options, "", "",
	cmd_hours_import, 0},
    {"newcomer add", "", cmd_newcomer_add_options, "", "", cmd_newcomer_add, 0},
    {"skills add", "", cmd_skills_add_options, "", "", cmd_skills_add, 0},
    {"skills list", "", cmd_skills_list_options, "", "", cmd_skills_list, 0},
    {"conflicts", "", NULL, "", "", cmd_conflicts, 0},
    {"month show", "", cmd_month_show_options, "", "", cmd_month_show, 0},
    {"signoff show", "", cmd_signoff_show_options, "", "", cmd_signoff_show, 0},
    {"signoff add", "", cmd_signoff_add_options, "", "", cmd_signoff_add, 0},
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

/* Run a command line, its words separated by '|'; "@/" is ${folder}. */
static int command(
    struct stage *stage, const char *folder, const char *line, struct err *err)
{
	struct program program = {
	    commands, COMMANDS, &stage->machine.os, NULL, NULL};
	struct buf note = BUF_INIT;
	struct call call = {
	    .out = &stage->out, .note = &note, .program = &program};
	char words[WORDS_MAX][256], data[128], *argv[WORDS_MAX + 2];
	int argc = 1, rc;

	argv[0] = (char[]){"pointeau"};
	for (const char *at = line; *at != '\0' && argc < WORDS_MAX;) {
		size_t len = strcspn(at, "|");
		bool in = strncmp(at, "@/", 2) == 0;

		(void)snprintf(words[argc], sizeof(words[argc]), "%s%.*s",
		    in ? folder : "", (int)(len - in), at + in);
		argv[argc] = words[argc];
		argc++;
		at += len + (at[len] == '|');
	}
	(void)snprintf(data, sizeof(data), "--data=%s", folder);
	argv[argc++] = data;
	rc = opt_parse(&call, commands, COMMANDS, argc, argv, err);
	if (rc == 0 && (rc = call.command->run(&call, err)) == 0)
		rc = buf_check(&stage->out, err);
	buf_free(&note);
	return rc;
}

static void must(struct stage *stage, const char *line)
{
	struct err err = ERR_INIT;

	if (command(stage, stage->base, line, &err) < 0)
		fail_msg("%s: %s", line, err.text);
	buf_free(&stage->out);
}

/* ---- laptops ---- */

/* As crew_fixture.h says, enrolled, and with a slot that two contest. */
static void prepare_crew(struct stage *stage)
{
	struct crew_fixture *crew;
	struct err err = ERR_INIT;
	void *state;

	assert_int_equal(crew_setup(&state), 0);
	crew = state;
	assert_int_equal(
	    journal_put(crew->agent.db, SETTING_SERVER_KEY, SERVER, &err), 0);
	crew_other(crew, "ENC-02", "RIVES", "hours/V04/2026-11-19/am",
	    "{\"minutes\":180,\"kind\":\"work\",\"site\":\"SAULNETTE\"}", NULL);
	agent_close(&crew->agent);
	assert_int_equal(
	    kit_run("cp -r '%s' '%s'", crew->directory, stage->base), 0);
	assert_int_equal(crew_teardown(&state), 0);
}

/* And skills that can be observed. */
static void prepare_skills(struct stage *stage)
{
	struct kit_machine *machine = &stage->machine;
	struct crew_fixture crew = {.machine = *machine};
	struct err err = ERR_INIT;

	prepare_crew(stage);
	if (agent_open(&crew.agent, stage->base, &machine->os, false, &err) < 0)
		fail_msg("%s", err.text);
	crew_office(&crew, "_", "catalogue", "catalogue/local/A1203",
	    "{\"name\":\"Catalogue local\",\"rows\":["
	    "[\"A1203-01\",\"Tondre\",[\"A1203\"]],"
	    "[\"A1203-02\",\"Tailler\",[\"A1203\"]]]}");
	agent_close(&crew.agent);
}

#define DAY "|--day|2026-11-20|--slot|am"

#define SEEN                                                                   \
	"skills|add|--worker|V01,V04|--structure|RIVES|--day|2026-11-20"       \
	"|--level|3|--skill|"

static void prepare_seen(struct stage *stage)
{
	prepare_skills(stage);
	must(stage, SEEN "A1203-02");
}

static void prepare_hours(struct stage *stage)
{
	prepare_crew(stage);
	must(stage, "hours|add|--worker|V01" DAY "|--time|3h30");
	must(stage, "hours|add|--worker|V02" DAY "|--time|3h30|--note|sun");
}

/* And the third of the crew; what was written for V01 in ${undone}. */
static char undone[HASH_TEXT];

static void prepare_day(struct stage *stage)
{
	struct err err = ERR_INIT;
	const char *hash;

	prepare_crew(stage);
	must(stage, "hours|add|--worker|V02" DAY "|--kind|sick");
	must(
	    stage, "hours|add|--worker|V04|--structure|RIVES" DAY "|--time|1h");
	if (command(stage, stage->base,
		"hours|add|--worker|V01" DAY "|--time|3h30|--json", &err) < 0)
		fail_msg("%s", err.text);
	hash = strstr(buf_text(&stage->out), "\"hash\":\"");
	assert_non_null(hash);
	text_copy(undone, sizeof(undone), hash + strlen("\"hash\":\""));
	buf_free(&stage->out);
}

/* A month that V01 may sign: what is shown of it in ${shown}. */
static char shown[HASH_TEXT];

#define V01_MONTH "|--worker|V01|--month|2026-11"

static void prepare_month(struct stage *stage)
{
	struct err err = ERR_INIT;
	const char *sum;

	prepare_hours(stage);
	if (command(stage, stage->base, "signoff|show" V01_MONTH "|--json",
		&err) < 0)
		fail_msg("%s", err.text);
	sum = strstr(buf_text(&stage->out), "\"sum\":\"");
	assert_non_null(sum);
	text_copy(shown, sizeof(shown), sum + strlen("\"sum\":\""));
	buf_free(&stage->out);
}

/* Ten days of two people. */
static void prepare_week(struct stage *stage)
{
	struct buf csv = BUF_INIT;

	prepare_crew(stage);
	buf_add_text(&csv, "worker;day;slot;time;kind;site;activity;note\n");
	for (int i = 0; i < 20; i++)
		buf_printf(&csv, "V0%d;%02d/11/2026;pm;3h30;work;;mowing;\n",
		    1 + i % 2, 2 + i / 2);
	kit_write(stage->base, "week.csv", csv.data, csv.len);
	buf_free(&csv);
}

/* ---- what is done ---- */

#define RUN(name, line)                                                        \
	static int name(struct stage *stage, struct err *err)                  \
	{                                                                      \
		return command(stage, stage->work, line, err);                 \
	}

RUN(run_add, "hours|add|--worker|V04|--structure|RIVES" DAY
	     "|--time|3h30|--activity|mowing")
RUN(run_contest, "hours|add|--worker|V04|--structure|RIVES|--day|2026-11-19|--"
		 "slot|am|--time|3h")
RUN(run_set, "hours|set|--worker|V01" DAY "|--time|2h45|--reason|left early")
RUN(run_void, "hours|void|--worker|V02" DAY "|--reason|was away")
RUN(run_move, "hours|move|--worker|V01" DAY "|--to-slot|pm|--reason|wrong")
RUN(run_import, "hours|import|@/week.csv")
RUN(run_list, "hours|list|--month|2026-11")
RUN(run_status, "status")
RUN(run_crew, "crew|--json")
RUN(run_newcomer, "newcomer|add|--first-name|Ali|--crew|VERTS")
RUN(run_conflicts, "conflicts")
RUN(run_month, "month|show|--month|2026-11")
RUN(run_signoff_show, "signoff|show" V01_MONTH)

static int run_signoff(struct stage *stage, struct err *err)
{
	char line[256];

	(void)snprintf(line, sizeof(line),
	    "signoff|add" V01_MONTH "|--answer|disagree|--how|paper|--reason|"
	    "no|--sum|%s",
	    shown);
	return command(stage, stage->work, line, err);
}

RUN(run_skills, SEEN "A1203-01")
RUN(run_skills_list, "skills|list")

#define HALF "|--crew|VERTS" DAY
RUN(run_fill, "hours|fill" HALF)
RUN(run_like, "hours|fill|--crew|VERTS|--day|2026-11-21|--slot|am|--like|hier")
RUN(run_split, "hours|split|--worker|V01" DAY
	       "|--time|1h|--second-time|2h|--second-site|GARE")
RUN(run_weather, "hours|weather" HALF "|--at|10h")
RUN(run_accident, "hours|accident|--worker|V01|--day|2026-11-20|--at|10h"
		  "|--place|GARE|--what|fell")
RUN(run_history, "hours|history|--worker|V01" DAY "|--json")
RUN(run_missing, "hours|missing|--until|2026-11-20")
RUN(run_finish, "day|finish" HALF)

static int run_undo(struct stage *stage, struct err *err)
{
	char line[128];

	(void)snprintf(line, sizeof(line), "hours|undo|--hash|%s", undone);
	return command(stage, stage->work, line, err);
}

/* A first start: the directory, the key, the database. */
static int run_create(struct stage *stage, struct err *err)
{
	struct agent agent;
	int rc = agent_open(&agent, stage->work, &stage->machine.os, true, err);

	if (rc == 0)
		agent_close(&agent);
	return rc;
}

static int run_open(struct stage *stage, struct err *err)
{
	struct agent agent;
	int rc =
	    agent_open(&agent, stage->work, &stage->machine.os, false, err);

	if (rc == 0)
		agent_close(&agent);
	return rc;
}

static const struct flow flows[] = {
    {"create", NULL, run_create, 0, FLOW_STEPS, FLOW_LOCAL, NULL, NULL},
    {"open", prepare_hours, run_open, 0, 0, FLOW_LOCAL, NULL, NULL},
    {"add", prepare_crew, run_add, 0, 0, FLOW_LOCAL, NULL, NULL},
    {"corroborate", prepare_crew, run_contest, 0, 0, FLOW_LOCAL, NULL, NULL},
    {"set", prepare_hours, run_set, 0, 0, FLOW_LOCAL, NULL, NULL},
    {"void", prepare_hours, run_void, E_NOT_FOUND, 0, FLOW_LOCAL, NULL, NULL},
    {"move", prepare_hours, run_move, E_NOT_FOUND, 0, FLOW_LOCAL, NULL, NULL},
    {"fill", prepare_hours, run_fill, 0, 0, FLOW_LOCAL, NULL, NULL},
    {"like", prepare_day, run_like, 0, 0, FLOW_LOCAL, NULL, NULL},
    {"split", prepare_day, run_split, 0, 0, FLOW_LOCAL, NULL, NULL},
    {"weather", prepare_day, run_weather, 0, 0, FLOW_LOCAL, NULL, NULL},
    {"accident", prepare_day, run_accident, 0, 0, FLOW_LOCAL, NULL, NULL},
    {"undo", prepare_day, run_undo, E_CONFLICT, 0, FLOW_LOCAL, NULL, NULL},
    {"history", prepare_day, run_history, 0, 0, FLOW_LOCAL, NULL, NULL},
    {"missing", prepare_day, run_missing, 0, 0, FLOW_LOCAL, NULL, NULL},
    {"finish", prepare_day, run_finish, 0, 0, FLOW_LOCAL, NULL, NULL},
    {"import", prepare_week, run_import, 0, 0, FLOW_LOCAL, NULL, NULL},
    {"list", prepare_hours, run_list, 0, 0, FLOW_LOCAL, NULL, NULL},
    {"status", prepare_hours, run_status, 0, 0, FLOW_LOCAL, NULL, NULL},
    {"crew", prepare_hours, run_crew, 0, 0, FLOW_LOCAL, NULL, NULL},
    {"newcomer", prepare_crew, run_newcomer, E_CONFLICT, 0, FLOW_LOCAL, NULL,
	NULL},
    {"conflicts", prepare_crew, run_conflicts, 0, 0, FLOW_LOCAL, NULL, NULL},
    {"month", prepare_month, run_month, 0, 0, FLOW_LOCAL, NULL, NULL},
    {"signoff_show", prepare_month, run_signoff_show, 0, 0, FLOW_LOCAL, NULL,
	NULL},
    {"signoff", prepare_month, run_signoff, 0, 0, FLOW_LOCAL, NULL, NULL},
    {"skills", prepare_skills, run_skills, 0, FLOW_REPEATS, FLOW_LOCAL, NULL,
	NULL},
    {"skills_list", prepare_seen, run_skills_list, 0, 0, FLOW_LOCAL, NULL,
	NULL},
};

int main(int argc, char **argv)
{
	return trial_main(argc, argv, flows, sizeof(flows) / sizeof(flows[0]));
}
