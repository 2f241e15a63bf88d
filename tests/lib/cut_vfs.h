/*
 * A disk in memory whose power can be cut: a SQLite file system (VFS) for
 * tests. What was written and not synced may, after a cut, be there, be
 * missing, be torn at a sector, in any order; what was synced stays. A
 * deletion or a creation is durable once its directory is synced.
 *
 * One struct cut_disk is one disk, registered as the VFS ${name}; it holds
 * any number of files, by whole path. Everything that is left to chance is
 * drawn from its seed, so that a run repeats exactly. One thread.
 */
#ifndef POINTEAU_TESTS_CUT_VFS_H
#define POINTEAU_TESTS_CUT_VFS_H

#include <stdbool.h>
#include <stdint.h>

struct cut_disk; /* opaque */

/* Make a disk and register it as the VFS ${name} (copied). Aborts on lack of
 * memory, as tests may. Free with cut_disk_free once nothing is open. SQLite's
 * own chance is seeded too: a second disk starts it over. */
struct cut_disk *cut_disk_new(const char *name, uint64_t seed);
void cut_disk_free(struct cut_disk *disk);

/* Begin its chance anew, as if it had just been made with ${seed}; SQLite's
 * own too, which all disks share. */
void cut_disk_seed(struct cut_disk *disk, uint64_t seed);

/* Operations that could be cut so far: writes, truncations, syncs, creations,
 * deletions. */
uint64_t cut_disk_operations(const struct cut_disk *disk);

/* Cut the power at the ${after}-th operation from now on (1: the next one),
 * which may be done in part. 0: never. From then on every operation fails
 * until cut_disk_restart. */
void cut_disk_cut(struct cut_disk *disk, uint64_t after);
bool cut_disk_is_cut(const struct cut_disk *disk);

/* Power again: decide what the unsynced operations left behind. No file may
 * be open (connections are closed first; their writes fail). Without a cut it
 * does what a cut at this moment would do. */
void cut_disk_restart(struct cut_disk *disk);

/* The program was killed, the machine goes on: whatever was written stays,
 * synced or not. A cut that has come was that kill, one that has not is
 * forgotten. Connections are closed first, as for a restart. */
void cut_disk_survive(struct cut_disk *disk);

enum cut_fault {
	CUT_FAULT_NONE,
	CUT_FAULT_IO,   /* the operation fails with an I/O error */
	CUT_FAULT_FULL, /* no space left */
};

/* Make the ${after}-th operation from now on fail, once or from then on: IO
 * counts everything, reads too; FULL counts what needs room, writes and
 * creations. The disk stays whole. CUT_FAULT_NONE ends it. */
void cut_disk_fail(struct cut_disk *disk, enum cut_fault fault, uint64_t after,
    bool from_then_on);

/* Ignore syncs, as a disk that lies: to show that the method finds losses. */
void cut_disk_lie(struct cut_disk *disk, bool lie);

/* Promise SQLite, as it is promised on Unix, that a write cut halfway harms no
 * byte beside its own, and keep to it. Otherwise whole sectors go. Set it
 * before files are opened. */
void cut_disk_promise(struct cut_disk *disk, bool promise);

/* Copy, as they stand now, all files whose path begins with ${from} to the
 * same path beginning with ${to} (which are replaced): an old copy, a clone, a
 * backup. Nothing open below ${to}. Remove: all below ${path}. These are
 * beginnings of text: end a directory with '/'. */
void cut_disk_copy(struct cut_disk *disk, const char *from, const char *to);
void cut_disk_remove(struct cut_disk *disk, const char *path);

#endif
