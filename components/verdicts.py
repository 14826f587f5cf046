"""What a comparison comes to, in sentences that need no statistics to be understood."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from components.page import View
from components.text import counted, reducer, say
from components.theme import number, signed

SIGNS = {
    "better": "▲",
    "worse": "▼",
    "equivalent": "=",
    "no_detectable_change": "≈",
    "too_few": "?",
    "incomparable": "✕",
}
Row = Mapping[str, Any]
"""Of queries.conclusions."""


def kind(row: Row) -> str:
    """The verdict that a candidate's mark shows: over all samples, or, of several differences, what the real ones agree on."""
    if not row["shown"]:
        return "incomparable"
    if row["verdict"]:
        return str(row["verdict"])
    if not row["tested"]:
        return "too_few"
    real = [k for k in ("better", "worse") if row[k]]
    return real[0] if len(real) == 1 else "no_detectable_change"


def judged(row: Row, view: View) -> Iterator[str]:
    if row["verdict"]:
        yield overall(row, view)
    if row["shown"] > 1:
        yield among(row, view)
    elif not row["verdict"]:
        yield say(view.locale, "verdicts", "untested", **names(row))
    if row["verdict"] and row["few"] and row["verdict"] != "too_few":
        yield say(view.locale, "verdicts", "few", n=row["clusters"])
    if row["errored"]:
        yield counted(view.locale, "verdicts", "errored", row["errored"])


def sentences(row: Row, view: View) -> Iterator[str]:
    if row["shown"]:
        yield from judged(row, view)
    if row["incomparable"]:
        yield counted(view.locale, "verdicts", "incomparable", row["incomparable"], **names(row))


def overall(row: Row, view: View) -> str:
    """The one over all samples of a task."""
    said = {
        "where": row["axis"],
        "delta": signed(row["paired_delta"]),
        "low": signed(row["low"]),
        "high": signed(row["high"]),
        "p": chance(row["p_adjusted"], view),
        "detectable": number(row["detectable"]),
        "margin": number(view.state.margin),
    }
    key = (
        row["verdict"] if row["low"] is not None or row["verdict"] == "too_few" else f"{row['verdict']}_flat"
    )
    return counted(view.locale, "verdicts", key, row["n_paired"], **names(row), **said)


def among(row: Row, view: View) -> str:
    """How many of several differences are real."""
    if not row["tested"]:
        return say(view.locale, "verdicts", "none_tested", shown=row["shown"], **names(row))
    parts = [
        counted(view.locale, "verdicts", f"n_{key}", row[key])
        for key in ("better", "worse", "equivalent", "no_detectable_change", "too_few")
        if row[key] or key in ("better", "worse")
    ]
    if row["without"]:
        parts.append(counted(view.locale, "verdicts", "n_without", row["without"]))
    return say(view.locale, "verdicts", "among", shown=row["shown"], parts=", ".join(parts), **names(row))


def names(row: Row) -> dict[str, str]:
    return {"candidate": row["candidate"], "baseline": row["baseline"], "metric": row["metric"]}


def chance(p: float | None, view: View) -> str:
    """p as people write it, and whether it is adjusted."""
    if p is None:
        return say(view.locale, "verdicts", "no_p")
    key = "p_below" if p < 0.001 else "p_is"
    written = say(view.locale, "verdicts", key, p=f"{p:.3f}")
    adjusted = view.state.adjust != "none"
    return say(view.locale, "verdicts", "adjusted_p", p=written) if adjusted else written


def method(view: View, tests: int) -> str:
    """How the numbers of a view came about."""
    v = view.state
    told = [
        say(view.locale, "verdicts", "paired", reducer=reducer(view.locale, v.reducer).lower()),
        say(view.locale, "verdicts", "clustered", field=v.cluster) if v.cluster else "",
        say(view.locale, "verdicts", f"adjusted_{v.adjust}", n=f"{tests:,}", alpha=number(v.alpha)),
    ]
    return " ".join(filter(None, told))
