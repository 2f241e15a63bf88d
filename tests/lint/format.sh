#!/bin/bash
# Is every C file laid out as .clang-format says?
set -u
cd "$(dirname "$(readlink -f "$0")")/../.." || exit 1

status=0
while IFS= read -r -d '' file; do
	if ! clang-format-14 --dry-run -Werror "$file" >/dev/null 2>&1; then
		printf 'not ok format: clang-format-14 -i %q\n' "$file"
		status=1
	fi
done < <(find shared agent server tests -name '*.[ch]' -print0 | sort -z)
[ "$status" -ne 0 ] || echo 'ok format'
exit "$status"
