"""No change without its event: every public service that writes rows reaches the trail."""

import pytest

from tests.structure import writers
from tests.structure.untrailed import PARTS, UNTRAILED


def test_every_writer_reaches_the_trail() -> None:
    assert silent() - UNTRAILED.keys() - PARTS.keys() == set(), "these write rows without an event"


def test_the_exceptions_are_still_needed() -> None:
    assert (UNTRAILED.keys() | PARTS.keys()) - silent() == set(), (
        "these are gone, write nothing or have an event"
    )


def test_no_exception_is_listed_twice() -> None:
    assert UNTRAILED.keys() & PARTS.keys() == set()


@pytest.mark.parametrize("part", sorted(PARTS))
def test_every_caller_of_a_part_records(part: str) -> None:
    silent_callers = {caller for caller in writers.callers(part) if not writers.records(caller)}

    assert writers.callers(part) != set(), "nobody calls it"
    assert silent_callers == set()
    assert writers.doors_that_use(part) == []


def test_every_exception_has_a_reason() -> None:
    assert all(len(reason.split()) >= 2 for reason in (UNTRAILED | PARTS).values())


def test_the_reader_sees_known_services() -> None:
    assert writers.writes("contracts.services.processes.define")
    assert writers.records("contracts.services.processes.define")


def silent() -> set[str]:
    return {
        name
        for name, function in writers.functions().items()
        if function.public and writers.writes(name) and not writers.records(name)
    }
