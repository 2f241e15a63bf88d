/*
 * Whether offices that are opened from now on keep month totals.
 */
#ifndef POINTEAU_TESTS_BENCH_WITHOUT_MONTHS_H
#define POINTEAU_TESTS_BENCH_WITHOUT_MONTHS_H

#include <stdbool.h>

/* Does this version keep any? */
bool months_exist(void);
void months_leave_out(bool leave_out);

#endif
