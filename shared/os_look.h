/*
 * What a doctor asks of the machine: who owns a file and who holds a lock,
 * whether a disk may be written to, a port taken, a clock believed. Nothing is
 * changed by any of these, and nobody is disturbed.
 */
#ifndef POINTEAU_SHARED_OS_LOOK_H
#define POINTEAU_SHARED_OS_LOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/buf.h"
#include "shared/err.h"

/* A name on the disk; a link is what it leads to. */
struct os_look {
	uint32_t owner;
	unsigned mode; /* the bits of chmod(1) */
	uint64_t disk; /* names the file system */
	bool is_directory, is_file;
};

/* E_NOT_FOUND, E_IO. */
int os_look(const char *path, struct os_look *out, struct err *err);

/* May this account read it (enter a directory), write to it? By the system's
 * own word: a disk that is read-only may not be written to. */
bool os_may_read(const char *path);
bool os_may_write(const char *path);

/* Is its disk mounted read-only? */
bool os_is_read_only(const char *path);

/* The number of this account; 0 is root. */
uint32_t os_account(void);
/* And its name; the number when it has none. */
#define OS_ACCOUNT 64
void os_account_name(char out[OS_ACCOUNT]);

/*
 * From here on be whoever owns ${path}, for good, when this is root and the
 * owner is not: what is looked at is then what the owner may, and no file of
 * root's can come to be. Before any other thread is born. E_IO.
 */
int os_become_owner(const char *path, struct err *err);

/* The process that holds the lock ${path} (os_lock): 0 when nobody does, -1
 * when somebody does whom the system does not name. Nobody is made to wait. */
int64_t os_lock_holder(const char *path);

/* Does the system keep the clock by the network? -1: it does not tell. */
int os_clock_is_kept(void);
/* What $TZ says, or /etc/localtime: is it a time zone that the system knows?
 * ${offset_s}: how far from UTC at ${now_s}. */
bool os_zone_is_known(int64_t now_s, int64_t *offset_s);

/* Bytes of memory that a program could have; -1 unknown. */
int64_t os_memory_free(void);
/* How many files process ${pid} (0: this one) may open; -1 unknown. */
int64_t os_files_limit(int64_t pid);

/* Is systemd at work here; is there a desktop session? */
bool os_has_systemd(void);
bool os_has_desktop(void);

/* Could this account listen on ${port} of the IPv4 ${address} ("": all)? 0,
 * E_CONFLICT (somebody does), E_FORBIDDEN, E_NOT_FOUND (no address of this
 * machine), E_IO. */
int os_port_try(const char *address, int port, struct err *err);

#endif
