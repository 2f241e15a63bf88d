#!/usr/bin/env python3
"""The verdict of tools/check must not count what was not tested."""

import contextlib
import io
import pathlib
import sys
import unittest

sys.dont_write_bytecode = True
here = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(here), str(here.parents[1] / "tools")]
import counts
import lines

CMOCKA = """\
[==========] Running 3 test(s).
[ RUN      ] one
[       OK ] one
[ RUN      ] two
[  ERROR   ] --- 0x1 != 0x2
[   LINE   ] --- ./tests/unit/test_x.c:7: error: Failure!
[  FAILED  ] two
[ RUN      ] three
[  SKIPPED ] three
[==========] 3 test(s) run.
[  PASSED  ] 1 test(s).
[  SKIPPED ] 1 test(s), listed below:
[  SKIPPED ] three
[  FAILED  ] 1 test(s), listed below:
[  FAILED  ] two

 1 FAILED TEST(S)
"""
CRASH = """\
[==========] Running 2 test(s).
[ RUN      ] one
words without a line end[       OK ] one
[ RUN      ] two
"""


def ctest(verdict, text, number=1):
    output = "".join(f"{number}: {line}\n" for line in text.splitlines())
    return (f"test {number}\n    Start {number}: test_x\n{output}"
            f"1/1 Test #{number}: test_x .....{verdict}    0.01 sec\n")


def count(text, lines_of=None):
    """(passed, failed, what was shown)"""
    totals = counts.Totals()
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        if lines_of:
            counts.count_lines(io.StringIO(text), lines_of, totals)
        else:
            counts.count_ctest(io.StringIO(text), totals)
    return totals.passed, totals.failed, shown.getvalue()


class Counts(unittest.TestCase):
    def test_each_cmocka_function_counts_once(self):
        text = ctest("***Failed", CMOCKA)
        self.assertEqual(count(text)[:2], (1, 1))

    def test_a_skipped_test_is_not_a_passed_one(self):
        shown = count(ctest("***Failed", CMOCKA))[2]
        self.assertIn("1 passed, 1 failed, 1 skipped", shown)

    def test_a_crash_fails_the_test_that_was_running(self):
        text = ctest("***Exception: SegFault", CRASH)
        self.assertEqual(count(text)[:2], (1, 1))

    def test_a_program_that_fails_after_its_tests_is_a_failure(self):
        text = ctest("***Failed", "ok one\nok two\nLeakSanitizer: detected")
        self.assertEqual(count(text)[:2], (2, 1))

    def test_a_time_out_and_a_missing_program_are_failures(self):
        for verdict in ("***Timeout", "***Not Run"):
            self.assertEqual(count(ctest(verdict, ""))[:2], (0, 1))

    def test_a_silent_success_counts_once(self):
        self.assertEqual(count(ctest("   Passed", ""))[:2], (1, 0))

    def test_each_line_of_a_script_counts_once(self):
        text = "ok a\nnot ok b\nokay c\n ok d\nok e\nFAIL  f\n1 passed"
        self.assertEqual(count(ctest("***Failed", text))[:2], (2, 2))

    def test_what_a_cmocka_function_prints_is_no_test(self):
        text = CMOCKA.replace("[       OK ]", "ok a\nFAIL b\n[       OK ]")
        self.assertEqual(count(ctest("***Failed", text))[:2], (1, 1))

    def test_the_output_of_failures_is_shown(self):
        self.assertIn("0x1 != 0x2", count(ctest("***Failed", CMOCKA))[2])
        self.assertNotIn("OK ] one", count(ctest("***Failed", CMOCKA))[2])
        self.assertNotIn("quiet", count(ctest("   Passed", "quiet"))[2])

    def test_two_suites_that_run_together_are_told_apart(self):
        first = ctest("   Passed", "ok a").splitlines(True)
        second = ctest("***Failed", "not ok b", 12).splitlines(True)
        mixed = [line for pair in zip(first, second) for line in pair]
        self.assertEqual(count("".join(mixed))[:2], (1, 1))

    def test_no_test_at_all_shows_why(self):
        passed, failed, shown = count("No tests were found!!!\n")
        self.assertEqual((passed, failed), (0, 0))
        self.assertIn("No tests were found", shown)

    def test_an_empty_script_is_a_failure(self):
        self.assertEqual(count("", "x.py")[:2], (0, 1))


if __name__ == "__main__":
    lines.main(sys.modules["__main__"])
