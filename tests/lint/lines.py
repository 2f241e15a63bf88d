"""Run a file of unittest cases; print a line "ok" or "not ok" for each."""

import sys
import unittest


class LineResult(unittest.TestResult):
    def addSuccess(self, test):
        super().addSuccess(test)
        print(f"ok {test._testMethodName}")

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.show(test, self.failures)

    def addError(self, test, err):
        super().addError(test, err)
        self.show(test, self.errors)

    def show(self, test, faults):
        name = getattr(test, "_testMethodName", str(test))
        print(f"not ok {name}\n{faults[-1][1]}")


def main(module):
    suite = unittest.defaultTestLoader.loadTestsFromModule(module)
    result = LineResult()
    suite.run(result)
    sys.exit(0 if result.wasSuccessful() and result.testsRun else 1)
