/*
 * A program's settings: one table of rows, and all that follows from it: the
 * commented file, the names of the environment, what `config show`, `config
 * check` and `config default` say, the man page's section.
 *
 * Weakest first: the default, the file, the environment, the command line.
 *
 *	listen = 8443			# a line of the file, or '#' alone
 *	POINTEAU_SERVER_LISTEN=8443	# the program's prefix, in capitals
 *	--set listen=8443		# again and again
 *
 * Values live in the program's own struct, where each row says. Every fault
 * is kept, not the first alone, each with its line, variable or option.
 */
#ifndef POINTEAU_SHARED_SETTINGS_H
#define POINTEAU_SHARED_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/buf.h"
#include "shared/err.h"
#include "shared/opt.h"

#define SETTING_VALUE_MAX   1024 /* bytes of a text, its NUL too */
#define SETTING_NAME_MAX    40
#define SETTINGS_FILE_MAX   ((size_t)64 * 1024)
#define SETTINGS_MAX        64 /* rows of a table */
#define SETTINGS_FAULTS_MAX 32 /* kept; more are counted */
#define SETTINGS_FAULT_TEXT 512

/* What a row's member of the program's struct is. */
enum setting_type {
	SETTING_TEXT,     /* char[SETTING_VALUE_MAX], one line */
	SETTING_LIST,     /* the same: words separated by commas */
	SETTING_ADDRESS,  /* the same; the row's own check says which */
	SETTING_PATH,     /* the same: "" or from the root */
	SETTING_INTEGER,  /* int64_t */
	SETTING_DURATION, /* int64_t, seconds: 20s, 15min, 2h, 7d (or 7j) */
	SETTING_SIZE,     /* int64_t, bytes: 512KiB, 20MiB, 1GiB (or Gio) */
	SETTING_BOOLEAN,  /* bool: yes, no (or oui, non) */
	SETTING_CHOICE,   /* int: which of the row's choices, from 0 */
};

enum setting_flag {
	SETTING_SECRET = 1,   /* never shown, but in the file */
	SETTING_REQUIRED = 2, /* nothing works without it */
};

struct setting {
	const char *name; /* small letters, digits and '_' */
	enum setting_type type;
	size_t offset;       /* of its member in the program's struct */
	const char *preset;  /* the default, as in the file; "" for none */
	int64_t least, most; /* of numbers, durations (s) and sizes (bytes) */
	const char *choices; /* of a choice: "own|proxy" */
	/* More to be said of a text that is not empty, or NULL. */
	int (*check)(const char *value, struct err *err);
	unsigned flags;
	const char *fr; /* one sentence without its full stop */
	const char *en;
};

struct settings; /* being read */

/* All there is to know of a program's settings. */
struct settings_table {
	const char *program;     /* "pointeau-server" */
	const char *environment; /* what its variables begin with */
	/* Variables that begin so are another program's; NULL: none. */
	const char *foreign;
	/* Others use this beginning too: a variable that is near no setting
	 * is theirs, not a fault. */
	bool shared_environment;
	const char *file;    /* its name in the data directory */
	const char *machine; /* read where that is absent; NULL: none */
	const struct setting *rows;
	size_t count;
	size_t size;    /* bytes of the program's struct */
	const char *fr; /* the first line of the file */
	const char *en;
	/* What cannot work together: settings_fault for each; or NULL. */
	void (*together)(struct settings *settings);
	/* What `config check` looks at beside: files, addresses; or NULL. */
	void (*around)(struct settings *settings);
};

enum settings_source {
	SETTINGS_DEFAULT,
	SETTINGS_FILE,
	SETTINGS_ENVIRONMENT,
	SETTINGS_FLAG,
};

struct settings_origin {
	enum settings_source source;
	int line; /* of the file; 0: the whole of it */
};

struct settings_fault {
	struct settings_origin origin;
	bool is_remark; /* worth knowing, and nothing is refused */
	char setting[SETTING_NAME_MAX + 1]; /* "" when it is about none */
	char text[SETTINGS_FAULT_TEXT];     /* what, why, what to do */
};

struct settings {
	const struct settings_table *table;
	void *values; /* the program's struct; the caller's */
	char *path;   /* of the file that was read; owned; NULL: none */
	struct settings_origin origins[SETTINGS_MAX];
	struct settings_fault faults[SETTINGS_FAULTS_MAX];
	size_t fault_count;  /* that are faults, kept or not */
	size_t remark_count; /* likewise */
	size_t kept;
};

/* Where settings come from, beside the file of the data directory. */
struct settings_given {
	const char *file;         /* of --config; NULL: not given */
	bool may_lack;            /* a file that was named need not be there */
	bool no_file;             /* none is read */
	char *const *environment; /* "NAME=value"…, NULL at its end; or NULL */
	const struct call *call;  /* whose --set count; NULL: none */
};

/*
 * Read them all into ${values}. A value that is at fault leaves the one below
 * it. Returns E_LIMIT, E_IO, E_NOT_FOUND (a file that was named) or E_NOMEM
 * of the file; faults are settings_verdict's to tell. Free with settings_clear
 * either way.
 */
int settings_load(struct settings *out, const struct settings_table *table,
    void *values, const char *directory, const struct settings_given *given,
    struct err *err);
/* The same of a file's text alone. E_NOMEM. */
int settings_load_text(struct settings *out, const struct settings_table *table,
    void *values, const char *text, struct err *err);
void settings_clear(struct settings *settings);

/* The same for a call that main got: --config, --set, our environment. */
void settings_given_by(struct settings_given *out, const struct call *call);

/* The file that --config or the environment names; NULL: none. Borrowed. */
const char *settings_named_file(
    const struct settings_table *table, const struct settings_given *given);

/* 0, or E_INVALID (E_USAGE: of the command line) with the first fault, where
 * it is, and how many more there are. */
int settings_verdict(const struct settings *settings, struct err *err);

/* Note a fault of ${name} (NULL: of none), where its value came from. */
void settings_fault(struct settings *settings, const char *name,
    const char *format, ...) __attribute__((format(printf, 3, 4)));
void settings_remark(struct settings *settings, const char *name,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Every member its default. */
void settings_presets(const struct settings_table *table, void *values);

/* Where a value came from. NULL: no such row. */
const struct settings_origin *settings_origin_of(
    const struct settings *settings, const char *name);

/* ---- one value ---- */

/* Put the value of ${text} into ${values}; E_INVALID says what it should
 * be, without the setting's name. */
int setting_parse(
    const struct setting *row, void *values, const char *text, struct err *err);
/* Append the value, as in the file. */
void setting_format(
    struct buf *out, const struct setting *row, const void *values);
/* Append what a value may be: "une durée de 1min à 1d". */
void setting_range(struct buf *out, const struct setting *row);
/* "duration": a stable word for machines. */
const char *setting_type_word(enum setting_type type);

/* ---- what follows from the table ---- */

/* Append the commented file: what differs from its default as a line, the
 * rest as comments. */
void settings_write(
    struct buf *out, const struct settings_table *table, const void *values);

/* Append "fichier, ligne 3", "variable X", "--set x"; nothing for a default. */
void settings_add_origin(struct buf *out, const struct settings *settings,
    const struct settings_origin *origin, const char *name);

/* Append the section of the man page, in roff. */
void settings_man(struct buf *out, const struct settings_table *table);

#endif
