#!/usr/bin/env python3
"""What the figures of tests/bench rest on: medians of ratios, whose side is
whose, what is met, what is counted, where the table goes."""

import argparse
import contextlib
import csv
import gzip
import io
import os
import pathlib
import random
import socket
import sys
import tempfile
import threading
import time
import unittest

sys.dont_write_bytecode = True
here = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(here), str(here.parent / "lint")]
import day
import lib
import lines
import relay
import run
from lib import Failed, Measure


class Quiet:
    """Keeps what is said to people while a measure fails on purpose."""

    def __enter__(self):
        self.redirect = contextlib.redirect_stderr(io.StringIO())
        return self.redirect.__enter__()

    def __exit__(self, *what):
        return self.redirect.__exit__(*what)


class Pairs(unittest.TestCase):
    def test_the_median_is_of_the_ratios(self):
        # The medians of the sides, 4 and 2, would give 2.
        pair = lib.ratios([1, 4, 9], [1, 2, 3])
        self.assertEqual((pair.ratio, pair.spread), (2, (1, 3)))
        pair = lib.ratios([10, 1, 6], [1, 2, 2])
        self.assertEqual((pair.ratio, pair.a, pair.b), (3, 6, 2))
        self.assertEqual(pair.ratios, [10, 0.5, 3])

    def test_the_sides_take_turns(self):
        calls = []

        def side(name, figures):
            def call():
                calls.append(name)
                return figures.pop(0)
            return call

        pair = lib.paired(side("a", [90, 2, 6, 4]), side("b", [1, 2, 2, 2]),
                          3, warm=1)
        self.assertEqual("".join(calls), "abababab")
        self.assertEqual((pair.ratio, pair.spread), (2, (1, 3)))

    def test_a_side_that_is_not_there_is_no_figure(self):
        for left, right in (([], []), ([1], [1, 2]), ([1, 1], [1, 0])):
            with self.assertRaises(Failed):
                lib.ratios(left, right)

    def test_a_shuffle_changes_nothing(self):
        chance = random.Random(7)
        sides = [(chance.random() + 1, chance.random() + 1)
                 for _ in range(51)]
        first = lib.ratios(*zip(*sides))
        chance.shuffle(sides)
        second = lib.ratios(*zip(*sides))
        self.assertEqual((first.ratio, first.spread),
                         (second.ratio, second.spread))


class Goals(unittest.TestCase):
    def test_at_the_goal_it_is_met(self):
        for better, value, met in (
                ("lower", 1.0, True), ("lower", 1.001, False),
                ("higher", 1.0, True), ("higher", 0.999, False)):
            self.assertEqual(
                Measure("P0", "", value, 1.0, better).met, met, (better, value))

    def test_without_a_goal_nothing_is_met_or_missed(self):
        one = Measure("P0", "", 7)
        self.assertIsNone(one.met)
        self.assertEqual(run.cells(one)[3:5], ["", ""])

    def test_the_json_has_what_was_promised(self):
        found = Measure("P0", "what", 2, 1, spread=(1, 3),
                        detail={"n": 1}).as_json()
        self.assertEqual(
            found, {"id": "P0", "what": "what", "value": 2, "unit": "",
                    "goal": 1, "better": "lower", "met": False,
                    "spread": [1, 3], "detail": {"n": 1}})


class Choices(unittest.TestCase):
    NAMES = dict.fromkeys(("P1.kept", "P10", "P4", "P4.cpu", "growth"))

    def test_a_letter_takes_its_parts_and_no_other(self):
        self.assertEqual([*run.chosen(self.NAMES, "P4")], ["P4", "P4.cpu"])
        self.assertEqual([*run.chosen(self.NAMES, "P1")], ["P1.kept"])
        self.assertEqual([*run.chosen(self.NAMES, "growth,P4.cpu")],
                         ["P4.cpu", "growth"])
        self.assertEqual(run.chosen(self.NAMES, ""), self.NAMES)

    def test_a_name_that_nobody_has_is_refused(self):
        with self.assertRaises(SystemExit):
            run.chosen(self.NAMES, "P4,P44")

    def test_numbers_are_in_order(self):
        self.assertEqual(sorted(self.NAMES, key=run.order),
                         ["P1.kept", "P4", "P4.cpu", "P10", "growth"])

    def test_every_module_can_be_read(self):
        options = argparse.Namespace(peers=True, growth=None)
        self.assertIn("P3", run.gather(options))


