"""The editor of one rule through a browser without scripts: every button, every mistake, and nothing typed is lost."""

import pytest

from reviews.models import RuleSet
from reviews.services import rule_drafts
from reviews.services import rules as service
from tests import worlds
from tests.factories import rules as made
from tests.factories.rule_forms import filled, sent

DEEP = {
    "all": [
        {"field": "amount", "op": ">=", "value": "100"},
        {
            "any": [
                {"field": "confidence", "op": "<", "value": "0.8"},
                {"not": {"field": "adverse", "op": "is", "value": True}},
            ]
        },
    ]
}


@pytest.fixture
def world(db, at):
    return worlds.build(at)


@pytest.fixture
def desk(world):
    return world.north


@pytest.fixture
def draft(desk, at):
    return made.drafted(desk, at)


@pytest.fixture
def address(desk, draft):
    return made.address("rule", desk, 2)


class Browser:
    """Somebody at the form: what stands in it, changed by hand, sent by a button."""

    def __init__(self, client, address):
        self.client, self.address = client, address
        self.shown(client.get(address))

    def shown(self, response):
        self.response = response
        self.page = response.content.decode()
        if response.status_code != 302:
            self.values, self.buttons = filled(self.page)
            self.focused = self.page.count(" autofocus")
        return response

    def type(self, **values):
        for key, value in values.items():
            self.values[key.replace("_", "-") if key.startswith("c_") else key] = (
                value if isinstance(value, list) else [value]
            )

    def press(self, button=""):
        data = self.values | ({"do": [button]} if button else {})
        return self.shown(self.client.post(self.address, data))

    @property
    def sentence(self):
        return self.response.context["editor"].preview.condition


def stored(draft, code):
    return draft.rules.get(code=code).condition


# ── Rows and groups ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_nested_rule_is_built_by_buttons_alone_and_nothing_is_stored_before_the_last(
    desk, draft, address, log_in
):
    form = Browser(log_in(desk.admin), address)
    form.type(code="AP-R5", name="New and large", c_0_field="amount", c_0_op=">=", c_0_value="€5,000")
    form.press("group:c")
    form.type(c_1_0_field="supplier_age_days")
    form.press("shape:c-1-0")
    form.type(c_1_0_op="<", c_1_0_value="30 days")
    form.press("add:c-1")
    form.type(c_1_1_field="decision")
    form.press("shape:c-1-1")
    form.type(c_1_1_op="in")
    form.press("shape:c-1-1")
    form.type(**{"c-1-1-value": ["hold", "deny"]})
    form.press("not:c-1-1")

    assert form.response.status_code == 200
    assert form.focused == 1
    assert form.sentence == (
        "amount is at least €5,000, and (either days since the supplier was added is below 30 days, "
        "or it is not so that decision is hold or deny)"
    )
    draft.refresh_from_db()
    assert (draft.edits, draft.rules.count()) == (0, 4)

    assert form.press().status_code == 302
    assert stored(draft, "AP-R5") == {
        "all": [
            {"field": "amount", "op": ">=", "value": "5000"},
            {
                "any": [
                    {"field": "supplier_age_days", "op": "<", "value": "30"},
                    {"not": {"field": "decision", "op": "in", "value": ["hold", "deny"]}},
                ]
            },
        ]
    }


