#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "shared/csv.h"
#include "shared/lang.h"
#include "shared/text.h"

#define ABSENT          ((size_t)-1)
#define WHY_MAX         300 /* code points of a reason: one fault fits */
#define TAIL_ROOM       64  /* bytes for "… et 12 autres" */
#define LINE_MAX_NUMBER 0x7FFFFFFFU

static_assert(CSV_FILE_MAX * 3 < UINT32_MAX, "offsets fit 32 bits as UTF-8");

/* Fields lie one after the other in the text, each ended by a NUL. */
struct row {
	uint32_t at; /* of the first field */
	unsigned line : 31;
	unsigned faulty : 1;
};

/* One fault: its reason is in ${whys}. */
struct fault {
	size_t row;
	size_t column;
	size_t why;
};

struct csv {
	const struct csv_column *columns; /* the caller's */
	size_t column_count;
	size_t *places;      /* of each known column in the file, or ABSENT */
	const char **called; /* each known column, in the table or the header */
	struct buf text;
	size_t end; /* of the last row's last field */
	struct row *rows;
	size_t row_count;
	size_t row_cap;
	struct buf unknown;
	struct buf faults;
	struct fault *list; /* the first CSV_FAULT_LIST */
	struct buf whys;    /* their reasons, each ended by NUL */
	size_t listed;
	size_t fault_count;
	size_t faulty_rows;
};

/*
 * A reader takes fields from ${at} and puts them, unquoted and trimmed, at
 * ${put}, which never overtakes ${at}: a field's NUL takes the place of its
 * delimiter.
 */
struct reader {
	char *text;
	size_t len;
	size_t at;
	size_t put;
	size_t line;
	char delimiter;
};

/* One line of fields. */
struct record {
	size_t line;
	size_t start;
	size_t count; /* all of them, kept or not */
	bool blank;
	const char *fields[CSV_COLUMN_MAX];
};

/* Length of the space at ${text}: ASCII, no-break or narrow no-break. */
static size_t space_len(const char *text, size_t len)
{
	if (len >= 1 && (*text == ' ' || (*text >= '\t' && *text <= '\r')))
		return 1;
	if (len >= 2 && memcmp(text, "\u00A0", 2) == 0)
		return 2;
	if (len >= 3 && memcmp(text, "\u202F", 3) == 0)
		return 3;
	return 0;
}

/* Length of the space that ends the ${len} bytes at ${text}. */
static size_t space_before(const char *text, size_t len)
{
	for (size_t count = 1; count <= 3 && count <= len; count++) {
		if (space_len(text + len - count, count) == count)
			return count;
	}
	return 0;
}

/* Trim what was put since ${start} and close it. */
static void close_field(struct reader *in, size_t start)
{
	size_t len = in->put - start, lead = 0, count;

	while ((count = space_before(in->text + start, len)) > 0)
		len -= count;
	while ((count = space_len(in->text + start + lead, len - lead)) > 0)
		lead += count;
	len -= lead;
	if (lead > 0)
		memmove(in->text + start, in->text + start + lead, len);
	in->put = start + len;
	in->text[in->put++] = '\0';
}

static bool at_end(const struct reader *in)
{
	return in->at == in->len;
}

static bool at_break(const struct reader *in)
{
	return in->text[in->at] == '\n' || in->text[in->at] == '\r';
}

/* Pass one line break: LF, CR or both. */
static void pass_break(struct reader *in)
{
	if (in->text[in->at] == '\r' && in->at + 1 < in->len &&
	    in->text[in->at + 1] == '\n')
		in->at++;
	in->at++;
	in->line++;
}

/* Read what is between quotes; ${at} is past the opening one. */
static int read_quoted(struct reader *in, struct err *err)
{
	size_t line = in->line;

	while (!at_end(in)) {
		char c = in->text[in->at];

		if (c == '"') {
			in->at++;
			if (at_end(in) || in->text[in->at] != '"')
				return 0;
		} else if (at_break(in)) {
			pass_break(in);
			in->text[in->put++] = '\n';
			continue;
		}
		in->text[in->put++] = c;
		in->at++;
	}
	return err_set(err, E_INVALID,
	    L("ligne %zu : un guillemet \" s'ouvre et ne se ferme jamais : "
	      "fermez-le ou enlevez-le",
		"line %zu: a quote \" opens and never closes: close it or "
		"remove it"),
	    line);
}

