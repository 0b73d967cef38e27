"""A frame that is kept: what was packed comes out again, and what was not is noticed."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.domain import fixed_frames, sampling
from reviews.domain.fixed_frames import NoFrame
from reviews.domain.sampling import Item

NAMES = st.text(st.characters(exclude_characters="\x1f\n", exclude_categories=["Cs"]), max_size=8)


@given(st.dictionaries(NAMES, st.tuples(NAMES, NAMES), max_size=30))
def test_a_frame_comes_out_as_it_was_packed(rows):
    frame = [Item(pk, stratum, reviewer) for pk, (stratum, reviewer) in rows.items()]

    packed, frame_hash = fixed_frames.pack(frame)

    assert list(fixed_frames.unpack(packed)) == sorted(frame, key=lambda item: item.id)
    assert frame_hash == fixed_frames.hash_of(packed) == sampling.frame_hash(frame)


def test_a_large_frame_is_read_in_parts():
    frame = [Item(f"{number:036}", f"s{number % 5}", f"r{number % 40}") for number in range(60_000)]
    packed, _ = fixed_frames.pack(frame)

    read = list(fixed_frames.unpack(packed))

    assert read == frame
    # A name of which there are thousands is kept once.
    assert len({id(item.stratum) for item in read}) == 5


DAMAGED = [
    ("_case nothing", b""),
    ("_case no packing", b"id\x1fstratum\x1freviewer\n"),
    ("_case cut off", fixed_frames.pack([Item("a", "s"), Item("b", "s")])[0][:-6]),
    ("_case half a line", zlib.compress(b"id\x1fstratum\x1freviewer")),
    ("_case two parts", zlib.compress(b"id\x1fstratum\n")),
]


@pytest.mark.parametrize(("_case", "packed"), DAMAGED, ids=[row[0] for row in DAMAGED])
def test_what_is_no_frame_is_refused(_case, packed):
    with pytest.raises(NoFrame):
        list(fixed_frames.unpack(packed))
