"""The page of notice terms: read by everybody on the process, said by the client's owner (L2)."""

from datetime import timedelta

import pytest

from contracts.models import NoticeTerms
from tests import counting
from tests.factories import changes
from tests.factories import contracts as factory

pytestmark = pytest.mark.django_db
SENT = {
    **{"major_days": "45", "minor_days": "10", "config_days": "1", "retirement_days": "120"},
    **{"emergency_hours": "1", "ratify_days": "3", "objection_days": "5", "watch_days": "14"},
    "handles": ["personal", "payment"],
}


def address(desk, rest=""):
    return f"/agreements/{desk.process.code}/notice-terms/{rest}"


def test_without_terms_the_page_says_so_and_names_those_of_the_template(desk, log_in):
    page = log_in(desk.vendor).get(address(desk)).content.decode()

    assert "Nothing was agreed" in page
    assert "30 days before" in page
    assert "90 days before" in page


def test_the_owner_says_what_is_agreed(desk, at, log_in):
    clause = factory.clause(factory.in_force(desk, at), "1")
    owner = log_in(desk.owner)
    until = (at + timedelta(days=9000)).date().isoformat()

    done = owner.post(address(desk, "agree/"), {**SENT, "redacted_until": until, "clause": str(clause.pk)})
    page = owner.get(address(desk)).content.decode()

    assert (done.status_code, done["Location"]) == (303, address(desk))
    terms = NoticeTerms.objects.get()
    assert (terms.major_days, terms.clause, terms.data) == (45, clause, ["payment", "personal"])
    for words in (
        "45 days before",
        "1 business day before",
        "1 hour after",
        "Personal data",
        "CT-1 clause 1",
    ):
        assert words in page


def test_the_clause_is_for_those_who_read_contracts(desk, at, log_in):
    clause = factory.clause(factory.in_force(desk, at), "1")
    changes.agreed(desk, at, clause=clause)

    assert "CT-1" in log_in(desk.viewer).get(address(desk)).content.decode()
    assert "CT-1" not in log_in(desk.vendor).get(address(desk)).content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [("major_days", "366"), ("minor_days", "0"), ("watch_days", ""), ("handles", "secrets"), ("clause", "x")],
)
def test_what_is_refused_is_named_and_nothing_is_agreed(desk, log_in, field, value):
    refused = log_in(desk.owner).post(address(desk, "agree/"), {**SENT, field: value})

    assert refused.status_code == 400
    assert list(refused.context["form"].errors) == [field]
    assert not NoticeTerms.objects.exists()


def test_others_are_told_who_says_it(desk, log_in):
    page = log_in(desk.ops).get(address(desk))

    assert "The client’s owner says" in page.content.decode()
    assert log_in(desk.ops).post(address(desk, "agree/"), SENT).status_code == 403
    assert not NoticeTerms.objects.exists()


def test_the_form_begins_with_what_holds(desk, at, log_in):
    clause = factory.clause(factory.in_force(desk, at), "1")
    changes.agreed(desk, at, lead_times={"major_days": 60}, data=["claims"], clause=clause)

    form = log_in(desk.owner).get(address(desk)).context["form"]

    said = [form[name].value() for name in ("major_days", "minor_days", "handles", "clause")]
    assert said == [60, 10, ["claims"], str(clause.pk)]


def test_the_page_asks_a_fixed_number_of_queries(desk, at, log_in):
    client = log_in(desk.owner)

    def more():
        changes.agreed(desk, at, clause=factory.clause(factory.in_force(desk, at), "1"))

    assert counting.steady(client, address(desk), more) == counting.written("contracts:notice_terms")
