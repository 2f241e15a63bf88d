/*
 * Civil dates, times of day, durations and UTC instants, as people write
 * them in France and as records keep them. A refusal gives the reason alone,
 * not the text refused: the caller, who knows where it stood, adds both.
 */
#ifndef POINTEAU_SHARED_DATE_H
#define POINTEAU_SHARED_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/err.h"

#define DATE_TEXT  11 /* "2026-11-20" and NUL */
#define CLOCK_TEXT 6  /* "08:00" and NUL */
#define STAMP_TEXT 21 /* "2026-11-20T16:31:02Z" and NUL */
#define MONTH_TEXT 8  /* "2026-11" and NUL */

struct date {
	int year;  /* 1900..2199 */
	int month; /* 1..12 */
	int day;   /* 1..31 */
};

/*
 * Parse "2026-11-20" or "20/11/2026" (also d/m/yyyy). E_INVALID names the
 * fault: not a date, or a day that does not exist (31 February).
 */
int date_parse(struct date *out, const char *text, struct err *err);

/* Is ${text} exactly "yyyy-mm-dd" and a day that exists? */
bool date_is_iso(const char *text);

/* Write "yyyy-mm-dd". */
void date_format(const struct date *date, char out[DATE_TEXT]);

/* Days since 1970-01-01 (proleptic Gregorian), and back; days outside the
 * years 0 to 9999 come back as the nearest day inside. */
int64_t date_days(const struct date *date);
struct date date_from_days(int64_t days);

/* 1 (Monday) … 7 (Sunday), as ISO 8601. */
int date_weekday(const struct date *date);

/* The same day of the month ${months} later (earlier when negative), or that
 * month's last: 31 August and six months is 28 February. */
struct date date_add_months(const struct date *date, int months);

/* Parse "2026-11" into the ISO texts of its first and last day. */
int date_parse_month(const char *text, char first[DATE_TEXT],
    char last[DATE_TEXT], struct err *err);

/*
 * Parse a duration into minutes: 3h30, 3h, 3 h 30, 3:30, 3.5h, 3,5h, 210m,
 * 210min, 0. A bare decimal ("3,5", "3.5", "7") is hours when
 * ${bare_is_hours}, and E_INVALID otherwise (the message shows the accepted
 * forms). A decimal must come to a whole number of minutes within 0.01 h
 * (rounded half up to the minute). Nothing negative; more than 24 h is
 * E_INVALID ("un jour n'a que 24 h"). ${max} is the largest allowed, in
 * minutes, for other uses (a weekly duration).
 */
#define DURATION_DAY_MAX  1440
#define DURATION_WEEK_MAX 10080
int duration_parse(int *minutes, const char *text, bool bare_is_hours, int max,
    struct err *err);

/* Write "3h30", "3h" or "0h". ${out} holds at least 16 bytes. */
#define DURATION_TEXT 16
void duration_format(int64_t minutes, char out[DURATION_TEXT]);

/* Parse 8h00, 8h, 08:00, 8:00 into minutes since midnight (0..1440). */
int clock_parse(int *minutes, const char *text, struct err *err);
/* Write "08:00" ("24:00" for 1440). */
void clock_format(int minutes, char out[CLOCK_TEXT]);

/* Parse a stretch of a day, "8h00-11h30" (also –, "à", "08:00-11:30"):
 * the end must come after the start. */
int clock_parse_stretch(
    int *start, int *end, const char *text, struct err *err);

/* UTC instants: seconds since 1970 ↔ "2026-11-20T16:31:02Z". */
void stamp_format(int64_t seconds, char out[STAMP_TEXT]);
int stamp_parse(int64_t *seconds, const char *text, struct err *err);

/* The civil date of a UTC instant in the machine's time zone. */
void date_local(int64_t seconds, struct date *out);
/* Its time of day there, in minutes since midnight. */
int clock_local(int64_t seconds);

#endif
