import gc
import io
import json
import zipfile

import pytest

from audit.domain import bundle_layout
from audit.domain.bundle_layout import Stretch, Writer
from tests.audit.verifier import evidence

FILES = evidence.parts()


class OneWay(io.RawIOBase):
    """A socket: it takes bytes and cannot go back."""

    def __init__(self) -> None:
        self.taken = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        self.taken += data
        return len(data)


def test_m8_the_same_evidence_gives_the_same_bytes():
    socket = OneWay()
    with Writer(socket) as writer:
        for name, data in FILES.items():
            writer.add(name, (data[at : at + 7] for at in range(0, len(data), 7)))
        writer.finish(evidence.stretch(41, 60))

    assert bytes(socket.taken) == evidence.bundle() == evidence.bundle()


def test_m8_a_bundle_holds_its_files_in_order_without_times():
    with zipfile.ZipFile(io.BytesIO(evidence.bundle())) as archive:
        infos = archive.infolist()
        assert archive.testzip() is None
        assert [info.filename for info in infos] == [
            name for name in bundle_layout.ORDER if name in {*FILES, "manifest.json"}
        ]
        assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}
        assert {info.external_attr >> 16 for info in infos} == {0o100644}


def test_the_manifest_names_every_file_with_its_size_and_hash():
    files = evidence.unzipped(evidence.bundle())
    manifest = json.loads(files.pop("manifest.json"))

    assert manifest["files"] == {name: evidence.fact(data) for name, data in files.items()}
    assert (manifest["first_index"], manifest["end_index"], manifest["tree_size"]) == (41, 60, 100)
    assert manifest["root"] == evidence.base64(evidence.CHECKPOINT.root)


@pytest.mark.parametrize(
    ("_case", "names"),
    [
        ("a file no bundle has", ["notes.txt"]),
        ("a file twice", ["policy", "policy"]),
        ("a file out of order", ["policy", "checkpoint"]),
    ],
)
def test_a_file_that_does_not_belong_is_refused(_case, names):
    writer = Writer(io.BytesIO())
    for name in names[:-1]:
        writer.add(name, [b"x"])

    with pytest.raises(ValueError, match="does not belong"):
        writer.add(names[-1], [b"x"])


def test_a_bundle_is_not_finished_while_a_file_is_missing():
    writer = Writer(io.BytesIO())
    writer.add("checkpoint", [evidence.SIGNED])

    with pytest.raises(ValueError, match=r"misses entries.jsonl, policy, range-proof.json"):
        writer.finish(evidence.stretch(41, 60))


def failing():
    yield b"half of it"
    raise OSError("the database went away")


def export(out: io.BytesIO) -> None:
    with Writer(out) as writer:
        writer.add("checkpoint", [evidence.SIGNED])
        writer.add("entries.jsonl", failing())


def test_a_bundle_that_failed_half_way_is_no_zip():
    out = io.BytesIO()

    with pytest.raises(OSError, match="went away"):
        export(out)
    gc.collect()

    assert out.getvalue()
    assert not zipfile.is_zipfile(io.BytesIO(out.getvalue()))


@pytest.mark.parametrize(
    ("_case", "values"),
    [
        ("an end before the beginning", {"first_index": 61}),
        ("an end beyond the tree", {"end_index": 101}),
        ("a beginning below zero", {"first_index": -1}),
        ("a tree that is too large", {"tree_size": 2**63 + 1}),
        ("no log", {"origin": ""}),
        ("half a root", {"root": bytes(16)}),
    ],
)
def test_a_stretch_is_inside_a_tree(_case, values):
    good = {"origin": "a", "first_index": 41, "end_index": 60, "tree_size": 100, "root": bytes(32)}

    assert Stretch(**good).end_index == 60
    with pytest.raises(ValueError, match="no stretch"):
        Stretch(**good | values)


def test_a_salt_has_thirty_two_bytes():
    with pytest.raises(ValueError, match="salt"):
        bundle_layout.disclosed_line(uid="u", field="f", salt=b"x", value="v")
