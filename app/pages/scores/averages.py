"""Each model's mean over all that it was scored on."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import polars as pl
from dash import html
from dash.development.base_component import Component

from app.pages.scores.nothing import nothing
from components import certainty, ids, links, notices, tables
from components.figures.bars import known
from components.page import View
from components.tables import Column
from components.text import name, say
from components.theme import number
from data.queries import scores

Row = Mapping[str, Any]
MEANS = ("macro", "weighted")


def frame(view: View) -> pl.DataFrame:
    return over_what(scores.averages(view.snapshot, view.state), view.locale)


AVERAGES = (
    Column("model", width=160, flex=3),
    Column("metric", width=124, flex=1),
    Column("macro", "number", width=118),
    Column("macro_interval", width=138),
    Column("weighted", "number", width=138),
    Column("weighted_interval", width=146),
    Column("over_what", width=154, flex=1),
    Column("n", "integer", width=70),
    Column("logged", "number", width=100),
)
OPTIONAL = ("macro_interval", "weighted", "weighted_interval", "n", "logged")
"""Columns that are only there where they say something."""


def draw(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return nothing(view)
    hrefs = {"model": lambda row: links.keeping("/baseline", view.state.edit(baseline=row["model"]))}
    shown = [c for c in AVERAGES if c.field not in OPTIONAL or df[c.field].is_not_null().any()]
    down = lambda row: bool(row["direction"] < 0)
    tips = {**averaged(view), "metric": lambda row: certainty.way(row["metric"], view.locale, down=down(row))}
    notes = {"metric": tables.downwards(down)}
    table = tables.grid(ids.grid("scores", "averages"), df, shown, view, hrefs, notes, tips=tips)
    return html.Div([table, notices.remark(say(view.locale, "scores", "averaged"))])


def averaged(view: View) -> tables.Of:
    """What is said on hover of both means, and of the score that the log has itself."""
    means = {mean: partial(_told, mean, view.locale) for mean in MEANS}
    return {**means, "logged": _logged}


def _told(mean: str, locale: str, row: Row) -> str | None:
    if row[mean] is None:
        return None
    about = {
        "low": row[f"{mean}_low"],
        "high": row[f"{mean}_high"],
        "level": row["level"],
        "method": name(locale, "interval", row["interval"]) if row["interval"] else None,
        "n": row["n"],
        "left_out": row["over_what"],
    }
    return f"{name(locale, 'columns', mean)} {number(row[mean])}{known(about)}"


def _logged(row: Row) -> str | None:
    return None if row["stderr"] is None else f"{number(row['logged'])} ± {number(row['stderr'])}"


def over_what(df: pl.DataFrame, locale: str) -> pl.DataFrame:
    """With what each average is over, and its interval, as people write them."""
    what = [say(locale, "over", r["over"], n=r["categories"], of=r["of"]) for r in df.iter_rows(named=True)]
    return df.with_columns(pl.Series("over_what", what, pl.String), *(_spans(df, mean) for mean in MEANS))


def _spans(df: pl.DataFrame, mean: str) -> pl.Series:
    ends = df.select(f"{mean}_low", f"{mean}_high").rows()
    return pl.Series(f"{mean}_interval", [span(*both) for both in ends], pl.String)


def span(low: float | None, high: float | None) -> str | None:
    """
    >>> span(0.5, 0.75), span(-0.1, 0.75), span(None, None)
    ('0.500–0.750', '−0.100 to 0.750', None)
    """
    if low is None or high is None:
        return None
    return f"{number(low)} to {number(high)}" if low < 0 else f"{number(low)}–{number(high)}"
