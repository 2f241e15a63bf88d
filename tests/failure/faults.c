/* The checked variants of read() and its like are inline functions of the
 * system's headers, which these must not be. */
#undef _FORTIFY_SOURCE

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/failure/faults.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HAS_OWN_MEMORY 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||     \
    __has_feature(memory_sanitizer)
#define HAS_OWN_MEMORY 1
#endif
#endif

static struct {
	bool active;
	struct fault_plan plan;
	uint64_t calls;
	const char *first;
	int64_t blocks;
} faults = {.first = ""};

bool faults_cover(enum fault_class class)
{
#ifdef HAS_OWN_MEMORY
	return class != FAULT_MEMORY;
#else
	(void)class;
	return true;
#endif
}

void faults_start(const struct fault_plan *plan)
{
	faults.plan = *plan;
	faults.calls = 0;
	faults.first = "";
	faults.active = true;
}

uint64_t faults_stop(void)
{
	faults.active = false;
	/* Who resumes without having started only counts. */
	faults.plan.at = 0;
	return faults.calls;
}

void faults_pause(void)
{
	faults.active = false;
}

void faults_resume(void)
{
	faults.active = true;
}

const char *faults_first(void)
{
	return faults.first;
}

int64_t faults_blocks(void)
{
	return faults.blocks;
}

/* Does this call, named ${name}, fail? */
static bool fails(enum fault_class class, const char *name)
{
	const struct fault_plan *plan = &faults.plan;

	if (!faults.active || plan->class != class)
		return false;
	faults.calls++;
	if (plan->at == 0 || faults.calls < plan->at ||
	    (faults.calls > plan->at && !plan->always))
		return false;
	if (faults.first[0] == '\0')
		faults.first = name;
	return true;
}

/* A call on files that needs no room. */
static bool disk_fails(const char *name)
{
	if (!fails(FAULT_DISK, name))
		return false;
	errno = EIO;
	return true;
}

/* One that does. */
static bool room_fails(const char *name)
{
	if (disk_fails(name))
		return true;
	if (!fails(FAULT_FULL, name))
		return false;
	errno = ENOSPC;
	return true;
}

static bool net_fails(const char *name)
{
	if (!fails(FAULT_NET, name))
		return false;
	errno = ECONNRESET;
	return true;
}

/* ---- memory ---- */

#ifndef HAS_OWN_MEMORY

/* The C library's own, under the names it keeps for this. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *block);

static bool memory_fails(const char *name)
{
	if (!fails(FAULT_MEMORY, name))
		return false;
	errno = ENOMEM;
	return true;
}

static void *counted(void *block)
{
	faults.blocks += block != NULL;
	return block;
}

void *malloc(size_t size)
{
	return memory_fails("malloc") ? NULL : counted(__libc_malloc(size));
}

void *calloc(size_t count, size_t size)
{
	return memory_fails("calloc") ? NULL
	                              : counted(__libc_calloc(count, size));
}

void *realloc(void *block, size_t size)
{
	void *other;

	if (memory_fails("realloc"))
		return NULL;
	other = __libc_realloc(block, size);
	if (block == NULL)
		(void)counted(other);
	else if (size == 0)
		faults.blocks--;
	return other;
}

void free(void *block)
{
	faults.blocks -= block != NULL;
	__libc_free(block);
}

int posix_memalign(void **out, size_t alignment, size_t size)
{
	if (memory_fails("posix_memalign"))
		return ENOMEM;
	*out = counted(__libc_memalign(alignment, size));
	return *out != NULL ? 0 : ENOMEM;
}

void *aligned_alloc(size_t alignment, size_t size)
{
	return memory_fails("aligned_alloc")
	           ? NULL
	           : counted(__libc_memalign(alignment, size));
}

void *memalign(size_t alignment, size_t size);
void *memalign(size_t alignment, size_t size)
{
	return aligned_alloc(alignment, size);
}

#endif

/* ---- files ---- */

/* The library's function ${name}, looked up once. */
#define NEXT(type, name)                                                       \
	static type *next;                                                     \
	if (next == NULL)                                                      \
	next = (type *)next_of(name)

typedef void any_function(void);

static any_function *next_of(const char *name)
{
	bool active = faults.active;
	union {
		void *object;
		any_function *function;
	} found;

	faults.active = false; /* the look-up may allocate */
	found.object = dlsym(RTLD_NEXT, name);
	faults.active = active;
	if (found.object == NULL)
		abort();
	return found.function;
}

typedef int open_function(const char *path, int flags, ...);
typedef int openat_function(int fd, const char *path, int flags, ...);
typedef ssize_t read_function(int fd, void *out, size_t size);
typedef ssize_t write_function(int fd, const void *data, size_t size);
typedef ssize_t pread_function(int fd, void *out, size_t size, off_t at);
typedef ssize_t pwrite_function(
    int fd, const void *data, size_t size, off_t at);
typedef int fd_function(int fd);
typedef int truncate_function(int fd, off_t size);
typedef int path_function(const char *path);
typedef int paths_function(const char *from, const char *to);
typedef int mode_function(const char *path, mode_t mode);
typedef int fchmod_function(int fd, mode_t mode);
typedef int mkostemp_function(char *path, int flags);

