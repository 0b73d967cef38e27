"""The eyes that look for tells see what is there, and nothing else."""

from random import Random

from tests.reviews import telling_apart


def test_area_counts_pairs_with_ties_halved() -> None:
    assert telling_apart.area([3, 4], [1, 2]).value == 1.0
    assert telling_apart.area([1, 2], [3, 4]).value == 0.0
    assert telling_apart.area([1, 1], [1, 1]).value == 0.5
    assert telling_apart.area([1, 3], [2]).value == 0.5
    assert telling_apart.area([2], [1, 2, 3]).is_chance


def test_chance_is_found_in_noise_and_a_tell_in_what_leaks() -> None:
    dice = Random(2)
    marked = [dice.random() < 0.2 for _ in range(1_000)]
    noise = [{"one": dice.random(), "two": dice.gauss(0, 1), "same": 1.0} for _ in marked]
    leak = [{**row, "two": row["two"] + 0.6 * kind} for row, kind in zip(noise, marked, strict=True)]

    assert telling_apart.together(noise, marked).is_chance
    found = telling_apart.together(leak, marked)
    assert not found.is_chance
    assert 0.55 < found.low < found.value < found.high < 0.8
