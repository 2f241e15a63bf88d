#!/usr/bin/env python3
"""Say where the server's instructions go while it takes sets in.

    tests/bench/profile.py --build build-bench [--read FILE --entries N]
        [--top 25]

Three lists, in instructions an entry: by room (source file) and library, each
by itself; by function, by itself; by step, with all that it calls. --read
looks at a file of callgrind that is there already.
"""

import argparse
import pathlib
import sys

from lib import Stage
from profile_read import counted, read_profile

# What happens to a push, in order, by the function that does it.
STEPS = (
    "http_on_request", "service_answer", "admit", "wire_push_decode",
    "ingest_push", "changeset_verify", "changeset_check", "changeset_hash",
    "hash_of", "key_verify", "key_sign", "check_sequence", "ledger_set_put",
    "ledger_add_unfolded", "ledger_refold", "entry_parse", "entry_scan",
    "entry_fault", "entry_value", "json_read", "db_query", "db_exec",
    "sqlite_step", "sqlite3_step", "sqlite3_bind_text", "db_commit",
    "log_next_receipt", "note_received", "reply_push", "SSL_read",
    "SSL_write", "malloc", "free")


def show(title, rows, total, entries):
    print(f"\n{title}")
    for name, cost in rows:
        print(f"{cost / entries:10.0f} {100 * cost / total:5.1f} %  {name}")


def steps(profile):
    found = {}
    for (_, _, function), cost in profile.whole.items():
        name = function.split(".")[0].split("'")[0]
        if name in STEPS:
            found[name] = max(cost, found.get(name, 0))
    return [(name, found[name]) for name in STEPS if name in found]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build")
    parser.add_argument("--read", type=pathlib.Path)
    parser.add_argument("--entries", type=int)
    parser.add_argument("--top", type=int, default=25)
    options = parser.parse_args()
    if options.read and options.entries:
        profile, entries = read_profile(options.read), options.entries
    elif options.build:
        with Stage(options.build) as stage:
            path, entries = counted(stage)
            profile = read_profile(path)
    else:
        parser.error("--build, or --read and --entries")
    total = profile.total
    print(f"{total / entries:.0f} instructions an entry, {entries} entries")
    show("rooms and libraries", profile.rooms().most_common(options.top),
         total, entries)
    show("functions", [(" ".join(filter(None, key)), cost) for key, cost
                       in profile.own.most_common(options.top)],
         total, entries)
    show("steps, with all that they call", steps(profile), total, entries)
    return 0


if __name__ == "__main__":
    sys.exit(main())
