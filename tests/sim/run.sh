#!/bin/bash
# run.sh PROGRAM FROM COUNT COUNT_IF_FULL [ARGUMENT...]: live so many seeds, in
# full runs (POINTEAU_FULL=1) so many.
set -u
program=$1 from=$2 count=$3
[ "${POINTEAU_FULL:-0}" != 1 ] || count=$4
shift 4
exec "$program" --from "$from" --count "$count" "$@"