/* Spaces may stand before a quote that opens a field. */
static bool take_quote(struct reader *in)
{
	size_t at = in->at;

	while (at < in->len && in->text[at] == ' ')
		at++;
	if (at == in->len || in->text[at] != '"')
		return false;
	in->at = at + 1;
	return true;
}

/* Read one field up to its delimiter, line break or the end of the file. */
static int read_field(struct reader *in, struct err *err)
{
	size_t start = in->put, line = in->line;
	int rc;

	if (take_quote(in) && (rc = read_quoted(in, err)) < 0)
		return rc;
	while (
	    !at_end(in) && !at_break(in) && in->text[in->at] != in->delimiter)
		in->text[in->put++] = in->text[in->at++];
	if (in->put - start > CSV_FIELD_MAX)
		return err_set(err, E_INVALID,
		    L("ligne %zu : un champ dépasse %zu octets : "
		      "raccourcissez-le, ou cherchez un guillemet \" de trop",
			"line %zu: a field is over %zu bytes: shorten it, or "
			"look for a quote \" too many"),
		    line, CSV_FIELD_MAX);
	return 0;
}

/* Pass what ended a field; does another one follow on this line? */
static bool pass_delimiter(struct reader *in)
{
	if (at_end(in))
		return false;
	if (at_break(in)) {
		pass_break(in);
		return false;
	}
	in->at++;
	return true;
}

/* Read one line of fields and keep the first ${keep}; the reader is not at
 * the end. A blank one leaves nothing in the text. */
static int read_record(
    struct record *out, struct reader *in, size_t keep, struct err *err)
{
	bool more = true;
	int rc;

	*out =
	    (struct record){.line = in->line, .start = in->put, .blank = true};
	for (; more; out->count++) {
		size_t start = in->put;

		if ((rc = read_field(in, err)) < 0)
			return rc;
		more = pass_delimiter(in);
		close_field(in, start);
		if (in->text[start] != '\0')
			out->blank = false;
		if (out->count < keep)
			out->fields[out->count] = in->text + start;
		else
			in->put = start;
	}
	if (out->blank)
		in->put = out->start;
	return 0;
}

/* The delimiter that occurs most, outside quotes, on the first line that has
 * anything else. */
static char find_delimiter(const char *text, size_t len)
{
	static const char delimiters[] = ";,\t";
	size_t counts[] = {0, 0, 0}, at = 0, best = 0;
	bool quoted = false, content = false;

	for (; at < len; at++) {
		const char *found = strchr(delimiters, text[at]);

		if (text[at] == '"') {
			quoted = !quoted;
			content = true;
		} else if (!quoted && (text[at] == '\n' || text[at] == '\r')) {
			if (content)
				break;
			memset(counts, 0, sizeof(counts));
		} else if (!quoted && found != NULL) {
			counts[found - delimiters]++;
		} else if (text[at] != ' ') {
			content = true;
		}
	}
	for (size_t i = 1; i < sizeof(counts) / sizeof(counts[0]); i++) {
		if (counts[i] > counts[best])
			best = i;
	}
	return delimiters[best];
}

static size_t count_lines(const char *data, size_t len)
{
	size_t lines = 1;

	for (size_t i = 0; i < len; i++) {
		if (data[i] == '\n' ||
		    (data[i] == '\r' && (i + 1 == len || data[i + 1] != '\n')))
			lines++;
	}
	return lines;
}

/* A letter spelt in UTF-8 at ${at}, which is beyond ASCII: its length, else
 * 0. */
static size_t utf8_letter(const char *at, size_t left)
{
	for (size_t len = 2; len <= 4 && len <= left; len++) {
		if (text_is_utf8(at, len))
			return len;
	}
	return 0;
}

/*
 * Where a text that is not UTF-8 is not Windows-1252 either: a byte that the
 * code page does not have, or, in a file with letters spelt in UTF-8 (which
 * nobody writes in Windows-1252), the first byte that is none. ${len} when it
 * may well be Windows-1252.
 */
