from audit.domain import catalogue
from governance.domain import evidence
from governance.selectors.evidence_scope import ABOUT_INTERACTIONS
from reviews.domain.events import EVENTS


def test_fields_come_in_words_and_in_one_order():
    sealed = {("qa.submitted", "notes"), ("intake.received", "original"), ("paper.signed", "full_name")}

    assert evidence.fields(sealed) == [
        ("intake.received original", "What came in, before personal data was taken out"),
        ("qa.submitted notes", "Notes of QA auditors"),
        ("paper.signed full_name", "Paper signed: full name"),
    ]
    assert evidence.fields(set()) == []


def test_every_value_that_work_seals_has_words_of_its_own():
    catalogue.register(EVENTS)
    named = {
        name
        for name, _ in evidence.fields({(spec.action, field) for spec in EVENTS for field in spec.personal})
    }

    assert {name for name in named if ":" in evidence.name_in_words(name)} == set()
    assert {name.split(".")[0] for name in named} - ABOUT_INTERACTIONS <= {
        "calibration",
        "rules",
        "sample",
        "vigilance",
    }
