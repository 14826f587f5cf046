"""How soon 600 HELM runs can be looked at, and how much less work than MAGNET their instances are:

    .venv/bin/python benchmarks/helm.py [--magnet PYTHON]

PYTHON is an interpreter that has aiq-magnet. Without one the instances are read as its loader reads them, with json and
pandas: a row a statistic. Each measurement is a process of its own; CPU seconds are user and system time.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
# In place of this folder, in which this file would hide the package helm from aiq-magnet.
sys.path[0] = str(ROOT)

INDEX_S = 1.0
TIMES_LESS = 8
"""What is asked of us: beyond these the benchmark fails."""
REPEAT = 3


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--magnet", metavar="PYTHON", help="an interpreter that has aiq-magnet")
    asked.add_argument("--runs", type=int, default=120, help="read the instances of so many of the 600 runs")
    asked.add_argument("--part", choices=PARTS, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.part:
        print(json.dumps(PARTS[given.part](json.load(sys.stdin))))
        return 0

    from benchmarks import logs

    every = logs.helm()
    if not every:
        print(f"Nothing to measure: {logs.HELM_GENERATOR}, which writes the runs, is not there.")
        return 0
    return compare(every, every[:: max(1, len(every) // given.runs)], given.magnet)


def compare(every: Sequence[Path], some: Sequence[Path], magnet: str | None) -> int:
    index = [measured("index", every) for _ in range(REPEAT)]
    for path in some:
        (path / "per_instance_stats.json").read_bytes()  # so that nobody waits for the disk
    ours = [measured("ours", some) for _ in range(REPEAT)]
    theirs = measured("magnet", some, magnet) if magnet else measured("pandas", some)

    index_s = statistics.median(m["cpu_s"] for m in index)
    own = sorted(ours, key=lambda m: m["cpu_s"])[REPEAT // 2]
    name = "aiq-magnet per_instance_stats()" if magnet else "json and pandas, as aiq-magnet reads"
    print(f"\n{len(every)} runs, of {len(some)} of them the instances\n")
    table(
        ("", "CPU s", "peak MB", "of it to start", "rows"),
        ("index of all: runs and every Stat", *numbers(index[0] | {"cpu_s": index_s})),
        ("evalboard, instances and their texts", *numbers(own)),
        (name, *numbers(theirs)),
    )
    less = theirs["cpu_s"] / own["cpu_s"]
    whole = theirs["mb"] / own["mb"]
    growth = (theirs["mb"] - theirs["start_mb"]) / (own["mb"] - own["start_mb"])
    print(
        f"\n{less:.1f} times less CPU, {whole:.1f} times less memory ({growth:.1f} times beyond what each has at its start)"
        f" (asked: {TIMES_LESS}); index in {index_s:.2f} s of CPU (asked: {INDEX_S:.0f})"
    )
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    return 0 if min(less, whole) >= TIMES_LESS and index_s <= INDEX_S else 1


def numbers(m: dict[str, Any]) -> tuple[Any, ...]:
    return m["cpu_s"], m["mb"], m["start_mb"], m["rows"]


def table(*rows: Sequence[Any]) -> None:
    for row in rows:
        texts = (
            f"{x:.2f}" if isinstance(x, float) else f"{x:,}" if isinstance(x, int) else x for x in row[1:]
        )
        print(f"{row[0]:<42}" + "".join(f"{x:>16}" for x in texts))


def measured(part: str, runs: Sequence[Path], python: str = sys.executable) -> dict[str, Any]:
    command = [python, "-W", "ignore", __file__, "--part", part]
    asked = json.dumps([str(run) for run in runs])
    done = subprocess.run(command, check=True, input=asked, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


# Inside a process of its own, maybe of another interpreter: nothing of ours is imported above


def timed(read: Callable[[Sequence[str]], int], runs: Sequence[str]) -> dict[str, Any]:
    """Reads the first run once before, since both sides import some things at first use."""
    read(runs[:1])
    start_mb = _peak_mb()
    before = time.process_time()
    rows = read(runs)
    return {"cpu_s": time.process_time() - before, "mb": _peak_mb(), "start_mb": start_mb, "rows": rows}


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _log(run: str) -> Any:
    from data.formats.base import Log

    others = ("stats", "per_instance_stats", "scenario")
    return Log(Path(run) / "run_spec.json", tuple(Path(run) / f"{name}.json" for name in others))


def index(runs: Sequence[str]) -> dict[str, Any]:
    from data.formats.helm.reading import index

    return timed(lambda some: sum(r.tables.metrics.height for r in [index(_log(run)) for run in some]), runs)


def ours(runs: Sequence[str]) -> dict[str, Any]:
    """All that the reader makes of a run, standard errors too, and all of it kept."""
    from data.formats.helm.reading import read

    return timed(lambda some: sum(r.tables.scores.height for r in [read(_log(run)) for run in some]), runs)


def magnet(runs: Sequence[str]) -> dict[str, Any]:
    from magnet.backends.helm.helm_outputs import HelmRuns

    return timed(lambda some: len(HelmRuns.coerce(list(some)).per_instance_stats()), runs)


def pandas(runs: Sequence[str]) -> dict[str, Any]:
    import pandas as pd

    def one(run: str) -> Any:
        rows = []
        for entry in json.loads((Path(run) / "per_instance_stats.json").read_bytes()):
            own = {k: v for k, v in entry.items() if k != "stats"}
            rows += [stat | own for stat in entry["stats"]]
        return pd.json_normalize(rows)

    return timed(lambda some: len(pd.concat([one(run) for run in some])), runs)


PARTS: dict[str, Callable[[Sequence[str]], dict[str, Any]]] = {
    "index": index, "ours": ours, "magnet": magnet, "pandas": pandas,
}  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
