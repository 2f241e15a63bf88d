/*
 * Inside the disk of cut_vfs.h: files as they are now and as they would be
 * after a cut, names, chance. Knows nothing of SQLite; cut_vfs.c is the face
 * that SQLite sees.
 */
#ifndef POINTEAU_TESTS_CUT_DISK_H
#define POINTEAU_TESTS_CUT_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/lib/cut_vfs.h"

#define CUT_SECTOR    512
#define CUT_SHM_SLOTS 8

struct cut_image {
	uint8_t *data;
	size_t size;
	size_t capacity;
};

/* A change since the last sync. */
struct cut_change {
	bool truncates; /* to ${offset} bytes; else it writes */
	size_t offset;
	size_t len;
	size_t at; /* its bytes, in the file's unsynced bytes */
};

/* What connections share about one file, besides its bytes. */
struct cut_shared {
	uint8_t **regions;
	int region_count;
	int users;
	int readers[CUT_SHM_SLOTS];
	const void *writers[CUT_SHM_SLOTS];
};

struct cut_file {
	size_t references; /* of names and of those that hold it open */
	struct cut_image now;
	struct cut_image synced;
	struct cut_change *changes;
	size_t change_count, change_capacity;
	struct cut_image unsynced;
	/* Locks: who shares it, and the one that will write. */
	int sharing;
	const void *writer;
	struct cut_shared *shared;
};

/* A name and what it meant since its directory was synced: the first is what
 * is durable, the last what it means now. NULL: no file. */
struct cut_name {
	struct cut_name *next;
	struct cut_file **meanings;
	size_t meaning_count;
	char path[];
};

enum cut_step {
	CUT_STEP_READ,
	CUT_STEP_WRITE, /* changes the disk and may need room */
	CUT_STEP_CHANGE,
};

enum cut_verdict {
	CUT_GO,
	CUT_LAST,  /* do it, perhaps in part, and say that it failed */
	CUT_ERROR, /* fail, doing nothing */
	CUT_FULL,  /* fail for lack of room, doing nothing */
};

struct cut_disk {
	struct cut_name *names;
	uint64_t chance;
	uint64_t operations;
	uint64_t cut_after; /* 0: never */
	bool cut;
	bool lies;
	bool promises; /* that a write harms nothing beside it */
	enum cut_fault fault;
	uint64_t fault_after;
	bool fault_stays;
	size_t open_count;
	void *face; /* cut_vfs.c's */
};

uint64_t cut_draw(struct cut_disk *disk, uint64_t count);

/* Count an operation and say what comes of it. */
enum cut_verdict cut_disk_step(struct cut_disk *disk, enum cut_step step);

struct cut_file *cut_file_new(void);
void cut_file_hold(struct cut_file *file);
void cut_file_release(struct cut_file *file); /* NULL is fine */
void cut_file_write(
    struct cut_file *file, const void *data, size_t len, size_t offset);
void cut_file_truncate(struct cut_file *file, size_t size);
void cut_file_sync(struct cut_file *file);

/* What ${path} means now; NULL: nothing. Give it a meaning (held anew). */
struct cut_file *cut_disk_find(struct cut_disk *disk, const char *path);
void cut_disk_name(
    struct cut_disk *disk, const char *path, struct cut_file *file);
/* Make durable what the names beside ${path} mean. */
void cut_disk_sync_directory(struct cut_disk *disk, const char *path);

#endif
