"""Who is ahead, in sentences that need no statistics to be understood."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from components.page import View
from components.text import counted, name, reducer, say
from components.theme import number

GROUPS = 3
NAMES = 3
"""More than so many are counted, not named."""


def sentences(df: pl.DataFrame, view: View, unranked: pl.DataFrame | None = None) -> Iterator[str]:
    """From rows of queries.standing: which runs cannot be told apart, and whom each group is behind. Of the runs that
    are not ranked those come first that their logs say to be better than all that are: nobody leads but among the rest."""
    others = unranked if unranked is not None else pl.DataFrame(schema={"better": pl.Boolean})
    if others["better"].any():
        yield say(view.locale, "standing", "better", who=scored(others.filter("better"), view.locale))
    yield from _ranked(df, view)
    if not others["better"].all():
        yield say(
            view.locale, "standing", "not_compared", who=scored(others.filter(~pl.col("better")), view.locale)
        )


def scored(runs: pl.DataFrame, locale: str) -> str:
    """Runs by name, each with its score where it is known."""
    named = [
        f"{model} ({number(value)})" if value is not None else model
        for model, value in runs.select("model", "value").rows()
    ]
    return listed(named, locale)


def _ranked(df: pl.DataFrame, view: View) -> Iterator[str]:
    if df["tied"].null_count() == df.height:
        yield say(view.locale, "standing", "nothing_common")
        return
    groups = df.sort("tied", maintain_order=True).partition_by("tied", maintain_order=True)
    ahead: list[list[str]] = []
    for part in groups[:GROUPS]:
        yield _group(part, ahead, view)
        ahead.append(part["model"].to_list())
    if len(groups) > GROUPS:
        yield counted(view.locale, "standing", "rest", sum(part.height for part in groups[GROUPS:]))
    if df["rank_low"].null_count() == df.height:
        yield counted(view.locale, "standing", "few", int(df["n"][0]))


def _group(part: pl.DataFrame, ahead: Sequence[Sequence[str]], view: View) -> str:
    """One group, those with its best mean first, and whom it is behind: everybody of the groups before, or their leaders,
    which is all that is sure."""
    every = part["model"].to_list()
    best = part.filter(pl.col("rank") == pl.col("rank").min())["model"].to_list()
    rest = [name for name in every if name not in best]
    size = "one" if len(every) == 1 else "several" if not rest or len(every) == 2 else "many"
    form = f"{size}_share" if len(best) > 1 else size
    who = listed(rest if size == "many" else every, view.locale)
    said = {"who": who, "leader": listed(best, view.locale)}
    if not ahead:
        return say(view.locale, "standing", f"first_{form}", **said)
    before = [name for group in ahead for name in (group if part["apart"].all() else group[:1])]
    return say(view.locale, "standing", f"behind_{form}", whom=listed(before, view.locale), **said)


def listed(names: Sequence[str], locale: str) -> str:
    """
    >>> listed(["a", "b", "c"], "en"), listed(["a"], "en"), listed(list("abcdefgh"), "en")
    ('a, b and c', 'a', 'a, b, c and 5 others')
    """
    shown = list(names[:NAMES]) if len(names) > NAMES + 1 else list(names)
    left = len(names) - len(shown)
    last = say(locale, "standing", "others", n=left) if left else shown.pop()
    return say(locale, "standing", "and", first=", ".join(shown), last=last) if shown else last


def means(df: pl.DataFrame, locale: str) -> str:
    """By which methods the intervals of the means are found; nothing where no mean has one."""
    sure = df.filter(pl.col("low").is_not_null())
    methods = " / ".join(name(locale, "interval", m) for m in sure["interval"].unique(maintain_order=True))
    return (
        say(locale, "standing", "means", level=f"{df['level'][0] * 100:g}", method=methods) if methods else ""
    )


def method(df: pl.DataFrame, view: View, unranked: pl.DataFrame | None = None) -> str:
    """Over what, how, and how many runs are left out beside the ones that the sentences name."""
    row, locale = df.row(0, named=True), view.locale
    left = row["left_out"] - (0 if unranked is None else unranked.height)
    told = [
        say(locale, "standing", "over", n=f"{row['n']:,}", of=f"{row['of']:,}", task=row["task"], metric=row["metric"],
            runs=df.height),
        counted(locale, "standing", "left_out", left) if left else "",
        say(locale, "standing", "how", reducer=reducer(locale, row["reducer"]).lower(), resamples=f"{row['resamples']:,}",
            seed=row["seed"], adjust=name(locale, "options_adjust", row["adjusted_by"]), alpha=row["alpha"],
            level=f"{row['level'] * 100:g}"),
        means(df, locale),
        say(locale, "verdicts", "clustered", field=row["cluster"]) if row["cluster"] else "",
    ]  # fmt: skip
    return " ".join(filter(None, told))
