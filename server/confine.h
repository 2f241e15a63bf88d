/*
 * What `serve` needs no more, it gives up: whoever finds a hole in it finds
 * less behind it. The unit of systemd forbids the same and more
 * (packaging/systemd); this holds wherever the program is started.
 */
#ifndef POINTEAU_SERVER_CONFINE_H
#define POINTEAU_SERVER_CONFINE_H

#include <stdbool.h>

/*
 * From here on, for good and for all threads to come: no program is run, no
 * file is written, made, renamed or removed but in ${directory} and below
 * (Landlock, from its second version on, kernel 5.19), no right is gained by
 * whatever file, and neither core nor debugger shows the memory. Reading stays
 * as it is, so that settings and certificates can be read again, and so does
 * what is open.
 *
 * True when all of it holds; else what the kernel has of it. Nothing of it in
 * builds for sanitizers and coverage, which write files of their own.
 */
bool confine(const char *directory);

#endif
