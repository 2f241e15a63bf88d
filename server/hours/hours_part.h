/*
 * The inside of server/hours/: whom and where an act is about, and how one
 * value is made and written.
 */
#ifndef POINTEAU_SERVER_HOURS_PART_H
#define POINTEAU_SERVER_HOURS_PART_H

#include "server/act.h"
#include "server/hours/hours_act.h"
#include "server/import/people.h"

/* A worker (or newcomer) of a structure. */
struct hours_who {
	char structure[TEXT_ID_MAX + 1];
	char worker[TEXT_ID_MAX + 1];
	json_t *value; /* owned: the record's */
	bool newcomer;
};

/* E_NOT_FOUND when nobody is called so, E_INVALID when people of several
 * structures are and ${structure} is NULL. Clear it in both cases. */
int hours_who_find(struct hours_who *out, struct office *office,
    const char *structure, const char *worker, struct err *err);

/* As hours_who_find, and whoever has hours but is on no list: a laptop's late
 * hours of somebody forgotten since are to be settled and corrected as well
 * (I9). Known by the identifier alone, ${value} is an empty object then. */
int hours_who_recorded(struct hours_who *out, struct office *office,
    const char *structure, const char *worker, struct err *err);
void hours_who_clear(struct hours_who *who);

/* Append "Fatou Diallo", as people_name; the identifier where no name is
 * known. */
int hours_who_name(struct buf *out, struct office *office,
    const struct hours_who *who, struct err *err);

/* The value of the crew that he or she is in on ${day}; NULL for none. Own
 * it. */
int hours_crew(json_t **out, struct office *office, const struct hours_who *who,
    const char *day, struct err *err);

/* The crew's usual times of a half-day. */
bool hours_usual(const json_t *crew, const char *slot, int *start, int *end);

/* A site by its identifier or its name, into ${out} (TEXT_ID_MAX + 1). */
int hours_site(struct office *office, const char *structure, const char *text,
    char *out, struct err *err);

/* May these be the note and the reason? E_INVALID. */
int hours_check_words(
    const struct hours_words *words, bool correction, struct err *err);

/* A whole value from what is said, over ${base} (NULL: a new one). Own
 * ${*out}. */
int hours_make(json_t **out, struct office *office, const struct hours_who *who,
    const struct hours_place *place, const json_t *base,
    const struct hours_wish *wish, struct err *err);

/* Put ${value} (NULL: a void) above the slot's heads. ${from} (may be NULL)
 * are the heads that a move came from. */
int hours_write(struct act *act, const struct slot *slot, const json_t *value,
    const struct hours_words *words, const struct slot *from, struct err *err);

/* Is the month of ${day} closed? */
int hours_is_late(struct office *office, const char *structure, const char *day,
    bool *late, struct err *err);

#endif
