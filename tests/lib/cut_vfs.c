/* The face of the disk that SQLite sees: methods, locks, shared memory. */
#include <assert.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/cut_disk.h"

#define SOME_DAY_MS ((sqlite3_int64)212000000000000) /* a Julian day */

struct handle {
	sqlite3_file base;
	struct cut_disk *disk;
	struct cut_file *file;
	char *delete_path; /* removed on closing; NULL: kept */
	char *sync_path;   /* its first sync syncs its directory; NULL: none */
	int level;
	unsigned shared_mask, exclusive_mask;
	bool maps;
};

struct face {
	sqlite3_vfs vfs;
	char name[];
};

static void *allocate(size_t size)
{
	void *fresh = calloc(1, size);

	if (fresh == NULL) {
		(void)fprintf(stderr, "cut_vfs: out of memory\n");
		abort();
	}
	return fresh;
}

static char *copy_text(const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(allocate(size), text, size);
}

static struct handle *of(sqlite3_file *file)
{
	return (struct handle *)file;
}

/* SQLite's code for ${verdict}; ${error} when the operation fails. */
static int code_of(enum cut_verdict verdict, int error)
{
	switch (verdict) {
	case CUT_GO:
		return SQLITE_OK;
	case CUT_FULL:
		return SQLITE_FULL;
	case CUT_LAST:
	case CUT_ERROR:
		break;
	}
	return error;
}

static bool is_done(enum cut_verdict verdict)
{
	return verdict == CUT_GO || verdict == CUT_LAST;
}

/* ---- bytes ---- */

static int vfs_read(
    sqlite3_file *base, void *out, int len, sqlite3_int64 offset)
{
	const struct cut_image *now = &of(base)->file->now;
	size_t from = (size_t)offset, want = (size_t)len, have = 0;

	if (cut_disk_step(of(base)->disk, CUT_STEP_READ) != CUT_GO)
		return SQLITE_IOERR_READ;
	if (from < now->size)
		have = now->size - from < want ? now->size - from : want;
	if (have > 0)
		memcpy(out, now->data + from, have);
	if (have == want)
		return SQLITE_OK;
	memset((char *)out + have, 0, want - have);
	return SQLITE_IOERR_SHORT_READ;
}

static int vfs_write(
    sqlite3_file *base, const void *data, int len, sqlite3_int64 offset)
{
	struct handle *handle = of(base);
	enum cut_verdict verdict = cut_disk_step(handle->disk, CUT_STEP_WRITE);

	if (is_done(verdict))
		cut_file_write(handle->file, data, (size_t)len, (size_t)offset);
	return code_of(verdict, SQLITE_IOERR_WRITE);
}

static int vfs_truncate(sqlite3_file *base, sqlite3_int64 size)
{
	struct handle *handle = of(base);
	enum cut_verdict verdict = cut_disk_step(handle->disk, CUT_STEP_CHANGE);

	if (is_done(verdict))
		cut_file_truncate(handle->file, (size_t)size);
	return code_of(verdict, SQLITE_IOERR_TRUNCATE);
}

/* As on Unix: the first sync of a journal syncs its directory too. */
static int vfs_sync(sqlite3_file *base, int flags)
{
	struct handle *handle = of(base);
	struct cut_disk *disk = handle->disk;
	enum cut_verdict verdict = cut_disk_step(disk, CUT_STEP_CHANGE);

	(void)flags;
	/* Cut meanwhile: all had been done, or as if not asked for. */
	if (verdict == CUT_GO ||
	    (verdict == CUT_LAST && cut_draw(disk, 4) == 0)) {
		if (!disk->lies) {
			cut_file_sync(handle->file);
			if (handle->sync_path != NULL)
				cut_disk_sync_directory(
				    disk, handle->sync_path);
		}
		free(handle->sync_path);
		handle->sync_path = NULL;
	}
	return code_of(verdict, SQLITE_IOERR_FSYNC);
}

static int vfs_size(sqlite3_file *base, sqlite3_int64 *out)
{
	if (cut_disk_step(of(base)->disk, CUT_STEP_READ) != CUT_GO)
		return SQLITE_IOERR_FSTAT;
	*out = (sqlite3_int64)of(base)->file->now.size;
	return SQLITE_OK;
}

/* ---- locks between connections ---- */

