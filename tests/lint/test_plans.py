"""Every SQL statement of the programs keeps to its indexes.

The statements are read from the sources, as the preprocessor sees them, and
planned by SQLite over the empty schema. One that goes through a whole table
of the ledger does so for a reason that stands here, by its name.
"""

import pathlib
import re
import sqlite3
import subprocess
import unittest

import lines

ROOT = pathlib.Path(__file__).resolve().parents[2]
LARGE = {"entry", "record", "changeset", "changeset_entry"}

# What a laptop keeps no table for, and never asks (shared/ledger_month.h).
OFFICE = ("month.", "lists.", "record.worker_days")

# Indexes of few rows: what waits, what is set aside, what is contested.
FEW = {"entry_fault", "entry_aside", "record_contested", "record_accident",
       "changeset_waiting", "changeset_entry_absent", "changeset_entry_gone"}

# Why a statement may go through a whole table, or all of one structure in it.
SCANS = {
    "access_log.list": "of hours that no list names any more, last of all",
    "aside.find_counting": "a hash that somebody types, and that counts",
    "entry.bytes_hash": "a bare hash: a laptop has an index of them",
    "entry.count_own": "a laptop's, which has an index",
    "entry.find_hash": "a bare hash: a laptop has an index of them",
    "entry.records": "all is to be folded",
    "oddity.branches": "a report of all sets",
    "oddity.holes": "a report of all sets",
    "purged.here": "a purge, for all that it names at once",
    "record.all": "the digest of a whole structure",
    "record.clear": "all is to be folded",
    "set.find": "a bare hash: a laptop has an index of them",
    "set.here": "a set with bodies withheld, one look for all of them",
    "set.place_hash": "of a set that no longer waits for its place",
    "set.sent": "a laptop's, which has an index",
    "set.not_sent": "a laptop's, which has an index",
}


def strings(text):
    """The value of adjacent C string literals."""
    return "".join(part.encode().decode("unicode_escape") for part in
                   re.findall(r'"((?:[^"\\]|\\.)*)"', text))


def statements(path):
    done = subprocess.run(
        ["cc", "-E", "-P", "-D_GNU_SOURCE", "-I", ROOT, "-I",
         "/usr/include", path], capture_output=True, text=True)
    for found in re.finditer(
            r"db_statement\s+(\w+)\s*=\s*\{((?:\s*\"(?:[^\"\\]|\\.)*\"\s*,?)+)"
            r"\s*\}", done.stdout):
        name, sql = re.match(r'\s*("(?:[^"\\]|\\.)*")\s*,(.*)', found[2],
                             re.S).groups()
        yield strings(name), strings(sql)


def schema(program):
    listed = (ROOT / program / "CMakeLists.txt").read_text()
    base = sqlite3.connect(":memory:")
    base.execute("CREATE TABLE schema_migration (name, sha256, place)")
    base.execute("CREATE TABLE schema_program (place, version)")
    for name in re.findall(r"schema/\S+\.sql", listed):
        base.executescript((ROOT / name).read_text()
                           .replace("/* clustered */", "WITHOUT ROWID")
                           .replace("BIGINT /* rowid */", "INTEGER"))
    return base


def plan(base, sql):
    names = set(re.findall(r"\$(\w+)", sql))
    return [row[3] for row in base.execute(
        "EXPLAIN QUERY PLAN " + sql, {name: "" for name in names})]


def is_whole(step, sql):
    """All of a structure: also what is placed at all, which is nearly all,
    when neither a place nor their order was asked for."""
    return step.endswith("(structure=?)") or (
        step.endswith("(structure=? AND place>?)") and
        not re.search(r"place > \$|ORDER BY (\w\.)?place|MAX\(", sql))


def scans(base, sql):
    aliases = {}
    for table, alias in re.findall(
            r"(?:FROM|JOIN|UPDATE|INTO) (\w+)(?: (\w))?\b", sql):
        aliases[alias or table] = table
        aliases[table] = table
    found = []
    for step in plan(base, sql):
        name = re.match(r"(SCAN|SEARCH) (\w+)", step)
        index = re.search(r"INDEX (\w+)", step)
        if name is None or aliases.get(name[2], name[2]) not in LARGE or \
                (index and index[1] in FEW):
            continue
        if name[1] == "SCAN" or is_whole(step, sql):
            found.append(step)
    return found


class Plans(unittest.TestCase):
    def kept(self, program, folders, others=()):
        base, seen, used = schema(program), 0, set()
        for path in sorted(path for folder in folders
                           for path in ROOT.glob(folder)):
            for name, sql in statements(path):
                if any(name.startswith(other) for other in others):
                    continue
                seen += 1
                try:
                    found = scans(base, sql)
                except sqlite3.OperationalError as error:
                    if "sqlite_temp_schema" in sql or "temp." in sql:
                        continue
                    self.fail(f"{path.name}: {name}: {error}")
                if found and name in SCANS:
                    used.add(name)
                elif found:
                    self.fail(f"{path.name}: {name}: {found}\n{sql}")
        return seen, used

    def test_the_office(self):
        seen, used = self.kept("server", ["shared/ledger*.c",
                                          "server/store/*.c"])
        self.assertGreater(seen, 130)
        self.assertEqual(set(SCANS) - used, set(), "no longer needed")

    def test_the_laptop(self):
        seen, _ = self.kept("agent", ["shared/ledger*.c",
                                      "agent/journal*.c"], OFFICE)
        self.assertGreater(seen, 90)

    def test_what_it_would_find(self):
        base = schema("server")
        self.assertTrue(scans(base, "SELECT id FROM entry WHERE hash = $h"))
        self.assertFalse(scans(base, "SELECT id FROM entry WHERE id = $id"))
        self.assertTrue(scans(
            base, "SELECT id FROM changeset WHERE structure = $s AND device ="
            " $d AND session = $n AND seq = $q AND place > 0"))


if __name__ == "__main__":
    lines.main(__import__("__main__"))
