"""Which arguments narrow a run of the suite."""

import pytest

from governance import runner


@pytest.mark.parametrize(
    ("_case", "arguments", "expected"),
    [
        ("nothing asks for everything", [], False),
        ("speed does not narrow", ["-n", "4"], False),
        ("nor do manners", ["-q", "--durations=5", "-x", "--tb=short"], False),
        ("a folder narrows", ["tests/audit"], True),
        ("so does a marker", ["-m", "not browser"], True),
        ("and an expression", ["-k", "claim"], True),
        ("and listing only", ["--collect-only", "-q"], True),
    ],
)
def test_narrowed_is_true_for_less_than_the_whole_suite(
    _case: str, arguments: list[str], expected: bool
) -> None:
    assert runner.narrowed(arguments) is expected


@pytest.mark.parametrize(
    ("_case", "arguments", "expected"),
    [
        ("a folder of the project", ["tests/structure"], True),
        ("one test", ["tests/x.py::test_y"], True),
        ("listing", ["--co"], True),
        ("a marker", ["-m", "smoke"], False),
        ("nothing", [], False),
    ],
)
def test_selects_tests_is_true_for_named_ones(_case: str, arguments: list[str], expected: bool) -> None:
    assert runner.selects_tests(arguments) is expected