static int vfs_lock(sqlite3_file *base, int level)
{
	struct handle *handle = of(base);
	struct cut_file *file = handle->file;

	if (handle->level >= level)
		return SQLITE_OK;
	if (cut_disk_is_cut(handle->disk))
		return SQLITE_IOERR_LOCK;
	if (level == SQLITE_LOCK_SHARED) {
		const struct handle *writer = file->writer;

		if (writer != NULL && writer->level >= SQLITE_LOCK_PENDING)
			return SQLITE_BUSY;
		file->sharing++;
		handle->level = level;
		return SQLITE_OK;
	}
	if (file->writer != NULL && file->writer != handle)
		return SQLITE_BUSY;
	file->writer = handle;
	handle->level = level;
	if (level == SQLITE_LOCK_EXCLUSIVE && file->sharing > 1) {
		/* No new reader comes in; those there finish first. */
		handle->level = SQLITE_LOCK_PENDING;
		return SQLITE_BUSY;
	}
	return SQLITE_OK;
}

static int vfs_unlock(sqlite3_file *base, int level)
{
	struct handle *handle = of(base);

	if (handle->level <= level)
		return SQLITE_OK;
	if (handle->file->writer == handle)
		handle->file->writer = NULL;
	if (level == SQLITE_LOCK_NONE)
		handle->file->sharing--;
	handle->level = level;
	return SQLITE_OK;
}

static int vfs_check_reserved(sqlite3_file *base, int *out)
{
	if (cut_disk_is_cut(of(base)->disk))
		return SQLITE_IOERR_CHECKRESERVEDLOCK;
	*out = of(base)->file->writer != NULL;
	return SQLITE_OK;
}

static int vfs_control(sqlite3_file *base, int operation, void *argument)
{
	(void)base;
	(void)operation;
	(void)argument;
	return SQLITE_NOTFOUND;
}

static int vfs_sector_size(sqlite3_file *base)
{
	(void)base;
	return CUT_SECTOR;
}

static int vfs_characteristics(sqlite3_file *base)
{
	return of(base)->disk->promises ? SQLITE_IOCAP_POWERSAFE_OVERWRITE : 0;
}

/* ---- shared memory, for the write-ahead log ---- */

static struct cut_shared *join_shared(struct handle *handle)
{
	if (handle->file->shared == NULL)
		handle->file->shared = allocate(sizeof(struct cut_shared));
	if (!handle->maps)
		handle->file->shared->users++;
	handle->maps = true;
	return handle->file->shared;
}

static int vfs_shm_map(
    sqlite3_file *base, int region, int size, int extend, void volatile **out)
{
	struct cut_shared *shared;

	*out = NULL;
	if (cut_disk_is_cut(of(base)->disk))
		return SQLITE_IOERR_SHMMAP;
	shared = join_shared(of(base));
	if (region >= shared->region_count && !extend)
		return SQLITE_OK;
	while (region >= shared->region_count) {
		size_t count = (size_t)shared->region_count + 1;
		uint8_t **regions = allocate(count * sizeof(*regions));

		if (count > 1)
			memcpy(regions, shared->regions,
			    (count - 1) * sizeof(*regions));
		regions[count - 1] = allocate((size_t)size);
		free(shared->regions);
		shared->regions = regions;
		shared->region_count++;
	}
	*out = shared->regions[region];
	return SQLITE_OK;
}

static void shm_unlock(struct handle *handle, unsigned mask)
{
	struct cut_shared *shared = handle->file->shared;

	for (int i = 0; i < CUT_SHM_SLOTS; i++) {
		if ((mask & handle->shared_mask & 1u << i) != 0)
			shared->readers[i]--;
		if ((mask & handle->exclusive_mask & 1u << i) != 0)
			shared->writers[i] = NULL;
	}
	handle->shared_mask &= ~mask;
	handle->exclusive_mask &= ~mask;
}

/* May ${handle} take slot ${i} so? What it holds itself does not count. */
static bool shm_is_free(const struct handle *handle, int i, bool exclusive)
{
	const struct cut_shared *shared = handle->file->shared;
	int mine = (handle->shared_mask & 1u << i) != 0 ? 1 : 0;

	if (shared->writers[i] != NULL && shared->writers[i] != handle)
		return false;
	return !exclusive || shared->readers[i] == mine;
}

