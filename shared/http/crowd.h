/*
 * Who is connected, and who must go when it gets full. A connection costs a
 * thread; whoever keeps one without being answered (a silent client, a slow
 * body, an answer not read) may keep it only while others need none: one
 * connection too many, and the one that has stood still for longest is shut,
 * once it has for a moment and unless it waits for us: what it sent and nobody
 * has read yet is no fault of its own. Until then the newcomer waits. What is
 * being answered is never shut. Pure but for the sockets' state; safe from many
 * threads.
 */
#ifndef POINTEAU_SHARED_HTTP_CROWD_H
#define POINTEAU_SHARED_HTTP_CROWD_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Connections at once; one more, and the one still for longest is shut, which
 * must have been for CROWD_STILL_MS; a newcomer waits for CROWD_ENTER_MS. */
#define CROWD_MAX      240
#define CROWD_STILL_MS 250
#define CROWD_ENTER_MS 250
/*
 * Bodies or answers of more than CROWD_SMALL bytes in memory at once: what
 * bounds the memory. When all places are taken, the next is refused, and the
 * place of one that has stood still for CROWD_PATIENCE_MS is taken back.
 */
#define CROWD_LARGE_MAX   8
#define CROWD_SMALL       ((size_t)32 * 1024)
#define CROWD_PATIENCE_MS 5000
/* Room for those shut whose threads have not noticed yet. */
#define CROWD_SLOTS (2 * CROWD_MAX)

enum crowd_phase {
	CROWD_GONE = 0,  /* no connection in this slot */
	CROWD_WAITING,   /* handshake, idle, head, body or answer under way */
	CROWD_ANSWERING, /* the handler has it */
	CROWD_SHUT,      /* told to go */
};

struct crowd_slot {
	uintptr_t key; /* the connection: its thread */
	int fd;
	enum crowd_phase phase;
	bool large;
	int64_t since_ms; /* when it last moved on */
};

struct crowd {
	pthread_mutex_t lock;
	size_t count; /* neither gone nor shut */
	size_t large_count;
	struct crowd_slot slots[CROWD_SLOTS];
};

/* 0, or a negative number when no lock can be made. */
int crowd_init(struct crowd *crowd);
void crowd_clear(struct crowd *crowd);

/* The connection ${key}, whose socket is ${fd}, is there. Again for one that
 * is there already: nothing. */
void crowd_enter(struct crowd *crowd, uintptr_t key, int fd, int64_t now_ms);

/* The same where nobody but who deserves it must go for it; false: wait. */
bool crowd_try_enter(
    struct crowd *crowd, uintptr_t key, int fd, int64_t now_ms);

/* It goes, before its socket is closed. */
void crowd_leave(struct crowd *crowd, uintptr_t key);

/* It has moved on to ${phase}, CROWD_WAITING or CROWD_ANSWERING. */
void crowd_move(
    struct crowd *crowd, uintptr_t key, enum crowd_phase phase, int64_t now_ms);

/* The one that has stood still for longest must go, whoever it is. False when
 * all are being answered. */
bool crowd_make_room(struct crowd *crowd);

/* All but those being answered must go. */
void crowd_shut_all(struct crowd *crowd);

/* A place for something large; false when there is none, nor soon enough.
 * A connection has one place at most, and keeps it until crowd_release. */
bool crowd_claim(struct crowd *crowd, uintptr_t key, int64_t now_ms);
void crowd_release(struct crowd *crowd, uintptr_t key);

#endif
