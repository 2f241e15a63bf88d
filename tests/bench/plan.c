#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "shared/enc.h"
#include "tests/bench/plan.h"

#define TITLE "pointeau-plan 2"

void plan_die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)fprintf(stderr, "bench: ");
	(void)vfprintf(stderr, format, args);
	(void)fprintf(stderr, "\n");
	va_end(args);
	exit(1);
}

void plan_check(int rc, const struct err *err)
{
	if (rc < 0)
		plan_die("%s", err->text);
}

void *plan_alloc(size_t count, size_t size)
{
	void *memory = calloc(count > 0 ? count : 1, size);

	if (memory == NULL)
		plan_die("no memory");
	return memory;
}

/* ---- options ---- */

const char *plan_text(
    int argc, char **argv, const char *name, const char *otherwise)
{
	for (int i = 1; i + 1 < argc; i++) {
		if (strncmp(argv[i], "--", 2) == 0 &&
		    strcmp(argv[i] + 2, name) == 0)
			return argv[i + 1];
	}
	return otherwise;
}

int64_t plan_number(int argc, char **argv, const char *name, int64_t otherwise)
{
	const char *text = plan_text(argc, argv, name, NULL);
	char *end;
	int64_t number;

	if (text == NULL)
		return otherwise;
	number = strtoll(text, &end, 10);
	if (*text == '\0' || *end != '\0')
		plan_die("--%s: \"%s\" is no number", name, text);
	return number;
}

/* ---- writing ---- */

void plan_write_head(FILE *file, const uint8_t server[KEY_LEN])
{
	char hex[2 * KEY_LEN + 1];

	enc_hex(server, KEY_LEN, hex);
	(void)fprintf(file, TITLE "\nserver %s\n", hex);
}

void plan_write_laptop(FILE *file, const struct plan_laptop *laptop)
{
	char head[HASH_TEXT], known[2 * WIRE_KNOWN_LEN + 1];

	hash_hex(&laptop->seen.head, head);
	enc_hex(laptop->known, WIRE_KNOWN_LEN, known);
	(void)fprintf(file, "laptop %s %s %s %" PRId64 " %s %s %zu\n",
	    laptop->device, laptop->bearer, laptop->structure, laptop->seen.n,
	    head, known, laptop->push_count);
}

void plan_write_push(FILE *file, const struct plan_push *push)
{
	char hex[HASH_TEXT];

	(void)fprintf(file, "push %zu %zu %zu\n", push->len, push->set_count,
	    push->entries);
	for (size_t i = 0; i < push->set_count; i++) {
		hash_hex(&push->sets[i], hex);
		(void)fprintf(file, "set %s\n", hex);
	}
	(void)fwrite(push->body, 1, push->len, file);
	(void)fputc('\n', file);
}

FILE *plan_rows_open(const char *prefix, size_t turn, const char *mode)
{
	char path[4096];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s.%zu", prefix, turn);
	if ((file = fopen(path, mode)) == NULL)
		plan_die("%s cannot be opened", path);
	return file;
}

void plan_write_row(FILE *file, const struct plan_row *row)
{
	(void)fprintf(file, "row %s %s %s %s %s %s %" PRId64 " %zu\n",
	    row->structure, row->worker, row->day, row->slot, row->kind,
	    row->device, row->minutes, row->len);
	(void)fwrite(row->bytes, 1, row->len, file);
	(void)fputc('\n', file);
}

/* ---- reading ---- */

static void *read_bytes(FILE *file, size_t len)
{
	char *bytes = plan_alloc(len + 1, 1);

	if (fread(bytes, 1, len, file) != len || fgetc(file) != '\n')
		plan_die("the plan is cut");
	return bytes;
}

static void read_push(struct plan_push *push, FILE *file)
{
	char hex[HASH_TEXT];

	if (fscanf(file, "push %zu %zu %zu", &push->len, &push->set_count,
		&push->entries) != 3 ||
	    push->len > ((size_t)1 << 30) || push->set_count > 64)
		plan_die("the plan has no push where one belongs");
	push->sets = plan_alloc(push->set_count, sizeof(*push->sets));
	for (size_t i = 0; i < push->set_count; i++) {
		if (fscanf(file, " set %64s", hex) != 1 ||
		    hash_parse(&push->sets[i], hex, NULL) < 0)
			plan_die("the plan has no set where one belongs");
	}
	if (fgetc(file) != '\n')
		plan_die("the plan is cut");
	push->body = read_bytes(file, push->len);
}

static bool read_laptop(struct plan_laptop *out, FILE *file)
{
	char head[HASH_TEXT], known[2 * WIRE_KNOWN_LEN + 1];
	int found =
	    fscanf(file, "laptop %16s %64s %64s %" SCNd64 " %64s %16s %zu\n",
		out->device, out->bearer, out->structure, &out->seen.n, head,
		known, &out->push_count);

	if (found == EOF)
		return false;
	if (found != 7 || out->push_count > 1000000 ||
	    hash_parse(&out->seen.head, head, NULL) < 0 ||
	    enc_unhex(out->known, WIRE_KNOWN_LEN, known, strlen(known), NULL) <
		0)
		plan_die("the plan has no laptop where one belongs");
	out->pushes = plan_alloc(out->push_count, sizeof(*out->pushes));
	for (size_t i = 0; i < out->push_count; i++)
		read_push(&out->pushes[i], file);
	return true;
}

void plan_read(struct plan *out, const char *path)
{
	FILE *file = fopen(path, "rb");
	char server[2 * KEY_LEN + 1];
	size_t room = 0;

	memset(out, 0, sizeof(*out));
	if (file == NULL)
		plan_die("%s cannot be read", path);
	if (fscanf(file, TITLE " server %64s\n", server) != 1 ||
	    enc_unhex(out->server, KEY_LEN, server, strlen(server), NULL) < 0)
		plan_die("%s is no plan", path);
	for (;;) {
		struct plan_laptop laptop;

		memset(&laptop, 0, sizeof(laptop));
		if (!read_laptop(&laptop, file))
			break;
		if (out->count == room) {
			room = room == 0 ? 1024 : 2 * room;
			out->laptops =
			    realloc(out->laptops, room * sizeof(*out->laptops));
			if (out->laptops == NULL)
				plan_die("no memory");
		}
		if (laptop.push_count > out->depth)
			out->depth = laptop.push_count;
		out->laptops[out->count++] = laptop;
	}
	(void)fclose(file);
}

bool plan_read_row(FILE *file, struct plan_row *out)
{
	int found;

	memset(out, 0, sizeof(*out));
	found = fscanf(file, "row %64s %64s %10s %3s %23s %16s %" SCNd64 " %zu",
	    out->structure, out->worker, out->day, out->slot, out->kind,
	    out->device, &out->minutes, &out->len);
	if (found == EOF)
		return false;
	if (found != 8 || out->len > ((size_t)1 << 20) || fgetc(file) != '\n')
		plan_die("the file of rows has none where one belongs");
	out->bytes = read_bytes(file, out->len);
	return true;
}
