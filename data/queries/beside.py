"""One sample in several runs and epochs, side by side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import polars as pl

from data import originals
from data.originals import Whole
from data.problems import Problem
from data.queries import samples, selection, transcripts
from data.store import Snapshot
from data.viewstate import ViewState

READ = 40
"""Samples that are read whole from their logs for one page; of the others the previews are shown."""
READ_BYTES = 64 << 20
BETWEEN = " · "
FIRST = ("name", "run_id", "model", "epoch", "answer", "output", "explanation")
ORDER = {"name": pl.String, "run_id": pl.String, "epoch": pl.Int32}


class Column(NamedTuple):
    name: str
    run_id: str
    epoch: int


def name(model: str, epoch: int) -> str:
    """What a column is called in the URL and on screen: models are called the same on every page of a task.

    >>> name("lab/model", 2)
    'lab/model · 2'
    """
    return f"{model}{BETWEEN}{epoch}"


def columns(s: Snapshot, v: ViewState) -> list[Column]:
    """Every run of the task that counts, and the view's own run, in every epoch in which they have the sample."""
    part = s.parts.get(task(v, s))
    if part is None or not v.sample:
        return []
    named = _named(s, part.task, v).select("run_id", "label").rows()
    labels = {part.run_code[r]: (r, label) for r, label in named if r in part.run_code}
    codes = (part.ids["sample_id"] == v.sample).arg_true().to_list()
    here = part.samples.filter(pl.col("sample").is_in(codes), pl.col("run").is_in(list(labels)))
    rows = here.select("run", "epoch").collect().rows()
    return sorted({Column(name(labels[run][1], epoch), labels[run][0], epoch) for run, epoch in rows})


def _named(s: Snapshot, task: str, v: ViewState) -> pl.DataFrame:
    """Runs as `selection.named` has them, the view's own among them even if it does not count."""
    counted = selection.counted(s, ViewState().edit(tasks=[task]))
    own = pl.col("run_id").is_in(v.runs) & ~pl.col("run_id").is_in(counted["run_id"].to_list())
    others = selection.named(s).filter(own, pl.col("task") == task)
    return pl.concat([counted, others])


def task(v: ViewState, s: Snapshot) -> str:
    """The task that the sample is of: its run's, or the view's."""
    own = s.runs.filter(pl.col("run_id").is_in(v.runs))["task"]
    return own[0] if len(own) else next(iter(v.tasks), "")


def chosen(s: Snapshot, v: ViewState) -> list[Column]:
    """The columns that the view asks for, in its order; all of them where it asks for none, its own run first."""
    every = columns(s, v)
    if v.beside:
        return list(dict.fromkeys(c for n in v.beside for c in _called(s, v, n, every)))
    return sorted(every, key=lambda c: (c.run_id not in v.runs, v.epoch not in (None, c.epoch), c.name))


def _called(s: Snapshot, v: ViewState, name: str, every: list[Column]) -> list[Column]:
    """Those of a name, or what that name was of before a second run of its model came."""
    exact = [c for c in every if c.name == name]
    if exact:
        return exact
    model, _, epoch = name.rpartition(BETWEEN)
    runs = set(selection.called(_named(s, task(v, s), v), model)["run_id"])
    return [c for c in every if c.run_id in runs and str(c.epoch) == epoch]


def whole(s: Snapshot, v: ViewState, column: Column) -> Whole | Problem:
    return originals.sample(s, column.run_id, v.sample, column.epoch)


def table(s: Snapshot, v: ViewState) -> pl.DataFrame:
    """A row a column on screen: name, run_id, model, epoch, answer, output, explanation, one column a scorer, error,
    limit, total_tokens, time_s. Texts are whole for the first READ of them."""
    wanted = chosen(s, v)
    if not wanted:
        return pl.DataFrame(schema=dict.fromkeys((*FIRST, *samples.LAST[:-1]), pl.String))
    state = ViewState().edit(sample=v.sample, tasks=[task(v, s)], runs=[c.run_id for c in wanted])
    rows = samples.table(s, state)
    order = pl.DataFrame(wanted, schema=ORDER, orient="row")
    found = order.join(rows, on=["run_id", "epoch"], how="left", maintain_order="left")
    texts = list(_read(s, v, wanted))
    told = pl.DataFrame(texts, schema=dict.fromkeys(("answer_", "output", "explanation"), pl.String))
    scorers = [c for c in rows.columns if c not in samples.FIRST and c not in samples.LAST]
    answer = pl.coalesce("answer_", "answer").alias("answer")
    shown = [*FIRST[:4], answer, *FIRST[5:], *scorers, *samples.LAST[:-1]]
    return found.hstack(told).select(shown)


def _read(s: Snapshot, v: ViewState, wanted: list[Column]) -> Iterator[dict[str, str | None]]:
    """A row a column; empty for those that are too many, or come after too much."""
    size = 0
    for n, column in enumerate(wanted):
        if n >= READ or size > READ_BYTES:
            yield {}
            continue
        found = whole(s, v, column)
        size += 0 if isinstance(found, Problem) else int(found.get("size") or 0)
        yield _texts(found)


def _texts(found: Whole | Problem) -> dict[str, str | None]:
    if isinstance(found, Problem):
        return {"explanation": f"({found.code})"}
    return {"answer_": text(found, "answer") or None, "output": text(found, "output") or None,
            "explanation": text(found, "explanation") or None}  # fmt: skip


def text(found: Whole, what: str, message: int = 1) -> str:
    """One of the texts of a sample that can be compared; several scorers' one after another. A transcript begins with
    the given message."""
    if what in ("answer", "explanation"):
        scores = {n: s for n, s in dict(found.get("scores") or {}).items() if isinstance(s, dict)}
        told = {n: transcripts.words(s.get(what)) for n, s in scores.items() if s.get(what) is not None}
        if len(set(told.values())) == 1:
            return next(iter(told.values()))
        return "\n\n".join(f"{n}: {t}" for n, t in told.items())
    if what == "transcript":
        return transcripts.transcript(found, message)
    value = found.get(what)
    if what == "target" and isinstance(value, list):
        return "\n".join(map(str, value))
    if what == "input" and isinstance(value, list):
        return transcripts.transcript({"messages": value})
    return transcripts.words(value)
