"""Where events come from that nobody lived through just now."""

import pytest

from audit.services import origins
from audit.services.origins import Writing


def test_current_is_the_present_by_default() -> None:
    assert origins.current() == Writing(origin="", quiet=False)


def test_writing_holds_inside_and_the_inner_one_wins() -> None:
    with origins.writing(origin="demo", quiet=True):
        with origins.writing(origin="replay", quiet=False):
            assert origins.current() == Writing(origin="replay", quiet=False)

        assert origins.current() == Writing(origin="demo", quiet=True)


def test_writing_ends_also_after_a_failure() -> None:
    def fail() -> None:
        with origins.writing(origin="demo", quiet=True):
            raise LookupError

    with pytest.raises(LookupError):
        fail()

    assert origins.current() == Writing()
