"""The import of exchange rates: all or nothing, each wrong row named."""

import io
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from audit.models import Event
from contracts.models import ExchangeRate

pytestmark = pytest.mark.django_db
HEADER = "base,quote,day,rate\n"


@pytest.fixture
def run(tmp_path):
    """Run the command on a file with this text; what it wrote to stdout and stderr."""

    def on(text, *arguments, header=HEADER):
        path = tmp_path / "rates.csv"
        path.write_bytes((header + text).encode() if isinstance(text, str) else text)
        out, err = io.StringIO(), io.StringIO()
        try:
            call_command("import_rates", str(path), *arguments, stdout=out, stderr=err)
        except CommandError as error:
            return error.returncode, str(error), err.getvalue()
        return 0, out.getvalue(), err.getvalue()

    return on


def test_it_stores_the_rates_with_their_event(run):
    code, out, err = run("EUR,USD,2026-03-04,1.0842\neur,jpy,2026-03-03,161.5\n")

    assert (code, out, err) == (0, "2 rates stored.\n", "")
    assert set(ExchangeRate.objects.values_list("base", "quote", "day", "rate")) == {
        ("EUR", "USD", date(2026, 3, 4), Decimal("1.0842")),
        ("EUR", "JPY", date(2026, 3, 3), Decimal("161.5")),
    }
    facts = Event.objects.get(action="rates.imported").facts
    assert (facts["count"], facts["first"], facts["last"], facts["source"]) == (
        2,
        "2026-03-03",
        "2026-03-04",
        "rates.csv",
    )


def test_it_replaces_the_rate_of_a_day(run):
    run("EUR,USD,2026-03-04,1.08\n")

    run("EUR,USD,2026-03-04,1.09\n")

    assert ExchangeRate.objects.get().rate == Decimal("1.09")


def test_a_dry_run_checks_and_stores_nothing(run):
    code, out, _err = run("EUR,USD,2026-03-04,1.08\n", "--dry-run")

    assert (code, out) == (0, "1 rates are fine; nothing was stored.\n")
    assert not ExchangeRate.objects.exists()


@pytest.mark.parametrize(
    "row, mistake",
    [
        pytest.param("EURO,USD,2026-03-04,1", "“EURO” is not the code of a currency", id="_case a long code"),
        pytest.param("E1R,USD,2026-03-04,1", "“E1R” is not the code of a currency", id="_case a digit"),
        pytest.param(",USD,2026-03-04,1", "“” is not the code of a currency", id="_case no base"),
        pytest.param("EUR,EUR,2026-03-04,1", "against itself", id="_case one currency"),
        pytest.param(
            "EUR,USD,04.03.2026,1", "“04.03.2026” is not a day", id="_case another way to write a day"
        ),
        pytest.param("EUR,USD,2026-02-30,1", "“2026-02-30” is not a day", id="_case no such day"),
        pytest.param('EUR,USD,2026-03-04,"1,08"', "“1,08” is not a number", id="_case a comma"),
        pytest.param("EUR,USD,2026-03-04,0", "positive", id="_case nothing"),
        pytest.param("EUR,USD,2026-03-04,-1", "positive", id="_case negative"),
        pytest.param("EUR,USD,2026-03-04,NaN", "positive", id="_case no number"),
        pytest.param("EUR,USD,2026-03-04,1e30", "positive", id="_case too large"),
        pytest.param("EUR,USD,2026-03-04,1e-30", "eight digits", id="_case too small"),
        pytest.param("EUR,USD", "“” is not a day", id="_case a short row"),
    ],
)
def test_it_names_each_wrong_row_and_stores_nothing(run, row, mistake):
    code, out, err = run(f"EUR,GBP,2026-03-04,0.85\n{row}\n")

    assert (code, out) == (1, "1 of 2 rows are wrong: nothing was stored.")
    assert err.startswith("Row 3: ")
    assert mistake in err
    assert not ExchangeRate.objects.exists()


def test_it_refuses_the_same_pair_and_day_twice(run):
    code, _out, err = run("EUR,USD,2026-03-04,1.08\nEUR,USD,2026-03-04,1.09\n")

    assert (code, err) == (1, "Row 3: the same pair and day stand in row 2.\n")


@pytest.mark.parametrize(
    "text, header, sentence",
    [
        pytest.param("", "base,quote,day\n", "no column rate", id="_case a column is missing"),
        pytest.param("", "", "no column base, quote, day, rate", id="_case an empty file"),
        pytest.param(b"\xff\xfe\x00b", "", "not a CSV file in UTF-8", id="_case not text"),
    ],
)
def test_it_refuses_what_is_no_such_file(run, text, header, sentence):
    code, out, _err = run(text, header=header)

    assert code == 2
    assert sentence in out


def test_it_says_that_a_file_is_missing(tmp_path):
    with pytest.raises(CommandError, match="cannot be read: No such file") as refused:
        call_command("import_rates", str(tmp_path / "nothing.csv"))

    assert refused.value.returncode == 2


def test_it_reads_standard_input(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{HEADER}EUR,USD,2026-03-04,1.08\n"))

    call_command("import_rates", "-", stdout=io.StringIO())

    assert ExchangeRate.objects.count() == 1
    assert Event.objects.get(action="rates.imported").facts["source"] == "standard input"
