import pytest

from audit.domain import catalogue
from audit.domain.catalogue import EventSpec

SPEC = EventSpec(
    "cat.fed", 1, facts={"food"}, optional={"grams"}, personal={"note"}, sentence="{object} got {food}"
)


def test_register_twice_is_fine_for_the_same_meaning():
    catalogue.register([SPEC])
    catalogue.register([EventSpec("cat.fed", 1, {"food"}, {"grams"}, {"note"}, "{object} got {food}")])

    assert catalogue.get("cat.fed") == SPEC


def test_register_refuses_another_meaning_for_the_same_version():
    catalogue.register([SPEC])

    with pytest.raises(ValueError, match="another meaning"):
        catalogue.register([EventSpec("cat.fed", 1, facts={"food", "bowl"})])

    assert catalogue.get("cat.fed") == SPEC


def test_get_gives_the_newest_version_unless_one_is_named():
    newer = EventSpec("cat.fed", 2, facts={"food", "bowl"})
    catalogue.register([newer, SPEC])

    assert catalogue.get("cat.fed") == newer
    assert catalogue.get("cat.fed", 1) == SPEC
    assert "cat.fed" in catalogue.actions()


@pytest.mark.parametrize(("action", "version"), [("cat.unheard_of", None), ("cat.fed", 7)])
def test_get_refuses_what_is_not_in_the_catalogue(action, version):
    catalogue.register([SPEC])

    with pytest.raises(ValueError, match=r"not in the catalogue|no version"):
        catalogue.get(action, version)


@pytest.mark.parametrize(
    ("_case", "facts", "personal"),
    [
        ("the facts it must have", {"food": "fish"}, None),
        ("with an optional one", {"food": None, "grams": 0}, {}),
        ("with a sealed one", {"food": "fish"}, {"note": "for Ada's cat"}),
    ],
)
def test_check_facts_takes_what_the_spec_lists(_case, facts, personal):
    catalogue.check_facts(SPEC, facts, personal)


@pytest.mark.parametrize(
    ("_case", "facts", "personal", "sentence"),
    [
        ("a fact is missing", {}, None, "missing: food"),
        ("an optional fact does not stand in for it", {"grams": 1}, None, "missing: food"),
        ("a foreign fact", {"food": "fish", "colour": "red"}, None, "does not carry: colour"),
        ("a personal value in clear", {"food": "fish", "note": "Ada"}, None, "does not carry: note"),
        ("a foreign sealed field", {"food": "fish"}, {"name": "Ada"}, "does not seal: name"),
    ],
)
def test_check_facts_refuses_what_the_spec_does_not_list(_case, facts, personal, sentence):
    with pytest.raises(ValueError, match=sentence):
        catalogue.check_facts(SPEC, facts, personal)


@pytest.mark.parametrize(
    ("_case", "arguments"),
    [
        ("an action without a verb", {"action": "cat"}),
        ("an action with a capital", {"action": "Cat.fed"}),
        ("version 0", {"version": 0}),
        ("a field that is both fact and sealed", {"personal": {"food"}}),
        ("a fact that is not snake_case", {"facts": {"Food"}}),
        ("a sentence about a fact it has not", {"sentence": "{bowl}"}),
        ("a sentence that would tell what is sealed", {"sentence": "{note}"}),
        ("a sentence that reaches into a fact", {"sentence": "{food.__class__}"}),
    ],
)
def test_spec_refuses_to_be_badly_written(_case, arguments):
    good = {"action": "cat.fed", "version": 1, "facts": {"food"}, "personal": {"note"}}

    with pytest.raises(ValueError, match=r"cat|Cat"):
        EventSpec(**{**good, **arguments})