static bool open_fails(int flags)
{
	return (flags & O_CREAT) != 0 ? room_fails("open") : disk_fails("open");
}

static mode_t open_mode(int flags, va_list args)
{
	return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(args, mode_t) : 0;
}

int open(const char *path, int flags, ...)
{
	NEXT(open_function, "open");
	va_list args;
	mode_t mode;

	va_start(args, flags);
	mode = open_mode(flags, args);
	va_end(args);
	return open_fails(flags) ? -1 : next(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
	NEXT(open_function, "open64");
	va_list args;
	mode_t mode;

	va_start(args, flags);
	mode = open_mode(flags, args);
	va_end(args);
	return open_fails(flags) ? -1 : next(path, flags, mode);
}

int openat(int fd, const char *path, int flags, ...)
{
	NEXT(openat_function, "openat");
	va_list args;
	mode_t mode;

	va_start(args, flags);
	mode = open_mode(flags, args);
	va_end(args);
	return open_fails(flags) ? -1 : next(fd, path, flags, mode);
}

int close(int fd)
{
	NEXT(fd_function, "close");
	int rc = next(fd);

	/* Closed all the same, as Linux does. */
	return disk_fails("close") ? -1 : rc;
}

ssize_t read(int fd, void *out, size_t size)
{
	NEXT(read_function, "read");
	return disk_fails("read") ? -1 : next(fd, out, size);
}

ssize_t write(int fd, const void *data, size_t size)
{
	NEXT(write_function, "write");
	return room_fails("write") ? -1 : next(fd, data, size);
}

ssize_t pread(int fd, void *out, size_t size, off_t at)
{
	NEXT(pread_function, "pread");
	return disk_fails("pread") ? -1 : next(fd, out, size, at);
}

ssize_t pread64(int fd, void *out, size_t size, off_t at)
{
	NEXT(pread_function, "pread64");
	return disk_fails("pread") ? -1 : next(fd, out, size, at);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t at)
{
	NEXT(pwrite_function, "pwrite");
	return room_fails("pwrite") ? -1 : next(fd, data, size, at);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off_t at)
{
	NEXT(pwrite_function, "pwrite64");
	return room_fails("pwrite") ? -1 : next(fd, data, size, at);
}

int fsync(int fd)
{
	NEXT(fd_function, "fsync");
	return room_fails("fsync") ? -1 : next(fd);
}

int fdatasync(int fd)
{
	NEXT(fd_function, "fdatasync");
	return room_fails("fdatasync") ? -1 : next(fd);
}

int ftruncate(int fd, off_t size)
{
	NEXT(truncate_function, "ftruncate");
	return room_fails("ftruncate") ? -1 : next(fd, size);
}

int ftruncate64(int fd, off_t size)
{
	NEXT(truncate_function, "ftruncate64");
	return room_fails("ftruncate") ? -1 : next(fd, size);
}

int unlink(const char *path)
{
	NEXT(path_function, "unlink");
	return disk_fails("unlink") ? -1 : next(path);
}

int rmdir(const char *path)
{
	NEXT(path_function, "rmdir");
	return disk_fails("rmdir") ? -1 : next(path);
}

int rename(const char *from, const char *to)
{
	NEXT(paths_function, "rename");
	return room_fails("rename") ? -1 : next(from, to);
}

int link(const char *from, const char *to)
{
	NEXT(paths_function, "link");
	return room_fails("link") ? -1 : next(from, to);
}

int mkdir(const char *path, mode_t mode)
{
	NEXT(mode_function, "mkdir");
	return room_fails("mkdir") ? -1 : next(path, mode);
}

int fchmod(int fd, mode_t mode)
{
	NEXT(fchmod_function, "fchmod");
	return disk_fails("fchmod") ? -1 : next(fd, mode);
}

int mkostemp(char *path, int flags)
{
	NEXT(mkostemp_function, "mkostemp");
	return room_fails("mkostemp") ? -1 : next(path, flags);
}

/* ---- the network ---- */

typedef int connect_function(
    int fd, const struct sockaddr *address, socklen_t len);
typedef ssize_t send_function(int fd, const void *data, size_t size, int flags);
typedef ssize_t recv_function(int fd, void *out, size_t size, int flags);
typedef int poll_function(struct pollfd *fds, nfds_t count, int timeout_ms);
typedef int socket_function(int domain, int type, int protocol);

int socket(int domain, int type, int protocol)
{
	NEXT(socket_function, "socket");
	return net_fails("socket") ? -1 : next(domain, type, protocol);
}

/* The C library's header spells the second parameter so. */
int connect(int fd, __CONST_SOCKADDR_ARG address, socklen_t len)
{
	NEXT(connect_function, "connect");
	return net_fails("connect") ? -1 : next(fd, address.__sockaddr__, len);
}

ssize_t send(int fd, const void *data, size_t size, int flags)
{
	NEXT(send_function, "send");
	return net_fails("send") ? -1 : next(fd, data, size, flags);
}

ssize_t recv(int fd, void *out, size_t size, int flags)
{
	NEXT(recv_function, "recv");
	return net_fails("recv") ? -1 : next(fd, out, size, flags);
}

int poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
	NEXT(poll_function, "poll");
	return net_fails("poll") ? -1 : next(fds, count, timeout_ms);
}
