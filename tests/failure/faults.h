/*
 * Calls of the system that fail when a test says so: the n-th of a class,
 * once or from then on. They are replaced in the test's executable, so that
 * every library that it loads is covered as well: SQLite, curl, jansson.
 */
#ifndef POINTEAU_TESTS_FAILURE_FAULTS_H
#define POINTEAU_TESTS_FAILURE_FAULTS_H

#include <stdbool.h>
#include <stdint.h>

enum fault_class {
	FAULT_MEMORY, /* malloc, calloc, realloc… */
	FAULT_DISK,   /* every call on files and directories: EIO */
	FAULT_FULL,   /* those that need room on the disk: ENOSPC */
	FAULT_NET,    /* connect, send, recv, poll: ECONNRESET */
	FAULT_CLASSES,
};

struct fault_plan {
	enum fault_class class;
	uint64_t at; /* 1: the next call; 0: none, calls are only counted */
	bool always; /* and those after it */
};

/* Memory is not replaced under a sanitizer, which has its own. */
bool faults_cover(enum fault_class class);

/* Begin to count and fail. One thread. */
void faults_start(const struct fault_plan *plan);
/* End it. How many calls of the plan's class there were. */
uint64_t faults_stop(void);

/* Let what follows pass uncounted, and count again; they do not nest. */
void faults_pause(void);
void faults_resume(void);

/* The call that failed first since faults_start, or "". Static text. */
const char *faults_first(void);

/* Blocks of memory allocated and not freed; 0 under a sanitizer. */
int64_t faults_blocks(void);

#endif
