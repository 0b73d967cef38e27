"""Where the nodes and edges of a diagram stand: in layers from left to right, circles cut open where they close."""

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.domain.data_flows import Flow

WIDTH, HEIGHT = 172, 62
GAP_X, GAP_Y = 84, 30
MARGIN = 16


@dataclass(frozen=True)
class Box:
    key: str
    x: int
    y: int


@dataclass(frozen=True)
class Line:
    """An edge as a path, with the place of its number."""

    key: str
    path: str
    x: int
    y: int


@dataclass(frozen=True)
class Drawing:
    width: int
    height: int
    boxes: list[Box]
    lines: list[Line]


def layers(flow: Flow) -> dict[str, int]:
    """The layer of each node: behind all that lead to it, but for edges that close a circle."""
    out: dict[str, list[str]] = {node.key: [] for node in flow.nodes}
    for edge in flow.edges:
        out[edge.source].append(edge.target)
    state: dict[str, int] = {}
    order: list[str] = []
    back: set[tuple[str, str]] = set()
    for root in out:
        if root in state:
            continue
        state[root] = 1
        stack = [(root, iter(out[root]))]
        while stack:
            here, targets = stack[-1]
            for target in targets:
                if state.get(target) == 1:
                    back.add((here, target))
                elif target not in state:
                    state[target] = 1
                    stack.append((target, iter(out[target])))
                    break
            else:
                state[here] = 2
                order.append(here)
                stack.pop()
    found = dict.fromkeys(out, 0)
    for here in reversed(order):
        for target in out[here]:
            if (here, target) not in back:
                found[target] = max(found[target], found[here] + 1)
    return found


def draw(flow: Flow) -> Drawing:
    """The drawing of a flow; the same flow is always drawn the same way."""
    layer = layers(flow)
    rows: dict[int, list[str]] = {}
    for node in flow.nodes:
        rows.setdefault(layer[node.key], []).append(node.key)
    _untangle(rows, flow)
    tallest = max((len(keys) for keys in rows.values()), default=0)
    height = max(2 * MARGIN + tallest * (HEIGHT + GAP_Y) - GAP_Y, 2 * MARGIN + HEIGHT)
    places: dict[str, Box] = {}
    for number, keys in rows.items():
        used = len(keys) * (HEIGHT + GAP_Y) - GAP_Y
        top = (height - used) // 2
        for index, key in enumerate(keys):
            x = MARGIN + number * (WIDTH + GAP_X)
            places[key] = Box(key, x, top + index * (HEIGHT + GAP_Y))
    lines = [
        _line(edge.key, places[edge.source], places[edge.target], index)
        for index, edge in enumerate(flow.edges)
    ]
    # What leads back runs below everything.
    below = 46 if any(places[edge.source].x >= places[edge.target].x for edge in flow.edges) else 0
    columns = max(rows, default=0) + 1
    width = 2 * MARGIN + columns * (WIDTH + GAP_X) - GAP_X
    return Drawing(width, height + below, [places[node.key] for node in flow.nodes], lines)


def _untangle(rows: Mapping[int, list[str]], flow: Flow) -> None:
    """Put each node beside the mean of those that lead to it."""
    into: dict[str, list[str]] = {}
    for edge in flow.edges:
        into.setdefault(edge.target, []).append(edge.source)
    place: dict[str, float] = {}
    for number in sorted(rows):
        keys = rows[number]

        def mean(key: str) -> float:
            above = [place[one] for one in into.get(key, []) if one in place]
            return sum(above) / len(above) if above else 0.0

        keys.sort(key=mean)
        for index, key in enumerate(keys):
            place[key] = index - len(keys) / 2


def _line(key: str, begin: Box, end: Box, index: int) -> Line:
    y1, y2 = begin.y + HEIGHT // 2, end.y + HEIGHT // 2
    if begin.x < end.x:
        x1, x2 = begin.x + WIDTH, end.x
        half = min((x2 - x1) // 2, GAP_X // 2)
        if x2 - x1 > GAP_X and abs(y1 - y2) < HEIGHT:
            # Over what stands between them.
            over = min(begin.y, end.y) - GAP_Y // 2 + 2
            path = f"M{x1} {y1}C{x1 + half} {y1} {x1 + half // 2} {over} {x1 + GAP_X} {over}L{x2 - GAP_X} {over}C{x2 - half // 2} {over} {x2 - half} {y2} {x2} {y2}"
            return Line(key, path, (x1 + x2) // 2, over)
        path = f"M{x1} {y1}C{x1 + half} {y1} {x2 - half} {y2} {x2} {y2}"
        return Line(key, path, (x1 + x2) // 2, (y1 + y2) // 2)
    x1, x2 = begin.x + WIDTH // 2, end.x + WIDTH // 2 + 12
    low = max(begin.y, end.y) + HEIGHT + 26 + index % 3 * 6
    path = f"M{x1} {begin.y + HEIGHT}C{x1} {low} {x2} {low} {x2} {end.y + HEIGHT}"
    return Line(key, path, (x1 + x2) // 2, low - 8)