static size_t find_broken(const char *data, size_t len)
{
	size_t first = len, letters = 0, size;

	for (size_t i = 0; i < len; i += size) {
		size = 1;
		if ((data[i] & 0x80) == 0)
			continue;
		/* None of them starts a letter in UTF-8 either. */
		if (letters == 0 &&
		    strchr("\x81\x8d\x8f\x90\x9d", data[i]) != NULL)
			return i;
		size = utf8_letter(data + i, len - i);
		letters += size > 0;
		if (size == 0 && first == len)
			first = i;
		size = size == 0 ? 1 : size;
	}
	return letters > 0 ? first : len;
}

static int load_text(
    struct buf *out, const char *data, size_t len, struct err *err)
{
	const char *nul;
	size_t broken;
	bool marked;

	if (len > CSV_FILE_MAX)
		return err_set(err, E_LIMIT,
		    L("fichier de plus de %zu Mo : coupez-le en plusieurs",
			"file over %zu MB: split it"),
		    CSV_FILE_MAX >> 20);
	if (len > 0 && (nul = memchr(data, '\0', len)) != NULL)
		return err_set(err, E_INVALID,
		    L("ligne %zu : ce n'est pas un fichier de texte : "
		      "enregistrez la feuille au format « CSV UTF-8 »",
			"line %zu: this is not a text file: save the sheet as "
			"\"CSV UTF-8\""),
		    count_lines(data, (size_t)(nul - data)));
	marked = len >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0;
	if (marked) {
		data += 3;
		len -= 3;
	}
	if (text_is_utf8(data, len))
		buf_add(out, data, len);
	else if (!marked && (broken = find_broken(data, len)) == len)
		text_from_cp1252(out, data, len);
	else if (!marked)
		return err_set(err, E_INVALID,
		    L("ligne %zu : des octets qui ne sont ni de l'UTF-8 ni du "
		      "Windows-1252 : enregistrez la feuille au format "
		      "« CSV UTF-8 »",
			"line %zu: bytes that are neither UTF-8 nor "
			"Windows-1252: save the sheet as \"CSV UTF-8\""),
		    count_lines(data, broken));
	else
		return err_set(err, E_INVALID,
		    L("le fichier s'annonce en UTF-8 mais ne l'est pas : "
		      "enregistrez-le de nouveau au format « CSV UTF-8 »",
			"the file claims to be UTF-8 and is not: save it "
			"again as \"CSV UTF-8\""));
	return buf_check(out, err);
}

static int check_twins(const struct record *header, struct err *err)
{
	for (size_t i = 0; i < header->count; i++) {
		for (size_t j = 0; j < i; j++) {
			struct buf name = BUF_INIT;

			if (header->fields[i][0] == '\0' ||
			    !text_same(header->fields[i], header->fields[j]))
				continue;
			text_quote(&name, header->fields[i]);
			(void)err_set(err, E_INVALID,
			    L("ligne %zu : la colonne « %s » est là deux "
			      "fois : gardez-en une",
				"line %zu: column \"%s\" is there twice: keep "
				"one"),
			    header->line, buf_text(&name));
			buf_free(&name);
			return E_INVALID;
		}
	}
	return 0;
}

/* Is ${field} one of ${names}, which have ';' between them? */
static int is_among(
    bool *is, const char *field, const char *names, struct err *err)
{
	struct buf name = BUF_INIT;
	int rc = 0;

	*is = false;
	while (rc == 0 && !*is && *names != '\0') {
		size_t len = strcspn(names, ";");

		buf_reset(&name);
		buf_add(&name, names, len);
		if ((rc = buf_check(&name, err)) == 0)
			*is = text_same(field, buf_text(&name));
		names += len + (names[len] == ';' ? 1 : 0);
	}
	buf_free(&name);
	return rc;
}

static int refuse_synonyms(const struct record *header, const char *field,
    const char *other, struct err *err)
{
	struct buf name = BUF_INIT, twin = BUF_INIT;
	int rc;

	text_quote(&name, field);
	text_quote(&twin, other);
	rc = err_set(err, E_INVALID,
	    L("ligne %zu : les colonnes « %s » et « %s » disent la même "
	      "chose : gardez-en une",
		"line %zu: columns \"%s\" and \"%s\" tell the same: keep "
		"one"),
	    header->line, buf_text(&name), buf_text(&twin));
	buf_free(&name);
	buf_free(&twin);
	return rc;
}

