/*
 * A database that fails when a test says so: the n-th statement that our own
 * code runs is refused. A program that links with the library "sick_db" has
 * its calls redirected (see tests/CMakeLists.txt).
 */
#ifndef POINTEAU_TESTS_LIB_SICK_DB_H
#define POINTEAU_TESTS_LIB_SICK_DB_H

#include <stdbool.h>
#include <stddef.h>

/* From now on statement ${at} (1: the next) fails with E_IO, once. */
void sick_db_start(size_t at);

/* Well again. Did a statement fail since? */
bool sick_db_stop(void);

/* How many statements ran since, from a failure far away on. */
size_t sick_db_count(void);

#endif
