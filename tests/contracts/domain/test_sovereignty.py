"""Whether an endpoint keeps to what a process allows, case by case (A5)."""

import pytest

from contracts.domain import sovereignty
from contracts.domain.sovereignty import EndpointTerms, Fault, Ground


def terms(**changes) -> EndpointTerms:
    given = {"name": "scribe", "region": "EU", "tenancy": "private", "training_use": "none"} | changes
    return EndpointTerms(**given)


@pytest.mark.parametrize(
    ("_case", "endpoint", "ground", "classes", "expected"),
    [
        ("nothing agreed, nothing wrong", terms(), Ground(), {"health"}, []),
        ("in the region", terms(), Ground(("EU",)), set(), []),
        ("in a part of the region", terms(region="EU-DE"), Ground(("EU",)), set(), []),
        ("the region in small letters", terms(region="eu"), Ground(("EU",)), set(), []),
        ("a name that only begins alike", terms(region="EUX"), Ground(("EU",)), set(), [Fault.REGION]),
        ("a part is agreed, the whole is not", terms(region="EU"), Ground(("EU-DE",)), set(), [Fault.REGION]),
        ("elsewhere", terms(region="US"), Ground(("JP", "SG")), set(), [Fault.REGION]),
        ("public is never allowed", terms(tenancy="public"), Ground(), set(), [Fault.PUBLIC]),
        ("shared is allowed", terms(tenancy="shared"), Ground(), set(), []),
        ("trains where one opted in", terms(training_use="opt_in"), Ground(), set(), [Fault.TRAINING]),
        (
            "and that is allowed",
            terms(training_use="opt_in"),
            Ground(training_use="opt_in"),
            set(),
            [],
        ),
        (
            "more than is allowed",
            terms(training_use="default"),
            Ground(training_use="opt_in"),
            set(),
            [Fault.TRAINING],
        ),
        (
            "an unknown use is the worst",
            terms(training_use="?"),
            Ground(training_use="opt_in"),
            set(),
            [Fault.TRAINING],
        ),
        ("retired", terms(retired=True), Ground(), set(), [Fault.RETIRED]),
        ("a class beyond", terms(), Ground(data_classes=("personal",)), {"health"}, [Fault.DATA_CLASS]),
        ("a topic is no class", terms(), Ground(data_classes=("personal",)), {"press", "personal"}, []),
        (
            "everything at once",
            terms(region="US", tenancy="public", training_use="default", retired=True),
            Ground(("EU",), ("personal",)),
            {"minor"},
            [Fault.RETIRED, Fault.PUBLIC, Fault.REGION, Fault.TRAINING, Fault.DATA_CLASS],
        ),
    ],
)
def test_faults_are_named_one_by_one(_case, endpoint, ground, classes, expected):
    assert [fault for fault, _ in sovereignty.faults(endpoint, ground, classes)] == expected


def test_a_fault_says_what_is_wrong_in_words():
    [(_, sentence)] = sovereignty.faults(terms(region="US"), Ground(("JP", "SG")))

    assert sentence == "The endpoint scribe answers from US; allowed is only JP and SG"
