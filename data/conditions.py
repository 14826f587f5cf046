"""What a reader asks of a table's columns in its headers: model contains gpt, value at least 0.5.

A condition is spelt panel.column.operator:value in a link. The operators are those of AG Grid's headers.

>>> Condition.parse("table.gpt-4.1.greaterThan:0.5")
Condition(panel='table', column='gpt-4.1', operator='greaterThan', value='0.5')
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import polars as pl

Test = Callable[[pl.Expr, str], pl.Expr]

TEXT: Mapping[str, Test] = {
    "contains": lambda text, value: text.str.contains(value, literal=True),
    "notContains": lambda text, value: ~text.str.contains(value, literal=True),
    "equals": lambda text, value: text == value,
    "notEqual": lambda text, value: text != value,
    "startsWith": lambda text, value: text.str.starts_with(value),
    "endsWith": lambda text, value: text.str.ends_with(value),
    "blank": lambda text, _: text.str.strip_chars() == "",
    "notBlank": lambda text, _: text.str.strip_chars() != "",
}
"""On lower-case text; nothing is as good as the empty text, as in the browser."""
NUMBER: Mapping[str, Test] = {
    "equals": lambda x, value: x == float(value),
    "notEqual": lambda x, value: x != float(value),
    "greaterThan": lambda x, value: x > float(value),
    "greaterThanOrEqual": lambda x, value: x >= float(value),
    "lessThan": lambda x, value: x < float(value),
    "lessThanOrEqual": lambda x, value: x <= float(value),
    "inRange": lambda x, value: _between(x, *map(float, value.split(";"))),
    "blank": lambda x, _: x.is_null(),
    "notBlank": lambda x, _: x.is_not_null(),
}
SPELT = re.compile(rf"([a-z_]+)\.(.+?)\.({'|'.join({**TEXT, **NUMBER})}):(.*)", re.DOTALL)


class Condition(NamedTuple):
    panel: str
    column: str
    operator: str
    value: str
    """As the header has it; the two ends of a range with a semicolon between."""

    @classmethod
    def parse(cls, text: str) -> Condition | None:
        found = SPELT.fullmatch(text)
        return cls(*found.groups()) if found else None

    def spelt(self) -> str:
        return f"{self.panel}.{self.column}.{self.operator}:{self.value}"

    def holds(self, kind: pl.DataType) -> pl.Expr | None:
        """Which rows of a table whose column is of this kind; None where the question makes no sense of it."""
        if kind.is_numeric():
            return NUMBER[self.operator](pl.col(self.column), self.value) if self._is_number() else None
        if self.operator not in TEXT:
            return None
        return TEXT[self.operator](_text(self.column, kind).str.to_lowercase(), self.value.lower())

    def _is_number(self) -> bool:
        values = self.value.split(";") if self.operator == "inRange" else [self.value]
        if self.operator in ("blank", "notBlank"):
            return True
        return self.operator in NUMBER and len(values) in (1, 2) and all(map(_finite, values))


def kept(df: pl.DataFrame, conditions: Iterable[Condition]) -> pl.DataFrame:
    """The rows for which all hold. Conditions on columns that the table has not got are somebody else's."""
    tests = [c.holds(df.schema[c.column]) for c in conditions if c.column in df.columns]
    return df.filter(*(t for t in tests if t is not None))


def arranged(
    df: pl.DataFrame, conditions: Iterable[Condition], sorting: Mapping[str, tuple[str, int]]
) -> pl.DataFrame:
    """The rows for which all hold, sorted by columns as `ViewState.sorting` has them; what is absent stands at the end."""
    found = kept(df, conditions)
    by = [(c, order == "desc") for c, (order, _) in sorting.items() if c in df.columns]
    if not by:
        return found
    return found.sort([c for c, _ in by], descending=[d for _, d in by], nulls_last=True, maintain_order=True)


def as_text(column: str, kind: pl.DataType) -> pl.Expr | None:
    """A time or a list as tables show it; None where a value of this kind is shown as it is."""
    if isinstance(kind, pl.Datetime):
        return pl.col(column).dt.strftime("%Y-%m-%d %H:%M")
    return pl.col(column).list.join(", ") if isinstance(kind, pl.List) else None


def _text(column: str, kind: pl.DataType) -> pl.Expr:
    text = as_text(column, kind)
    return (pl.col(column).cast(pl.String) if text is None else text).fill_null("")


def _between(x: pl.Expr, low: float, high: float = math.inf) -> pl.Expr:
    """Without its ends, as the header's own filter has it."""
    return (x > low) & (x < high)


def _finite(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
