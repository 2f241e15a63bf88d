#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/doctor.h"
#include "shared/json.h"
#include "shared/lang.h"
#include "shared/os_look.h"

#define SAID_MAX 1536

int doctor_begin(struct doctor *out, const char *program, const char *directory,
    const struct call *call, struct err *err)
{
	uint32_t account = os_account();
	int rc = os_become_owner(directory, err);

	memset(out, 0, sizeof(*out));
	out->program = program;
	out->directory = directory;
	if (opt_given(call, "data"))
		buf_printf(&out->data, " --data %s", directory);
	/* Whoever looked with sudo would write with it: never as root. */
	if (os_account() != account)
		buf_printf(&out->as, "sudo runuser -u $(stat -c %%U %s) -- ",
		    directory);
	return rc;
}

void doctor_clear(struct doctor *doctor)
{
	for (size_t i = 0; i < doctor->count; i++) {
		buf_free(&doctor->findings[i].text);
		buf_free(&doctor->findings[i].why);
		buf_free(&doctor->findings[i].todo);
	}
	buf_free(&doctor->data);
	buf_free(&doctor->as);
}

/* ---- findings ---- */

/* Whose machine it is says the name of the home directory. */
static void add_without_home(struct buf *out, const char *text)
{
	const char *home = getenv("HOME"), *found;
	size_t len = home != NULL ? strlen(home) : 0;

	while (len > 1 && (found = strstr(text, home)) != NULL) {
		buf_add(out, text, (size_t)(found - text));
		if (found[len] == '/' || found[len] == '\0' ||
		    found[len] == ' ' || found[len] == ':')
			buf_add_char(out, '~');
		else
			buf_add(out, found, len);
		text = found + len;
	}
	buf_add_text(out, text);
}

__attribute__((format(printf, 2, 0))) static void say(
    struct buf *out, const char *format, va_list args)
{
	char said[SAID_MAX];

	(void)vsnprintf(said, sizeof(said), format, args);
	add_without_home(out, said);
}

void doctor_add(struct doctor *doctor, const char *check,
    enum doctor_severity severity, const char *format, ...)
{
	struct finding *finding;
	va_list args;

	/* No check says so many; what is left out is the last of a kind. */
	if (doctor->count == DOCTOR_FINDINGS_MAX) {
		doctor->count--;
		finding = &doctor->findings[doctor->count];
		buf_free(&finding->text);
		buf_free(&finding->why);
		buf_free(&finding->todo);
	}
	finding = &doctor->findings[doctor->count++];
	*finding = (struct finding){.check = check, .severity = severity};
	va_start(args, format);
	say(&finding->text, format, args);
	va_end(args);
}

void doctor_why(struct doctor *doctor, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(&doctor->findings[doctor->count - 1].why, format, args);
	va_end(args);
}

void doctor_todo(struct doctor *doctor, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(&doctor->findings[doctor->count - 1].todo, format, args);
	va_end(args);
}

bool doctor_has(const struct doctor *doctor, const char *check,
    enum doctor_severity severity)
{
	for (size_t i = 0; i < doctor->count; i++) {
		const struct finding *finding = &doctor->findings[i];

		if (finding->severity >= severity &&
		    (check == NULL || strcmp(finding->check, check) == 0))
			return true;
	}
	return false;
}

/* ---- the answer ---- */

/* What others follow from comes first: where nothing can be written, then
 * what is lost already, then what somebody might take. */
static size_t rank_of(const char *check)
{
	static const char *const ranks[] = {"disk", "read_only", "directory",
	    "owner", "permissions", "settings", "database", "database_newer",
	    "key", "log", "secrets"};
	size_t rank = 0;

	while (rank < sizeof(ranks) / sizeof(ranks[0]) &&
	       strcmp(ranks[rank], check) != 0)
		rank++;
	return rank;
}

/* Those of one rank stay as they were found. */
static void sort(struct doctor *doctor)
{
	for (size_t i = 1; i < doctor->count; i++) {
		struct finding one = doctor->findings[i];
		size_t at = i;

		for (; at > 0 && rank_of(doctor->findings[at - 1].check) >
				     rank_of(one.check);
		     at--)
			doctor->findings[at] = doctor->findings[at - 1];
		doctor->findings[at] = one;
	}
}

static size_t count_of(
    const struct doctor *doctor, enum doctor_severity severity)
{
	size_t count = 0;

	for (size_t i = 0; i < doctor->count; i++)
		count += doctor->findings[i].severity == severity;
	return count;
}

