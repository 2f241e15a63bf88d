#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/cut_disk.h"

/* ---- memory ---- */

static void *grow(void *old, size_t size)
{
	void *fresh = realloc(old, size);

	if (fresh == NULL) {
		(void)fprintf(stderr, "cut_disk: out of memory\n");
		abort();
	}
	return fresh;
}

static void image_resize(struct cut_image *image, size_t size)
{
	if (size > image->capacity) {
		image->capacity = size + size / 2 + 4096;
		image->data = grow(image->data, image->capacity);
	}
	if (size > image->size)
		memset(image->data + image->size, 0, size - image->size);
	image->size = size;
}

static void image_write(
    struct cut_image *image, const void *data, size_t len, size_t offset)
{
	if (offset + len > image->size)
		image_resize(image, offset + len);
	if (len > 0)
		memcpy(image->data + offset, data, len);
}

static void image_copy(struct cut_image *to, const struct cut_image *from)
{
	to->size = 0;
	image_write(to, from->data, from->size, 0);
}

/* ---- chance ---- */

/* splitmix64: short, and the same everywhere. */
uint64_t cut_draw(struct cut_disk *disk, uint64_t count)
{
	uint64_t z = disk->chance += 0x9E3779B97F4A7C15u;

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return (z ^ (z >> 31)) % count;
}

static bool is_faulty(struct cut_disk *disk, enum cut_step step)
{
	if (disk->fault == CUT_FAULT_NONE || disk->fault_after == 0)
		return false;
	if (disk->fault == CUT_FAULT_FULL && step != CUT_STEP_WRITE)
		return false;
	if (disk->fault_after > 1) {
		disk->fault_after--;
		return false;
	}
	if (!disk->fault_stays)
		disk->fault_after = 0;
	return true;
}

enum cut_verdict cut_disk_step(struct cut_disk *disk, enum cut_step step)
{
	if (disk->cut)
		return CUT_ERROR;
	if (is_faulty(disk, step))
		return disk->fault == CUT_FAULT_FULL ? CUT_FULL : CUT_ERROR;
	if (step == CUT_STEP_READ)
		return CUT_GO;
	disk->operations++;
	if (disk->cut_after == 0 || --disk->cut_after > 0)
		return CUT_GO;
	disk->cut = true;
	return CUT_LAST;
}

/* ---- files ---- */

struct cut_file *cut_file_new(void)
{
	struct cut_file *file = grow(NULL, sizeof(*file));

	memset(file, 0, sizeof(*file));
	file->references = 1;
	return file;
}

void cut_file_hold(struct cut_file *file)
{
	file->references++;
}

void cut_file_release(struct cut_file *file)
{
	if (file == NULL || --file->references > 0)
		return;
	assert(file->shared == NULL);
	free(file->now.data);
	free(file->synced.data);
	free(file->unsynced.data);
	free(file->changes);
	free(file);
}

static struct cut_change *note(struct cut_file *file)
{
	if (file->change_count == file->change_capacity) {
		file->change_capacity = 2 * file->change_capacity + 16;
		file->changes = grow(file->changes,
		    file->change_capacity * sizeof(*file->changes));
	}
	return &file->changes[file->change_count++];
}

void cut_file_write(
    struct cut_file *file, const void *data, size_t len, size_t offset)
{
	size_t at = file->unsynced.size;

	image_write(&file->now, data, len, offset);
	image_write(&file->unsynced, data, len, at);
	*note(file) = (struct cut_change){false, offset, len, at};
}

void cut_file_truncate(struct cut_file *file, size_t size)
{
	image_resize(&file->now, size);
	*note(file) = (struct cut_change){true, size, 0, 0};
}

static void forget_changes(struct cut_file *file)
{
	file->change_count = 0;
	file->unsynced.size = 0;
}

static void apply(struct cut_file *file, const struct cut_change *change)
{
	if (change->truncates)
		image_resize(&file->synced, change->offset);
	else
		image_write(&file->synced, file->unsynced.data + change->at,
		    change->len, change->offset);
}

void cut_file_sync(struct cut_file *file)
{
	for (size_t i = 0; i < file->change_count; i++)
		apply(file, &file->changes[i]);
	forget_changes(file);
}

/* ---- names ---- */

static struct cut_name *name_of(struct cut_disk *disk, const char *path)
{
	struct cut_name *name = disk->names;

	while (name != NULL && strcmp(name->path, path) != 0)
		name = name->next;
	return name;
}

static struct cut_file *meaning(const struct cut_name *name)
{
	return name->meanings[name->meaning_count - 1];
}

struct cut_file *cut_disk_find(struct cut_disk *disk, const char *path)
{
	struct cut_name *name = name_of(disk, path);

	return name != NULL ? meaning(name) : NULL;
}

static void mean(struct cut_name *name, struct cut_file *file)
{
	name->meanings = grow(name->meanings,
	    (name->meaning_count + 1) * sizeof(struct cut_file *));
	name->meanings[name->meaning_count++] = file;
	if (file != NULL)
		cut_file_hold(file);
}

void cut_disk_name(
    struct cut_disk *disk, const char *path, struct cut_file *file)
{
	struct cut_name *name = name_of(disk, path);
	size_t size = strlen(path) + 1;

	if (name == NULL) {
		name = grow(NULL, sizeof(*name) + size);
		memset(name, 0, sizeof(*name));
		memcpy(name->path, path, size);
		mean(name, NULL);
		name->next = disk->names;
		disk->names = name;
	}
	mean(name, file);
}

