/*
 * Heads of requests, as a library split them: lines of
 * "METHOD target[?query] version", then "Name: value". What passes the gate
 * is what the gate promises to handlers, looked at afresh.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "shared/http/http.h"
#include "shared/http/http_gate.h"
#include "server/route.h"
#include "tests/fuzz/fuzz.h"

#define FIELDS_MAX (HTTP_HEADER_MAX + 8)

static const char *const hosts[] = {"127.0.0.1:8443", "pointeau.example", NULL};

/* Cut ${*at} at the first ${c}, or at its end. */
static char *cut(char **at, char c)
{
	char *start = *at, *end = strchr(start, c);

	if (end == NULL) {
		*at = start + strlen(start);
		return start;
	}
	*end = '\0';
	*at = end + 1;
	return start;
}

static void split(struct http_head *out, struct http_field *fields, char *text)
{
	char *line = cut(&text, '\n'), *target;

	memset(out, 0, sizeof(*out));
	out->method = cut(&line, ' ');
	target = cut(&line, ' ');
	out->version = line;
	if (strchr(target, '?') != NULL) {
		out->target = cut(&target, '?');
		out->query = target;
	} else {
		out->target = target;
	}
	out->fields = fields;
	while (*text != '\0' && out->field_count < FIELDS_MAX) {
		struct http_field *field = &fields[out->field_count++];

		line = cut(&text, '\n');
		field->name = cut(&line, ':');
		field->value = line + strspn(line, " ");
	}
}

/* How many fields of that name; ${*value} is the last one's. */
static size_t count(
    const struct http_head *head, const char *name, const char **value)
{
	size_t found = 0;

	*value = NULL;
	for (size_t i = 0; i < head->field_count; i++) {
		if (strcasecmp(head->fields[i].name, name) == 0) {
			*value = head->fields[i].value;
			found++;
		}
	}
	return found;
}

static bool is_printable(const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text <= ' ' || *text > '~')
			return false;
	}
	return true;
}

static void check_framing(
    const struct http_head *head, const struct http_gate *gate)
{
	const char *value;
	char *end;

	FUZZ_CHECK(count(head, "Transfer-Encoding", &value) == 0);
	FUZZ_CHECK(count(head, "Host", &value) == 1);
	FUZZ_CHECK(strcasecmp(value, hosts[0]) == 0 ||
		   strcasecmp(value, hosts[1]) == 0);
	FUZZ_CHECK(count(head, "Content-Length", &value) <= 1);
	FUZZ_CHECK(strcmp(head->method, "POST") == 0 ||
		   strcmp(head->method, "GET") == 0);
	FUZZ_CHECK(strcmp(head->method, "POST") != 0 || value != NULL);
	FUZZ_CHECK(strcmp(head->method, "GET") != 0 || gate->body_len == 0);
	FUZZ_CHECK(gate->body_len <= HTTP_BODY_MAX);
	if (value != NULL) {
		FUZZ_CHECK(strtoull(value, &end, 10) == gate->body_len);
		FUZZ_CHECK(end != value && *end == '\0' && value[0] != '+');
	}
}

static void check_passed(
    const struct http_head *head, const struct http_gate *gate)
{
	struct err err = ERR_INIT;
	const char *value;
	const struct route *route;

	check_framing(head, gate);
	FUZZ_CHECK(head->field_count <= HTTP_HEADER_MAX);
	FUZZ_CHECK(head->target[0] == '/' && is_printable(head->target));
	FUZZ_CHECK(strstr(head->target, "..") == NULL);
	FUZZ_CHECK(strchr(head->target, '%') == NULL);
	FUZZ_CHECK(strlen(head->target) <= HTTP_PATH_MAX);
	FUZZ_CHECK(
	    head->query == NULL || (is_printable(head->query) &&
				       strlen(head->query) <= HTTP_QUERY_MAX));
	FUZZ_CHECK(count(head, "Authorization", &value) <= 1);
	FUZZ_CHECK(is_printable(gate->bearer));
	FUZZ_CHECK(count(head, "Content-Type", &value) <= 1);
	route = route_find(head->method, head->target, &err);
	FUZZ_CHECK(route == NULL || strcmp(route->path, head->target) == 0);
	FUZZ_CHECK(route != NULL || err.code < 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_whole_text(data, size);
	struct http_field fields[FIELDS_MAX];
	struct err err = ERR_INIT;
	struct http_head head;
	struct http_gate gate;
	int rc;

	split(&head, fields, text);
	rc = http_gate_check(&gate, &head, hosts, &err);
	fuzz_check_err(rc, &err);
	if (rc == 0) {
		FUZZ_CHECK(gate.status == 0);
		check_passed(&head, &gate);
	} else {
		FUZZ_CHECK(gate.status >= 400 && gate.status <= 431);
	}
	free(text);
	return 0;
}