@pytest.mark.parametrize(
    ("button", "expression"),
    [
        ("up:c-1", "(confidence < 0.8 || !(adverse)) && amount >= 100.0"),
        ("down:c-0", "amount >= 100.0 || confidence < 0.8 || !(adverse)"),
        ("up:c-1-0", "amount >= 100.0 && confidence < 0.8 && !(adverse)"),
        ("down:c-1-1", "amount >= 100.0 && confidence < 0.8 && !(adverse)"),
        ("up:c-1-1", "amount >= 100.0 && (!(adverse) || confidence < 0.8)"),
        ("remove:c-1-0", "amount >= 100.0 && !(adverse)"),
        ("remove:c-1", "amount >= 100.0"),
        ("remove:c-0", "confidence < 0.8 || !(adverse)"),
        ("not:c-1", "amount >= 100.0 && !(confidence < 0.8 || !(adverse))"),
        ("not:c-1-1", "amount >= 100.0 && (confidence < 0.8 || adverse)"),
        ("not:c", "!(amount >= 100.0 && (confidence < 0.8 || !(adverse)))"),
        ("dissolve:c-1", "amount >= 100.0 && confidence < 0.8 && !(adverse)"),
        ("wrap:c-0", "amount >= 100.0 && (confidence < 0.8 || !(adverse))"),
        ("preview", "amount >= 100.0 && (confidence < 0.8 || !(adverse))"),
        ("shape:c-1-0", "amount >= 100.0 && (confidence < 0.8 || !(adverse))"),
        ("up:c-9", "amount >= 100.0 && (confidence < 0.8 || !(adverse))"),
        ("remove:c-1-x", "amount >= 100.0 && (confidence < 0.8 || !(adverse))"),
        ("launch:missiles", "amount >= 100.0 && (confidence < 0.8 || !(adverse))"),
    ],
)
def test_each_button_changes_the_shape_and_keeps_what_was_typed(desk, draft, at, log_in, button, expression):
    rule_drafts.put_rule(ruleset_id=draft.pk, rule=made.rule("AP-R9", DEEP), by=desk.admin, at=at)
    form = Browser(log_in(desk.admin), f"{made.address('rule', desk, 2)}?code=AP-R9")
    form.type(name="Typed and kept")

    form.press(button)

    assert form.response.context["editor"].preview.expression in {expression, f"({expression})"}
    assert form.values["name"] == ["Typed and kept"]
    assert form.focused <= 1
    assert stored(draft, "AP-R9") == DEEP


def test_every_button_of_the_page_is_answered(desk, draft, at, log_in):
    rule_drafts.put_rule(ruleset_id=draft.pk, rule=made.rule("AP-R9", DEEP), by=desk.admin, at=at)
    client, address = log_in(desk.admin), f"{made.address('rule', desk, 2)}?code=AP-R9"
    buttons = Browser(client, address).buttons

    answers = {button: Browser(client, address).press(button).status_code for button in buttons}

    assert set(answers.values()) == {200}
    assert {button.partition(":")[0] for button in answers} == {
        "text", "not", "add", "group", "up", "down", "wrap", "dissolve", "remove", "shape"
    }  # fmt: skip


def test_a_row_offers_what_suits_its_field(desk, address, log_in):
    form = Browser(log_in(desk.admin), address)
    form.type(c_0_field="variance")
    form.press("shape:c-0")
    form.type(c_0_percent="2", c_0_absolute="€250")
    assert (
        "is outside the band"
        in form.page.split('id="c-0-percent"')[0].rsplit('id="c-0-field"')[-1].split("</select>")[-1]
    )
    band = form.press("preview").context["editor"].preview.expression
    form.type(c_0_field="subject_total")
    form.press("shape:c-0")

    assert band == "(variance.percent > 2.0 || variance.absolute > 250.0)"
    assert "c-0-window" in form.values
    assert "include any of" not in form.page
    assert "Value (EUR)" in form.page


# ── Expressions ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_condition_is_turned_into_an_expression_and_back(desk, draft, at, log_in):
    rule_drafts.put_rule(ruleset_id=draft.pk, rule=made.rule("AP-R9", DEEP), by=desk.admin, at=at)
    form = Browser(log_in(desk.admin), f"{made.address('rule', desk, 2)}?code=AP-R9")
    before = {name: value for name, value in form.values.items() if name.startswith("c-")}

    form.press("text")
    text = form.values["expression"]
    form.press("rows")

    assert text == ["amount >= 100.0 && (confidence < 0.8 || !(adverse))"]
    assert {name: value for name, value in form.values.items() if name.startswith("c-")} == before
    form.press("text")
    form.type(expression="amount >= 250 && !adverse")
    assert form.press().status_code == 302
    assert stored(draft, "AP-R9") == {
        "all": [
            {"field": "amount", "op": ">=", "value": "250"},
            {"field": "adverse", "op": "is", "value": False},
        ]
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("amuont > 5", "Line 1, column 1: There is no field “amuont” in this process. Did you mean “amount”"),
        ("amount > 5 &&\n  amount / 0 > 1", "Line 2, column 10: There is no arithmetic here"),
        ("x" * 10_000, "at most 8,000 characters"),
        ("(" * 100, "at most 50 deep"),
        ('source == "\u202e{{ x }}', "has no end"),
        ("</textarea><script>", "Line 1, column 2"),
        ("", "Say when the rule fires"),
    ],
)
@pytest.mark.parametrize("button", ["rows", ""])
def test_a_mistake_in_the_expression_stays_in_its_box(desk, draft, address, log_in, text, words, button):
    form = Browser(log_in(desk.admin), address)
    form.type(code="AP-R5", name="Kept")
    form.values["mode"], form.values["expression"] = ["text"], [text]

    response = form.press(button)

    assert response.status_code == (200 if button else 400)
    assert form.values["expression"][0].replace("\r", "") == text
    assert form.values["name"] == ["Kept"]
    assert words in form.page.replace("&quot;", '"')
    assert 'aria-describedby="expression-help expression-error"' in form.page
    assert 'href="#expression"' in form.page
    draft.refresh_from_db()
    assert draft.edits == 0


