/*
 * The one switch of the measure "with month totals or without": the linker
 * puts this in the place of ledger_month_keep (--wrap), which asks for them.
 * A library that has none of them has no such function either.
 */
#include <stddef.h>

#include "shared/db.h"
#include "shared/err.h"
#include "tests/bench/without_months.h"

int __wrap_ledger_month_keep(struct db *db, struct err *err);
int __real_ledger_month_keep(struct db *db, struct err *err)
    __attribute__((weak));

static bool without;

bool months_exist(void)
{
	return __real_ledger_month_keep != NULL;
}

void months_leave_out(bool leave_out)
{
	without = leave_out;
}

int __wrap_ledger_month_keep(struct db *db, struct err *err)
{
	return without || !months_exist() ? 0
	                                  : __real_ledger_month_keep(db, err);
}
