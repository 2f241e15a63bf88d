/*
 * The laptop's commands, and what they share. A command reads its options,
 * opens the data directory, does one thing, and answers: a table or a
 * sentence for people, JSON for programs, never both.
 */
#ifndef POINTEAU_AGENT_CMD_H
#define POINTEAU_AGENT_CMD_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/acts.h"
#include "agent/agent.h"
#include "agent/config.h"
#include "agent/resident.h"
#include "agent/roster.h"
#include "agent/save.h"
#include "agent/sync.h"
#include "shared/crypto.h"
#include "shared/err.h"
#include "shared/json.h"
#include "shared/opt.h"
#include "shared/os.h"
#include "shared/out.h"

#define CMD_PROGRAM   "pointeau"
#define CMD_INPUT_MAX ((size_t)16 * 1024 * 1024) /* of a file to import */

enum command_flag {
	CMD_BARE = 1, /* needs no settings, or reads them by itself */
	CMD_LONG = 2, /* shows how far it is, ends at Ctrl-C (progress.h) */
};

/* What main gives to every command. */
struct program {
	const struct command *commands;
	size_t count;
	const struct os *os;
	const struct agent_config *config; /* NULL: all by default */
	struct resident *resident;         /* NULL: nothing stays open */
};

/* Read the settings of the call: the file, the environment, the command line;
 * and follow them where a program has but one (language, proxy). E_INVALID
 * (E_USAGE) when they are at fault. Before any other thread is born. */
int cmd_read_config(
    const struct call *call, struct agent_config *out, struct err *err);
/* The same with its faults still to be told (settings.h): an error is of the
 * file itself. Free ${settings} with settings_clear either way. */
int cmd_load_settings(const struct call *call, struct settings *settings,
    struct agent_config *out, struct err *err);
/* Those of the program. */
const struct agent_config *cmd_config(const struct call *call);

/* Append the data directory that the call names: --data, else the user's. */
int cmd_directory(const struct call *call, struct buf *out, struct err *err);

/* Open the data directory that the call names. Close with agent_close. */
int cmd_open(
    const struct call *call, struct agent *out, bool create, struct err *err);

/* What is known of people and places. Free it with roster_clear, before the
 * agent is closed or after. */
int cmd_roster(const struct call *call, const struct agent *agent,
    struct roster *out, struct err *err);

/*
 * An act that records: the directory open, the roster loaded, the write lock
 * taken. cmd_commit makes it durable (unless --dry-run); cmd_end undoes what
 * was not committed and closes everything, also after a failure.
 */
struct cmd_work {
	struct agent agent;
	struct roster roster;
	struct save save;
};

int cmd_begin(const struct call *call, struct cmd_work *out, struct err *err);
int cmd_commit(const struct call *call, struct cmd_work *work, struct err *err);
void cmd_end(struct cmd_work *work);

bool cmd_json(const struct call *call);

/* Answer with JSON, which is consumed; NULL stands for "no memory". */
int cmd_answer(struct call *call, json_t *stolen, struct err *err);
/* Answer with a table; ${none} instead when it has no row. */
int cmd_table(struct call *call, const struct table *table, const char *none,
    struct err *err);

/* Print the answer so far now, for a command that goes on; main prints it at
 * the end otherwise. */
int cmd_flush(struct call *call, struct err *err);

