"""Simulating a file (B8): the way of a submission up to its route, nothing stored, wrong lines explained in our words."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from audit.errors import Invalid
from audit.models import Event
from reviews.enums import SimulationState
from reviews.models import Interaction, RuleSimulation, SubjectTally
from reviews.services import rules, simulation_files, simulations
from tests import worlds
from tests.factories import rules as rule_factory
from tests.factories import simulations as factory

pytestmark = pytest.mark.django_db
SECRET = "Erika Mustermann"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path) -> Path:
    settings.SIMULATION_DIR = tmp_path / "simulations"
    return settings.SIMULATION_DIR


@pytest.fixture
def desk(at):
    return worlds.build(at).north


def tried(desk, at, name: str, content: str) -> RuleSimulation:
    draft = rule_factory.changed(desk, at, "15000")
    asked = simulations.ask_file(
        ruleset_id=draft.pk, name=name, chunks=[content.encode()], by=desk.admin, at=at
    )
    return factory.run(asked, at)


def test_b8_lines_are_routed_and_nothing_of_them_is_kept(desk, at, folder):
    lines = [
        worlds.payload(desk, amount="9000.00", customer={"name": SECRET}, received_at="2026-01-05T09:10:00Z"),
        worlds.payload(desk, amount="16000.00"),
        worlds.payload(desk, amount="100.00", step=SECRET),
        worlds.payload(desk, amount="100.00", process="SOUTH-AP"),
        worlds.payload(desk, amount="100.00", received_at="yesterday"),
        worlds.payload(desk, amount="100.00", received_at="2024-11-30T09:10:00Z"),
        {**worlds.payload(desk), SECRET: 1},
    ]
    content = "\n".join([*map(json.dumps, lines), "{" + SECRET, "[1]"])

    simulation = tried(desk, at, "lines.ndjson", content)

    assert simulation.state == SimulationState.DONE, simulation.error
    result = simulation.figures
    assert (result["seen"], result["changed"]) == (2, 1)
    assert factory.listed(simulation) == {"1": ("newly_straight", "review", "auto_released")}
    assert simulation.changes.get().happened_at.isoformat() == "2026-01-05T09:10:00+00:00"
    assert result["file"]["refused"] == 7
    told = result["file"]["explained"]
    assert [one["line"] for one in told] == [3, 4, 5, 6, 7, 8, 9]
    assert told[3] == {
        "line": 6,
        "field": "received_at",
        "sentence": "This lies more than 400 days from another line.",
    }
    assert SECRET not in json.dumps(result)
    assert list(folder.iterdir()) == []
    assert not Interaction.objects.exists()
    assert not SubjectTally.objects.exists()


def test_a_table_names_its_fields_in_the_header(desk, at):
    header = "step,amount,currency,confidence,model_version,endpoint,input.text,ai_output.decision,subject_ref,lineage"
    lineage = '"[{""source_system"": ""SAP"", ""source_record_id"": ""1""}]"'
    rows = [
        f"approve,{amount},EUR,0.97,{desk.model.reference},north-eu,Invoice,pay,A,{lineage}"
        for amount in ("9000.00", "9000.00", "9000.00")
    ]

    simulation = tried(desk, at, "table.csv", "\n".join([header, *rows]))

    assert simulation.state == SimulationState.DONE, simulation.error
    # The third crosses €20,000 in a day and stays with a person.
    assert simulation.figures["kinds"]["newly_straight"]["count"] == 2
    assert simulation.figures["seen"] == 3


def test_a_header_that_interactions_do_not_have_fails_in_words(desk, at):
    simulation = tried(desk, at, "table.csv", "step,colour\napprove,red\n")

    assert simulation.state == SimulationState.FAILED
    assert "column 2 is no field" in simulation.error
    assert "colour" not in simulation.error
    failed = Event.objects.get(action="rules.simulation_failed").facts
    assert (failed["version"], failed["simulation"]) == (simulation.ruleset.version, str(simulation.pk))
    assert failed["cause"] == "unknown_column"


@pytest.mark.parametrize(
    "name, size, code",
    [
        ("_case empty.csv", 0, "file_empty"),
        ("_case large.csv", simulation_files.LARGEST + 1, "file_too_large"),
        ("_case sheet.xlsx", 10, "unknown_format"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_and_not_kept(desk, at, folder, name, size, code):
    draft = rule_factory.changed(desk, at, "15000")

    with pytest.raises(Invalid) as refused:
        simulations.ask_file(
            ruleset_id=draft.pk, name=name, chunks=[b"x" * size] if size else [], by=desk.admin, at=at
        )

    assert refused.value.code == code
    assert not RuleSimulation.objects.exists()
    assert not folder.exists() or list(folder.iterdir()) == []


def test_a_cancelled_file_is_removed(desk, at, folder):
    draft = rule_factory.changed(desk, at, "15000")
    asked = simulations.ask_file(ruleset_id=draft.pk, name="a.csv", chunks=[b"step\n"], by=desk.admin, at=at)
    assert [file.stat().st_mode & 0o777 for file in folder.iterdir()] == [0o600]

    simulations.cancel(simulation_id=asked.pk, by=desk.owner, at=at + timedelta(seconds=1))

    assert list(folder.iterdir()) == []


def test_a_file_moves_no_proposal_on(desk, at):
    """One line that somebody chose is no trial of the rules."""
    proposal = rule_factory.proposed(desk, at, "15000")
    asked = simulations.ask_file(
        ruleset_id=proposal.pk,
        name="one.ndjson",
        chunks=[json.dumps(worlds.payload(desk)).encode()],
        by=desk.admin,
        at=at,
    )

    assert factory.run(asked, at).state == SimulationState.DONE
    assert rule_factory.state(proposal) == "proposed"


def test_a_draft_simulated_with_a_file_alone_is_not_simulated_when_proposed(desk, at):
    draft = rule_factory.changed(desk, at, "15000")
    asked = simulations.ask_file(
        ruleset_id=draft.pk,
        name="one.ndjson",
        chunks=[json.dumps(worlds.payload(desk)).encode()],
        by=desk.admin,
        at=at,
    )
    factory.run(asked, at)

    assert rules.propose(ruleset_id=draft.pk, by=desk.admin, at=at).state == "proposed"
