"""What is done to a submission before it is stored: redaction, origin, quality, model and endpoint."""

import pytest

from audit.domain.ids import new_id
from audit.errors import Invalid
from contracts.models import Process
from reviews.domain import submission
from reviews.selectors import snapshots
from reviews.services import preparing
from reviews.services.preparing import Prepared
from tests import worlds

IBAN = "DE89370400440532013000"


@pytest.fixture
def prepare(db, at):
    desk = worlds.build(at).north

    def one(policy: dict | None = None, **changes) -> Prepared:
        process = Process.objects.select_related("client", "calendar").get(pk=desk.process.pk)
        if policy:
            process.intake |= policy
            process.stamp = new_id()
            process.save(update_fields=["intake", "stamp"])
        return preparing.prepare(submission.parse(worlds.payload(desk, **changes)), snapshots.of(process), at)

    return one


def test_prepare_redacts_content_and_labels(prepare) -> None:
    found = prepare(
        input={"note": f"Pay {IBAN}"},
        customer={"name": "Mia Muster"},
        ai_output={"decision": "pay", "comment": "For Mia Muster"},
        source=f"mail of {IBAN}",
        lineage=[{"source_system": "erp", "source_record_id": "a@example.org"}],
    )

    assert found.input == {"note": "Pay «IBAN_1»"}
    assert found.output["comment"] == "For «NAME_1»"
    assert found.source == "mail of «IBAN_1»"
    assert found.lineage == [{"source_system": "erp", "source_record_id": "«EMAIL_1»"}]
    assert found.originals == {"«IBAN_1»": IBAN, "«NAME_1»": "Mia Muster", "«EMAIL_1»": "a@example.org"}
    assert found.report["counts"] == {"EMAIL": 1, "IBAN": 2, "NAME": 1}
    assert "personal" in found.classes


def test_prepare_leaves_plain_content_as_it_is(prepare) -> None:
    found = prepare(external_id="inv-4711", attributes={"ocr_score": 0.9})

    assert found.originals == {}
    assert (found.external_id, found.endpoint, found.model_reference) == ("inv-4711", "north-eu", "north-1.0")
    assert found.attributes == {"ocr_score": 0.9}
    assert (found.quarantine, found.review, found.problems) == ([], [], [])


def test_prepare_hashes_a_name_that_names_a_person(prepare) -> None:
    first, again, other = (
        prepare(external_id=name) for name in ("a@example.org", "a@example.org", "b@example.org")
    )

    assert first.external_id == again.external_id != other.external_id
    assert "example" not in first.external_id


def test_prepare_trusts_an_attestation_but_looks_at_what_goes_back(prepare) -> None:
    attested = {"attestation": {"by": "upstream"}}

    trusted = prepare(input={"note": IBAN}, **attested)
    leaking = prepare(ai_output={"decision": "pay", "comment": IBAN}, **attested)

    assert (trusted.quarantine, trusted.report["attested"]) == ([], True)
    assert [code for code, _ in leaking.quarantine] == ["PERSONAL_DATA"]
    assert leaking.output["comment"] == "«IBAN_1»"


def test_prepare_looks_at_everything_where_the_policy_says_so(prepare) -> None:
    found = prepare({"scan_attested": "all"}, input={"note": IBAN}, attestation={"by": "upstream"})

    assert [code for code, _ in found.quarantine] == ["PERSONAL_DATA"]


@pytest.mark.parametrize(
    "_case, lineage, missing",
    [
        ("complete", [{"source_system": "erp", "source_record_id": "1"}], []),
        ("no record", [{"source_system": "erp"}], ["source record id"]),
        ("none at all", None, ["source system", "source record id"]),
    ],
)
def test_prepare_asks_for_the_origin(prepare, _case: str, lineage, missing: list[str]) -> None:
    found = prepare(lineage=lineage)

    assert found.lineage_missing == missing
    assert [code for code, _ in found.quarantine] == ["LINEAGE"] * bool(missing)


def test_prepare_weighs_the_quality(prepare) -> None:
    checks = [
        {"kind": "ocr", "low": "0.85"},
        {"kind": "required", "field": "order_no", "consequence": "quarantine", "weight": 3},
    ]

    found = prepare({"quality": {"checks": checks}}, attributes={"ocr_score": 0.7})

    assert ([code for code, _ in found.review], [code for code, _ in found.quarantine]) == (
        ["DQ_OCR"],
        ["DQ_MISSING"],
    )
    assert found.quality_score == 0


def test_prepare_shows_no_value_in_a_finding(prepare) -> None:
    checks = [{"kind": "range", "field": "limit", "high": 5}]

    found = prepare({"quality": {"checks": checks}}, attributes={"limit": 4111111111111111})

    assert "4111" not in str(found.review)


@pytest.mark.parametrize("endpoint, held", [("north-eu", False), ("public", True), (None, True)])
def test_prepare_vets_the_endpoint(prepare, endpoint, held: bool) -> None:
    assert [code for code, _ in prepare(endpoint=endpoint).quarantine] == ["ENDPOINT"] * held


@pytest.mark.parametrize(
    "decision, adverse",
    [("pay", False), ("hold", False), ("deny", True), (" DENY", True), ("denied", None), (None, None)],
)
def test_prepare_knows_adverse_outcomes_or_says_it_does_not(prepare, decision, adverse) -> None:
    assert prepare(ai_output={"decision": decision, "comment": "x"}).adverse is adverse


def test_prepare_refuses_a_step_the_process_does_not_have(prepare) -> None:
    with pytest.raises(Invalid) as refused:
        prepare(step="nowhere")

    assert refused.value.field == "/step"


def test_subject_key_is_keyed_and_names_nobody() -> None:
    assert preparing.subject_key("north", "") == ""
    assert preparing.subject_key("north", "a") == preparing.subject_key("north", "a")
    assert preparing.subject_key("north", "a") != preparing.subject_key("south", "a")
