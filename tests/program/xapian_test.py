"""What index_test.py and input_test.py ask of the program, asked of it with the Xapian engine too."""
import os
import unittest

import index_test
import input_test
from support import ProgramTest


class OnXapian:
    """New indexes are made by the Xapian engine."""

    def run_index(self, *arguments, **more):
        return super().run_index("--engine", "xapian", *arguments, **more)

    def tearDown(self):
        if self.index.is_dir():
            self.assertTrue(any(name.endswith(".glass") for name in os.listdir(self.index)), "not made by Xapian")
        super().tearDown()


def load_tests(loader, _tests, _pattern):
    tests = []
    for module in (index_test, input_test):
        for name, case in vars(module).items():
            if isinstance(case, type) and issubclass(case, ProgramTest) and case.__module__ == module.__name__:
                tests += loader.loadTestsFromTestCase(type(name + "OnXapian", (OnXapian, case), {}))
    step = 1 if os.environ.get("KS_BUILD_TYPE") == "Release" else 8  # with sanitizers each run takes ten times as long
    return unittest.TestSuite(tests[::step])


if __name__ == "__main__":
    unittest.main()
