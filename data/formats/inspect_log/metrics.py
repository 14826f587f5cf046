"""Aggregates as the log has them: one row for each metric of each score."""

from __future__ import annotations

from typing import Any, NamedTuple

from data import metrics
from data.formats.loose import at, items, real, table, text, whole


class Headline(NamedTuple):
    scorer: str | None = None
    metric: str | None = None
    reducer: str | None = None


class EvalScore(NamedTuple):
    name: str
    scorer: str
    column: str  # how the scores table names it: the keys of a dictionary are scorers of their own
    reducer: str | None
    n: int | None
    metrics: dict[str, Any]

    def among(self, scorers: set[str]) -> EvalScore:
        """With the column that the samples have: the key of a dictionary may be called like its scorer."""
        part = f"{self.scorer}/{self.name}"
        return self._replace(column=part) if self.column not in scorers and part in scorers else self


def eval_scores(results: Any) -> list[EvalScore]:
    """In every shape they had: `scores`, before that `scorers`, at first one `scorer` with `metrics` beside it."""
    if isinstance(scorer := at(results, "scorer"), dict):
        return [_eval_score({**scorer, "metrics": at(results, "metrics")})]
    found = items(at(results, "scores")) or items(at(results, "scorers"))
    return [_eval_score(s) for s in found if isinstance(s, dict)]


def _eval_score(score: dict[str, Any]) -> EvalScore:
    name = text(score.get("name")) or text(score.get("scorer")) or ""
    scorer = text(score.get("scorer")) or name
    column = name if name == scorer else f"{scorer}/{name}"
    reducer, n = text(score.get("reducer")), whole(score.get("scored_samples"))
    return EvalScore(name, scorer, column, reducer, n, table(score.get("metrics")))


def rows(scores: list[EvalScore]) -> list[dict[str, Any]]:
    return [row for score in scores for row in _rows(score)]


def _rows(score: EvalScore) -> list[dict[str, Any]]:
    spread = {
        "stderr": _value(score, "stderr", "bootstrap_stderr"),
        "stddev": _value(score, "std", "bootstrap_std"),
    }
    common = {"run": 0, "scorer": score.column, "n": score.n, "reducer": score.reducer, "source": "actual"}
    return [
        {
            **common,
            "metric": name,
            "value": real(at(metric, "value")),
            **(spread if _central(key, metric) else {}),
        }
        for (key, metric), name in zip(score.metrics.items(), labels(score).values(), strict=True)
    ]


def _value(score: EvalScore, *names: str) -> float | None:
    return next((real(at(score.metrics[n], "value")) for n in names if n in score.metrics), None)


def _central(key: str, metric: Any) -> bool:
    """Whether the score's standard error is this metric's: not for parts of a group, nor for a spread."""
    return key not in metrics.SPREADS and at(metric, "group") is None


def labels(score: EvalScore) -> dict[str, str]:
    """Metric key -> what we call it: its group before its name, or its key where that would name two alike."""
    named: dict[str, str] = {}
    for key, metric in score.metrics.items():
        group = text(at(metric, "group"))
        label = f"{group}/{at(metric, 'name') or key}" if group else key
        named[key] = f"{group}/{key}" if group and label in named.values() else label
    return named


def headline(results: Any, declared: Any, scores: list[EvalScore]) -> Headline:
    """By the rule of inspect_ai's log/_headline.py: declared, else the first metric of the first score.

    A declaration that matches nothing counts as none, as it does there.
    """
    wanted = at(results, "headline") or declared
    if isinstance(wanted, dict) and (found := _declared(wanted, scores)):
        return found
    return _first(scores[0]) if scores else Headline()


def _declared(wanted: dict[str, Any], scores: list[EvalScore]) -> Headline | None:
    for field, of in (("reducer", "reducer"), ("scorer", "scorer"), ("score", "name")):
        if wanted.get(field) is not None:
            scores = [s for s in scores if getattr(s, of) == wanted[field]]
    if (metric := wanted.get("metric")) is None:
        return _first(scores[0]) if scores else None
    found = (Headline(s.column, labels(s)[metric], s.reducer) for s in scores if metric in s.metrics)
    return next(found, None)


def _first(score: EvalScore) -> Headline:
    return Headline(score.column, next(iter(labels(score).values()), None), score.reducer)
