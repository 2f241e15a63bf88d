#!/usr/bin/env bash
# What released versions left (tests/golden), opened by today's programs: the
# same totals, nothing to repair, the laptop's unsent entries reach the office;
# before a migration a copy is made; what a program from the future left is
# refused with both versions, untouched.
. "$(dirname "$0")/play.sh"
GOLDEN=$(cd "$HERE/../golden" && pwd)

# put FOLDER NAME PROGRAM: a golden directory comes to life.
put() {
	person "$2" "$3"
	python3 - "$1" "$STAGE/$2" "${PORTS[bureau]}" <<'PY' || wrong "put $*"
import pathlib, re, shutil, sqlite3, sys
source, target = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
shutil.copytree(source, target)
target.chmod(0o700)
for path in sorted(target.iterdir()):
    path.chmod(0o600)
    if path.suffix == ".sql":
        db = sqlite3.connect(path.with_suffix(".db"))
        db.executescript(path.read_text(encoding="utf-8"))
        # The laptop and the office meet at another address today.
        if source.name == "berges":
            db.execute("UPDATE setting SET value = ? WHERE name = 'url'",
                       (f"https://127.0.0.1:{sys.argv[3]}",))
        db.commit()
        db.close()
        path.unlink()
    elif path.suffix == ".conf":
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r"(?m)^((url|listen) = .*:)\d+$",
                               rf"\g<1>{sys.argv[3]}", text),
                        encoding="utf-8")
PY
	chmod 600 "$STAGE/$2"/*
}
# totals_are WHEN FILE: every total of the office is what it was.
totals_are() {
	report_of bureau >"$STAGE/totals"
	python3 - "$STAGE/totals" "$2" "$1" <<'PY' || wrong "totals $1"
import json, sys
found = [json.loads(line)["rows"] for line in open(sys.argv[1])]
wanted = json.load(open(sys.argv[2], encoding="utf-8"))[sys.argv[3]]
if found != wanted:
    sys.exit(f"{found}\n{wanted}")
PY
}

count=0
for golden in "$GOLDEN"/*/; do
	version=$(basename "$golden")
	rm -rf "${STAGE:?}/bureau" "$STAGE/berges"
	PORTS[bureau]=$(free_port)
	put "$golden/office" bureau pointeau-server
	put "$golden/berges" berges pointeau
	was=$(query bureau "select count(*) from schema_migration")
	start bureau
	now=$(query bureau "select count(*) from schema_migration")
	copies=$(find "$STAGE/bureau" -name 'backup-before-*' | wc -l)
	same "$copies" $((now > was ? 1 : 0))
	totals_are before "$golden/totals.json"
	bureau rebuild --json
	is 'it["repaired"]' 0
	bureau conflicts list --json
	is 'len(it["rows"]) > 0' True
	does bureau journal verify
	berges status --json
	is 'it["kept"]' 2
	berges sync
	berges status --json
	is '(it["kept"], it["sent"])' '(0, 0)'
	totals_are after "$golden/totals.json"
	bureau backup make "$STAGE/sauvegardes-$version"
	stop bureau
	passed "what $version left is taken over, and its laptop goes on"
	count=$((count + 1))
done
[[ $count -ge 1 ]] || wrong "no golden data"

# ---- a program from the future was here ----

for name in bureau berges; do
	alter $name "insert into schema_migration values
		('ledger/9999_future.sql', 'aa', 9999)"
	alter $name "insert into schema_program values (9999, '99.9.0')"
	untouched $name
done
current=$("$BIN/pointeau" --version | cut -d ' ' -f 2)
refuses 1 "Pointeau 99.9.0" bureau import sites "$CAST/sites.csv"
said "$current"
refuses 1 "Pointeau 99.9.0" bureau serve
refuses 1 "Pointeau 99.9.0" berges status
said "$current"
passed "a newer program's data is refused, with both versions, untouched"
