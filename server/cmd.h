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

enum command_flag {
	CMD_BARE = 1,   /* needs no open office: init, serve… */
	CMD_READ = 2,   /* reads beside whoever writes */
	CMD_WRITE = 4,  /* runs where the writer is */
	CMD_FILES = 8,  /* its argument names files to read first */
	CMD_STICK = 16, /* its argument is a stick to read first */
};

#define CMD_INPUTS_MAX STICK_FILES_MAX
#define CMD_CSV_MAX    64                         /* files of a directory */
#define CMD_INPUT_MAX  ((size_t)64 * 1024 * 1024) /* bytes in all */
#define CMD_WAIT_MS    5000 /* for the lock of another command */

struct program {
	const char *directory;
	const struct os *os;
	struct office *office; /* NULL for CMD_BARE */
	struct import_input inputs[CMD_INPUTS_MAX];
	size_t input_count;
	struct buf storage[CMD_INPUTS_MAX]; /* what inputs point to */
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

/* Read the sets of the stick that the call names into the program's inputs,
 * whose names live in ${texts}. */
int cmd_read_stick(struct call *call, struct buf *texts, struct err *err);

bool cmd_json(const struct call *call);
/* E_USAGE when ${text}, a word of the command line, is no month. */
int cmd_check_month(const char *text, struct err *err);
struct office *cmd_office(const struct call *call);

/* Print ${rows} (consumed) as {"schema":1,"rows":…}, or ${none} when there
 * are none, or the table that ${fill} makes of them. */
int cmd_rows(struct call *call, json_t *rows, const char *none,
    void (*fill)(struct table *table, const json_t *rows), struct err *err);

int cmd_init(struct call *call, struct err *err);
int cmd_serve(struct call *call, struct err *err);
int cmd_config_check(struct call *call, struct err *err);
int cmd_import(struct call *call, struct err *err);
int cmd_import_usb(struct call *call, struct err *err);
int cmd_device_code(struct call *call, struct err *err);
int cmd_device_list(struct call *call, struct err *err);
int cmd_device_scope(struct call *call, struct err *err);
int cmd_device_revoke(struct call *call, struct err *err);
int cmd_newcomer_list(struct call *call, struct err *err);
int cmd_newcomer_match(struct call *call, struct err *err);
int cmd_conflicts_list(struct call *call, struct err *err);
int cmd_conflicts_resolve(struct call *call, struct err *err);
int cmd_report_month(struct call *call, struct err *err);
int cmd_close(struct call *call, struct err *err);
int cmd_close_check(struct call *call, struct err *err);
int cmd_close_show(struct call *call, struct err *err);
int cmd_close_late(struct call *call, struct err *err);
int cmd_close_adjust(struct call *call, struct err *err);
int cmd_close_reopen(struct call *call, struct err *err);
int cmd_alerts(struct call *call, struct err *err);
int cmd_purge(struct call *call, struct err *err);
int cmd_key_rotate(struct call *call, struct err *err);
int cmd_rebuild(struct call *call, struct err *err);
int cmd_export_audit(struct call *call, struct err *err);
int cmd_audit_verify(struct call *call, struct err *err);
int cmd_completion(struct call *call, struct err *err);

#endif
