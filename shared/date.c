#include <assert.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "shared/date.h"
#include "shared/lang.h"

#define YEAR_FIRST   1900
#define YEAR_LAST    2199
#define DAY_SECONDS  86400
#define HOUR_MINUTES 60

/* 0000-01-01 and 9999-12-31: beyond, a year has not four digits. */
#define DAYS_FIRST (-719528)
#define DAYS_LAST  2932896

/* Numbers stop growing here: far above every limit, far below overflow. */
#define NUMBER_MAX 1000000000

/* Decimals that count; the rest weigh less than a billionth of a minute. */
#define DECIMALS_MAX 15

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Read digits at ${at} and move it past them; how many there were. */
static int take_number(const char **at, int64_t *value)
{
	int count = 0;

	*value = 0;
	for (; is_digit(**at); (*at)++) {
		if (*value < NUMBER_MAX)
			*value = *value * 10 + (**at - '0');
		if (count < NUMBER_MAX)
			count++;
	}
	return count;
}

/* Read exactly ${count} digits. */
static bool take_digits(const char **at, int count, int *value)
{
	*value = 0;
	for (; count > 0; count--, (*at)++) {
		if (!is_digit(**at))
			return false;
		*value = *value * 10 + (**at - '0');
	}
	return true;
}

static bool take(const char **at, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(*at, word, len) != 0)
		return false;
	*at += len;
	return true;
}

static void skip_spaces(const char **at)
{
	while (take(at, " ") || take(at, "\u00A0") || take(at, "\u202F"))
		;
}

static void put_digits(char *out, int value, int count)
{
	while (count-- > 0) {
		out[count] = (char)('0' + value % 10);
		value /= 10;
	}
}

/* Dates */

