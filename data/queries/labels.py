"""What samples and runs are called on a heatmap, for readers who ask for other names than ids and models' names.

A label is for the eye: links, filters and joins go by `sample_id` and `run_id`, which are beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

import polars as pl

from data import configs
from data.parts import Part
from data.queries import metadata
from data.queries.configs import settings
from data.queries.matrix import ScoreMatrix
from data.viewstate import ViewState

TEXTS = ("input", "target")
METADATA = "metadata."
"""Before a key of the samples' metadata, which may have the name of anything else."""
MOST_SETTINGS = 3
LONGEST_SETTING = 24


def keys(part: Part) -> tuple[str, ...]:
    """What can name the samples of a task, as `ViewState.sample_label` spells it: their texts, and their metadata by key."""
    return (*TEXTS, *(METADATA + key for key in metadata.keys(part)))


def of_samples(found: ScoreMatrix, v: ViewState) -> pl.Series:
    """As many as `found.samples`: the sample's id, or what the reader asked for; with the id where that is not its alone,
    and the id alone where it has none."""
    if not v.sample_label:
        return found.names
    return _sample_labels(found.what.part, v.sample_label).gather(found.samples)


@lru_cache(maxsize=16)
def _sample_labels(part: Part, label: str) -> pl.Series:
    ids = part.ids["sample_id"]
    if label in TEXTS:
        asked = metadata.first(part, pl.col(label))
    elif label.startswith(METADATA):
        asked = metadata.of(part, label.removeprefix(METADATA))
    else:
        return ids
    found = pl.select(pl.coalesce(asked, ids)).to_series().rename("label")
    while not (alone := found.is_unique()).all():
        with_id = pl.select(pl.format("{} ({})", found, ids)).to_series()
        found = found.zip_with(alone, with_id)
    return found


def of_models(found: ScoreMatrix, v: ViewState) -> pl.Series:
    """As many as runs: what each is called on all pages, or what the reader asked for where no other run here has it."""
    runs = found.what.runs
    asked = MODEL_LABELS[v.model_label](runs, found.what.peers)
    names = asked.zip_with(asked.is_not_null(), runs["label"])
    while not ((alone := names.is_unique()) | (names == runs["label"])).all():
        names = names.zip_with(alone, runs["label"])
    return names


def _without_provider(runs: pl.DataFrame, _peers: pl.DataFrame) -> pl.Series:
    """What follows the model's name in the label, its time or its harness, stays."""
    model = pl.col("model")
    rest = pl.col("label").str.slice(model.str.len_chars())
    return runs.select(pl.concat_str(model.str.split("/").list.last(), rest).alias("model"))["model"]


def _with_settings(runs: pl.DataFrame, peers: pl.DataFrame) -> pl.Series:
    """The model, and its values of the settings in which runs of one model differ, the first few of them: of all runs of
    the task, since a name that changes with the filters says nothing."""
    known = [settings(config) or {} for config in runs["config"]]
    names = runs["model"].to_list()
    for key in _telling(peers)[:MOST_SETTINGS]:
        values = configs.parting([one.get(key) for one in known], LONGEST_SETTING)
        last = key.rsplit(".", 1)[-1]
        names = [n if x is None else f"{n} {last}={x}" for n, x in zip(names, values, strict=True)]
    return pl.Series("model", names, pl.String)


def _telling(peers: pl.DataFrame) -> list[str]:
    """Dotted keys whose values are not the same in all runs of some model."""
    of_models = peers.group_by("model", maintain_order=True).agg("config")["config"]
    found = [
        configs.differing({str(i): settings(c) for i, c in enumerate(same)})["key"] for same in of_models
    ]
    keys = dict.fromkeys(key for differing in found for key in differing)
    return [key for key in keys if key.rsplit(".", 1)[-1] not in configs.IDENTITY]


def beside(df: pl.DataFrame, found: ScoreMatrix | None, v: ViewState) -> pl.DataFrame:
    """The frame with `sample_label` for its `sample_id`, and `model_label` for its `model` by `run_id`, each if the reader
    asks for one."""
    if found is None:
        return df
    if v.sample_label and "sample_id" in df.columns:
        names = pl.DataFrame({"sample_id": found.names, "sample_label": of_samples(found, v)})
        df = df.join(names, on="sample_id", how="left", maintain_order="left")
    if v.model_label != "auto" and "model" in df.columns:
        names = pl.DataFrame({"run_id": found.what.runs["run_id"], "model_label": of_models(found, v)})
        df = df.join(names, on="run_id", how="left", maintain_order="left")
    return df


def _with_id(runs: pl.DataFrame, _peers: pl.DataFrame) -> pl.Series:
    return runs.select(pl.format("{} #{}", "model", pl.col("run_id").str.slice(0, 8)).alias("model"))["model"]


MODEL_LABELS: Mapping[str, Callable[[pl.DataFrame, pl.DataFrame], pl.Series]] = {
    "auto": lambda runs, _peers: runs["label"],
    "short": _without_provider,
    "time": lambda runs, _peers: runs["full"],
    "settings": _with_settings,
    "run": _with_id,
}
"""What `ViewState.model_label` offers -> the names of these runs, some of all the runs of one task."""
