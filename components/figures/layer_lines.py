"""A statistic across the layers as lines: of chosen tokens, and of right and wrong answers."""

from __future__ import annotations

from typing import Any

import polars as pl

from components import theme
from components.figures.names import plain
from components.figures.tokens import TICKS, cut, visible
from components.theme import number

DASHES = ("solid", "dot")
"""Of the first and the second trajectory."""
MEANS = ("dash", "dashdot")
LONGEST = 12


def layer_lines(df: pl.DataFrame, mode: str, words: dict[str, str]) -> dict[str, Any]:
    """A line a trajectory and position, and one for the mean over all positions. A position has one colour in both
    trajectories, which differ by their dashes."""
    names = df["trajectory_id"].unique(maintain_order=True).to_list()
    positions = df["position"].drop_nulls().unique().sort().to_list()
    color = theme.color_of(list(map(str, positions)), mode)
    traces = []
    for (name, position), part in df.group_by("trajectory_id", "position", maintain_order=True):
        mean = position is None
        label = words["mean"] if mean else f"{position}: {cut(visible(part['token'][0]), 2 * LONGEST)}"
        ink = theme.colors(mode).faint if mean else color[str(position)]
        dash = (MEANS if mean else DASHES)[names.index(name) % len(DASHES)]
        traces.append(
            {
                "type": "scatter",
                "mode": "lines" if mean else "lines+markers",
                "name": plain(label if len(names) == 1 else f"{label} ({name})"),
                "x": part["layer"].to_list(),
                "y": part["value"].to_list(),
                "marker": {"size": 5, "symbol": ("circle", "circle-open")[names.index(name) % 2]},
                "line": {"color": ink, "dash": dash, "width": 2},
                "hovertemplate": "%{x}: %{y:.4g}<extra>%{fullData.name}</extra>",
            }
        )
    return {"data": traces, "layout": _across(df, mode, words)}


def _across(df: pl.DataFrame, mode: str, words: dict[str, str]) -> dict[str, Any]:
    """Layers along the bottom, the statistic up the side."""
    labels = df.unique("layer", keep="first").sort("layer")
    step = max(1, -(-labels.height // TICKS))
    return theme.layout(
        mode,
        xaxis={
            "title": {"text": plain(words["layers"])},
            "tickvals": labels["layer"].gather_every(step).to_list(),
            "ticktext": [plain(cut(x, LONGEST)) for x in labels["layer_label"].gather_every(step)],
        },
        yaxis={"title": {"text": plain(cut(words["statistic"], 3 * LONGEST))}},
    )


def outcome_lines(df: pl.DataFrame, mode: str, words: dict[str, str]) -> dict[str, Any]:
    """From queries.outcomes: a line a lens and outcome, and around it a band from low to high. `words` has each outcome
    and lens. Lenses differ by dash, outcomes by colour and by the shape of their marks."""
    c = theme.colors(mode)
    color = {"correct": c.better, "incorrect": c.worse, "partly": c.same}
    shape = {"correct": "circle", "incorrect": "x", "partly": "diamond"}
    dashes = dict(zip(df["lens_type"].unique(maintain_order=True), ("solid", "dash"), strict=False))
    traces: list[dict[str, Any]] = []
    for part in df.partition_by("lens_type", "outcome", maintain_order=True):
        lens, outcome = part.select("lens_type", "outcome").row(0)
        name = f"{words.get(outcome, outcome)} · {words.get(lens, lens)} (n = {max(part['n'].to_list())})"
        traces += [
            *_band(part, color[outcome], name),
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": plain(name),
                "legendgroup": plain(name),
                "x": part["layer"].to_list(),
                "y": part["value"].to_list(),
                "customdata": [
                    [number(low), number(high), n] for low, high, n in part.select("low", "high", "n").rows()
                ],
                "marker": {"size": 6, "symbol": shape[outcome]},
                "line": {"color": color[outcome], "dash": dashes.get(lens, "dot"), "width": 2},
                "hovertemplate": "%{x}: %{y:.4g} [%{customdata[0]}, %{customdata[1]}] n = %{customdata[2]}"
                "<extra>%{fullData.name}</extra>",
            },
        ]
    return {"data": traces, "layout": _across(df, mode, words)}


def _band(part: pl.DataFrame, color: str, name: str) -> list[dict[str, Any]]:
    """Two lines that are not seen, and what lies between them."""
    known = part.drop_nulls(["low", "high"])
    if known.is_empty():
        return []
    edge = {
        "type": "scatter",
        "mode": "lines",
        "x": known["layer"].to_list(),
        "line": {"width": 0},
        "hoverinfo": "skip",
        "showlegend": False,
        "legendgroup": plain(name),
    }
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    inside = {"fill": "tonexty", "fillcolor": f"rgba({red},{green},{blue},0.14)"}
    return [edge | {"y": known["low"].to_list()}, edge | inside | {"y": known["high"].to_list()}]
