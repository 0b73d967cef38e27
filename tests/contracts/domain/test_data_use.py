"""A7: contract, attestation and endpoint say the same about training, or it is a finding."""

import pytest

from contracts.domain import data_use
from contracts.domain.data_use import Setting, TrainingAllowed


@pytest.mark.parametrize(
    ("_case", "agreed", "setting", "attested", "said"),
    [
        ("all three agree", "no", "none", "no", []),
        ("opt-in throughout", "opt_in", "opt_in", "opt_in", []),
        ("clause no, endpoint opt-in", "no", "opt_in", "no", ["set to “only after opting in”"]),
        ("trains by default", "no", "default", "no", ["set to “yes”"]),
        ("a setting nobody knows", "no", "whatever", "no", ["set to “yes”"]),
        ("the vendor says otherwise", "no", "none", "yes", ["Corvid attests “yes”"]),
        ("the vendor says nothing", "no", "none", None, ["Corvid has attested nothing"]),
        ("both", "no", "opt_in", None, ["set to", "attested nothing"]),
        ("no contract says", None, "default", None, []),
    ],
)
def test_mismatches(_case, agreed, setting, attested, said) -> None:
    found = data_use.mismatches(agreed, "CT-1 clause 8", [Setting("eu-1", "Corvid", setting, attested)])

    assert len(found) == bool(said)
    for words in said:
        assert words in found[0].sentence
        assert "CT-1 clause 8" in found[0].sentence


def test_most_is_the_widest_use() -> None:
    assert data_use.most(["no", "opt_in", "no"]) == TrainingAllowed.OPT_IN
    assert data_use.most([]) is None
