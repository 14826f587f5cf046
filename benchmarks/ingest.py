"""How much less work than inspect_ai, how soon the first page, how heavy the heatmap: make bench

Each measurement is a process of its own. CPU seconds are user and system time of all its threads: on a machine
that others use too, the only number that repeats.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.request import ProxyHandler, build_opener

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

T = TypeVar("T")

TIMES_LESS = 20
"""What is asked of us: below this the benchmark fails."""
SMALL = min((ROOT / "demo" / "logs").glob("*.eval"))
PATIENCE_S = 60
REPEAT = 5


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--logs", type=int, default=40, help="use only so many of the 40 logs")
    asked.add_argument(
        "--profile", action="store_true", help="print where our ingest spends its time, and stop"
    )
    asked.add_argument("--part", choices=PARTS, help=argparse.SUPPRESS)
    asked.add_argument("arguments", nargs="*", help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.part:
        print(json.dumps(PARTS[given.part](*given.arguments)))
        return 0

    from benchmarks import logs

    every = logs.many()
    if not every:
        print(f"Nothing to measure: {logs.GENERATOR}, which writes the logs, is not there.")
        return 0
    # Evenly from all tasks, in a folder of their own.
    some = every[:: -(-len(every) // max(1, given.logs))]
    with tempfile.TemporaryDirectory(prefix="evalboard-bench-") as scratch:
        folder = Path(scratch) / "logs"
        folder.mkdir()
        for path in some:
            (folder / path.name).symlink_to(path)
            path.read_bytes()  # so that nobody waits for the disk
        if given.profile:
            return profile(folder, Path(scratch))
        return compare(folder, Path(scratch), logs.wide(every[0]))


def compare(folder: Path, scratch: Path, wide: Path) -> int:
    caches = [scratch / f"cache{i}" for i in range(3)]
    ours = [measured("ours", folder, cache) for cache in caches]
    theirs = measured("theirs", folder)
    starts = [started(folder, caches[0]) for _ in range(REPEAT)]
    heat = measured("heatmap", wide, scratch / "wide")

    cpu = statistics.median(m["cpu_s"] for m in ours)
    ratio = theirs["cpu_s"] / cpu
    first = ours[0]
    print(
        f"\n{len(list(folder.iterdir()))} logs, {theirs['samples']:,} samples, {first['scores']:,} scores\n"
    )
    table(
        ("", "CPU s", "start-up, CPU s", "peak MB"),
        (
            "evalboard, all of ingest, empty cache",
            cpu,
            statistics.median(m["imports_s"] for m in ours),
            first["mb"],
        ),
        ("inspect_ai samples_df, a log a call", theirs["cpu_s"], theirs["imports_s"], theirs["mb"]),
    )
    print(f"\n{ratio:.1f} times less CPU than samples_df (asked: {TIMES_LESS})\n")
    table(
        ("second start, warm cache", "median s", "least s"),
        ("first answer with rows", *middle_and_least(s["rows_s"] for s in starts)),
        ("CPU of all processes until then", *middle_and_least(s["cpu_s"] for s in starts)),
    )
    print()
    table(
        (f"heatmap of {heat['models']} x {heat['samples']:,}", "ms or bytes"),
        *((name, value) for name, value in heat.items() if name not in {"models", "samples"}),
    )
    print(f"\n{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    return 0 if ratio >= TIMES_LESS else 1


def middle_and_least(values: Iterator[float]) -> tuple[float, float]:
    known = list(values)
    return statistics.median(known), min(known)


def table(*rows: Sequence[Any]) -> None:
    for row in rows:
        numbers = (
            f"{x:,.0f}" if isinstance(x, int) or (isinstance(x, float) and x >= 100) else x for x in row[1:]
        )
        texts = (f"{x:.2f}" if isinstance(x, float) else x for x in numbers)
        print(f"{row[0]:<42}" + "".join(f"{x:>17}" for x in texts))


def measured(part: str, *arguments: Path) -> dict[str, Any]:
    command = [sys.executable, "-W", "ignore", __file__, "--part", part, *map(str, arguments)]
    return json.loads(
        subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()[-1]
    )


# Inside a process of its own


def timed(prepare: Callable[[], Callable[[], T]], say: Callable[[T], dict[str, Any]]) -> dict[str, Any]:
    """`prepare` imports, and works once on a small log, since both sides import some things at first use."""
    work = prepare()
    before = time.process_time()
    done = work()
    cpu = time.process_time() - before
    mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"imports_s": before, "cpu_s": cpu, "mb": mb, **say(done)}


def ours(folder: str, cache: str) -> dict[str, Any]:
    """All that happens at a first start: look, read, write the cache, build and write the snapshot."""

    def prepare() -> Any:
        from data.cache import Cache
        from data.ingest import Ingester

        Ingester([SMALL], Cache.temporary()).look()
        return lambda: Ingester([Path(folder)], Cache(Path(cache))).look()

    def say(snapshot: Any) -> dict[str, Any]:
        scores = [p.scores.select("value").count().collect().item() for p in snapshot.parts.values()]
        return {"samples": sum(snapshot.runs["samples_done"]), "scores": sum(scores)}

    return timed(prepare, say)


def theirs(folder: str) -> dict[str, Any]:
    def prepare() -> Any:
        from inspect_ai.analysis import samples_df

        samples_df(str(SMALL), quiet=True)
        return lambda: [samples_df(str(p), quiet=True) for p in sorted(Path(folder).iterdir())]

    return timed(prepare, lambda frames: {"samples": sum(map(len, frames))})


def heatmap(folder: str, cache: str) -> dict[str, Any]:
    """The panel as the browser asks for it: question, drawing, JSON, compression."""
    from app.pages.heatmap import PAGE
    from benchmarks.asking import Browser
    from components.page import View
    from data.cache import Cache
    from data.ingest import Ingester
    from data.viewstate import ViewState

    snapshot = Ingester([Path(folder)], Cache(Path(cache))).look()
    assert snapshot
    panel, view, browser = PAGE.panels[0], View(snapshot, ViewState()), Browser(snapshot)

    def ask(encoding: str) -> bytes:
        forget()
        return browser.panel("heatmap", panel.name, encoding=encoding)

    def frame() -> Any:
        forget()
        return panel.frame(view)

    df = frame()
    return {
        "models": df["model"].n_unique(),
        "samples": df["sample_id"].n_unique(),
        "frame, ms CPU": cpu_ms(frame),
        "draw, ms CPU": cpu_ms(lambda: panel.draw(df, view)),
        "whole request without compression, ms CPU": cpu_ms(lambda: ask("identity")),
        "whole request with zstd, ms CPU": cpu_ms(lambda: ask("zstd")),
        "bytes": len(ask("identity")),
        "bytes with zstd": len(ask("zstd")),
        "bytes with gzip": len(ask("gzip")),
    }


def forget() -> None:
    """What the heatmap keeps of a view that it was asked for."""
    from data.queries import heatmap, matrix

    for cached in (heatmap._cells, heatmap._shown, matrix._scores):
        cached.cache_clear()


def cpu_ms(do: Callable[[], Any]) -> float:
    do()
    times = []
    for _ in range(REPEAT):
        before = time.process_time()
        do()
        times.append(time.process_time() - before)
    return 1000 * statistics.median(times)


PARTS: dict[str, Callable[..., dict[str, Any]]] = {"ours": ours, "theirs": theirs, "heatmap": heatmap}


# The server as a person starts it


def started(folder: Path, cache: Path) -> dict[str, float]:
    """Seconds from the start of the process to the first page's rows; CPU of it and its workers by then."""
    browser = build_opener(ProxyHandler({}))
    begun = time.monotonic()
    with server(folder, cache) as (base, cpu_s):
        while not _rows(browser, base):
            if time.monotonic() - begun > PATIENCE_S:
                raise TimeoutError(f"no rows from {base} in {PATIENCE_S} s")
            time.sleep(0.01)
        browser.open(base, timeout=5).read()
        return {"rows_s": time.monotonic() - begun, "cpu_s": cpu_s()}


def _rows(browser: Any, base: str) -> list[Any]:
    try:
        return json.load(browser.open(f"{base}api/overview/matrix.json", timeout=5))
    except OSError:  # not listening yet
        return []


@contextmanager
def server(folder: Path, cache: Path) -> Iterator[tuple[str, Callable[[], float]]]:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    command = [sys.executable, "-m", "app", "serve", str(folder), "--port", str(port), "--cache", str(cache)]
    # A second start has the bytecode of the first, wherever nobody forbids it.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=env,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield f"http://127.0.0.1:{port}/", lambda: _cpu_of_group(process.pid)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()


def _cpu_of_group(leader: int) -> float:
    """User and system seconds of all processes of this session, as Linux tells them; 0 elsewhere."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        if int(fields[3]) == leader:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def profile(folder: Path, scratch: Path) -> int:
    import cProfile
    import pstats

    from data.cache import Cache
    from data.ingest import Ingester

    work = Ingester([folder], Cache(scratch / "cache"))
    with cProfile.Profile() as p:
        work.look()
    pstats.Stats(p).sort_stats("tottime").print_stats(25)
    pstats.Stats(p).sort_stats("cumtime").print_stats(40)
    return 0


if __name__ == "__main__":
    sys.exit(main())
