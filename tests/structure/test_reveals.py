"""M7: who opens the vault says so in the trail, in the same transaction or before anything leaves the house."""

import pytest

from tests.structure import writers
from tests.structure.tree import APPS, dotted, modules, parsed

OPENERS = {"audit.services.vault.reveal", "audit.services.vault.disclose"}
# Who may open the vault, and the event that says it was opened: recorded by the function itself, or by the one that
# finishes what it is for.
READERS = {
    "reviews.services.workspace.reveal": "reviews.services.workspace.reveal",
    "governance.services.evidence_contents.Chosen._show": "governance.services.evidence_writing._finish",
}
EXPORTERS = {"audit.services.exporting.write", "audit.services.exporting.export"}


def _named(names: set[str]) -> set[str]:
    """The functions of services that refer to one of these."""
    return {
        name
        for name, function in writers.functions().items()
        if function.refers_to & names and name not in names and not name.startswith("audit.services.vault.")
    }


def _of_functions(names: set[str]) -> set[str]:
    """Methods and functions alone: a class refers to what its methods do."""
    return {name for name in names if not any(other.startswith(f"{name}.") for other in names)}


def test_m7_only_these_open_the_vault():
    assert _of_functions(_named(OPENERS)) == READERS.keys()


def test_m7_nobody_but_services_opens_the_vault():
    elsewhere = {
        dotted(path)
        for path in modules(*APPS)
        if ".services" not in dotted(path)
        and OPENERS & set(writers._references(parsed(path), writers._imported(parsed(path))))
    }

    assert elsewhere == set()


@pytest.mark.parametrize(("reader", "recorder"), READERS.items())
def test_m7_every_reader_of_personal_data_records_it(reader, recorder):
    assert writers.records(recorder), f"{recorder} says nothing of what {reader} reads"


def test_m7_every_export_is_an_event():
    silent = {name for name in _of_functions(_named(EXPORTERS)) if not writers.records(name)}

    assert silent == set()
