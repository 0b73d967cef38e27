"""Locks are hashed and hold no address; nothing committed names a private host or a place on somebody's machine."""

import re

import pytest

from tests.structure.tree import ROOT, committed, named

LOCKS = ("requirements.txt", "requirements-dev.txt")
_PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+(\[[^]]*])?)==(?P<version>[^ ;\\]+)")
# Put together here, so that this file does not hold what it forbids.
FORBIDDEN = [
    "/" + "work/",
    "/" + "tmp/w/",
    "/" + "opt/pypi",
    "/" + "opt/wheels",
    "/" + "root/",
    "files." + "pythonhosted.org",
    "pypi.org/" + "simple",
    "registry." + "npmjs.org",
    "--" + "index-url",
    "--" + "find-links",
]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_no_address(lock: str) -> None:
    assert "://" not in (ROOT / lock).read_text(encoding="utf-8")


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_of_a_lock_has_its_hash(lock: str) -> None:
    blocks = re.split(r"\n(?=[A-Za-z0-9])", (ROOT / lock).read_text(encoding="utf-8"))
    pins = [block for block in blocks if _PIN.match(block)]

    assert [block.splitlines()[0] for block in pins if "--hash=sha256:" not in block] == []
    assert len(pins) > 20


def test_both_locks_pin_the_same_versions() -> None:
    runtime, development = (pins(lock) for lock in LOCKS)

    assert {name: development.get(name) for name in runtime} == runtime


@pytest.mark.parametrize(
    ("wanted", "lock"), [("requirements.in", LOCKS[0]), ("requirements-dev.in", LOCKS[1])]
)
def test_the_lock_has_everything_that_is_wanted(wanted: str, lock: str) -> None:
    lines = (ROOT / wanted).read_text(encoding="utf-8").splitlines()
    names = {_plain(re.split(r"[\[<>=; ]", line)[0]) for line in lines if line[:1].isalpha()}

    assert names - pins(lock).keys() == set()


def test_no_committed_file_names_a_private_host_or_a_machine_path() -> None:
    found = [
        f"{named(path)}: {phrase}"
        for path in committed()
        if path.suffix not in {".png", ".jpg", ".gz", ".pdf", ".ico", ".woff2"}
        for phrase in FORBIDDEN
        if phrase in path.read_text(encoding="utf-8", errors="replace")
    ]

    assert [line for line in found if not line.startswith(".gitignore")] == []


def pins(lock: str) -> dict[str, str]:
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    return {_plain(match["name"]): match["version"] for line in lines if (match := _PIN.match(line))}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name.partition("[")[0]).lower()
