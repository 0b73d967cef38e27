"""One schema with every type of field, and Hypothesis strategies for trees and facts over it."""

from decimal import Decimal

from hypothesis import strategies as st

from reviews.domain.conditions import Field, schema_of

COUNTRIES = ("DE", "FR", "PH", "JP")
CLASSES = ("health", "minors", "financial", "credentials")

SCHEMA = schema_of(
    [
        Field("amount", "amount", "money", unit="EUR"),
        Field("confidence", "confidence", "number"),
        Field("supplier_age", "supplier’s age", "days"),
        Field("subject_total", "the subject’s total", "money", unit="EUR", cumulative=True),
        Field("subject_count", "the subject’s invoices", "number", cumulative=True),
        Field("subject", "subject line", "text"),
        Field("country", "country", "choice", choices=COUNTRIES),
        Field("new_supplier", "new supplier", "boolean"),
        Field("data_classes", "data classes", "set", choices=CLASSES),
        Field("variance", "variance", "variance", unit="EUR"),
        Field("discount", "discount", "number", unit="%", optional=True),
        Field("vulnerable", "vulnerable customer", "boolean", optional=True),
    ]
)
WINDOWS = (1, 24, 2160)

cents = st.decimals(min_value=-10_000, max_value=10_000, places=2)
near = st.sampled_from(
    [Decimal("0"), Decimal("4999.99"), Decimal("5000"), Decimal("5000.00"), Decimal("0.9")]
)
figures = st.one_of(cents, near)
orderings = st.sampled_from([">=", ">", "<=", "<", "==", "!="])
words = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=8).filter(
        str.strip
    ),
    st.sampled_from(
        ["legal", "LEGAL", "Straße", "STRASSE", 'a "quote"', "back\\slash", "line\nbreak", "訴訟"]
    ),
)


def _leaf(name, op, value, **more):
    return st.fixed_dictionaries({"field": st.just(name), "op": op, "value": value, **more})


numbers = figures.map(lambda value: format(value, "f"))
hours = st.sampled_from(WINDOWS)
some_countries = st.lists(st.sampled_from(COUNTRIES), min_size=1, unique=True)
some_classes = st.lists(st.sampled_from(CLASSES), min_size=1, unique=True)
limits = st.decimals(min_value=0, max_value=500, places=1).map(str)

leaf_trees = st.one_of(
    _leaf("amount", orderings, numbers),
    _leaf("confidence", orderings, numbers),
    _leaf("discount", orderings, numbers),
    _leaf("supplier_age", orderings, st.integers(0, 400).map(str)),
    _leaf("subject_total", orderings, numbers, window_hours=hours),
    _leaf("subject_count", orderings, numbers, window_hours=hours),
    _leaf("subject", st.sampled_from(["==", "!=", "contains"]), words),
    _leaf("subject", st.just("in"), st.lists(words, min_size=1, max_size=3, unique=True)),
    _leaf("country", st.sampled_from(["==", "!="]), st.sampled_from(COUNTRIES)),
    _leaf("country", st.sampled_from(["in", "not_in"]), some_countries),
    _leaf("new_supplier", st.just("is"), st.booleans()),
    _leaf("vulnerable", st.just("is"), st.booleans()),
    _leaf("data_classes", st.sampled_from(["has_any", "has_all", "has_none"]), some_classes),
    _leaf(
        "variance", st.just("outside_band"), st.fixed_dictionaries({"percent": limits, "absolute": limits})
    ),
)
trees = st.recursive(
    leaf_trees,
    lambda inner: st.one_of(
        st.fixed_dictionaries({"all": st.lists(inner, min_size=1, max_size=4)}),
        st.fixed_dictionaries({"any": st.lists(inner, min_size=1, max_size=4)}),
        st.fixed_dictionaries({"not": inner}),
    ),
    max_leaves=8,
)

complete_facts = {
    "amount": figures,
    "confidence": figures,
    "supplier_age": st.integers(0, 400),
    "subject_total": st.fixed_dictionaries(dict.fromkeys(WINDOWS, figures)),
    "subject_count": st.fixed_dictionaries(dict.fromkeys(WINDOWS, figures)),
    "subject": st.one_of(words, st.text(st.characters(exclude_categories=["Cs"]), max_size=12)),
    "country": st.sampled_from(COUNTRIES),
    "new_supplier": st.booleans(),
    "data_classes": st.frozensets(st.sampled_from([*CLASSES, "unlisted"])),
    "variance": st.fixed_dictionaries({"percent": cents.map(abs), "absolute": cents.map(abs)}),
    "discount": figures,
    "vulnerable": st.booleans(),
}
all_known = st.fixed_dictionaries(complete_facts)
some_known = st.fixed_dictionaries({}, optional=complete_facts)
anything = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=5),
        st.decimals(),
        st.binary(max_size=3),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)
wild_facts = st.one_of(some_known, st.dictionaries(st.sampled_from(list(SCHEMA)), anything))