static int days_in_month(int year, int month)
{
	static const int days[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return month == 2 && leap ? 29 : days[month - 1];
}

static int check_month(int year, int month, struct err *err)
{
	if (year < YEAR_FIRST || year > YEAR_LAST)
		return err_set(err, E_INVALID,
		    L("l'année va de %d à %d : corrigez-la",
			"the year runs from %d to %d: correct it"),
		    YEAR_FIRST, YEAR_LAST);
	if (month < 1 || month > 12)
		return err_set(err, E_INVALID,
		    L("le mois va de 01 à 12 : corrigez-le",
			"the month runs from 01 to 12: correct it"));
	return 0;
}

static int check_date(const struct date *date, struct err *err)
{
	int last, rc;

	if ((rc = check_month(date->year, date->month, err)) < 0)
		return rc;
	last = days_in_month(date->year, date->month);
	if (date->day < 1 || date->day > last)
		return err_set(err, E_INVALID,
		    L("ce jour n'existe pas : ce mois-là va du 1 au %d",
			"no such day: that month runs from 1 to %d"),
		    last);
	return 0;
}

/* "yyyy-mm-dd", whatever the numbers; nothing about what follows. */
static bool take_iso(const char **at, struct date *date)
{
	return take_digits(at, 4, &date->year) && take(at, "-") &&
	       take_digits(at, 2, &date->month) && take(at, "-") &&
	       take_digits(at, 2, &date->day);
}

/* "d/m/yyyy", whatever the numbers. */
static bool take_french(const char **at, struct date *date)
{
	int64_t day, month;
	int day_digits, month_digits;

	day_digits = take_number(at, &day);
	if (day_digits < 1 || day_digits > 2 || !take(at, "/"))
		return false;
	month_digits = take_number(at, &month);
	if (month_digits < 1 || month_digits > 2 || !take(at, "/"))
		return false;
	date->day = (int)day;
	date->month = (int)month;
	return take_digits(at, 4, &date->year);
}

int date_parse(struct date *out, const char *text, struct err *err)
{
	struct date date;
	const char *iso = text, *french = text;
	int rc;

	assert(out != NULL && text != NULL);
	if (!(take_iso(&iso, &date) && *iso == '\0') &&
	    !(take_french(&french, &date) && *french == '\0'))
		return err_set(err, E_INVALID,
		    L("ce n'est pas une date : écrivez 2026-11-20 ou "
		      "20/11/2026",
			"not a date: write 2026-11-20 or 20/11/2026"));
	if ((rc = check_date(&date, err)) < 0)
		return rc;
	*out = date;
	return 0;
}

bool date_is_iso(const char *text)
{
	struct date date;

	assert(text != NULL);
	return take_iso(&text, &date) && *text == '\0' &&
	       check_date(&date, NULL) == 0;
}

void date_format(const struct date *date, char out[DATE_TEXT])
{
	assert(date->year >= 0 && date->year <= 9999);
	put_digits(out, date->year, 4);
	out[4] = '-';
	put_digits(out + 5, date->month, 2);
	out[7] = '-';
	put_digits(out + 8, date->day, 2);
	out[10] = '\0';
}

/*
 * Both conversions count years from 1 March, so that the leap day comes last,
 * in eras of 400 years, which all have 146097 days.
 */
int64_t date_days(const struct date *date)
{
	int64_t year = date->month <= 2 ? date->year - 1 : date->year;
	int64_t era = (year >= 0 ? year : year - 399) / 400;
	int64_t year_of_era = year - era * 400;
	int64_t month = (date->month + 9) % 12;
	int64_t day_of_year = (153 * month + 2) / 5 + date->day - 1;

	assert(date->month >= 1 && date->month <= 12);
	return era * 146097 + year_of_era * 365 + year_of_era / 4 -
	       year_of_era / 100 + day_of_year - 719468;
}

struct date date_from_days(int64_t days)
{
	int64_t era, day, year, day_of_year, month;
	struct date date;

	if (days < DAYS_FIRST)
		days = DAYS_FIRST;
	if (days > DAYS_LAST)
		days = DAYS_LAST;
	days += 719468;
	era = (days >= 0 ? days : days - 146096) / 146097;
	day = days - era * 146097;
	year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	day_of_year = day - (365 * year + year / 4 - year / 100);
	month = (5 * day_of_year + 2) / 153;
	date.day = (int)(day_of_year - (153 * month + 2) / 5 + 1);
	date.month = (int)(month < 10 ? month + 3 : month - 9);
	date.year = (int)(year + era * 400 + (date.month <= 2 ? 1 : 0));
	return date;
}

int date_weekday(const struct date *date)
{
	/* 1970-01-01 was a Thursday, 3 days after a Monday. */
	int64_t days = (date_days(date) + 3) % 7;

	return (int)(days < 0 ? days + 7 : days) + 1;
}

struct date date_add_months(const struct date *date, int months)
{
	int count = date->year * 12 + date->month - 1 + months;
	struct date out = {count / 12, count % 12 + 1, date->day};
	int last = days_in_month(out.year, out.month);

	if (out.day > last)
		out.day = last;
	return out;
}

int date_parse_month(const char *text, char first[DATE_TEXT],
    char last[DATE_TEXT], struct err *err)
{
	struct date date = {0, 0, 1};
	const char *at = text;
	int rc;

	assert(text != NULL);
	if (!take_digits(&at, 4, &date.year) || !take(&at, "-") ||
	    !take_digits(&at, 2, &date.month) || *at != '\0')
		return err_set(err, E_INVALID,
		    L("ce n'est pas un mois : écrivez par exemple 2026-11",
			"not a month: write for instance 2026-11"));
	if ((rc = check_month(date.year, date.month, err)) < 0)
		return rc;
	date_format(&date, first);
	date.day = days_in_month(date.year, date.month);
	date_format(&date, last);
	return 0;
}

/* Durations */

static int refuse_duration(struct err *err)
{
	return err_set(err, E_INVALID,
	    L("ce n'est pas une durée : écrivez 3h30, 3:30, 3,5h ou 210min",
		"not a duration: write 3h30, 3:30, 3.5h or 210min"));
}

static int refuse_long(struct err *err, int max)
{
	char limit[DURATION_TEXT];

	if (max == DURATION_DAY_MAX)
		return err_set(err, E_INVALID,
		    L("plus de 24 h : un jour n'a que 24 h",
			"more than 24 h: a day has only 24 h"));
	if (max == DURATION_WEEK_MAX)
		return err_set(err, E_INVALID,
		    L("plus de 168 h : une semaine n'a que 168 h",
			"more than 168 h: a week has only 168 h"));
	duration_format(max, limit);
	return err_set(err, E_INVALID,
	    L("durée trop longue : au plus %s",
		"duration too long: at most %s"),
	    limit);
}

/* The two digits after "3h" or "3:". */
static int take_minutes(const char **at, int64_t *minutes, struct err *err)
{
	if (take_number(at, minutes) != 2)
		return err_set(err, E_INVALID,
		    L("les minutes s'écrivent avec deux chiffres, comme 3h05",
			"minutes take two digits, as in 3h05"));
	if (*minutes >= HOUR_MINUTES)
		return err_set(err, E_INVALID,
		    L("les minutes vont de 00 à 59",
			"minutes run from 00 to 59"));
	return 0;
}

/* The digits after "3," as minutes, rounded half up. */
static bool take_decimals(const char **at, int64_t *minutes)
{
	int64_t value = 0, scale = 1;
	int count = 0;

	if (!is_digit(**at))
		return false;
	for (; is_digit(**at); (*at)++) {
		if (count++ >= DECIMALS_MAX)
			continue;
		value = value * 10 + (**at - '0');
		scale *= 10;
	}
	*minutes = (2 * HOUR_MINUTES * value + scale) / (2 * scale);
	return true;
}

/* A unit in either case, whole or not at all. */
static bool take_unit(const char **at, const char *unit)
{
	size_t len = strlen(unit);

	if (strncasecmp(*at, unit, len) != 0)
		return false;
	*at += len;
	return true;
}

/* "3,5" and "3,5h", the hours already read. */
static int take_decimal_hours(
    const char **at, bool bare_is_hours, int64_t *value, struct err *err)
{
	int64_t minutes;

	if (!take_decimals(at, &minutes))
		return refuse_duration(err);
	skip_spaces(at);
	if (!take_unit(at, "h") && !bare_is_hours)
		return refuse_duration(err);
	*value = *value * HOUR_MINUTES + minutes;
	return 0;
}

static int take_duration(
    const char **at, bool bare_is_hours, int64_t *value, struct err *err)
{
	int64_t minutes = 0;
	int rc = 0;

	if (take_number(at, value) == 0)
		return refuse_duration(err);
	if (take(at, ".") || take(at, ","))
		return take_decimal_hours(at, bare_is_hours, value, err);
	if (take(at, ":")) {
		rc = take_minutes(at, &minutes, err);
		*value = *value * HOUR_MINUTES + minutes;
		return rc;
	}
	skip_spaces(at);
	if (take_unit(at, "min") || take_unit(at, "m"))
		return 0;
	if (take_unit(at, "h")) {
		skip_spaces(at);
		if (is_digit(**at))
			rc = take_minutes(at, &minutes, err);
	} else if (!bare_is_hours && *value != 0) {
		return refuse_duration(err);
	}
	*value = *value * HOUR_MINUTES + minutes;
	return rc;
}

int duration_parse(int *minutes, const char *text, bool bare_is_hours, int max,
    struct err *err)
{
	const char *at = text;
	int64_t value;
	int rc;

	assert(minutes != NULL && text != NULL && max >= 0);
	skip_spaces(&at);
	if (*at == '\0')
		return err_set(err, E_INVALID,
		    L("durée vide : écrivez par exemple 3h30, ou 0",
			"empty duration: write for instance 3h30, or 0"));
	if (take(&at, "-") || take(&at, "−"))
		return err_set(err, E_INVALID,
		    L("une durée ne peut pas être négative",
			"a duration cannot be negative"));
	if ((rc = take_duration(&at, bare_is_hours, &value, err)) < 0)
		return rc;
	skip_spaces(&at);
	if (*at != '\0')
		return refuse_duration(err);
	if (value > max)
		return refuse_long(err, max);
	*minutes = (int)value;
	return 0;
}

void duration_format(int64_t minutes, char out[DURATION_TEXT])
{
	/* Far beyond any sum of hours, and the field holds it with a sign. */
	const int64_t most = (int64_t)INT_MAX * HOUR_MINUTES + 59;
	const char *sign = minutes < 0 ? "-" : "";
	int hours, rest;

	if (minutes > most || minutes < -most)
		minutes = most;
	if (minutes < 0)
		minutes = -minutes;
	hours = (int)(minutes / HOUR_MINUTES);
	rest = (int)(minutes % HOUR_MINUTES);
	if (rest == 0)
		(void)snprintf(out, DURATION_TEXT, "%s%dh", sign, hours);
	else
		(void)snprintf(
		    out, DURATION_TEXT, "%s%dh%02d", sign, hours, rest);
}

/* Times of day */

static int take_clock(const char **at, int *minutes, struct err *err)
{
	int64_t hours, rest = 0;
	int digits, rc;

	digits = take_number(at, &hours);
	if (digits < 1 || digits > 2)
		goto refuse;
	if (take(at, ":")) {
		if ((rc = take_minutes(at, &rest, err)) < 0)
			return rc;
	} else {
		skip_spaces(at);
		if (!take_unit(at, "h"))
			goto refuse;
		skip_spaces(at);
		if (is_digit(**at) && (rc = take_minutes(at, &rest, err)) < 0)
			return rc;
	}
	if (hours * HOUR_MINUTES + rest > DURATION_DAY_MAX)
		return err_set(err, E_INVALID,
		    L("l'heure va de 0h00 à 24h00",
			"the time runs from 0h00 to 24h00"));
	*minutes = (int)(hours * HOUR_MINUTES + rest);
	return 0;
refuse:
	return err_set(err, E_INVALID,
	    L("ce n'est pas une heure : écrivez 8h00 ou 08:00",
		"not a time of day: write 8h00 or 08:00"));
}

int clock_parse(int *minutes, const char *text, struct err *err)
{
	const char *at = text;
	int value, rc;

	assert(minutes != NULL && text != NULL);
	skip_spaces(&at);
	if ((rc = take_clock(&at, &value, err)) < 0)
		return rc;
	skip_spaces(&at);
	if (*at != '\0')
		return err_set(err, E_INVALID,
		    L("ce n'est pas une heure : écrivez 8h00 ou 08:00",
			"not a time of day: write 8h00 or 08:00"));
	*minutes = value;
	return 0;
}

void clock_format(int minutes, char out[CLOCK_TEXT])
{
	assert(minutes >= 0 && minutes <= DURATION_DAY_MAX);
	put_digits(out, minutes / HOUR_MINUTES, 2);
	out[2] = ':';
	put_digits(out + 3, minutes % HOUR_MINUTES, 2);
	out[5] = '\0';
}

static int refuse_stretch(struct err *err)
{
	return err_set(err, E_INVALID,
	    L("ce n'est pas une plage horaire : écrivez 8h00-11h30",
		"not a stretch of a day: write 8h00-11h30"));
}

int clock_parse_stretch(int *start, int *end, const char *text, struct err *err)
{
	const char *at = text;
	int from, to, rc;

	assert(start != NULL && end != NULL && text != NULL);
	skip_spaces(&at);
	if ((rc = take_clock(&at, &from, err)) < 0)
		return rc;
	skip_spaces(&at);
	if (!take(&at, "-") && !take(&at, "–") && !take(&at, "—") &&
	    !take(&at, "à"))
		return refuse_stretch(err);
	skip_spaces(&at);
	if ((rc = take_clock(&at, &to, err)) < 0)
		return rc;
	skip_spaces(&at);
	if (*at != '\0')
		return refuse_stretch(err);
	if (to <= from)
		return err_set(err, E_INVALID,
		    L("la fin doit venir après le début",
			"the end must come after the start"));
	*start = from;
	*end = to;
	return 0;
}

/* Instants */

void stamp_format(int64_t seconds, char out[STAMP_TEXT])
{
	int64_t days = seconds / DAY_SECONDS;
	int rest = (int)(seconds % DAY_SECONDS);
	struct date date;

	if (rest < 0) {
		rest += DAY_SECONDS;
		days--;
	}
	date = date_from_days(days);
	date_format(&date, out);
	out[10] = 'T';
	put_digits(out + 11, rest / 3600, 2);
	out[13] = ':';
	put_digits(out + 14, rest / 60 % 60, 2);
	out[16] = ':';
	put_digits(out + 17, rest % 60, 2);
	out[19] = 'Z';
	out[20] = '\0';
}

int stamp_parse(int64_t *seconds, const char *text, struct err *err)
{
	struct date date;
	const char *at = text;
	int hour, minute, second, rc;

	assert(seconds != NULL && text != NULL);
	if (!take_iso(&at, &date) || !take(&at, "T") ||
	    !take_digits(&at, 2, &hour) || !take(&at, ":") ||
	    !take_digits(&at, 2, &minute) || !take(&at, ":") ||
	    !take_digits(&at, 2, &second) || !take(&at, "Z") || *at != '\0' ||
	    hour > 23 || minute > 59 || second > 59)
		return err_set(err, E_INVALID,
		    L("ce n'est pas un instant : il faut la forme "
		      "2026-11-20T16:31:02Z",
			"not an instant: the form is 2026-11-20T16:31:02Z"));
	if ((rc = check_date(&date, err)) < 0)
		return rc;
	*seconds =
	    date_days(&date) * DAY_SECONDS + hour * 3600 + minute * 60 + second;
	return 0;
}

void date_local(int64_t seconds, struct date *out)
{
	time_t time = (time_t)seconds;
	struct tm tm;
	int64_t days;

	assert(out != NULL);
	if (localtime_r(&time, &tm) != NULL && tm.tm_year >= -1900 &&
	    tm.tm_year <= 9999 - 1900) {
		*out =
		    (struct date){tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday};
		return;
	}
	days = seconds / DAY_SECONDS - (seconds % DAY_SECONDS < 0 ? 1 : 0);
	*out = date_from_days(days);
}

int clock_local(int64_t seconds)
{
	time_t time = (time_t)seconds;
	struct tm tm;

	if (localtime_r(&time, &tm) != NULL)
		return tm.tm_hour * 60 + tm.tm_min;
	seconds %= DAY_SECONDS;
	return (int)((seconds < 0 ? seconds + DAY_SECONDS : seconds) / 60);
}
