/*
 * The server's commands. Those that write run where the database's one
 * writer is: in the running `serve` when there is one, reached through a
 * socket that only its owner can open, else here under its lock. So a
 * command never touches the world but through struct program: its input
 * files are read before, its texts printed after, where the person is.
 */
#ifndef POINTEAU_SERVER_CMD_H
#define POINTEAU_SERVER_CMD_H

#include <stdbool.h>
#include <stddef.h>

#include "server/import/import.h"
#include "server/import/stick.h"
#include "server/office.h"
#include "shared/json.h"
#include "shared/opt.h"
#include "shared/out.h"
#include "shared/text.h"

enum command_flag {
	CMD_BARE = 1,    /* needs no open office: init, serve… */
	CMD_READ = 2,    /* reads beside whoever writes */
	CMD_WRITE = 4,   /* runs where the writer is */
	CMD_FILES = 8,   /* its argument names files to read first */
	CMD_STICK = 16,  /* its argument is a stick to read first */
	CMD_SAVE = 128,  /* what it prints goes to the file of --out, if any */
	CMD_LONG = 64,   /* shows how far it is, ends at Ctrl-C (progress.h) */
	CMD_EXPORT = 32, /* what it gives may be files, logged (cmd_export.h) */
	CMD_AS_IS = 256, /* root stays root: the directory's owner is not asked
	                    for, or it sees to that by itself */
};

#define CMD_INPUTS_MAX STICK_FILES_MAX
#define CMD_CSV_MAX    64                         /* files of a directory */
#define CMD_INPUT_MAX  ((size_t)64 * 1024 * 1024) /* bytes in all */
#define CMD_WAIT_MS    5000 /* for the lock of another command */

#define CMD_PROGRAM  "pointeau-server"
#define CMD_FILE_MAX 128 /* bytes of the name of a file that comes out */

/* Done in the writing office, signed by who asks. */
typedef int cmd_act(struct office *office, void *context, struct err *err);

/* How a command that reads at length writes one word of it there. */
struct cmd_writer {
	int (*run)(void *who, cmd_act *act, void *context, struct err *err);
	void *who;
};

struct program {
	const char *directory;
	const struct os *os;
	const struct cmd_writer *writer; /* NULL: at the shell */
	struct config config;            /* cmd_read_config's */
	struct office *office;           /* NULL for CMD_BARE */
	struct office *reading;          /* see cmd_reading; NULL: office */
	char file[CMD_FILE_MAX];         /* cmd_name_file; "" when not said */
	char person[TEXT_ID_MAX + 1];    /* cmd_name_person; likewise */
	struct import_input inputs[CMD_INPUTS_MAX];
	size_t input_count;
	struct buf storage[CMD_INPUTS_MAX]; /* what inputs point to */
	struct buf key;                     /* of --key, a file; wiped */
};

/* Parse and run a command line (argv[0] is the program's name); its texts land
 * in ${out} and ${note}. */
int cmd_main(int argc, char *const *argv, const struct os *os, struct buf *out,
    struct buf *note, struct err *err);

/*
 * Run a command line in an office already open, its input files given: what
 * `serve` does for others. Refuses commands that are not CMD_WRITE.
 */
int cmd_run_inside(int argc, char *const *argv, struct office *office,
    const struct import_input *inputs, size_t input_count, struct buf *out,
    struct buf *note, struct err *err);

/* A command line that the page runs for somebody. */
struct cmd_job {
	int argc;
	char *const *argv;
	unsigned flags;         /* CMD_READ or CMD_WRITE: what it must be */
	struct office *office;  /* the writer; NULL with CMD_READ */
	struct office *reading; /* seen through the scope of who asks */
	const struct cmd_writer *writer; /* of the page; NULL: at the shell */
	const struct import_input *inputs;
	size_t input_count;
	char file[CMD_FILE_MAX];      /* receives the name of the file made */
	char person[TEXT_ID_MAX + 1]; /* and of whom cmd_name_person told */
};

/* Run it; E_USAGE when the command is not of that kind. */
int cmd_run_job(
    struct cmd_job *job, struct buf *out, struct buf *note, struct err *err);

/* All commands. */
const struct command *cmd_commands(size_t *count);

