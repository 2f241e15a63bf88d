#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "server/import/xlsx_part.h"
#include "shared/date.h"

/* ECMA-376 §18.8.30: the formats that need no code; 27 to 36 and 50 to 58 are
 * days in the East Asian ones. */
static enum xlsx_format built_in(long number)
{
	if ((number >= 14 && number <= 17) || number == 22 ||
	    (number >= 27 && number <= 31) || number == 36 ||
	    (number >= 50 && number <= 54) || number == 57 || number == 58)
		return XLSX_DAY;
	if ((number >= 18 && number <= 21) || (number >= 32 && number <= 35) ||
	    (number >= 45 && number <= 47) || number == 55 || number == 56)
		return XLSX_TIME;
	return XLSX_NUMBER;
}

/* The next letter that means something, or 0; quoted texts, escaped letters
 * and [colours] do not, but [h], [mm] and [ss] do. Months and minutes share
 * their letter: it is told by the company it keeps. */
static char next_letter(const char **at)
{
	while (**at != '\0' && **at != ';') {
		char c = *(*at)++;

		if (c == '"') {
			*at += strcspn(*at, "\"");
			*at += **at == '"' ? 1 : 0;
		} else if ((c == '\\' || c == '_' || c == '*') &&
			   **at != '\0') {
			(*at)++;
		} else if (c == '[' && strchr("hHmMsS", **at) == NULL) {
			*at += strcspn(*at, "]");
		} else if (isalpha((unsigned char)c)) {
			return (char)tolower((unsigned char)c);
		}
	}
	return '\0';
}

enum xlsx_format xlsx_format_of(long number, const char *code)
{
	bool day = false, hour = false, month = false;
	const char *at = code;
	char letter;

	if (code[0] == '\0')
		return built_in(number);
	/* "General", "Standard": a word, not a pattern. */
	if (strncmp(code, "General", 7) == 0 ||
	    strncmp(code, "Standard", 8) == 0)
		return XLSX_NUMBER;
	while ((letter = next_letter(&at)) != '\0') {
		day |= letter == 'd' || letter == 'y';
		hour |= letter == 'h' || letter == 's';
		month |= letter == 'm';
	}
	if (day || (month && !hour))
		return XLSX_DAY;
	return hour ? XLSX_TIME : XLSX_NUMBER;
}

/* The day of a serial number: 60 is 29 February 1900 in the 1900 system, which
 * never was. */
static void add_day(struct buf *out, double value, bool from_1904)
{
	static const struct date epoch_1904 = {1904, 1, 1};
	static const struct date epoch_1900 = {1899, 12, 30};
	int64_t serial = (int64_t)floor(value);
	char text[DATE_TEXT];
	struct date date;

	if (!from_1904 && serial == 60) {
		buf_add_text(out, "1900-02-29");
		return;
	}
	if (!from_1904 && serial < 60)
		serial++;
	date = date_from_days(
	    date_days(from_1904 ? &epoch_1904 : &epoch_1900) + serial);
	date_format(&date, text);
	buf_add_text(out, text);
}

static void add_time(struct buf *out, double value)
{
	int64_t minutes = (int64_t)floor(value * 1440 + 0.5);

	buf_printf(out, "%" PRId64 "h%02" PRId64, minutes / 60, minutes % 60);
}

/* The largest serial number: 31 December 9999. */
#define SERIAL_MAX 2958465

void xlsx_number(
    struct buf *out, const char *text, enum xlsx_format format, bool from_1904)
{
	char *end;
	double value = strtod(text, &end);

	if (end == text || *end != '\0' || !isfinite(value)) {
		buf_add_text(out, text);
		return;
	}
	if (format == XLSX_DAY && value >= 1 && value <= SERIAL_MAX)
		add_day(out, value, from_1904);
	else if (format == XLSX_TIME && value >= 0 && value <= SERIAL_MAX)
		add_time(out, value);
	else if (value == floor(value) && fabs(value) < 1e15)
		buf_printf(out, "%.0f", value);
	else
		buf_printf(out, "%.15g", value);
}