class Taking(unittest.TestCase):
    def test_one_that_fails_hinders_no_other(self):
        calls = []

        def both(_):
            calls.append("both")
            return [Measure("P3", "", 1), Measure("P3.push", "", 2)]

        def broken(_):
            raise Failed("no")

        with Quiet() as said:
            taken, missing = run.take(None, {
                "P2": broken, "P3": both, "P3.push": both, "P5": broken})
        self.assertEqual([one.id for one in taken], ["P3", "P3.push"])
        self.assertEqual((missing, calls), (["P2", "P5"], ["both"]))
        self.assertIn("P2: no", said.getvalue())

    def test_when_time_is_up_the_rest_is_missing(self):
        def late(_):
            raise run.TimeIsUp

        with Quiet():
            taken, missing = run.take(None, {
                "P1": lambda _: [Measure("P1", "", 1)], "P2": late,
                "P3": lambda _: [Measure("P3", "", 1)]})
        self.assertEqual(([one.id for one in taken], missing),
                         (["P1"], ["P2", "P3"]))


class Showing(unittest.TestCase):
    def setUp(self):
        self.environment = {name: os.environ.pop(name) for name in
                            ("LC_ALL", "LC_MESSAGES", "LANG")
                            if name in os.environ}

    def tearDown(self):
        for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
            os.environ.pop(name, None)
        os.environ.update(self.environment)

    def test_languages(self):
        for lang, text in (("fr_FR.UTF-8", "1,5 ms"), ("C.UTF-8", "1,5 ms"),
                           ("en_GB.UTF-8", "1.5 ms"), ("en", "1.5 ms")):
            os.environ["LANG"] = lang
            self.assertEqual(run.number(1.5, "ms"), text, lang)

    def test_figures(self):
        os.environ["LANG"] = "en"
        for value, unit, text in (
                (0.12345, "", "0.123"), (123.4, "", "123"),
                (1234567, "", "1 234 567"), (1008, "bytes", "1 008 bytes"),
                (33.216, "MiB", "33.2 MiB")):
            self.assertEqual(run.number(value, unit), text)

    def test_the_columns_stand_straight(self):
        text = run.table([Measure("P3", "what", 0.5, 1, spread=(0.4, 0.6)),
                          Measure("P3.long", "w", 3, 1, "lower")], ["P9"])
        rows = text.split("\n")
        self.assertEqual(len(rows), 5)
        self.assertEqual(len({len(row) for row in rows}), 1)
        self.assertIn("✓", rows[2])
        self.assertIn("✗", rows[3])
        self.assertIn("?", rows[4])

    def test_the_book_keeps_all_but_the_table(self):
        with tempfile.TemporaryDirectory() as folder:
            book, run.BOOK = run.BOOK, pathlib.Path(folder) / "book.md"
            try:
                run.BOOK.write_text(f"a\n{run.ROWS[0]}\nold\n{run.ROWS[1]}"
                                    "\nb\n", "utf-8")
                run.record("new")
                self.assertEqual(
                    run.BOOK.read_text("utf-8"),
                    f"a\n{run.ROWS[0]}\nnew\n{run.ROWS[1]}\nb\n")
                run.BOOK.write_text("no mark\n", "utf-8")
                with self.assertRaises(SystemExit):
                    run.record("new")
                self.assertEqual(run.BOOK.read_text("utf-8"), "no mark\n")
            finally:
                run.BOOK = book