static int vfs_shm_lock(sqlite3_file *base, int offset, int count, int flags)
{
	struct handle *handle = of(base);
	bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
	unsigned mask = ((1u << count) - 1) << offset;

	if ((flags & SQLITE_SHM_UNLOCK) != 0) {
		shm_unlock(handle, mask);
		return SQLITE_OK;
	}
	if (cut_disk_is_cut(handle->disk))
		return SQLITE_IOERR_SHMLOCK;
	for (int i = offset; i < offset + count; i++) {
		if (!shm_is_free(handle, i, exclusive))
			return SQLITE_BUSY;
	}
	for (int i = offset; i < offset + count; i++) {
		if (exclusive)
			handle->file->shared->writers[i] = handle;
		else if ((handle->shared_mask & 1u << i) == 0)
			handle->file->shared->readers[i]++;
	}
	if (exclusive)
		handle->exclusive_mask |= mask;
	else
		handle->shared_mask |= mask;
	return SQLITE_OK;
}

static void vfs_shm_barrier(sqlite3_file *base)
{
	(void)base;
}

/* The last one to leave takes the memory along: whoever comes next starts
 * from the log, as when the file of it is truncated on Unix. */
static int vfs_shm_unmap(sqlite3_file *base, int delete)
{
	struct handle *handle = of(base);
	struct cut_shared *shared = handle->file->shared;

	(void)delete;
	if (!handle->maps)
		return SQLITE_OK;
	shm_unlock(handle, (1u << CUT_SHM_SLOTS) - 1);
	handle->maps = false;
	if (--shared->users > 0)
		return SQLITE_OK;
	for (int i = 0; i < shared->region_count; i++)
		free(shared->regions[i]);
	free(shared->regions);
	free(shared);
	handle->file->shared = NULL;
	return SQLITE_OK;
}

/* ---- the file system ---- */

static struct cut_disk *disk_of(sqlite3_vfs *vfs)
{
	return vfs->pAppData;
}

static int vfs_close(sqlite3_file *base)
{
	struct handle *handle = of(base);

	(void)vfs_shm_unmap(base, 0);
	(void)vfs_unlock(base, SQLITE_LOCK_NONE);
	if (handle->delete_path != NULL && !cut_disk_is_cut(handle->disk))
		cut_disk_name(handle->disk, handle->delete_path, NULL);
	free(handle->delete_path);
	free(handle->sync_path);
	cut_file_release(handle->file);
	handle->disk->open_count--;
	return SQLITE_OK;
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = vfs_close,
    .xRead = vfs_read,
    .xWrite = vfs_write,
    .xTruncate = vfs_truncate,
    .xSync = vfs_sync,
    .xFileSize = vfs_size,
    .xLock = vfs_lock,
    .xUnlock = vfs_unlock,
    .xCheckReservedLock = vfs_check_reserved,
    .xFileControl = vfs_control,
    .xSectorSize = vfs_sector_size,
    .xDeviceCharacteristics = vfs_characteristics,
    .xShmMap = vfs_shm_map,
    .xShmLock = vfs_shm_lock,
    .xShmBarrier = vfs_shm_barrier,
    .xShmUnmap = vfs_shm_unmap,
};

/* Find or create the file; NULL with ${*code} otherwise. The caller holds
 * what comes back. */
static struct cut_file *open_file(
    struct cut_disk *disk, const char *path, int flags, int *code)
{
	struct cut_file *file = NULL;
	enum cut_verdict verdict;

	if (path != NULL)
		file = cut_disk_find(disk, path);
	if (file != NULL) {
		verdict = cut_disk_step(disk, CUT_STEP_READ);
		*code = code_of(verdict, SQLITE_CANTOPEN);
		if (verdict != CUT_GO)
			return NULL;
		cut_file_hold(file);
		return file;
	}
	*code = SQLITE_CANTOPEN;
	if ((flags & SQLITE_OPEN_CREATE) == 0)
		return NULL;
	verdict = cut_disk_step(disk, CUT_STEP_WRITE);
	*code = code_of(verdict, SQLITE_CANTOPEN);
	if (!is_done(verdict))
		return NULL;
	file = cut_file_new();
	if (path != NULL)
		cut_disk_name(disk, path, file);
	if (verdict == CUT_GO)
		return file;
	cut_file_release(file);
	return NULL;
}

