"""Numbers of clauses as they stand on paper."""

import pytest

from contracts.domain.contracting import CLAUSE_NUMBER, number_key


def test_number_key_puts_2_3_before_2_10() -> None:
    numbers = ["10", "2.10", "2.3a", "2", "2.3", "1.9.9"]

    assert sorted(numbers, key=number_key) == ["1.9.9", "2", "2.3", "2.3a", "2.10", "10"]


@pytest.mark.parametrize("number", ["1", "2.3", "12.4.1", "7a", "2.3.4.5"])
def test_clause_number_as_on_paper(number: str) -> None:
    assert CLAUSE_NUMBER.fullmatch(number)


@pytest.mark.parametrize("number", ["", "0", "2.", ".3", "a", "2.3.4.5.6", "2-3", "1234", "2.3ab"])
def test_clause_number_refuses_what_is_none(number: str) -> None:
    assert not CLAUSE_NUMBER.fullmatch(number)
