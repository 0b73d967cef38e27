from uuid import UUID

import pytest

from audit.domain.envelope import Actor, Target
from audit.enums import ActorType
from tests.audit.conftest import entry


def test_actor_takes_public_ids_as_uuids_and_keeps_them_as_text():
    actor = Actor("human", UUID(int=1), UUID(int=2), "reviewer")

    assert actor.type is ActorType.HUMAN
    assert actor.id == "00000000-0000-0000-0000-000000000001"
    assert actor.org == "00000000-0000-0000-0000-000000000002"


def test_actor_system_acts_under_its_own_name():
    assert Actor.system("escalation") == Actor(ActorType.SYSTEM, "escalation")


def test_actor_anonymous_needs_no_id():
    assert Actor.anonymous().id == ""


@pytest.mark.parametrize(
    ("_case", "arguments"),
    [
        ("a person under a name", ("human", "ada")),
        ("a person under an address", ("human", "ada@example.org")),
        ("an agent under an address", ("ai_agent", "bot@example.org")),
        ("an agent under nothing", ("ai_agent", "")),
        ("a system part with a full name", ("system", "Ada Lovelace")),
        ("an unknown type", ("robot", "x")),
        ("an organisation under an address", ("system", "x", "desk@example.org")),
    ],
)
def test_actor_refuses_what_could_name_a_person(_case, arguments):
    with pytest.raises(ValueError, match=r"opaque|UUID|ActorType|badly|under an id"):
        Actor(*arguments)


def test_every_actor_type_has_a_label():
    assert all(actor_type.label for actor_type in ActorType)


@pytest.mark.parametrize(
    ("_case", "arguments"),
    [("no type", ("", "1")), ("no id", ("case", "")), ("an id with a NUL", ("case", "1\x00"))],
)
def test_target_refuses_to_be_nothing(_case, arguments):
    with pytest.raises(ValueError, match="about something"):
        Target(*arguments)


def test_entry_writes_opaque_keys_as_text():
    assert entry(client=UUID(int=3)).client == "00000000-0000-0000-0000-000000000003"