/* Where the caller's ${column} stands in the file, if it does. */
static int find_place(struct csv *csv, const struct record *header,
    size_t column, struct err *err)
{
	const struct csv_column *known = &csv->columns[column];
	size_t *place = &csv->places[column];
	int rc;

	*place = ABSENT;
	csv->called[column] = known->name;
	for (size_t i = 0; i < header->count; i++) {
		const char *field = header->fields[i];
		bool own = text_same(field, known->name), is = own;

		if (!own && known->names != NULL &&
		    (rc = is_among(&is, field, known->names, err)) < 0)
			return rc;
		if (!is)
			continue;
		if (*place != ABSENT)
			return refuse_synonyms(
			    header, header->fields[*place], field, err);
		*place = i;
		if (!own)
			csv->called[column] = field;
	}
	return 0;
}

static void add_name(struct buf *names, const char *name)
{
	if (names->len > 0)
		buf_add_text(names, ", ");
	text_quote(names, name);
}

static int map_columns(
    struct csv *csv, const struct record *header, struct err *err)
{
	struct buf missing = BUF_INIT;
	bool known[CSV_COLUMN_MAX] = {false};
	int rc = 0;

	for (size_t i = 0; i < csv->column_count; i++) {
		if ((rc = find_place(csv, header, i, err)) < 0)
			goto out;
		if (csv->places[i] != ABSENT)
			known[csv->places[i]] = true;
		else if (csv->columns[i].required)
			add_name(&missing, csv->columns[i].name);
	}
	for (size_t i = 0; i < header->count; i++) {
		if (!known[i] && header->fields[i][0] != '\0')
			add_name(&csv->unknown, header->fields[i]);
	}
	if ((rc = buf_check(&csv->unknown, err)) < 0 ||
	    (rc = buf_check(&missing, err)) < 0)
		goto out;
	if (missing.len > 0)
		rc = err_set(err, E_INVALID,
		    L("ligne %zu : colonnes manquantes : %s ; ajoutez-les à "
		      "l'en-tête",
			"line %zu: missing columns: %s; add them to the "
			"header"),
		    header->line, buf_text(&missing));
out:
	buf_free(&missing);
	return rc;
}

static int read_header(
    struct csv *csv, struct reader *in, struct record *header, struct err *err)
{
	int rc;

	do {
		if (at_end(in))
			return err_set(err, E_INVALID,
			    L("le fichier est vide : sa première ligne doit "
			      "nommer les colonnes",
				"the file is empty: its first line must name "
				"the columns"));
		rc = read_record(header, in, CSV_COLUMN_MAX, err);
		if (rc < 0)
			return rc;
	} while (header->blank);
	if (header->count > CSV_COLUMN_MAX)
		return err_set(err, E_INVALID,
		    L("ligne %zu : %zu colonnes, %d au plus : enlevez les "
		      "colonnes inutiles",
			"line %zu: %zu columns, at most %d: remove the "
			"useless ones"),
		    header->line, header->count, CSV_COLUMN_MAX);
	if ((rc = check_twins(header, err)) < 0)
		return rc;
	return map_columns(csv, header, err);
}

static int add_row(
    struct csv *csv, const struct record *record, struct err *err)
{
	size_t cap = csv->row_cap < 64 ? 64 : csv->row_cap * 2;
	struct row *rows;

	if (csv->row_count == csv->row_cap) {
		rows = reallocarray(csv->rows, cap, sizeof(*rows));
		if (rows == NULL)
			return err_nomem(err);
		csv->rows = rows;
		csv->row_cap = cap;
	}
	csv->rows[csv->row_count++] = (struct row){
	    .at = (uint32_t)record->start,
	    .line = record->line & LINE_MAX_NUMBER,
	};
	return 0;
}