/* Read the sets of the stick that the call names into the program's inputs,
 * whose names live in ${texts}. */
int cmd_read_stick(struct call *call, struct buf *texts, struct err *err);

/*
 * Read the settings into the program's config: the file, the environment and
 * the command line. E_NOT_INIT when there are none, E_INVALID (E_USAGE) when
 * they are at fault.
 */
int cmd_read_config(struct call *call, struct err *err);

/* The same with its faults still to be told (settings.h): an error is of the
 * file itself, or of there being none. Free ${settings} with settings_clear
 * either way. */
int cmd_load_settings(
    struct call *call, struct settings *settings, struct err *err);

bool cmd_json(const struct call *call);
/* E_USAGE when ${text}, a word of the command line, is no month. */
int cmd_check_month(const char *text, struct err *err);
struct office *cmd_office(const struct call *call);
/*
 * Where a command that writes reads what it tells (an export, a list): the
 * page's reading office, which shows the structures of who asks alone. At the
 * shell it is cmd_office itself. What was written in this call is seen there
 * once act_commit has returned.
 */
struct office *cmd_reading(const struct call *call);
/* What the bytes in call->out would be called as a file ("hours.csv"); its
 * ending says the type. Cut, when it is too long. */
void cmd_name_file(struct call *call, const char *name);
/* Whom the answer is about, where no member "worker" says so: the page's door
 * notes who read it (server/journal/access_note.h). */
void cmd_name_person(struct call *call, const char *worker);

/* Print ${rows} (consumed) as {"schema":1,"rows":…}, or ${none} when there
 * are none, or the table that ${fill} makes of them. */
int cmd_rows(struct call *call, json_t *rows, const char *none,
    void (*fill)(struct table *table, const json_t *rows), struct err *err);
/* The member "qr", {"size","path"} as shared/qr.h draws ${text}; none of what
 * is too long for one, as it can still be typed. False: no memory. */
bool cmd_put_qr(json_t *json, const char *text);