/* The ${i}-th meaning is now the only one. */
static void settle(struct cut_name *name, size_t i)
{
	struct cut_file *file = name->meanings[i];

	if (file != NULL)
		cut_file_hold(file);
	for (size_t j = 0; j < name->meaning_count; j++)
		cut_file_release(name->meanings[j]);
	name->meanings[0] = file;
	name->meaning_count = 1;
}

static size_t directory_len(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? (size_t)(slash - path) : 0;
}

void cut_disk_sync_directory(struct cut_disk *disk, const char *path)
{
	size_t len = directory_len(path);

	for (struct cut_name *name = disk->names; name != NULL;
	     name = name->next) {
		if (directory_len(name->path) == len &&
		    strncmp(name->path, path, len) == 0)
			settle(name, name->meaning_count - 1);
	}
}

/* Forget the names that mean nothing, or that begin with ${prefix}. */
static void sweep(struct cut_disk *disk, const char *prefix)
{
	struct cut_name **link = &disk->names;

	while (*link != NULL) {
		struct cut_name *name = *link;
		bool nothing =
		    name->meaning_count == 1 && name->meanings[0] == NULL;

		if (!nothing && (prefix == NULL || strncmp(name->path, prefix,
						       strlen(prefix)) != 0)) {
			link = &name->next;
			continue;
		}
		for (size_t i = 0; i < name->meaning_count; i++)
			cut_file_release(name->meanings[i]);
		*link = name->next;
		free(name->meanings);
		free(name);
	}
}

/* ---- the cut ---- */

/* The bytes from..end of one sector, or all of it, become anything. */
static void garble(
    struct cut_disk *disk, struct cut_file *file, size_t from, size_t end)
{
	if (!disk->promises) {
		from = from / CUT_SECTOR * CUT_SECTOR;
		end = from + CUT_SECTOR;
		if (end > file->synced.size)
			end = file->synced.size;
	}
	for (; from < end; from++)
		file->synced.data[from] = (uint8_t)cut_draw(disk, 256);
}

/* Sectors of one write, each by itself: written, not written, or (the head
 * was above it) full of anything. */
static void tear(struct cut_disk *disk, struct cut_file *file,
    const struct cut_change *change)
{
	const uint8_t *data = file->unsynced.data + change->at;
	size_t end = change->offset + change->len;
	size_t next;

	for (size_t from = change->offset; from < end; from = next) {
		uint64_t luck = cut_draw(disk, 16);

		next = (from / CUT_SECTOR + 1) * CUT_SECTOR;
		if (next > end)
			next = end;
		if (luck > 8)
			continue;
		image_write(&file->synced, data + (from - change->offset),
		    next - from, from);
		if (luck == 8)
			garble(disk, file, from, next);
	}
}

/* What remains of the unsynced changes of ${file}. Often all or nothing:
 * half of everything is but one way to lose. */
static void decide_file(struct cut_disk *disk, struct cut_file *file)
{
	uint64_t way = cut_draw(disk, 5);

	if (file->change_count == 0)
		return;
	for (size_t i = 0; i < file->change_count && way != 0; i++) {
		const struct cut_change *change = &file->changes[i];
		uint64_t luck = way == 1 ? 0 : cut_draw(disk, 3);

		if (luck == 0)
			apply(file, change);
		else if (luck == 1 && !change->truncates)
			tear(disk, file, change);
	}
	forget_changes(file);
	image_copy(&file->now, &file->synced);
}

void cut_disk_restart(struct cut_disk *disk)
{
	assert(disk->open_count == 0);
	for (struct cut_name *name = disk->names; name != NULL;
	     name = name->next) {
		settle(name, cut_draw(disk, name->meaning_count));
		if (name->meanings[0] != NULL)
			decide_file(disk, name->meanings[0]);
	}
	sweep(disk, NULL);
	cut_disk_survive(disk);
}

void cut_disk_survive(struct cut_disk *disk)
{
	disk->cut = false;
	disk->cut_after = 0;
}

void cut_disk_cut(struct cut_disk *disk, uint64_t after)
{
	disk->cut_after = after;
}

bool cut_disk_is_cut(const struct cut_disk *disk)
{
	return disk->cut;
}

uint64_t cut_disk_operations(const struct cut_disk *disk)
{
	return disk->operations;
}

void cut_disk_fail(struct cut_disk *disk, enum cut_fault fault, uint64_t after,
    bool from_then_on)
{
	disk->fault = fault;
	disk->fault_after = after;
	disk->fault_stays = from_then_on;
}

void cut_disk_lie(struct cut_disk *disk, bool lie)
{
	disk->lies = lie;
}

void cut_disk_promise(struct cut_disk *disk, bool promise)
{
	disk->promises = promise;
}

void cut_disk_copy(struct cut_disk *disk, const char *from, const char *to)
{
	size_t len = strlen(from);

	cut_disk_remove(disk, to);
	/* New names come first in the list: they are not met again. */
	for (struct cut_name *name = disk->names; name != NULL;
	     name = name->next) {
		struct cut_file *copy;
		char *path;

		if (strncmp(name->path, from, len) != 0 ||
		    meaning(name) == NULL)
			continue;
		path = grow(NULL, strlen(to) + strlen(name->path) + 1);
		(void)strcpy(stpcpy(path, to), name->path + len);
		copy = cut_file_new();
		image_copy(&copy->now, &meaning(name)->now);
		image_copy(&copy->synced, &copy->now);
		cut_disk_name(disk, path, copy);
		settle(disk->names, 1);
		cut_file_release(copy);
		free(path);
	}
}

void cut_disk_remove(struct cut_disk *disk, const char *path)
{
	sweep(disk, path);
}
