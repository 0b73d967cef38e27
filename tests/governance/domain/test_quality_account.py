"""F9: the account of QA in evidence is added up from the events it shows."""

from governance.domain.quality_account import QualityAccount

SCORE = {
    "evaluation": "e1",
    "pi": "0.1",
    "score": "80.00",
    "passed": False,
    "critical_fail": False,
    "output_wrong": True,
}


def test_nothing_about_qa_is_no_account():
    account = QualityAccount()
    account.take(1, "intake.received", "i1", {})

    assert account.told() == {}


def test_a_draw_stands_with_the_places_of_its_two_events():
    account = QualityAccount()
    account.take(3, "sample.frame_fixed", "d1", {"frame_hash": "aa", "frame_size": 40})
    account.take(
        9, "sample.drawn", "d1", {"frame_hash": "aa", "frame_size": 40, "size": 4, "seed_kind": "witnessed"}
    )

    told = account.told()

    assert told["drawn"] == 4
    assert told["draws"] == [
        {
            "draw": "d1",
            "fixed_index": 3,
            "drawn_index": 9,
            "frame_hash": "aa",
            "frame_size": 40,
            "size": 4,
            "seed_kind": "witnessed",
            "window_start": None,
            "window_end": None,
        }
    ]


def test_what_was_adjudicated_counts_instead_of_what_was_scored():
    account = QualityAccount()
    account.take(1, "qa.submitted", "e1", SCORE)
    account.take(2, "qa.disputed", "e1", {"evaluation": "e1"})
    before = account.told()
    account.take(
        3,
        "qa.adjudicated",
        "e1",
        {**SCORE, "outcome": "overturned", "score": "100.00", "passed": True, "output_wrong": False},
    )

    after = account.told()

    assert (before["passed"], before["output_wrong"], before["disputed"]) == (0, 1, 1)
    assert (after["scored"], after["passed"], after["output_wrong"]) == (1, 1, 0)
    assert after["adjudicated"] == {"overturned": 1}
    assert (after["scores"][0]["index"], after["scores"][0]["adjudicated_index"]) == (1, 3)


def test_targeted_picks_are_counted_apart():
    account = QualityAccount()
    account.take(1, "qa.submitted", "e1", {**SCORE, "pi": None})

    told = account.told()

    assert (told["scored"], told["scored_of_targeted_picks"], told["output_wrong"]) == (0, 1, 0)


def test_scores_given_twice_tell_the_agreement_of_the_auditors():
    account = QualityAccount()
    for number, (first, second) in enumerate([(True, True), (True, True), (True, False), (False, False)]):
        name = f"e{number}"
        account.take(number, "qa.submitted", name, {**SCORE, "evaluation": name, "passed": first})
        account.take(
            10 + number, "qa.second_submitted", name, {**SCORE, "evaluation": name, "passed": second}
        )
    account.take(20, "qa.submitted", "e9", {**SCORE, "evaluation": "e9"})

    assert account.told()["scored_twice"] == {"evaluations": 4, "table": [[2, 1], [0, 1]], "kappa": "0.500"}


def test_what_followed_is_counted():
    account = QualityAccount()
    for index, action in enumerate(["release.recalled", "action.opened", "action.done", "action.opened"]):
        account.take(index, action, "a1", {})

    assert account.told()["others"] == {"action.done": 1, "action.opened": 2, "release.recalled": 1}
