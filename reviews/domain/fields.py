"""What rules may ask about: the typed fields of a process and the comparisons each type allows."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

ORDERINGS = (">=", ">", "<=", "<", "==", "!=")
OPS: dict[str, tuple[str, ...]] = {
    "number": ORDERINGS,
    "money": ORDERINGS,
    "days": ORDERINGS,
    "text": ("==", "!=", "contains", "in"),
    "choice": ("==", "!=", "in", "not_in"),
    "boolean": ("is",),
    "set": ("has_any", "has_all", "has_none"),
    "variance": ("outside_band",),
}
NUMERIC = frozenset({"number", "money", "days"})
LISTS = frozenset({"in", "not_in", "has_any", "has_all", "has_none"})

_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}", re.ASCII)
# Words that the CEL rendering could not use as the name of a variable.
_RESERVED = frozenset(
    [
        "as",
        "break",
        "const",
        "continue",
        "else",
        "false",
        "for",
        "function",
        "if",
        "import",
        "in",
        "let",
        "loop",
        "namespace",
        "null",
        "package",
        "return",
        "true",
        "var",
        "void",
        "while",
        "bool",
        "bytes",
        "double",
        "dyn",
        "int",
        "list",
        "map",
        "string",
        "timestamp",
        "duration",
        "type",
        "uint",
        "size",
        "has",
        "all",
        "exists",
        "exists_one",
        "filter",
        "matches",
    ]
)


@dataclass(frozen=True, slots=True)
class Field:
    """One fact that rules may ask about.

    `label` is written as in the middle of a sentence ("amount", "the subject's total", "OCR score"); `unit`
    is the currency of money and variances, or the unit of a number; a `cumulative` field is looked up by its
    window; a choice that lists `choices` knows no others. `optional` means that the fact may be missing
    without making a rule unanswerable.
    """

    name: str
    label: str
    type: str
    unit: str = ""
    choices: tuple[str, ...] = ()
    optional: bool = False
    cumulative: bool = False

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or self.name in _RESERVED:
            raise ValueError(f"“{self.name}” cannot be the name of a field.")
        if self.type not in OPS:
            raise ValueError(f"“{self.type}” is no type of field.")
        if self.cumulative and self.type not in {"number", "money"}:
            raise ValueError("Only numbers and money can be cumulative.")


Schema = Mapping[str, Field]


def schema_of(fields: Iterable[Field]) -> dict[str, Field]:
    """The fields by name; a name given twice is a programming error."""
    schema: dict[str, Field] = {}
    for field in fields:
        if field.name in schema:
            raise ValueError(f"The field “{field.name}” is given twice.")
        schema[field.name] = field
    return schema
