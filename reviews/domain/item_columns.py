"""The items of a frame by columns: a busy day holds a million, and as objects they would take thrice the memory."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import overload

from reviews.domain.sampling import Item


class ItemColumns(Sequence[Item]):
    """A sequence of items that grows at its end; each is put together when it is asked for.

    Ids stand one behind the other; strata and reviewers, of which there are a few hundred, are numbers into a list.
    """

    def __init__(self, items: Iterable[Item] = ()) -> None:
        self._ids = bytearray()
        self._ends = array("Q", [0])
        self._names: list[str] = []
        self._numbers: dict[str, int] = {}
        self._strata = array("L")
        self._reviewers = array("L")
        for item in items:
            self.append(item)

    def append(self, item: Item) -> None:
        self._ids += item.id.encode()
        self._ends.append(len(self._ids))
        self._strata.append(self._number(item.stratum))
        self._reviewers.append(self._number(item.reviewer))

    def _number(self, name: str) -> int:
        number = self._numbers.setdefault(name, len(self._names))
        if number == len(self._names):
            self._names.append(name)
        return number

    def __len__(self) -> int:
        return len(self._strata)

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Item]: ...
    def __getitem__(self, index: int | slice) -> Item | Sequence[Item]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        index = index + len(self) if -len(self) <= index < 0 else index
        stratum, reviewer = self._strata[index], self._reviewers[index]
        pk = self._ids[self._ends[index] : self._ends[index + 1]].decode()
        return Item(pk, self._names[stratum], self._names[reviewer])

    def __iter__(self) -> Iterator[Item]:
        ids, names, start = memoryview(self._ids), self._names, 0
        with ids:
            for end, stratum, reviewer in zip(
                islice(self._ends, 1, None), self._strata, self._reviewers, strict=True
            ):
                yield Item(str(ids[start:end], "utf-8"), names[stratum], names[reviewer])
                start = end
