"""A statistic against the strength of a perturbation: what was measured as solid lines, what was predicted as dashed."""

from __future__ import annotations

from typing import Any

import polars as pl

from components import theme
from components.figures.names import plain
from components.figures.pairs import BELOW, Looks, key
from components.theme import number, signed

HEIGHT = 430
DASHES = ("dash", "dot", "dashdot", "longdash")
"""One a predictor."""


def sweep(df: pl.DataFrame, look: Looks, mode: str, words: dict[str, str]) -> dict[str, Any]:
    """From one chart's rows of magnet.sweeps.SWEEPS: a colour a model, a dash and a symbol a predictor. A mark's
    customdata is (run_id,)."""
    color = look.color
    dash = {name: DASHES[i % len(DASHES)] for i, name in enumerate(look.symbol)}
    suites = df["suite"].n_unique() > 1
    traces: list[dict[str, Any]] = []
    named: set[str] = set()
    for (model, suite, source, who), part in df.group_by(
        "model", "suite", "source", "predictor", maintain_order=True
    ):
        name = " · ".join(plain(n) for n in (model, suite if suites else None) if n)
        if source == "actual":
            drawn = _measured(part, color[str(model)], words)
        else:
            drawn = [_predicted(part, color[str(model)], dash[who], look.symbol[who], words)]
        traces += [t | {"name": name, "legendgroup": name, "showlegend": False} for t in drawn]
        traces[-len(drawn)]["showlegend"] = name not in named
        named.add(name)
    return {"data": [*traces, *_keys(df, dash, look, mode, words)], "layout": _layout(df, mode, words)}


def _measured(part: pl.DataFrame, color: str, words: dict[str, str]) -> list[dict[str, Any]]:
    bars = {"type": "data", "array": part["stderr"].fill_null(0).to_list(), "thickness": 1, "width": 0}
    drawn = _trace(part, words) | {
        "line": {"color": color, "width": 2},
        "marker": {"size": 8, "color": color},
        "error_y": bars,
    }
    before = part.filter(_has_before())
    if before.is_empty():
        return [drawn]
    # What the same instances came to before, at the strength that changed them: the drop is the way down from here.
    was = _trace(before, words) | {
        "mode": "markers",
        "y": before["original"].to_list(),
        "marker": BEFORE | {"color": color, "line": {"width": 2, "color": color}},
    }
    return [drawn, was]


BEFORE = {"symbol": "line-ew-open", "size": 11}


def _has_before() -> pl.Expr:
    return (pl.col("source") == "actual") & pl.col("original").is_not_null() & (pl.col("strength") > 0)


def _predicted(
    part: pl.DataFrame, color: str, dash: str, symbol: str, words: dict[str, str]
) -> dict[str, Any]:
    marker = {"symbol": _hollow(symbol), "size": 8, "color": color}
    return _trace(part, words) | {"marker": marker, "line": {"color": color, "width": 2, "dash": dash}}


def _hollow(symbol: str) -> str:
    return f"{symbol.removesuffix('-open')}-open"


def _keys(
    df: pl.DataFrame, dash: dict[str | None, str], look: Looks, mode: str, words: dict[str, str]
) -> list[dict[str, Any]]:
    """What dashes and symbols mean, once for all models."""
    faint = theme.colors(mode).faint
    here = df.filter(pl.col("source") == "predicted")["predictor"].unique().sort()
    lines = [
        key(
            f"{words['predicted']} ({who})" if who else words["predicted"],
            {"symbol": _hollow(look.symbol[who])},
            mode,
            "lines+markers",
            line={"color": faint, "width": 2, "dash": dash[who]},
        )
        for who in here
    ]
    if df.filter(_has_before()).is_empty():
        return lines
    return [*lines, key(words["original"], BEFORE | {"line": {"width": 2, "color": faint}}, mode)]


def _trace(part: pl.DataFrame, words: dict[str, str]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": part["strength"].to_list(),
        "y": part["value"].to_list(),
        "customdata": part.select("run_id").rows(),
        "text": [_tip(row, words) for row in part.iter_rows(named=True)],
        "hovertemplate": "%{text}<extra></extra>",
    }


def _tip(row: dict[str, Any], words: dict[str, str]) -> str:
    lines = [
        f"<b>{plain(row['model'])}</b>",
        f"{plain(row['parameter'])} {number(row['strength'])}: {words[row['source']]} <b>{number(row['value'])}</b>",
    ]
    if row["source"] == "predicted":
        who = plain(row["predictor"] or "")
        several = f"{words['mean_of']} {row['predictions']}" if (row["predictions"] or 0) > 1 else ""
        lines.append(" · ".join(filter(None, (who, several))))
    elif row["n"] is not None:
        lines.append(f"n {row['n']:,}" + (f" ± {number(row['stderr'])}" if row["stderr"] is not None else ""))
    if row["original_of"] is not None:
        lines.append(f"{words['original_of']} {number(row['original_of'])}")
    elif row["original"] is not None:
        lines.append(
            f"{words['original']} {number(row['original'])}, {words['change']} {signed(row['change'])}"
        )
    return "<br>".join(filter(None, lines))


def _layout(df: pl.DataFrame, mode: str, words: dict[str, str]) -> dict[str, Any]:
    parameters = " / ".join(df["parameter"].unique().sort())
    high = float(df["strength"].max() or 1)  # type: ignore[arg-type]
    return theme.layout(
        mode,
        hovermode="closest",
        showlegend=True,
        legend=BELOW,
        xaxis={
            "title": {"text": plain(f"{words['strength']} ({parameters})")},
            "range": [-high * 0.04, high * 1.04],
            "zeroline": False,
        },
        yaxis={"title": {"text": plain(df["name"][0])}},
    )
