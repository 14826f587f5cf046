"""What a comparison comes to, in sentences that need no statistics to be understood."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from components.page import View
from components.text import counted, reducer, say
from components.theme import number, signed
from data.queries.conclusions import REASONS
from data.statistics.verdicts import Verdict

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
        yield from overall(row, view)
    if row["shown"] > 1 or (row["tested"] and not row["verdict"]):
        yield among(row, view)
    elif not row["verdict"]:
        yield say(view.locale, "verdicts", "untested", why=untested([row], view), **names(row))


def sentences(row: Row, view: View) -> Iterator[str]:
    if row["shown"]:
        yield from judged(row, view)
    if row["incomparable"]:
        yield counted(view.locale, "verdicts", "incomparable", row["incomparable"], **names(row))


def overall(row: Row, view: View) -> Iterator[str]:
    """The one over all samples of a task, and what a careful reader has to know of it."""
    yield too_few(row, view) if row["verdict"] == "too_few" else found(row, view)
    yield from as_logged(row, view)
    if row["direction"] < 0 and row["verdict"] in ("better", "worse"):
        yield say(view.locale, "verdicts", "lower_is_better", metric=row["metric"])
    if row["verdict"] == "no_detectable_change":
        if row["p"] <= view.state.alpha < row["p_adjusted"]:
            yield say(view.locale, "verdicts", "only_alone", tests=f"{row['tests']:,}")
        yield from seen_at_best(row, view)
    if row["few"] and row["verdict"] != "too_few":
        key, n = ("few_clusters", row["effective"]) if row["cluster"] else ("few", row["n_paired"])
        yield say(view.locale, "verdicts", key, n=f"{n:.0f}")
    yield from left_out(row, view)


def where(row: Row, view: View) -> str:
    """The task, and where the view is of several metrics that which a difference is in."""
    if row["metrics"] == 1:
        return str(row["axis"])
    return say(view.locale, "verdicts", "where", task=row["axis"], metric=row["metric"])


def as_logged(row: Row, view: View) -> Iterator[str]:
    """The difference of the two scores as logged, where that is not the one over the pairs."""
    if row["parted"]:
        delta = signed(row["delta"])
        counts = {
            side: f"{row[n]:,}" for side, n in (("candidate_n", "n"), ("baseline_n", "baseline_n")) if row[n]
        }
        key = "as_logged" if len(counts) == 2 else "as_logged_unknown"
        yield say(view.locale, "verdicts", key, delta=delta, **names(row), **counts)


def found(row: Row, view: View) -> str:
    said = {
        "where": where(row, view),
        "delta": signed(row["paired_delta"]),
        "low": signed(row["low"]),
        "high": signed(row["high"]),
        "p": chance(row["p_adjusted"], view, row["tests"]),
        "n": f"{row['n_paired']:,}",
        "margin": number(view.state.margin),
    }
    key = row["verdict"] if row["low"] is not None else f"{row['verdict']}_flat"
    return say(view.locale, "verdicts", key, **names(row), **said)


def too_few(row: Row, view: View) -> str:
    """Too few of what: pairs, clusters of them, or clusters of a like size."""
    n = row["n_paired"]
    if not row["cluster"] or row["clusters"] == n:
        return counted(view.locale, "verdicts", "too_few", n, where=where(row, view), **names(row))
    lopsided = row["effective"] is not None and row["effective"] < row["clusters"] - 0.5
    said = {"pairs": f"{n:,}", "clusters": row["clusters"], "effective": number(row["effective"])}
    key = "too_few_lopsided" if lopsided else "too_few_clusters"
    return say(view.locale, "verdicts", key, where=where(row, view), **names(row), **said)


def seen_at_best(row: Row, view: View) -> Iterator[str]:
    """How large a difference would have had to be, or how many pairs a given one takes."""
    if row["detectable"] is not None:
        yield say(view.locale, "verdicts", "could", detectable=number(row["detectable"]))
    elif row["p_needed"] is not None and row["low"] is not None:
        yield say(view.locale, "verdicts", "could_not")
    if row["pairs_needed"] is not None:
        n = f"{row['pairs_needed']:,.0f}"
        yield say(view.locale, "verdicts", "needed", margin=number(view.state.margin), n=n)


def left_out(row: Row, view: View) -> Iterator[str]:
    parts = [
        counted(view.locale, "verdicts", f"left_{side}", row[f"{side}_only"], **{side: row[side]})
        for side in ("baseline", "candidate")
        if row[f"{side}_only"]
    ]
    if parts:
        yield say(view.locale, "verdicts", "left_out", parts=", ".join(parts))
    if row["errored"]:
        yield counted(view.locale, "verdicts", "errored", row["errored"])


def among(row: Row, view: View) -> str:
    """How many of several differences are real."""
    if not row["tested"]:
        why = untested([row], view)
        return say(view.locale, "verdicts", "none_tested", shown=row["shown"], why=why, **names(row))
    parts = [
        counted(view.locale, "verdicts", f"n_{key}", row[key])
        for key in ("better", "worse", "equivalent", "no_detectable_change", "too_few")
        if row[key] or key in ("better", "worse")
    ]
    if row["without"]:
        parts.append(counted(view.locale, "verdicts", "n_without", row["without"]))
    key = "among" if row["metrics"] == 1 else "among_in"
    n = row["shown"]
    return counted(view.locale, "verdicts", key, n, shown=n, parts=", ".join(parts), **names(row))


def untested(rows: Sequence[Row], view: View) -> str:
    """Why nothing of these can be tested; of several reasons each with how many differences it is of."""
    counts = {key: sum(row[key] for row in rows) for key in (*REASONS, Verdict.TOO_FEW)}
    told = {key: n for key, n in counts.items() if n}
    why = (say(view.locale, "verdicts", f"why_{key}", **names(rows[0])) for key in told)
    if len(told) <= 1:
        return "".join(why)
    parts = (
        say(view.locale, "verdicts", "why_of_some", why=each, n=f"{n:,}")
        for each, n in zip(why, told.values(), strict=True)
    )
    return "; ".join(parts)


def names(row: Row) -> dict[str, str]:
    return {"candidate": row["candidate"], "baseline": row["baseline"], "metric": row["metric"]}


def chance(p: float | None, view: View, tests: int | None) -> str:
    """p as people write it, and whether it is adjusted."""
    if p is None:
        return say(view.locale, "verdicts", "no_p")
    key = "p_below" if p < 0.001 else "p_is"
    written = say(view.locale, "verdicts", key, p=f"{p:.3f}")
    adjusted = view.state.adjust != "none" and (tests or 0) > 1
    return say(view.locale, "verdicts", "adjusted_p", p=written) if adjusted else written


def method(view: View, tests: int, overall: int) -> str:
    """How the numbers of a view came about, from how many tests of its differences there are, and how many of those over
    all samples of a task, which are another set where differences are by category."""
    v = view.state
    told = [
        say(view.locale, "verdicts", "paired", reducer=reducer(view.locale, v.reducer).lower()),
        say(view.locale, "verdicts", "clustered", field=v.cluster) if v.cluster else "",
        say(view.locale, "verdicts", "alone", alpha=number(v.alpha))
        if tests == 1
        else say(view.locale, "verdicts", f"adjusted_{v.adjust}", n=f"{tests:,}", alpha=number(v.alpha)),
        say(view.locale, "verdicts", "adjusted_overall", n=overall)
        if v.adjust != "none" and 1 < overall < tests
        else "",
    ]
    return " ".join(filter(None, told))
