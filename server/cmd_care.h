/* The options of the commands about workers (care, person, skills), for the
 * table of cmd.c; the functions are in cmd.h. */
#ifndef POINTEAU_SERVER_CMD_CARE_H
#define POINTEAU_SERVER_CMD_CARE_H

#include "server/care/care.h"
#include "shared/opt.h"

extern const struct opt cmd_care_meeting_add_options[];
extern const struct opt cmd_care_meeting_set_options[];
extern const struct opt cmd_care_training_add_options[];
extern const struct opt cmd_care_training_set_options[];
extern const struct opt cmd_care_pmsmp_add_options[];
extern const struct opt cmd_care_pmsmp_set_options[];
extern const struct opt cmd_care_list_options[];
extern const struct opt cmd_care_exit_set_options[];
extern const struct opt cmd_care_who_options[];
extern const struct opt cmd_care_follow_up_options[];
extern const struct opt cmd_care_void_options[];
extern const struct opt cmd_care_due_options[];
extern const struct opt cmd_care_badge_options[];
extern const struct opt cmd_person_list_options[];
extern const struct opt cmd_person_show_options[];
extern const struct opt cmd_skills_add_options[];
extern const struct opt cmd_skills_set_options[];
extern const struct opt cmd_skills_void_options[];
extern const struct opt cmd_skills_catalogue_options[];
extern const struct opt cmd_report_skills_options[];

/* Today, or the day of option ${name}, ISO. */
int cmd_care_day(
    struct call *call, const char *name, char out[DATE_TEXT], struct err *err);
/* The worker ${text}, in the structure of --structure. */
int cmd_care_worker(struct call *call, const char *text,
    struct care_worker *out, struct err *err);
/* E_NOT_FOUND unless the note ${id} is in sight of who asks. */
int cmd_care_in_sight(struct call *call, const char *id, struct err *err);
/* Show the notes of a family that --structure, --worker, --since and --until
 * let through; ${none} when there are none. */
int cmd_care_notes(struct call *call, enum care_family family, const char *none,
    void (*fill)(struct table *, const json_t *), struct err *err);
/* Put the option's name before a message. */
int cmd_care_blame(const struct call *call, const char *name, struct err *err);
#endif