static void note_surplus(struct csv *csv, size_t found, size_t expected)
{
	struct buf why = BUF_INIT;

	buf_printf(&why,
	    L("%zu champs pour %zu colonnes : il y a un séparateur de trop",
		"%zu fields for %zu columns: there is a delimiter too many"),
	    found, expected);
	csv_fault_add(csv, csv->row_count - 1, CSV_WHOLE_ROW, buf_text(&why));
	csv->faults.failed = csv->faults.failed || why.failed;
	buf_free(&why);
}

static int read_all(struct csv *csv, struct err *err)
{
	struct reader in = {csv->text.data, csv->text.len, 0, 0, 1, 0};
	struct record header, record;
	int rc;

	in.delimiter = find_delimiter(buf_text(&csv->text), in.len);
	if ((rc = read_header(csv, &in, &header, err)) < 0)
		return rc;
	while (!at_end(&in)) {
		if ((rc = read_record(&record, &in, header.count, err)) < 0)
			return rc;
		if (record.blank)
			continue;
		if ((rc = add_row(csv, &record, err)) < 0)
			return rc;
		csv->end = in.put;
		if (record.count > header.count)
			note_surplus(csv, record.count, header.count);
	}
	return 0;
}

int csv_parse(struct csv **out, const void *data, size_t len,
    const struct csv_column *columns, struct err *err)
{
	struct csv *csv;
	int rc;

	assert(out != NULL && columns != NULL && (data != NULL || len == 0));
	if ((csv = calloc(1, sizeof(*csv))) == NULL)
		return err_nomem(err);
	csv->columns = columns;
	while (columns[csv->column_count].name != NULL)
		csv->column_count++;
	csv->places = calloc(csv->column_count + 1, sizeof(*csv->places));
	csv->called = calloc(csv->column_count + 1, sizeof(*csv->called));
	if (csv->places == NULL || csv->called == NULL) {
		rc = err_nomem(err);
		goto out;
	}
	if ((rc = load_text(&csv->text, data, len, err)) < 0 ||
	    (rc = read_all(csv, err)) < 0)
		goto out;
	*out = csv;
	csv = NULL;
out:
	csv_free(csv);
	return rc;
}

void csv_free(struct csv *csv)
{
	if (csv == NULL)
		return;
	buf_free(&csv->text);
	buf_free(&csv->unknown);
	buf_free(&csv->faults);
	buf_free(&csv->whys);
	free(csv->list);
	free(csv->places);
	free(csv->called);
	free(csv->rows);
	free(csv);
}

size_t csv_rows(const struct csv *csv)
{
	return csv->row_count;
}

size_t csv_line(const struct csv *csv, size_t row)
{
	assert(row < csv->row_count);
	return csv->rows[row].line;
}

const char *csv_field(const struct csv *csv, size_t row, size_t column)
{
	const char *field, *end;

	assert(row < csv->row_count && column < csv->column_count);
	if (csv->places[column] == ABSENT)
		return "";
	field = csv->text.data + csv->rows[row].at;
	end = csv->text.data +
	      (row + 1 < csv->row_count ? csv->rows[row + 1].at : csv->end);
	for (size_t i = 0; i < csv->places[column] && field < end; i++)
		field += strlen(field) + 1;
	return field < end ? field : "";
}

bool csv_has(const struct csv *csv, size_t column)
{
	assert(column < csv->column_count);
	return csv->places[column] != ABSENT;
}

const char *csv_unknown(const struct csv *csv)
{
	return buf_text(&csv->unknown);
}

/* The fault as one line of text, without the reason. */
static void add_place(struct csv *csv, size_t row, size_t column)
{
	struct buf *out = &csv->faults;

	buf_printf(out, L("ligne %zu", "line %zu"), csv_line(csv, row));
	if (column == CSV_WHOLE_ROW)
		return;
	buf_printf(out, L(", colonne %s", ", column %s"), csv->called[column]);
	if (csv_field(csv, row, column)[0] == '\0')
		return;
	buf_add_text(out, L(" : ", ": "));
	text_quote(out, csv_field(csv, row, column));
}

/* The reason; a long one ends after a whole word. */
static void add_why(struct buf *out, const char *why)
{
	size_t len = text_prefix(why, WHY_MAX), cut = len;

	if (why[len] == '\0') {
		buf_add_text(out, why);
		return;
	}
	while (cut > 0 && why[cut] != ' ')
		cut--;
	buf_add(out, why, cut > 0 ? cut : len);
	buf_add_text(out, "…");
}

