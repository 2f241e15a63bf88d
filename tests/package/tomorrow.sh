#!/usr/bin/env bash
# The packages of the version that comes after this one, for clean_root.sh: a
# version further, with a migration more on both sides, as releases have them.
. "$(dirname "$0")/lib.sh"

copy_tree "$WORK/tomorrow-tree"
python3 - "$WORK/tomorrow-tree" <<'PY' || failed "no version to come"
import pathlib, re, sys
tree = pathlib.Path(sys.argv[1])


def change(name, pattern, by):
    path = tree / name
    text, count = re.subn(pattern, by, path.read_text("utf-8"))
    if count != 1:
        sys.exit(f"{name}: {count}")
    path.write_text(text, "utf-8")


change("CMakeLists.txt", r"(?<=project\(pointeau VERSION )([0-9.]+)\.(\d+)",
       lambda found: f"{found[1]}.{int(found[2]) + 1}")
for side in ("agent", "server"):
    # After the last one of the list.
    change(f"{side}/CMakeLists.txt",
           rf"((?:\t\tschema/\S+\n)+)(?=\))",
           rf"\1\t\tschema/{side}/9998_tomorrow.sql\n")
    (tree / "schema" / side / "9998_tomorrow.sql").write_text(
        "CREATE TABLE tomorrow (\n\tid BIGINT NOT NULL PRIMARY KEY\n"
        ");\n", "utf-8")
PY
# Never shipped: quickly made.
export DEB_BUILD_OPTIONS=noopt
build_packages "$WORK/tomorrow-tree" "$WORK/tomorrow"
rm -rf "$WORK/tomorrow-tree"
passed "a version to come is built"
