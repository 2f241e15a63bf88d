/*
 * Run a fuzz target on every file of the directories given, without
 * libFuzzer: the corpus is a test of every build. A directory without any
 * file fails, because it would prove nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/os.h"
#include "tests/fuzz/fuzz.h"

#define INPUT_MAX ((size_t)1024 * 1024)

struct replay {
	const char *directory;
	size_t count;
};

static int run_one(void *context, const char *relative, struct err *err)
{
	struct replay *replay = context;
	struct buf path = BUF_INIT, input = BUF_INIT;
	uint8_t *exact = NULL;
	int rc;

	buf_printf(&path, "%s/%s", replay->directory, relative);
	if ((rc = os_file_read(&input, buf_text(&path), INPUT_MAX, err)) < 0)
		goto out;
	/* Said before: an abort leaves the name as the last line. */
	(void)printf("%s\n", relative);
	(void)fflush(stdout);
	/* A copy without a byte to spare, so that ASan sees one too many. */
	exact = malloc(input.len > 0 ? input.len : 1);
	if (exact == NULL) {
		rc = err_nomem(err);
		goto out;
	}
	if (input.len > 0)
		memcpy(exact, input.data, input.len);
	(void)LLVMFuzzerTestOneInput(exact, input.len);
	replay->count++;
out:
	free(exact);
	buf_free(&path);
	buf_free(&input);
	return rc;
}

int main(int argc, char **argv)
{
	struct err err = ERR_INIT;

	if (LLVMFuzzerInitialize(&argc, &argv) < 0 || argc < 2)
		return 1;
	for (int i = 1; i < argc; i++) {
		struct replay replay = {argv[i], 0};

		if (os_directory_walk(argv[i], run_one, &replay, &err) < 0) {
			(void)fprintf(stderr, "%s: %s\n", argv[i], err.text);
			return 1;
		}
		if (replay.count == 0) {
			(void)fprintf(stderr, "%s: no input\n", argv[i]);
			return 1;
		}
		(void)printf("%zu inputs of %s\n", replay.count, argv[i]);
	}
	return 0;
}
