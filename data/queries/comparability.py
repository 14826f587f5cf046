"""May two runs be compared, and what else differs between them?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

import polars as pl

from data import aspects, metrics
from data.configs import Flat, first
from data.pairing import Pairs
from data.queries import computed, measures, pairs, selection
from data.queries.configs import settings
from data.store import Snapshot
from data.viewstate import ViewState

TABLE = pl.Schema(
    {
        "task": pl.String,
        "candidate": pl.String,
        "aspect": pl.String,
        "baseline_value": pl.String,
        "candidate_value": pl.String,
        "outcome": pl.String,  # Outcome
        "why": pl.String,  # Why; null where the outcome says it all
        "n_paired": pl.Int64,  # these five for the aspects `samples` and `inputs` only
        "n_candidate_only": pl.Int64,
        "n_baseline_only": pl.Int64,
        "n_input_differs": pl.Int64,
        "n_input_unknown": pl.Int64,
        "baseline": pl.String,
        "run_id": pl.String,
        "baseline_run": pl.String,
    }
)
BROKEN = pl.Schema({"task": pl.String, "run_id": pl.String, "baseline_run": pl.String, "why_not": pl.String})
OF_RUNS = ("dataset", "samples", "inputs")
"""Aspects of two runs as wholes. A sample that is the same question in both may be compared whatever the others are."""
OF_LOGGED = ("epochs", "scale")
"""Aspects of logged scores. What is computed from samples is so in one way for both runs, and only differs in these."""


class Outcome(StrEnum):
    SAME = "same"
    DIFFERS = "differs"
    """A careful reader wants to know."""
    BREAKS = "breaks"
    """The two must not be compared."""
    UNKNOWN = "unknown"
    """The log of at least one of them does not tell."""


class Why(StrEnum):
    OTHER_QUESTIONS = "other_questions"
    """Two datasets, and no question in common."""
    NONE_IN_COMMON = "none_in_common"
    """Both have samples, and none of them is the same question."""
    PARTLY_IN_COMMON = "partly_in_common"
    MOST_INPUTS_DIFFER = "most_inputs_differ"
    """Of the samples with one id more were asked something else than the same."""
    SOME_INPUTS_DIFFER = "some_inputs_differ"
    OTHER_SCORER = "other_scorer"
    OTHER_OPTIONS = "other_options"
    OTHER_METRIC = "other_metric"
    OTHER_DIRECTION = "other_direction"
    """More is better in one, less in the other."""
    OTHER_REDUCER = "other_reducer"
    """The best of several tries is not their mean."""
    OTHER_SCALE = "other_scale"
    """From 0 to 1 in one, beyond it in the other."""
    INCOMPLETE = "incomplete"


class Side(NamedTuple):
    """One of two runs: its row of `runs`, its settings, and what of it the view is about."""

    run: Mapping[str, Any]
    settings: Flat | None
    scorer: str | None
    metric: str | None
    reducer: str | None
    direction: int | None = None
    """As the log says."""
    scale: str | None = None
    """Of a metric that is a share by its name: on which its values are."""


class Finding(NamedTuple):
    aspect: str
    baseline: str | None
    candidate: str | None
    outcome: Outcome
    why: Why | None = None


@lru_cache(maxsize=8)  # three panels of a page ask it
def table(s: Snapshot, v: ViewState, base: str | None, candidates: tuple[str, ...]) -> pl.DataFrame:
    """TABLE: one row an aspect of each candidate's run and the baseline's run of the same task."""
    runs = selection.counted(s, v)
    sides = {
        side.run["run_id"]: side
        for side in _sides(s, v, runs.filter(pl.col("label").is_in([base or "", *candidates])))
    }
    meetings = {
        (m.candidate["run_id"], m.baseline["run_id"]): m.pairs for m in pairs.meetings(s, v, base, candidates)
    }
    found = []
    for a, b in _couples(runs, base, candidates):
        met = meetings.get((a, b))
        judged = (_computed(f, v) for f in judge(sides[b], sides[a], met))
        found += [_row(f, sides[a], sides[b], met) for f in judged]
    return pl.DataFrame(found, schema=TABLE)


def _computed(f: Finding, v: ViewState) -> Finding:
    from_samples = computed.asked(v) or bool(v.group) or v.level == "sample"
    breaks = f.outcome is Outcome.BREAKS and f.aspect in OF_LOGGED
    return f._replace(outcome=Outcome.DIFFERS) if breaks and from_samples else f


def broken(s: Snapshot, v: ViewState, base: str | None, candidates: tuple[str, ...]) -> pl.DataFrame:
    """BROKEN: the runs of candidates that must not be compared with the baseline's run, and in which aspects."""
    found = table(s, v, base, candidates).filter(pl.col("outcome") == Outcome.BREAKS)
    if v.level == "sample":
        found = found.filter(~pl.col("aspect").is_in(OF_RUNS))
    why = pl.col("aspect").str.join(", ").alias("why_not")
    return found.group_by("task", "run_id", "baseline_run", maintain_order=True).agg(why).cast(BROKEN)