def test_an_unfinished_condition_stays_a_form_and_says_why(desk, address, log_in):
    form = Browser(log_in(desk.admin), address)
    form.type(c_0_field="amount", c_0_op=">=", c_0_value="much")

    form.press("text")

    assert form.values["mode"] == ["rows"]
    assert "is not a plain number" in form.page
    assert form.values["c-0-value"] == ["much"]


# ── Mistakes ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "changes, place, words",
    [
        pytest.param({"value_0": "5.000,00"}, "c-0-value", "is not a plain number", id="written otherwise"),
        pytest.param({"value_0": ""}, "c-0-value", "Say what it is compared with", id="no value"),
        pytest.param({"value_0": "9" * 16}, "c-0-value", "at most 15 digits", id="too large"),
        pytest.param({"op_0": "contains"}, "c-0-op", "amount can be compared by", id="words for money"),
        pytest.param({"op_0": None}, "c-0-op", "amount can be compared by", id="no comparison"),
        pytest.param({"field_0": ""}, "c-0-field", "Choose what is compared", id="no field"),
        pytest.param({"field_0": "nothing"}, "c-0-field", "Choose what is compared", id="an unknown field"),
        pytest.param({"field_0": "subject_total"}, "c-0-window", "needs a window", id="a window too few"),
        pytest.param({"field_0": "subject_total", "window_0": "x"}, "c-0-window", "window of 1 to", id="words"),
        pytest.param({"field_0": "variance", "op_0": "outside_band", "value_0": None, "percent_0": "2"},
                     "c-0-absolute", "Both limits", id="half a band"),
        pytest.param({"field_0": "decision", "op_0": "in", "value_0": None}, "c-0-value", "at least one", id="none"),
        pytest.param({"field_0": "decision", "op_0": "==", "value_0": "keep"}, "c-0-value", "not among", id="enum"),
        pytest.param({"join_1": "any"}, "c-1-join", "This group is empty", id="an empty group"),
        pytest.param({"name": ""}, "id_name", "required", id="no name"),
        pytest.param({"code": ""}, "id_code", "required", id="no code"),
        pytest.param({"code": "AP-R2"}, "id_code", "a rule with this code already", id="a code that is taken"),
        pytest.param({"code": "A B"}, "id_code", "letters, digits", id="a code with a space"),
        pytest.param({"effect": "release"}, "id_effect", "not one of the available", id="an unknown effect"),
        pytest.param({"rationale": "x" * 301}, "id_rationale", "at most 300", id="a long reason"),
    ],
)  # fmt: skip
def test_every_mistake_is_said_where_it_stands_and_nothing_is_lost(
    desk, draft, address, log_in, changes, place, words
):
    given = sent(0, **({"code": "AP-R5", "name": "Kept as typed"} | changes))

    response = log_in(desk.admin).post(address, given)

    page = response.content.decode()
    assert response.status_code == 400
    assert [problem.anchor for problem in response.context["editor"].problems] == [place]
    assert words in response.context["editor"].problems[0].sentence
    assert f'href="#{place}"' in page
    assert f'id="{place}"' in page
    assert f'id="{place}{"_" if place.startswith("id_") else "-"}error"' in page
    again, _buttons = filled(page)
    chosen = {"effect", "c-0-field", "c-0-op", "c-1-join"}  # what is no choice cannot stay chosen
    assert {name: again[name] for name in given if name not in chosen} == {
        name: [value] for name, value in given.items() if name not in chosen
    }
    draft.refresh_from_db()
    assert (draft.rules.count(), draft.edits) == (4, 0)