static int vfs_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *base,
    int flags, int *out_flags)
{
	static const int journals = SQLITE_OPEN_MAIN_JOURNAL |
	                            SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL;
	struct cut_disk *disk = disk_of(vfs);
	struct handle *handle = of(base);
	struct cut_file *file;
	int code;

	memset(handle, 0, sizeof(*handle));
	if ((file = open_file(disk, path, flags, &code)) == NULL)
		return code;
	handle->base.pMethods = &methods;
	handle->disk = disk;
	handle->file = file;
	if (path != NULL && (flags & SQLITE_OPEN_DELETEONCLOSE) != 0)
		handle->delete_path = copy_text(path);
	if (path != NULL && (flags & SQLITE_OPEN_CREATE) != 0 &&
	    (flags & journals) != 0)
		handle->sync_path = copy_text(path);
	disk->open_count++;
	if (out_flags != NULL)
		*out_flags = flags;
	return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *path, int sync_directory)
{
	struct cut_disk *disk = disk_of(vfs);
	enum cut_verdict verdict;

	if (cut_disk_find(disk, path) == NULL)
		return cut_disk_is_cut(disk) ? SQLITE_IOERR_DELETE
		                             : SQLITE_IOERR_DELETE_NOENT;
	verdict = cut_disk_step(disk, CUT_STEP_CHANGE);
	if (is_done(verdict))
		cut_disk_name(disk, path, NULL);
	if (verdict == CUT_GO && sync_directory != 0 && !disk->lies)
		cut_disk_sync_directory(disk, path);
	return code_of(verdict, SQLITE_IOERR_DELETE);
}

/* As on Unix, an empty file does not exist. */
static int vfs_access(sqlite3_vfs *vfs, const char *path, int flags, int *out)
{
	const struct cut_file *file = cut_disk_find(disk_of(vfs), path);

	if (cut_disk_step(disk_of(vfs), CUT_STEP_READ) != CUT_GO)
		return SQLITE_IOERR_ACCESS;
	*out = file != NULL &&
	       (flags != SQLITE_ACCESS_EXISTS || file->now.size > 0);
	return SQLITE_OK;
}

static int vfs_full_path(
    sqlite3_vfs *vfs, const char *path, int size, char *out)
{
	int len = snprintf(out, (size_t)size, "%s", path);

	(void)vfs;
	return len < size ? SQLITE_OK : SQLITE_CANTOPEN;
}

static int vfs_randomness(sqlite3_vfs *vfs, int len, char *out)
{
	for (int i = 0; i < len; i++)
		out[i] = (char)cut_draw(disk_of(vfs), 256);
	return len;
}

/* Time stands still here, and waiting takes none. */
static int vfs_sleep(sqlite3_vfs *vfs, int microseconds)
{
	(void)vfs;
	return microseconds;
}

static int vfs_time_ms(sqlite3_vfs *vfs, sqlite3_int64 *out)
{
	(void)vfs;
	*out = SOME_DAY_MS;
	return SQLITE_OK;
}

static int vfs_time(sqlite3_vfs *vfs, double *out)
{
	(void)vfs;
	*out = (double)SOME_DAY_MS / 86400000.0;
	return SQLITE_OK;
}

static int vfs_last_error(sqlite3_vfs *vfs, int size, char *out)
{
	(void)vfs;
	if (size > 0)
		out[0] = '\0';
	return 0;
}

/* SQLite's own chance (salts, nonces) comes from the real machine unless it is
 * told otherwise. 0 would mean that again. */
void cut_disk_seed(struct cut_disk *disk, uint64_t seed)
{
	disk->chance = seed;
	(void)sqlite3_test_control(
	    SQLITE_TESTCTRL_PRNG_SEED, (int)(seed % INT_MAX) + 1, NULL);
}

struct cut_disk *cut_disk_new(const char *name, uint64_t seed)
{
	struct cut_disk *disk = allocate(sizeof(*disk));
	struct face *face = allocate(sizeof(*face) + strlen(name) + 1);

	(void)strcpy(face->name, name);
	face->vfs = (sqlite3_vfs){
	    .iVersion = 2,
	    .szOsFile = (int)sizeof(struct handle),
	    .mxPathname = PATH_MAX,
	    .zName = face->name,
	    .pAppData = disk,
	    .xOpen = vfs_open,
	    .xDelete = vfs_delete,
	    .xAccess = vfs_access,
	    .xFullPathname = vfs_full_path,
	    .xRandomness = vfs_randomness,
	    .xSleep = vfs_sleep,
	    .xCurrentTime = vfs_time,
	    .xGetLastError = vfs_last_error,
	    .xCurrentTimeInt64 = vfs_time_ms,
	};
	disk->face = face;
	cut_disk_seed(disk, seed);
	if (sqlite3_vfs_register(&face->vfs, 0) != SQLITE_OK)
		abort();
	return disk;
}

void cut_disk_free(struct cut_disk *disk)
{
	struct face *face;

	if (disk == NULL)
		return;
	assert(disk->open_count == 0);
	face = disk->face;
	(void)sqlite3_vfs_unregister(&face->vfs);
	cut_disk_remove(disk, "");
	free(face);
	free(disk);
}