int cmd_init(struct call *call, struct err *err);
int cmd_serve(struct call *call, struct err *err);
int cmd_config_show(struct call *call, struct err *err);
int cmd_config_check(struct call *call, struct err *err);
int cmd_config_default(struct call *call, struct err *err);
int cmd_config_man(struct call *call, struct err *err);
int cmd_doctor(struct call *call, struct err *err);
int cmd_man(struct call *call, struct err *err);
int cmd_import(struct call *call, struct err *err);
int cmd_import_kinds(struct call *call, struct err *err);
int cmd_import_template(struct call *call, struct err *err);
int cmd_import_usb(struct call *call, struct err *err);
int cmd_device_code(struct call *call, struct err *err);
int cmd_device_list(struct call *call, struct err *err);
int cmd_device_scope(struct call *call, struct err *err);
int cmd_device_revoke(struct call *call, struct err *err);
int cmd_device_suspend(struct call *call, struct err *err);
int cmd_device_resume(struct call *call, struct err *err);
int cmd_device_replace(struct call *call, struct err *err);
int cmd_quarantine_list(struct call *call, struct err *err);
int cmd_quarantine_release(struct call *call, struct err *err);
int cmd_rgpd_extract(struct call *call, struct err *err);
int cmd_rgpd_periods(struct call *call, struct err *err);
int cmd_rgpd_due(struct call *call, struct err *err);
int cmd_rgpd_purge(struct call *call, struct err *err);
int cmd_rgpd_runs(struct call *call, struct err *err);
int cmd_hold_list(struct call *call, struct err *err);
int cmd_hold_add(struct call *call, struct err *err);
int cmd_hold_end(struct call *call, struct err *err);
int cmd_journal(struct call *call, struct err *err);
int cmd_journal_actions(struct call *call, struct err *err);
int cmd_journal_verify(struct call *call, struct err *err);
int cmd_access_list(struct call *call, struct err *err);
int cmd_newcomer_list(struct call *call, struct err *err);
int cmd_newcomer_match(struct call *call, struct err *err);
int cmd_conflicts_list(struct call *call, struct err *err);
int cmd_conflicts_resolve(struct call *call, struct err *err);
int cmd_grid(struct call *call, struct err *err);
int cmd_hours_history(struct call *call, struct err *err);
int cmd_hours_add(struct call *call, struct err *err);
int cmd_hours_set(struct call *call, struct err *err);
int cmd_hours_void(struct call *call, struct err *err);
int cmd_hours_move(struct call *call, struct err *err);
int cmd_hours_period(struct call *call, struct err *err);
int cmd_report_month(struct call *call, struct err *err);
int cmd_month_status(struct call *call, struct err *err);
int cmd_month_blockers(struct call *call, struct err *err);
int cmd_month_check(struct call *call, struct err *err);
int cmd_month_close(struct call *call, struct err *err);
int cmd_month_show(struct call *call, struct err *err);
int cmd_month_late(struct call *call, struct err *err);
int cmd_month_adjust(struct call *call, struct err *err);
int cmd_month_declare(struct call *call, struct err *err);
int cmd_month_reopen(struct call *call, struct err *err);
int cmd_declare(struct call *call, struct err *err);
int cmd_annex_list(struct call *call, struct err *err);
int cmd_annex_attach(struct call *call, struct err *err);
int cmd_alerts(struct call *call, struct err *err);
int cmd_lists(struct call *call, struct err *err);
int cmd_todo(struct call *call, struct err *err);
int cmd_person_list(struct call *call, struct err *err);
int cmd_person_show(struct call *call, struct err *err);
int cmd_person_card(struct call *call, struct err *err);
int cmd_care_meeting_add(struct call *call, struct err *err);
int cmd_care_meeting_set(struct call *call, struct err *err);
int cmd_care_meeting_list(struct call *call, struct err *err);
int cmd_care_training_add(struct call *call, struct err *err);
int cmd_care_training_set(struct call *call, struct err *err);
int cmd_care_training_list(struct call *call, struct err *err);
int cmd_care_pmsmp_add(struct call *call, struct err *err);
int cmd_care_pmsmp_set(struct call *call, struct err *err);
int cmd_care_pmsmp_list(struct call *call, struct err *err);
int cmd_care_exit_set(struct call *call, struct err *err);
int cmd_care_exit_show(struct call *call, struct err *err);
int cmd_care_exit_list(struct call *call, struct err *err);
int cmd_care_exit_codes(struct call *call, struct err *err);
int cmd_care_follow_up(struct call *call, struct err *err);
int cmd_care_void(struct call *call, struct err *err);
int cmd_care_history(struct call *call, struct err *err);
int cmd_care_due(struct call *call, struct err *err);
int cmd_care_words(struct call *call, struct err *err);
int cmd_care_badge(struct call *call, struct err *err);
int cmd_skills_add(struct call *call, struct err *err);
int cmd_skills_set(struct call *call, struct err *err);
int cmd_skills_void(struct call *call, struct err *err);
int cmd_skills_catalogue(struct call *call, struct err *err);
int cmd_skills_trades(struct call *call, struct err *err);
int cmd_report_skills(struct call *call, struct err *err);
int cmd_purge(struct call *call, struct err *err);
int cmd_api_describe(struct call *call, struct err *err);
int cmd_user_add(struct call *call, struct err *err);
int cmd_user_list(struct call *call, struct err *err);
int cmd_user_role(struct call *call, struct err *err);
int cmd_user_link(struct call *call, struct err *err);
int cmd_user_disable(struct call *call, struct err *err);
int cmd_user_setup(struct call *call, struct err *err);
int cmd_key_rotate(struct call *call, struct err *err);
int cmd_rebuild(struct call *call, struct err *err);
int cmd_export_audit(struct call *call, struct err *err);
int cmd_export_note(struct call *call, struct err *err);
int cmd_audit_verify(struct call *call, struct err *err);
int cmd_rules_list(struct call *call, struct err *err);
int cmd_rules_ack(struct call *call, struct err *err);
int cmd_rules_week(struct call *call, struct err *err);
int cmd_chart_hours(struct call *call, struct err *err);
int cmd_chart_etp(struct call *call, struct err *err);
int cmd_chart_skills(struct call *call, struct err *err);
int cmd_completion(struct call *call, struct err *err);

#endif