def test_a_structure_too_deep_for_the_language_is_refused_with_a_sentence(desk, address, log_in):
    given = sent(0, code="AP-R5", field_0=None, op_0=None, value_0=None)
    name = "c" + "-0" * 10
    given |= {f"{name}-field": "amount", f"{name}-op": ">=", f"{name}-value": "5"}

    response = log_in(desk.admin).post(address, given)

    assert response.status_code == 400
    assert "at most 8 deep" in response.content.decode()


@pytest.mark.parametrize("name", ["c" + "-0" * 100, "c-99999", "c--1", "c-٣", "d-0", "c-0-0-"])
def test_strange_names_of_inputs_are_left_alone(desk, draft, address, log_in, name):
    response = log_in(desk.admin).post(address, sent(0, code="AP-R5") | {f"{name}-field": "amount"})

    assert response.status_code in {302, 400}


# ── Two people ───────────────────────────────────────────────────────────────────────────────────────────────


def test_two_people_in_one_draft_see_both_versions_and_nothing_is_lost(desk, draft, log_in):
    address = f"{made.address('rule', desk, 2)}?code=AP-R1"
    first, second = Browser(log_in(desk.admin), address), Browser(log_in(desk.owner), address)
    first.type(c_0_value="7500")
    second.type(c_0_value="9999", rationale="Mine")

    first.press()
    late = second.press()
    between = stored(draft, "AP-R1")["value"]
    sides = {side.label: (side.theirs, side.yours) for side in late.context["editor"].meanwhile.sides}
    told = second.page
    again = second.press()

    assert late.status_code == 409
    assert "Somebody else has edited this draft" in told
    assert sides["If"] == ("amount is at least €7,500", "amount is at least €9,999")
    assert sides["Why this rule"] == ("", "Mine")
    assert between == "7500"
    assert again.status_code == 302
    assert stored(draft, "AP-R1")["value"] == "9999"


def test_what_else_changed_meanwhile_is_named(desk, draft, at, log_in):
    form = Browser(log_in(desk.admin), f"{made.address('rule', desk, 2)}?code=AP-R1")
    rule_drafts.remove_rule(ruleset_id=draft.pk, code="AP-R4", by=desk.owner, at=at)
    rule_drafts.put_rule(ruleset_id=draft.pk, rule=made.rule("AP-R9"), by=desk.owner, at=at)

    late = form.press()

    meanwhile = late.context["editor"].meanwhile
    assert late.status_code == 409
    assert (meanwhile.others, meanwhile.sides) == (["AP-R9 was added.", "AP-R4 was removed."], [])
    assert "This rule itself is as you opened it" in form.page


def test_a_draft_proposed_meanwhile_keeps_what_was_typed(desk, draft, at, log_in):
    client, address = log_in(desk.admin), f"{made.address('rule', desk, 2)}?code=AP-R1"
    service.propose(ruleset_id=draft.pk, by=desk.admin, at=at)

    late, opened = client.post(address, sent(0, value_0="9999")), client.get(address)

    assert (late.status_code, opened.status_code) == (409, 409)
    assert 'value="9999"' in late.content.decode()
    assert stored(draft, "AP-R1")["value"] == "5000"


# ── Beginning ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_rule_is_begun_as_a_copy_of_another(desk, draft, address, log_in):
    form = Browser(log_in(desk.admin), f"{address}?like=AP-R3")

    assert (form.values["code"], form.values["c-0-window"]) == (["AP-R3-2"], ["24"])
    assert form.press().status_code == 302
    assert stored(draft, "AP-R3-2") == stored(draft, "AP-R3")


def test_a_condition_that_speaks_of_a_lost_field_is_not_shown_and_not_lost(desk, draft, log_in):
    lost = {"field": "gone", "op": ">=", "value": "1"}
    draft.rules.filter(code="AP-R1").update(condition=lost)

    form = Browser(log_in(desk.admin), f"{made.address('rule', desk, 2)}?code=AP-R1")
    form.press()

    assert form.response.status_code == 400
    assert stored(draft, "AP-R1") == lost
    assert RuleSet.objects.get(pk=draft.pk).edits == 0
