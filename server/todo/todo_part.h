/*
 * The inside of server/todo/todo.h: each part adds its lines.
 */
#ifndef POINTEAU_SERVER_TODO_PART_H
#define POINTEAU_SERVER_TODO_PART_H

#include "server/todo/todo.h"
#include "shared/buf.h"
#include "shared/date.h"

struct todo {
	struct office *office;
	const char *structure; /* the only one looked at; NULL: all */
	json_t *structures;    /* owned: id to the structure's value */
	json_t *rows;          /* owned */
	char today[DATE_TEXT];
	char until[DATE_TEXT];  /* deadlines up to here */
	char month[MONTH_TEXT]; /* today's */
};

/* One line; texts are "" when there is nothing to say. */
struct todo_row {
	const char *what;
	enum todo_level level;
	const char *right;
	const char *structure;
	int64_t count;
	struct buf text; /* consumed */
	const char *todo;
	struct buf link; /* consumed */
	const char *since;
	const char *deadline;
};

int todo_add(struct todo *todo, struct todo_row *row, struct err *err);

/* Is it one of those looked at? */
bool todo_wants(const struct todo *todo, const char *structure);
/* "Les Jardins (S1)", for people; the identifier of one on no list. */
void todo_structure_name(
    struct buf *out, const struct todo *todo, const char *structure);
/* The month ${by} months from today's (negative: before). */
void todo_month(const struct todo *todo, int by, char out[MONTH_TEXT]);
/* "novembre 2026". */
void todo_month_name(struct buf *out, const char *month);
/* "20 novembre 2026" */
void todo_day_name(struct buf *out, const char *day);

/* Months of which one line tells: how many, and the earliest. */
struct todo_many {
	int64_t count;
	char first[MONTH_TEXT];
	char last[DATE_TEXT]; /* its last day */
	char due[DATE_TEXT];
};

/* A month of a structure; months are gone through latest first. */
struct todo_at {
	struct todo *todo;
	const char *structure;
	char month[MONTH_TEXT];
	char first[DATE_TEXT], last[DATE_TEXT]; /* its days */
	char before[DATE_TEXT];                 /* the day before the first */
	int back;                               /* months before today's */
	struct todo_many open;       /* before the last one, not closed */
	struct todo_many undeclared; /* late */
};

/* Begin a line about this month, with its place; and where it is seen to. */
void todo_at_begin(struct todo_row *row, const struct todo_at *at,
    const char *what, enum todo_level level, const char *right, int64_t count);
void todo_at_link(
    struct todo_row *row, const struct todo_at *at, const char *screen);

/* The month that has just ended is to be closed; one before it, which
 * todo_closes tells with its like. */
int todo_close(const struct todo_at *at, struct err *err);
void todo_note_open(struct todo_at *at);
int todo_closes(struct todo_at *at, struct err *err);
/* What came after the closing of this month. */
int todo_late(const struct todo_at *at, struct err *err);
/* Somebody asked that it be reopened: for who may confirm it. */
int todo_reopening(const struct todo_at *at, struct err *err);
/* Is it declared as it stands, each row under an annex? Those not declared at
 * all that are late are told by todo_declares. */
int todo_declare(struct todo_at *at, struct err *err);
int todo_declares(struct todo_at *at, struct err *err);

int todo_alerts(struct todo *todo, struct err *err);
/* Contested slots and newcomers, whatever their month. */
int todo_open(struct todo *todo, struct err *err);
/* Blanks, signatures, closings, late entries, declarations. */
int todo_months(struct todo *todo, struct err *err);
/* Contracts, annexes, accompaniment. */
int todo_deadlines(struct todo *todo, struct err *err);

#endif