def _couples(runs: pl.DataFrame, base: str | None, candidates: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    named = runs.select("task", "label", "run_id")
    ours = named.filter(pl.col("label") == pl.lit(base, pl.String))
    theirs = named.filter(pl.col("label").is_in(candidates))
    both = theirs.join(ours, on="task", how="inner", suffix="_base", maintain_order="left_right")
    yield from both.filter(pl.col("run_id") != pl.col("run_id_base")).select("run_id", "run_id_base").rows()


def _sides(s: Snapshot, v: ViewState, runs: pl.DataFrame) -> Iterator[Side]:
    logged = measures.chosen(measures.logged(s, runs), v).sort(
        pl.col("category").is_not_null(), maintain_order=True
    )
    first_of = measures.with_share(logged.unique("run_id", keep="first", maintain_order=True), s)
    about = {
        r["run_id"]: r
        for r in first_of.with_columns(_scales().alias("scale"))
        .select("run_id", "scorer", "metric", "reducer", "direction", "scale")
        .to_dicts()
    }
    for run in runs.to_dicts():
        of = about.get(run["run_id"]) or {
            "scorer": run["headline_scorer"],
            "metric": run["headline_metric"],
            "reducer": None,
            "direction": None,
            "scale": None,
        }
        known = settings(run["config"])
        reducer = of["reducer"] or aspects.reducer(known)
        scorer = of["scorer"] or of["metric"]
        yield Side(run, known, scorer, of["metric"], reducer, of["direction"], of["scale"])


def _scales() -> pl.Expr:
    named = pl.when(measures.beyond()).then(pl.lit(measures.BEYOND)).otherwise(pl.lit("0–1"))
    return pl.when(measures.proportion(pl.col("metric"))).then(named)


def _row(f: Finding, candidate: Side, base: Side, met: Pairs | None) -> dict[str, Any]:
    counts = {}
    if met is not None and f.aspect in ("samples", "inputs"):
        counts = {"n_paired": met.n_both, "n_candidate_only": met.n_a_only, "n_baseline_only": met.n_b_only,
                  "n_input_differs": met.n_input_differs, "n_input_unknown": met.n_input_unknown}  # fmt: skip
    return {
        "task": candidate.run["task"], "candidate": candidate.run["label"], "aspect": f.aspect,
        "baseline_value": f.baseline, "candidate_value": f.candidate, "outcome": str(f.outcome),
        "why": str(f.why) if f.why else None, "baseline": base.run["label"], "run_id": candidate.run["run_id"],
        "baseline_run": base.run["run_id"], **counts,
    }  # fmt: skip


def judge(base: Side, candidate: Side, met: Pairs | None) -> Iterator[Finding]:
    """All aspects of two runs of one task. `met` has the candidate's samples as `a`; None where one has no samples."""
    yield _dataset(base, candidate, met)
    yield _samples(met)
    yield _inputs(met)
    yield _scorer(base, candidate)
    yield _metric(base, candidate)
    if base.scale is not None and candidate.scale is not None:
        yield _broken(_plain("scale", base.scale, candidate.scale), Why.OTHER_SCALE)
    yield _epochs(base, candidate)
    yield _status(base, candidate)
    yield _plain("harness", _harness(base), _harness(candidate))
    alike = base.run["format"] == candidate.run["format"] and None not in (base.settings, candidate.settings)
    for aspect in aspects.PLACES:
        a, b = (aspects.said(side.settings, aspect) for side in (base, candidate))
        yield _plain(aspect, a, b, told=alike)


def _broken(f: Finding, why: Why) -> Finding:
    """Where the two differ in this they must not be compared."""
    return f._replace(outcome=Outcome.BREAKS, why=why) if f.outcome is Outcome.DIFFERS else f


def _plain(aspect: str, a: str | None, b: str | None, *, told: bool = False) -> Finding:
    """`told`: a log that does not have it says that it was left at its default, the same for both."""
    if a is None or b is None:
        known = Outcome.SAME if a == b else Outcome.DIFFERS
        return Finding(aspect, a, b, known if told else Outcome.UNKNOWN)
    return Finding(aspect, a, b, Outcome.SAME if a == b else Outcome.DIFFERS)


def _dataset(base: Side, candidate: Side, met: Pairs | None) -> Finding:
    found = _plain("dataset", base.run["dataset"], candidate.run["dataset"])
    if found.outcome is Outcome.DIFFERS and met is not None and _held(met) and not met.n_both:
        return found._replace(outcome=Outcome.BREAKS, why=Why.OTHER_QUESTIONS)
    return found


def _held(met: Pairs) -> bool:
    """Whether both have any samples that the view is about."""
    return all(met.n_both + met.n_input_differs + only for only in (met.n_a_only, met.n_b_only))


def _samples(met: Pairs | None) -> Finding:
    if met is None or not _held(met):
        return Finding("samples", None, None, Outcome.UNKNOWN)
    common = met.n_both + met.n_input_differs
    found = Finding("samples", str(common + met.n_b_only), str(common + met.n_a_only), Outcome.SAME)
    if not common:
        return found._replace(outcome=Outcome.BREAKS, why=Why.NONE_IN_COMMON)
    if met.n_a_only or met.n_b_only:
        return found._replace(outcome=Outcome.DIFFERS, why=Why.PARTLY_IN_COMMON)
    return found


def _inputs(met: Pairs | None) -> Finding:
    """Of the samples with one id; what each was asked is known to be the same only where both logs tell it whole."""
    if met is None or not met.n_both + met.n_input_differs:
        return Finding("inputs", None, None, Outcome.UNKNOWN)
    if met.n_input_differs > met.n_both:
        return Finding("inputs", None, None, Outcome.BREAKS, Why.MOST_INPUTS_DIFFER)
    if met.n_input_differs:
        return Finding("inputs", None, None, Outcome.DIFFERS, Why.SOME_INPUTS_DIFFER)
    return Finding("inputs", None, None, Outcome.UNKNOWN if met.n_input_unknown else Outcome.SAME)


def _scorer(base: Side, candidate: Side) -> Finding:
    """Two harnesses have two names for the check of a right answer; two scorers of one harness judge differently."""
    found = _plain("scorer", base.scorer, candidate.scorer)
    if found.outcome is Outcome.DIFFERS:
        right = {base.metric, candidate.metric} <= set(measures.RIGHT)
        if not right or base.run["format"] == candidate.run["format"]:
            return found._replace(outcome=Outcome.BREAKS, why=Why.OTHER_SCORER)
    if found.outcome is Outcome.SAME and base.run["format"] == candidate.run["format"]:
        a, b = (aspects.scorer_options(side.settings, side.scorer or "") for side in (base, candidate))
        if a != b:
            named = f"{base.scorer} {a or '{}'}", f"{candidate.scorer} {b or '{}'}"
            return Finding("scorer", *named, Outcome.DIFFERS, Why.OTHER_OPTIONS)
    return found


def _metric(base: Side, candidate: Side) -> Finding:
    found = _plain("metric", base.metric, candidate.metric)
    if found.outcome is Outcome.UNKNOWN:
        return found
    turns = {_direction(base, candidate), _direction(candidate, base)}
    if len(turns) > 1:
        return found._replace(outcome=Outcome.BREAKS, why=Why.OTHER_DIRECTION)
    names = {base.metric, candidate.metric}
    alike = names <= set(measures.RIGHT) or names <= set(measures.MEANS)
    return found if alike or len(names) == 1 else found._replace(outcome=Outcome.BREAKS, why=Why.OTHER_METRIC)


def _direction(side: Side, other: Side) -> int:
    """A log that does not say takes the word of the other."""
    said = side.direction if side.direction is not None else other.direction
    return metrics.direction(side.scorer or "", side.metric or "", said)


def _epochs(base: Side, candidate: Side) -> Finding:
    """How often each sample was asked; and, where more than once, how that became one value, as far as logs tell."""
    once = all((side.run["epochs"] or 1) == 1 for side in (base, candidate))
    with_reducer = not once and None not in (base.reducer, candidate.reducer)
    found = _plain("epochs", _often(base, with_reducer), _often(candidate, with_reducer))
    other = with_reducer and base.reducer != candidate.reducer
    return _broken(found, Why.OTHER_REDUCER) if other else found


def _often(side: Side, with_reducer: bool) -> str | None:
    n = side.run["epochs"]
    return None if n is None else f"{n} · {side.reducer}" if with_reducer else str(n)


def _status(base: Side, candidate: Side) -> Finding:
    found = Finding("status", _progress(base.run), _progress(candidate.run), Outcome.SAME)
    if _complete(base.run) and _complete(candidate.run):
        return found
    return found._replace(outcome=Outcome.DIFFERS, why=Why.INCOMPLETE)


def _complete(run: Mapping[str, Any]) -> bool:
    done, planned = run["samples_done"], run["samples_planned"]
    return run["status"] == "success" and (done is None or planned is None or done >= planned)


def _progress(run: Mapping[str, Any]) -> str:
    done, planned = run["samples_done"], run["samples_planned"]
    return run["status"] if done is None or planned is None else f"{run['status']} {done}/{planned}"


def _harness(side: Side) -> str:
    return " ".join(filter(None, (side.run["format"], first(side.settings, aspects.HARNESS))))