static const char *severity_word(enum doctor_severity severity)
{
	static const char *const words[] = {
	    [DOCTOR_OK] = "ok",
	    [DOCTOR_REMARK] = "remark",
	    [DOCTOR_WARNING] = "warning",
	    [DOCTOR_FAULT] = "fault",
	};

	return words[severity];
}

static json_t *finding_json(const struct finding *finding)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s}", "check", finding->check,
	    "severity", severity_word(finding->severity), "text",
	    buf_text(&finding->text), "why", buf_text(&finding->why), "todo",
	    buf_text(&finding->todo));
}

static int answer_json(
    struct call *call, const struct doctor *doctor, struct err *err)
{
	json_t *rows = json_array();
	bool done = rows != NULL;

	for (int severity = DOCTOR_FAULT; severity >= DOCTOR_OK; severity--) {
		for (size_t i = 0; done && i < doctor->count; i++) {
			const struct finding *one = &doctor->findings[i];

			if ((int)one->severity == severity)
				done = json_array_append_new(
					   rows, finding_json(one)) == 0;
		}
	}
	if (!done) {
		json_decref(rows);
		return err_nomem(err);
	}
	return json_print(call->out,
	    json_pack("{s:i, s:b, s:s, s:s, s:o}", "schema", 1, "ok",
		count_of(doctor, DOCTOR_FAULT) == 0, "program", doctor->program,
		"version", POINTEAU_VERSION, "findings", rows),
	    err);
}

static const char *sign_of(enum doctor_severity severity)
{
	switch (severity) {
	case DOCTOR_FAULT:
		return L("PANNE", "FAULT");
	case DOCTOR_WARNING:
		return L("à voir", "to see to");
	case DOCTOR_REMARK:
		return L("à savoir", "to know");
	case DOCTOR_OK:
		break;
	}
	return "ok";
}

static void list_grave(struct buf *out, const struct finding *finding)
{
	buf_printf(out, "%s%s%s  [%s]\n", sign_of(finding->severity),
	    L(" : ", ": "), buf_text(&finding->text), finding->check);
	if (finding->why.len > 0)
		buf_printf(out, "    %s\n", finding->why.data);
	if (finding->todo.len > 0)
		buf_printf(out, "    → %s\n", finding->todo.data);
	buf_add_char(out, '\n');
}

static void list(struct buf *out, const struct doctor *doctor)
{
	for (int severity = DOCTOR_FAULT; severity > DOCTOR_OK; severity--) {
		for (size_t i = 0; i < doctor->count; i++) {
			if ((int)doctor->findings[i].severity == severity)
				list_grave(out, &doctor->findings[i]);
		}
	}
	for (size_t i = 0; i < doctor->count; i++) {
		const struct finding *one = &doctor->findings[i];

		if (one->severity == DOCTOR_OK)
			buf_printf(out, "ok%s%s\n", L(" : ", ": "),
			    buf_text(&one->text));
	}
	if (!doctor_has(doctor, NULL, DOCTOR_WARNING))
		buf_add_text(out,
		    L("\nRien ne manque : tout ce qui a été regardé va bien.\n",
			"\nNothing amiss: all that was looked at is well.\n"));
}

int doctor_answer(struct call *call, struct doctor *doctor, struct err *err)
{
	size_t faults = count_of(doctor, DOCTOR_FAULT);
	int rc = 0;

	for (size_t i = 0; i < doctor->count; i++) {
		const struct finding *one = &doctor->findings[i];

		if ((rc = buf_check(&one->text, err)) < 0 ||
		    (rc = buf_check(&one->why, err)) < 0 ||
		    (rc = buf_check(&one->todo, err)) < 0)
			return rc;
	}
	sort(doctor);
	if (opt_given(call, "json"))
		rc = answer_json(call, doctor, err);
	else
		list(call->out, doctor);
	if (rc < 0 || (rc = buf_check(call->out, err)) < 0 || faults == 0)
		return rc;
	return err_set(err, E_INVALID,
	    faults == 1
		? L("%zu panne trouvée ; faites ce qui suit la flèche, puis "
		    "recommencez",
		      "%zu fault found; do what the arrow says, then run it "
		      "again")
		: L("%zu pannes trouvées ; commencez par la première, puis "
		    "recommencez",
		      "%zu faults found; begin with the first, then run it "
		      "again"),
	    faults);
}