/* Tell people something beside the answer, unless --quiet. */
void cmd_note(struct call *call, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The same for each line of ${lines}, as warnings. */
void cmd_warn(struct call *call, const char *lines);

/* Blame the option ${name} for ${err}: E_USAGE, "--day : « x » : …". */
int cmd_blame(const struct call *call, const char *name, struct err *err);

/* The day of --day, else today. */
int cmd_day(const struct call *call, const struct agent *agent,
    char out[DATE_TEXT], struct err *err);

/* Read a file, or standard input when ${path} is "-". */
int cmd_read(struct buf *out, const char *path, size_t max, struct err *err);

/* "kept", "sent" or "received", and the receipt's number (0: none). */
int cmd_way(struct agent *agent, const char *structure, const struct hash *hash,
    const char **word, int64_t *receipt, struct err *err);
/* The same as people read it: "gardée ici", "reçue (n° 12)". */
void cmd_add_way(struct buf *out, const char *word, int64_t receipt);

/* Tell what hindered a change of key that a sync tried to end. */
void cmd_tell_rotation(struct call *call, const struct sync_summary *summary);

/* The options of each command, and its function. */
extern const struct opt cmd_enrol_options[];
extern const struct opt cmd_crew_options[];
extern const struct opt cmd_hours_add_options[];
extern const struct opt cmd_hours_set_options[];
extern const struct opt cmd_hours_void_options[];
extern const struct opt cmd_hours_move_options[];
extern const struct opt cmd_hours_list_options[];
extern const struct opt cmd_hours_import_options[];
extern const struct opt cmd_hours_fill_options[];
extern const struct opt cmd_hours_split_options[];
extern const struct opt cmd_hours_weather_options[];
extern const struct opt cmd_hours_accident_options[];
extern const struct opt cmd_hours_undo_options[];
extern const struct opt cmd_hours_history_options[];
extern const struct opt cmd_hours_missing_options[];
extern const struct opt cmd_day_finish_options[];
extern const struct opt cmd_skills_add_options[];
extern const struct opt cmd_skills_list_options[];
extern const struct opt cmd_skills_catalogue_options[];
extern const struct opt cmd_newcomer_add_options[];
extern const struct opt cmd_entries_list_options[];
extern const struct opt cmd_run_options[];
extern const struct opt cmd_month_show_options[];
extern const struct opt cmd_signoff_show_options[];
extern const struct opt cmd_signoff_add_options[];

int cmd_enrol(struct call *call, struct err *err);
int cmd_sync(struct call *call, struct err *err);
int cmd_key_rotate(struct call *call, struct err *err);
int cmd_status(struct call *call, struct err *err);
int cmd_crew(struct call *call, struct err *err);
int cmd_hours_add(struct call *call, struct err *err);
int cmd_hours_set(struct call *call, struct err *err);
int cmd_hours_void(struct call *call, struct err *err);
int cmd_hours_move(struct call *call, struct err *err);
int cmd_hours_list(struct call *call, struct err *err);
int cmd_hours_import(struct call *call, struct err *err);
int cmd_hours_fill(struct call *call, struct err *err);
int cmd_hours_split(struct call *call, struct err *err);
int cmd_hours_weather(struct call *call, struct err *err);
int cmd_hours_accident(struct call *call, struct err *err);
int cmd_hours_undo(struct call *call, struct err *err);
int cmd_hours_history(struct call *call, struct err *err);
int cmd_hours_missing(struct call *call, struct err *err);
int cmd_day_finish(struct call *call, struct err *err);
int cmd_skills_add(struct call *call, struct err *err);
int cmd_skills_list(struct call *call, struct err *err);
int cmd_skills_catalogue(struct call *call, struct err *err);
int cmd_newcomer_add(struct call *call, struct err *err);
int cmd_newcomer_list(struct call *call, struct err *err);
int cmd_conflicts(struct call *call, struct err *err);
int cmd_month_show(struct call *call, struct err *err);
int cmd_signoff_show(struct call *call, struct err *err);
int cmd_signoff_add(struct call *call, struct err *err);
int cmd_qr(struct call *call, struct err *err);
int cmd_entries_list(struct call *call, struct err *err);
int cmd_export_usb(struct call *call, struct err *err);
int cmd_usb_places(struct call *call, struct err *err);
int cmd_run(struct call *call, struct err *err);
int cmd_doctor(struct call *call, struct err *err);
int cmd_pin_forget(struct call *call, struct err *err);
int cmd_config_show(struct call *call, struct err *err);
int cmd_config_check(struct call *call, struct err *err);
int cmd_config_default(struct call *call, struct err *err);
int cmd_config_man(struct call *call, struct err *err);
int cmd_man(struct call *call, struct err *err);
int cmd_completion(struct call *call, struct err *err);
int cmd_help(struct call *call, struct err *err);

#endif
