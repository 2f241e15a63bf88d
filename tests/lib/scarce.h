/*
 * Memory that lacks when a test says so: the n-th allocation of our own code
 * and of jansson fails, also under a sanitizer. A program that links with
 * the library "scarce" has its calls redirected (see tests/CMakeLists.txt).
 */
#ifndef POINTEAU_TESTS_LIB_SCARCE_H
#define POINTEAU_TESTS_LIB_SCARCE_H

#include <stdbool.h>
#include <stddef.h>

/* From now on allocation ${at} (1: the next) fails; with ${always}, all that
 * come after it too. */
void scarce_start(size_t at, bool always);

/* How many there were since; with ${at} SIZE_MAX, all of them are counted. */
size_t scarce_calls(void);

/* Plenty again. Did an allocation fail since? */
bool scarce_stop(void);

#endif
