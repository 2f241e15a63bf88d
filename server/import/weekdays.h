/*
 * The days of a week that a crew works, as people write them.
 */
#ifndef POINTEAU_SERVER_WEEKDAYS_H
#define POINTEAU_SERVER_WEEKDAYS_H

#include "shared/err.h"

#define WEEKDAYS_TEXT 8 /* "1234567" and NUL */

/*
 * Read "lun-ven", "lundi au vendredi", "lun mar jeu", "1-5", "1,2,4",
 * "12345" (also English names, three letters or more) into digits in order,
 * 1 for Monday: "12345". E_INVALID, with the reason alone.
 */
int weekdays_parse(char out[WEEKDAYS_TEXT], const char *text, struct err *err);

#endif
