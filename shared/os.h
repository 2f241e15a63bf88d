/*
 * The machine: everything a simulation replaces. Engines receive a struct os
 * and never ask the system themselves; the real one is os_system. System
 * calls stand in os*.c alone.
 */
#ifndef POINTEAU_SHARED_OS_H
#define POINTEAU_SHARED_OS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/buf.h"
#include "shared/err.h"

struct os {
	void *context;
	/* Seconds since 1970, UTC, as this machine believes. */
	int64_t (*now_s)(void *context);
	void (*random)(void *context, void *out, size_t len);
	/* Identity of this boot and of this machine: opaque texts, "" when
	 * the system has none. */
	void (*boot_id)(void *context, char out[64]);
	void (*machine_id)(void *context, char out[64]);
	/* Names this opening of a data directory, for one that a restored copy
	 * may replace while the machine stays up (the server's); NULL: the
	 * boot is enough. */
	const char *incarnation;
	/* The SQLite file system databases live in; NULL: the system's own.
	 * Tests of power cuts give another (tests/lib/cut_vfs.h). */
	const char *vfs;
	/* Of a machine whose time is simulated; NULL: the system's own. The
	 * clock that never jumps, and the networks (os_network). */
	int64_t (*ticks_ms)(void *context);
	uint64_t (*network)(void *context);
};

/* The real machine. */
extern const struct os os_system;

int64_t os_now_s(const struct os *os);
void os_random(const struct os *os, void *out, size_t len);

/* Milliseconds since 1970 of the machine's own clock, for what is logged. */
int64_t os_wall_ms(void);

int64_t os_ticks_ms(const struct os *os);
uint64_t os_network_seen(const struct os *os);

/* Milliseconds of a clock that never jumps, for deadlines. */
int64_t os_monotonic_ms(void);
/* The same, going on while the machine sleeps: the difference grows when it
 * wakes up. Both begin with the boot. */
int64_t os_boot_ms(void);

/*
 * Names the networks this machine is on, its own aside: another number when
 * one came, went or changed; 0 when there is none. A look at two files of
 * the system, nothing is sent.
 */
uint64_t os_network(void);
/* The same of copies of /proc/net/route and /proc/net/ipv6_route; for
 * tests. */
uint64_t os_network_of(const char *route, const char *ipv6_route);

/*
 * Files (os_file.c). Every write but the one said to be so later is durable
 * when it returns: written beside, synced, renamed, directory synced. Modes are
 * exact, whatever the umask.
 */
int os_file_write(const char *path, const void *data, size_t len, unsigned mode,
    struct err *err);
/* As os_file_write, but durable only once os_disk_settle has returned, for many
 * files at once: what a power cut spoils until then is the caller's to tell. */
int os_file_write_soon(const char *path, const void *data, size_t len,
    unsigned mode, struct err *err);
/* Everything written so far on the disk that ${path} is on is durable when
 * this returns, whoever wrote it; E_IO. */
int os_disk_settle(const char *path, struct err *err);
/* As os_file_write, but E_CONFLICT when ${path} exists already. */
int os_file_create(const char *path, const void *data, size_t len,
    unsigned mode, struct err *err);
/* Append the content to ${out}; E_NOT_FOUND, E_LIMIT over ${max} bytes. */
int os_file_read(
    struct buf *out, const char *path, size_t max, struct err *err);
bool os_file_exists(const char *path);
/* Its bytes; 0 when it is not there. */
int64_t os_file_size(const char *path);
/* Put the file ${from} in the place of ${to}, beside it: the old one or the
 * new one is there at any moment. */
int os_file_move(const char *from, const char *to, struct err *err);
/* Fine when it is not there. */
int os_file_remove(const char *path, struct err *err);
bool os_is_directory(const char *path);
/* Bytes of a file and when it was last written, seconds since 1970 (either
 * may be NULL); E_NOT_FOUND, E_IO. */
int os_file_facts(
    const char *path, int64_t *size, int64_t *written_s, struct err *err);
/* Which file stands at a path, and in which state: another mark once it was
 * written, or another put in its place. */
struct os_mark {
	uint64_t disk, file;
	int64_t size, written_ns, changed_ns;
};
/* E_NOT_FOUND, E_IO. */
int os_file_mark(const char *path, struct os_mark *out, struct err *err);
bool os_mark_is(const struct os_mark *a, const struct os_mark *b);
/* Take away a directory that is empty; fine when it is not there. */
int os_directory_remove(const char *path, struct err *err);

/* Make a directory and its missing parents (mode 0700); fine if there. */
int os_directory_make(const char *path, struct err *err);
/* Is there nothing in it (or no such directory)? */
bool os_directory_is_empty(const char *path);
/* Every regular file below ${path}, relative, sorted, one call each. */
int os_directory_walk(const char *path,
    int (*each)(void *context, const char *relative, struct err *err),
    void *context, struct err *err);

/*
 * Lock the file ${path} (created 0600) for this process alone. E_LOCKED when
 * another holds it. ${*out} is a descriptor for os_unlock.
 */
int os_lock(int *out, const char *path, struct err *err);
void os_unlock(int fd);

/*
 * Is the process at the other end of a TCP connection on the loopback one of
 * our own user? ${address}:${port} is that end, ${own_port} ours on
 * 127.0.0.1. False also when the system does not tell.
 */
bool os_peer_is_self(const char *address, int port, int own_port);

/*
 * Start the program ${words} (its name looked up in PATH, ended by NULL) on
 * its own: a session of its own, no input, its output thrown away, no signal
 * blocked or ignored. Nobody waits for it. E_NOT_FOUND, E_IO.
 */
int os_spawn(const char *const *words, struct err *err);

/* Write to standard error in one piece; a failure is nobody's. */
void os_say(const void *data, size_t len);

/* Bytes that may still be written on the disk of ${path}, and its size. */
int os_disk(
    const char *path, int64_t *free_out, int64_t *size_out, struct err *err);

/* What this process takes: bytes resident, open descriptors, threads, and when
 * it was started (seconds since 1970); 0 for what the system does not tell. */
struct os_usage {
	int64_t resident, files, threads, start_s;
};
void os_usage(struct os_usage *out);

/* This machine's name, cut to ${size}. */
void os_host_name(char *out, size_t size);

/* ${XDG_DATA_HOME}/pointeau or ${HOME}/.local/share/pointeau. */
int os_data_directory(struct buf *out, struct err *err);

#endif
