"""HELM runs as the pandas frames that MAGNET hands to its predictors, column for column.

One flat column for each leaf of the JSON, its path spelt with dots and the file's name in front; lists stay lists.
Source: `_HelmRunDataFrameView` of aiq-magnet 0.1.0 (backends/helm/helm_outputs.py). Unlike there, a file may be
packed and may hold NaN, and a run need not have a colon in its name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pandas as pd

from data.formats.helm import packed
from data.formats.helm.records import tolerant

NAME = "run_spec.name"
FILES = ("run_spec", "stats", "scenario_state", "per_instance_stats")


@dataclass(frozen=True, slots=True)
class Run:
    """One run's folder."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def suite(self) -> str:
        return self.path.parent.name

    def file(self, name: str) -> Path | None:
        """One of the run's files, packed or not."""
        return next(
            (p for e in ("", *packed.ENDINGS) if (p := self.path / f"{name}.json{e}").is_file()), None
        )

    def damage(self) -> str | None:
        """What of its files is missing or has lost its end, where a look at the end tells."""
        for name in FILES:
            found = self.file(name)
            if found is None:
                return f"{name}.json is not there"
            if found.suffix == ".json" and not _end(found).endswith((b"]", b"}")):
                return f"{name}.json is cut off"
        return None

    def json(self, name: str) -> Any:
        """One of the run's files. Raises FileNotFoundError where there is none of that name."""
        found = self.file(name)
        if found is None:
            raise FileNotFoundError(f"{self.path / name}.json is not there")
        data = packed.read(found).data
        try:
            return msgspec.json.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return tolerant(found.name, data).value


class Sound(NamedTuple):
    runs: list[Run]
    left_out: dict[str, str]
    """Path -> what is wrong with it."""


def sound(chosen: Sequence[Run]) -> Sound:
    """Without the runs of which frames cannot be made, as HELM leaves them where it was stopped."""
    wrong = {run: damage for run in chosen if (damage := run.damage())}
    return Sound([r for r in chosen if r not in wrong], {str(r.path): why for r, why in wrong.items()})


def _end(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 64))
        return file.read().rstrip()


def suites(root: Path) -> list[Path]:
    """The folders of the runs beneath a benchmark_output, a runs folder, a suite or a single run."""
    return list(dict.fromkeys(run.path.parent for run in runs(root)))


def runs(root: Path, pattern: str = "*", suite: str = "*") -> list[Run]:
    """The runs beneath a folder whose name, and whose suite's, fit these patterns; in MAGNET's order. `latest`, a
    link to a suite in trees from before HELM 0.5.12, would count it twice."""
    names = {f"run_spec.json{ending}" for ending in ("", *packed.ENDINGS)}
    folders = {p.parent for p in root.rglob("run_spec.json*") if p.name in names}
    found = [Run(f) for f in sorted(folders) if not (f.parent.is_symlink() and f.parent.name == "latest")]
    return [r for r in found if fnmatchcase(r.name, pattern) and fnmatchcase(r.suite, suite)]


def run_spec_df(chosen: Sequence[Run]) -> pd.DataFrame:
    """One row a run."""
    return _concat(chosen, lambda run: [flat(run.json("run_spec"), "run_spec")], by_name=False)


def stats_df(chosen: Sequence[Run]) -> pd.DataFrame:
    """One row a Stat."""
    return _concat(chosen, lambda run: [flat(stat, "stats") for stat in run.json("stats")])


def scenario_state_df(chosen: Sequence[Run]) -> pd.DataFrame:
    """One row a request."""
    return _concat(chosen, _requests)


def per_instance_stats_df(chosen: Sequence[Run]) -> pd.DataFrame:
    """One row a Stat of an instance."""
    return _concat(chosen, _instance_stats)


def _requests(run: Run) -> list[dict[str, Any]]:
    top = run.json("scenario_state")
    requests = top.pop("request_states")
    shared = flat(top, "scenario_state")
    return [flat(request, "scenario_state.request_states") | shared for request in requests]


def _instance_stats(run: Run) -> list[dict[str, Any]]:
    rows = []
    for entry in run.json("per_instance_stats"):
        # The instance's own fields are not flattened: its perturbation is one column of objects.
        own = {f"per_instance_stats.{k}": v for k, v in entry.items() if k != "stats"}
        rows += [flat(stat, "per_instance_stats.stats") | own for stat in entry["stats"]]
    return rows


def _concat(
    chosen: Sequence[Run], rows: Callable[[Run], list[dict[str, Any]]], *, by_name: bool = True
) -> pd.DataFrame:
    """Columns in the order of their names, those of each run, as MAGNET has them of all but the specifications."""
    frames = [_named(run, pd.DataFrame(rows(run)), by_name) for run in chosen]
    return pd.concat(frames) if frames else pd.DataFrame({NAME: pd.Series(dtype=object)})


def _named(run: Run, frame: pd.DataFrame, by_name: bool) -> pd.DataFrame:
    """With the run's name first: what the frames are joined by."""
    name = run.json("run_spec")["name"]
    rest = frame.drop(columns=NAME, errors="ignore")
    if by_name:
        rest = rest[sorted(rest.columns)]
    rest.insert(0, NAME, name)
    return rest


def flat(value: dict[str, Any], prefix: str) -> dict[str, Any]:
    """
    >>> flat({"a": {"b": 1, "c": {}}, "d": [2]}, "x")
    {'x.a.b': 1, 'x.d': [2]}
    """
    found: dict[str, Any] = {}
    for key, item in value.items():
        if isinstance(item, dict):
            found |= flat(item, f"{prefix}.{key}")
        else:
            found[f"{prefix}.{key}"] = item
    return found
