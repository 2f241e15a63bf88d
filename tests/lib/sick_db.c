#include "shared/db.h"
#include "tests/lib/sick_db.h"

static struct {
	size_t at; /* 0: well */
	size_t calls;
} sick;

void sick_db_start(size_t at)
{
	sick.at = at;
	sick.calls = 0;
}

bool sick_db_stop(void)
{
	bool failed = sick.at > 0 && sick.calls >= sick.at;

	sick.at = 0;
	return failed;
}

size_t sick_db_count(void)
{
	return sick.calls;
}

static bool fails(void)
{
	return sick.at > 0 && ++sick.calls == sick.at;
}

/* The linker's names for what is redirected and what was meant. */
int __real_db_exec(struct db *db, const struct db_statement *statement,
    const struct db_param *params, size_t count, int64_t *changed,
    struct err *err);
int __wrap_db_exec(struct db *db, const struct db_statement *statement,
    const struct db_param *params, size_t count, int64_t *changed,
    struct err *err);
int __real_db_query(struct db *db, const struct db_statement *statement,
    const struct db_param *params, size_t count, db_each *each, void *context,
    struct err *err);
int __wrap_db_query(struct db *db, const struct db_statement *statement,
    const struct db_param *params, size_t count, db_each *each, void *context,
    struct err *err);
int __real_db_query_int(struct db *db, const struct db_statement *statement,
    const struct db_param *params, size_t count, int64_t *out, bool *found,
    struct err *err);
int __wrap_db_query_int(struct db *db, const struct db_statement *statement,
    const struct db_param *params, size_t count, int64_t *out, bool *found,
    struct err *err);

int __wrap_db_exec(struct db *db, const struct db_statement *statement,
    const struct db_param *params, size_t count, int64_t *changed,
    struct err *err)
{
	return fails()
	           ? err_set(err, E_IO, "sick")
	           : __real_db_exec(db, statement, params, count, changed, err);
}

int __wrap_db_query(struct db *db, const struct db_statement *statement,
    const struct db_param *params, size_t count, db_each *each, void *context,
    struct err *err)
{
	return fails() ? err_set(err, E_IO, "sick")
	               : __real_db_query(
			     db, statement, params, count, each, context, err);
}

int __wrap_db_query_int(struct db *db, const struct db_statement *statement,
    const struct db_param *params, size_t count, int64_t *out, bool *found,
    struct err *err)
{
	return fails() ? err_set(err, E_IO, "sick")
	               : __real_db_query_int(
			     db, statement, params, count, out, found, err);
}