/* Without memory the list stays short; the text tells of that. */
static void list_fault(
    struct csv *csv, size_t row, size_t column, const char *why)
{
	if (csv->listed == CSV_FAULT_LIST)
		return;
	if (csv->list == NULL)
		csv->list = calloc(CSV_FAULT_LIST, sizeof(*csv->list));
	if (csv->list == NULL) {
		csv->faults.failed = true;
		return;
	}
	csv->list[csv->listed++] = (struct fault){row, column, csv->whys.len};
	add_why(&csv->whys, why);
	buf_add_char(&csv->whys, '\0');
	csv->faults.failed = csv->faults.failed || csv->whys.failed;
}

void csv_fault_add(struct csv *csv, size_t row, size_t column, const char *why)
{
	assert(row < csv->row_count && why != NULL);
	assert(column == CSV_WHOLE_ROW || column < csv->column_count);
	if (!csv->rows[row].faulty)
		csv->faulty_rows++;
	csv->rows[row].faulty = 1;
	list_fault(csv, row, column, why);
	if (csv->fault_count++ >= CSV_FAULT_MAX)
		return;
	if (csv->faults.len > 0)
		buf_add_char(&csv->faults, '\n');
	add_place(csv, row, column);
	buf_add_text(&csv->faults, L(" : ", ": "));
	add_why(&csv->faults, why);
}

size_t csv_fault_count(const struct csv *csv)
{
	return csv->fault_count;
}

bool csv_fault_at(const struct csv *csv, size_t i, struct csv_fault *out)
{
	const struct fault *fault;

	if (i >= csv->listed || csv->faults.failed)
		return false;
	fault = &csv->list[i];
	*out = (struct csv_fault){
	    .line = csv_line(csv, fault->row),
	    .column = "",
	    .value = "",
	    .why = csv->whys.data + fault->why,
	};
	if (fault->column != CSV_WHOLE_ROW) {
		out->column = csv->called[fault->column];
		out->value = csv_field(csv, fault->row, fault->column);
	}
	return true;
}

const char *csv_column_name(const struct csv *csv, size_t column)
{
	return column < csv->column_count ? csv->called[column] : NULL;
}

const char *csv_faults(const struct csv *csv)
{
	return buf_text(&csv->faults);
}

/* Append as many faults as leave room for the tail; how many. */
static size_t add_faults(struct buf *out, const char *faults)
{
	size_t count = 0;

	while (*faults != '\0') {
		size_t len = strcspn(faults, "\n");

		if (out->len + 1 + len + TAIL_ROOM > ERR_TEXT_MAX)
			break;
		buf_add_char(out, '\n');
		buf_add(out, faults, len);
		faults += len + (faults[len] == '\n' ? 1 : 0);
		count++;
	}
	return count;
}

int csv_verdict(const struct csv *csv, struct err *err)
{
	struct buf text = BUF_INIT;
	size_t left;
	int rc;

	if (csv->fault_count == 0)
		return 0;
	buf_printf(&text,
	    csv->faulty_rows == 1
		? L("%zu ligne est fautive : rien n'a été importé, "
		    "corrigez-la puis recommencez",
		      "%zu row is faulty: nothing was imported, correct it "
		      "and try again")
		: L("%zu lignes sont fautives : rien n'a été importé, "
		    "corrigez-les puis recommencez",
		      "%zu rows are faulty: nothing was imported, correct "
		      "them and try again"),
	    csv->faulty_rows);
	left = csv->fault_count - add_faults(&text, csv_faults(csv));
	if (left > 0)
		buf_printf(&text,
		    left == 1 ? L("\n… et %zu autre", "\n… and %zu other")
			      : L("\n… et %zu autres", "\n… and %zu others"),
		    left);
	if ((rc = buf_check(&csv->faults, err)) == 0 &&
	    (rc = buf_check(&text, err)) == 0)
		rc = err_set(err, E_INVALID, "%s", buf_text(&text));
	buf_free(&text);
	return rc;
}
