/*
 * What fuzz targets share. A target is one function, LLVMFuzzerTestOneInput,
 * given any bytes: it must neither crash nor leak, and every property that
 * it states with FUZZ_CHECK must hold. The same function runs in two ways:
 * with libFuzzer, which invents bytes (preset "fuzz", tools/fuzz), and with
 * replay.c, which runs the files of corpus/<target>/ in every build.
 */
#ifndef POINTEAU_TESTS_FUZZ_FUZZ_H
#define POINTEAU_TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/buf.h"
#include "shared/crypto.h"
#include "shared/err.h"

/* libFuzzer's names. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
/* fuzz.c: what must be done once, before the first input. */
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* A fact that no input may break: says which one and aborts. */
#define FUZZ_CHECK(fact)                                                       \
	((fact) ? (void)0 : fuzz_broken(__FILE__, __LINE__, #fact))
_Noreturn void fuzz_broken(const char *file, int line, const char *fact);

/* What holds of every failure: ${rc} is 0, or the code in ${err} beside a
 * sentence that a person can read and a reply can carry. */
void fuzz_check_err(int rc, const struct err *err);

/* Bytes equal? */
bool fuzz_same(const struct buf *a, const void *data, size_t len);

/* ---- an input as a series of choices; zeros once it is used up ---- */

struct fuzz {
	const uint8_t *at;
	size_t left;
};

#define FUZZ(data, size)                                                       \
	{                                                                      \
		(data), (size)                                                 \
	}

uint8_t fuzz_byte(struct fuzz *in);
/* One of 0..count-1. */
size_t fuzz_pick(struct fuzz *in, size_t count);
/* 0 or more, of any magnitude. */
int64_t fuzz_int(struct fuzz *in);
void fuzz_fill(struct fuzz *in, void *out, size_t len);
/* The next bytes as a text of at most ${max}, up to a NUL or an 0xFF, which
 * are passed over. Own it. */
char *fuzz_text(struct fuzz *in, size_t max);
/* An identifier that text_check_id accepts, from the next bytes. */
void fuzz_id(struct fuzz *in, char *out, size_t size);
void fuzz_key(struct fuzz *in, struct key *out);

/* The whole input as a text, up to its first NUL. Own it. */
char *fuzz_whole_text(const uint8_t *data, size_t size);

#endif