class References(unittest.TestCase):
    ROWS = [{"worker": f"V{number:02}", "note": "a;b"} for number in range(9)]

    def test_the_csv_holds_each_row_with_a_name_of_its_own(self):
        text = gzip.decompress(day.packed(self.ROWS, 1)).decode()
        found = list(csv.DictReader(io.StringIO(text), delimiter=";"))
        self.assertEqual([(row["worker"], row["note"]) for row in found],
                         [(row["worker"], row["note"]) for row in self.ROWS])
        self.assertEqual(len({row["id"] for row in found}), len(self.ROWS))
        self.assertEqual(len(found[0]["id"]), 36)

    def test_the_same_seed_gives_the_same_bytes(self):
        self.assertEqual(day.packed(self.ROWS, 1), day.packed(self.ROWS, 1))
        self.assertNotEqual(day.packed(self.ROWS, 1),
                            day.packed(self.ROWS, 2))


class Clocks(unittest.TestCase):
    def test_the_clock_of_a_process_is_its_own(self):
        before = time.process_time()
        found = lib.cpu_of(os.getpid())
        self.assertTrue(before <= found <= time.process_time())

    def test_memory_is_told_in_bytes(self):
        found = lib.memory_of(os.getpid())
        self.assertEqual(sorted(found), ["peak", "pss", "rss"])
        self.assertTrue(0 < found["pss"] <= found["rss"])


class Echo:
    """Answers each connection with all it said, once it has said all."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while True:
            link, _ = self.listener.accept()
            with link:
                data = b""
                while piece := link.recv(65536):
                    data += piece
                link.sendall(data)


def through(road, data):
    with socket.create_connection(("127.0.0.1", road.port), 30) as link:
        link.sendall(data)
        link.shutdown(socket.SHUT_WR)
        found = b""
        while piece := link.recv(65536):
            found += piece
    return found


class Roads(unittest.TestCase):
    def test_a_line_brings_every_byte(self):
        data = random.Random(3).randbytes(300_000)
        port = Echo().port
        with relay.Link(lib.free_port(), 10 ** 9, 0.001).to(port) as road:
            self.assertEqual(through(road, data), data)
        self.assertEqual(road.bytes, {"up": len(data), "down": len(data)})

    def test_a_line_says_when_a_byte_is_there(self):
        road = relay.Link(lib.free_port(), 8, 0)  # a byte a second
        first = road.leaves("up", 5000)
        self.assertAlmostEqual(road.leaves("up", 250) - first, 250)
        # The other way is free.
        self.assertLess(road.leaves("down", 1), first)
        road.listener.close()

    def test_what_is_asked_is_counted(self):
        meter = relay.Meter(lib.free_port(), "a.pem")
        for way, data in (("up", b"GET /v1/heads?at=1 HTTP/1.1\r\n\r\n"),
                          ("down", b"x" * 50), ("up", b"POST /v1/push "
                           b"HTTP/1.1\r\n\r\n"), ("up", b"body"),
                          ("down", b"y" * 7)):
            meter.count(way, data)
        taken = meter.read()
        self.assertEqual(taken.requests,
                         [["GET", "/v1/heads?at=1", 31, 50],
                          ["POST", "/v1/push", 30, 7]])
        self.assertEqual((taken.up, taken.down), (61, 57))
        self.assertEqual((taken.of("/v1/push"), taken.of("/v1/heads")),
                         (37, 81))
        self.assertTrue(taken.first.startswith(b"GET /v1/heads"))
        self.assertEqual(meter.read().total, 0)
        meter.listener.close()

    def test_a_door_lets_nobody_further(self):
        door = relay.Door(lib.free_port(), "a.pem")
        door.count("up", b"POST /v1/enrol HTTP/1.1\r\n\r\n")
        with self.assertRaises(OSError):
            door.count("up", b"GET /v1/heads HTTP/1.1\r\n\r\n")
        door.listener.close()


if __name__ == "__main__":
    lines.main(sys.modules["__main__"])
