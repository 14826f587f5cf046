"""Each candidate in one row: its mean difference, and how often it won."""

from __future__ import annotations

import polars as pl
from dash import html
from dash.development.base_component import Component

from app.pages.baseline.nothing import nothing
from components import evidence, ids, links, notices, tables
from components.page import View
from components.tables import Column
from components.text import counted, say
from data.queries import baseline


def frame(view: View) -> pl.DataFrame:
    df = baseline.summary(view.snapshot, view.state)
    words = [say(view.locale, "words", "higher" if d > 0 else "lower") for d in df["direction"]]
    return df.with_columns(pl.Series("direction_word", words, pl.String), evidence.of_means(df, view))


SUMMARY = (
    Column("candidate", width=170, flex=2),
    Column("metric", width=110, flex=1),
    Column("mean_delta", "delta", width=92, tip="how"),
    Column("mean_low", "interval", to="mean_high", name="mean_interval", width=158, tip="how"),
    Column("paired_mean", "delta", width=122, tip="how"),
    Column("paired_mean_low", "interval", to="paired_mean_high", name="mean_interval", width=158, tip="how"),
    Column("paired_over", "integer", width=72, tip="how"),
    Column("win", "integer", width=66),
    Column("lose", "integer", width=68),
    Column("tie", "integer", width=66),
    Column("median_delta", "delta", width=104, tip="how"),
    Column("common", "integer", width=104),
    Column("total", "integer", width=84),
    Column("coverage", "percent", width=96),
    Column("direction_word", width=96),
)
OF_PAIRS = ("paired_mean", "paired_mean_low", "paired_over")
"""Columns that say the same as others where every difference is of pairs alone and has an interval."""


def draw(df: pl.DataFrame, view: View) -> Component:
    if df.is_empty():
        return nothing(view)
    partly = of_some(df)
    return html.Div(
        [
            _against(df, view),
            _grid(df, view, partly),
            notices.remark(say(view.locale, "baseline", "summary_over")),
            *(_as_logged(df, view) if partly else ()),
            *_unconfirmed(df, view),
        ]
    )


def _against(df: pl.DataFrame, view: View) -> Component:
    """The baseline, and with one candidate the way to see it from the other side."""
    said = html.Span(say(view.locale, "baseline", "against", baseline=df["baseline"][0]))
    return html.P([said, *([swap(df, view)] if df["candidate"].n_unique() == 1 else [])], className="against")


def _grid(df: pl.DataFrame, view: View, partly: bool) -> Component:
    idle = (*(() if partly else OF_PAIRS), *(("mean_low",) if df["mean_low"].is_null().all() else ()))
    shown = [c for c in SUMMARY if c.field not in idle]
    hrefs = {"candidate": lambda r: links.to("/baseline", view.state.edit(candidates=[r["candidate"]]))}
    return tables.grid(ids.grid("baseline", "summary"), df, shown, view, hrefs, height=tables.SHORT)


def of_some(df: pl.DataFrame) -> bool:
    """Whether a mean of the summary is another one over the pairs: of other samples, or of fewer categories."""
    return not df.filter(pl.col("paired_mean").is_not_null() & pl.col("mean_low").is_null()).is_empty()


def _as_logged(df: pl.DataFrame, view: View) -> list[Component]:
    """What the summary goes by, where the verdicts go by something else, and what it leaves out."""
    counts = {
        "summary_parted": int(df["parted"].sum()),
        "summary_without": int((df["common"] - df["paired_over"]).sum()),
    }
    told = [counted(view.locale, "baseline", key, n) for key, n in counts.items() if n]
    return [notices.remark(" ".join([say(view.locale, "baseline", "summary_logged"), *told]))]


def _unconfirmed(df: pl.DataFrame, view: View) -> list[Component]:
    n = int(df["unconfirmed"].sum())
    return [notices.remark(counted(view.locale, "baseline", "unconfirmed", n))] if n else []


def swap(df: pl.DataFrame, view: View) -> Component:
    """Baseline and candidate in each other's place: one more link."""
    state = view.state.edit(baseline=df["candidate"][0], candidates=[df["baseline"][0]])
    return html.A(
        say(view.locale, "baseline", "swap"), href=links.to("/baseline", state), className="inside swap"
    )
