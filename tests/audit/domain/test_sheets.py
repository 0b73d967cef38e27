import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from audit.domain import sheets

DANGEROUS = "=+-@\t\r\n＝＋－＠"  # noqa: RUF001 — these very letters
_letters = st.text(
    alphabet=st.one_of(
        st.sampled_from("=+-@'\";,|\t\r\n ＝＋－＠\u200b\ufeff1a"), st.characters(codec="utf-8")
    )
)  # noqa: RUF001


@given(_letters)
@example("=HYPERLINK(1)")
@example("\t=1")
@example("'=1")
@example(" +1")
@example(" \u3000＝1")  # noqa: RUF001
def test_m8_no_cell_begins_with_what_a_spreadsheet_calculates(text):
    written = sheets.cell(text)

    assert not written.startswith(tuple(DANGEROUS))
    assert not written.strip(' \t\r\n\u3000\u200b\ufeff"').startswith(tuple("=+-@＝＋－＠"))  # noqa: RUF001


@given(_letters)
@example("fine;=1+1")
@example("a\t\t=1")
@example("a; '=1")
def test_m8_nor_does_a_part_that_another_separator_makes_a_cell_of(text):
    written = sheets.cell(text)

    for separator in ";\t\n":
        for part in written.split(separator)[1:]:
            assert not part.lstrip(' \r\u200b\ufeff"').startswith(tuple("=+-@"))


@given(_letters)
@example(";';'=")
@example("''")
@example(";\t'\t=")
def test_what_a_cell_said_can_be_had_back(text):
    assert sheets.original(sheets.cell(text)) == text


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("plain words", "plain words"),
        ("3.50", "3.50"),
        ("-3.50", "'-3.50"),
        ("+49 170", "'+49 170"),
        ("@name", "'@name"),
        ("'quoted'", "''quoted'"),
        ("well-known, e-mail@example.org", "well-known, e-mail@example.org"),
        ("a;=1", "a;'=1"),
    ],
)
def test_only_what_could_be_a_formula_is_changed(said, written):
    assert sheets.cell(said) == written


@given(st.lists(st.one_of(_letters, st.integers(min_value=-9, max_value=9)), min_size=1))
def test_a_line_is_read_by_everybody_as_it_was_written(cells):
    written = sheets.line(cells).decode()

    (read,) = csv.reader(io.StringIO(written, newline=""))
    assert [sheets.original(one) for one in read] == [str(one) for one in cells]


def test_whole_numbers_stay_numbers():
    assert sheets.line([0, 41, "x"]) == b"0,41,x\r\n"
    assert sheets.line([-1]) == b"'-1\r\n"
