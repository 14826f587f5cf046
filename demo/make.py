"""Write `demo/logs` anew: a small folder of evaluation logs, for `evalboard demo`.

    python demo/make.py        # needs inspect-ai; about 20 seconds

Answers are the same each time (`invented.SEED`); ids, times and file names are whatever the run gives.
"""

import getpass
import json
import math
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import twinkle_files
from twinkle_files import QUESTIONS

HERE = Path(__file__).resolve().parent
LOGS = HERE / "logs"
MODULES = ("invented.py", "questions.py", "inspect_tasks.py", "inspect_runs.py", "trouble.py")
LIMIT = 900_000  # bytes


def run_inspect(work: Path) -> None:
    """In processes of their own (two do not survive), in an empty folder that is no git repository."""
    for name in MODULES:
        shutil.copy(HERE / name, work)
    kept = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT")
    env = {k: os.environ[k] for k in kept if k in os.environ}
    env |= {"XDG_DATA_HOME": str(work / "data"), "XDG_CACHE_HOME": str(work / "cache"), "HOME": str(work)}
    for runs, survives in (("ordinary", True), ("cancelled", False), ("crashed", False)):
        done = subprocess.run(
            [sys.executable, "inspect_runs.py", runs], cwd=work, env=env, capture_output=True, text=True
        )
        if survives and done.returncode:
            sys.exit(f"inspect_runs.py {runs} failed:\n{done.stderr}")


def anonymous(text: str, work: Path) -> str:
    """With paths from the package on, instead of from the root of this machine."""
    for folder in (work, work.resolve()):
        text = text.replace(f"{folder}/", "")
    return re.sub(r"/[^\s\"]*?/lib/python3\.\d+/(?:site-packages/)?", "", text)


def last_frames(traceback: str) -> str:
    lines = traceback.strip().splitlines()
    return "\n".join(lines if len(lines) < 12 else [lines[0], "  ...", *lines[-8:]])


def slim(path: Path, work: Path) -> None:
    """Read the log and write it again, both by inspect_ai, without what makes it three times larger.

    That is: the events of each sample, the ids of its messages, and all but the last frames of tracebacks.
    What is left of those loses the folders of this machine.
    """
    from inspect_ai.log import read_eval_log, write_eval_log

    log = read_eval_log(str(path))
    if log.status == "started":  # would be rewritten as a finished log
        return
    errors = [log.error]
    for sample in log.samples or ():
        errors += [sample.error, *sample.error_retries]
        for earlier in sample.error_retries:
            earlier.events = None
        sample.events, sample.events_data = [], None
        for message in [*sample.messages, *(c.message for c in sample.output.choices)]:
            message.id = None
    for error in filter(None, errors):
        error.message = anonymous(error.message, work)
        error.traceback = error.traceback_ansi = last_frames(anonymous(error.traceback, work))
    write_eval_log(log, str(path))


def texts(path: Path):
    """Every text in a log, decompressed."""
    if not zipfile.is_zipfile(path):
        yield path.name, path.read_text(encoding="utf-8")
        return
    with zipfile.ZipFile(path) as z:  # inspect_ai has taught it zstd
        for name in z.namelist():
            yield f"{path.name}:{name}", z.read(name).decode("utf-8")


def leaks(folder: Path, work: Path) -> list[str]:
    """Places that name this machine, its user or its folders."""
    secret = {
        str(work),
        str(HERE.parent),
        str(Path.home()),
        tempfile.gettempdir(),
        sys.prefix,
        sys.base_prefix,
    }
    secret = {s for s in secret if len(s) > 1} | {"/home/", "/root", "/work", "/Users/", "git@", "github.com"}
    names = [n for n in (socket.gethostname(), getpass.getuser()) if len(n) > 3 and n != "root"]
    found = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        for where, text in texts(path):
            found += [f"{where}: {s}" for s in secret if s in text]
            found += [f"{where}: {n}" for n in names if re.search(rf"\b{re.escape(n)}\b", text)]
    return found


def inspect_rows(folder: Path):
    from inspect_ai.log import list_eval_logs, read_eval_log

    for info in sorted(list_eval_logs(str(folder)), key=lambda i: i.name):
        log = read_eval_log(info)
        samples = log.samples or []
        values = [s.value for sample in samples for s in (sample.scores or {}).values()]
        scores = sum(len(v) if isinstance(v, dict) else 1 for v in values)
        first = next(iter(log.results.scores), None) if log.results else None
        head = ", ".join(f"{k} {m.value:.3f}" for k, m in first.metrics.items()) if first else "-"
        errors, limits = sum(bool(s.error) for s in samples), sum(bool(s.limit) for s in samples)
        notes = f"{errors} errors, {limits} limits" if errors or limits else ""
        model, task = log.eval.model, log.eval.task
        yield Path(info.name).suffix, model, task, log.status, len(samples), scores, head, notes


def twinkle_rows(folder: Path):
    for path in sorted(folder.rglob("results_*.json")):
        if path.name.startswith("eval_results"):
            continue
        doc = json.loads(path.read_text(encoding="utf-8"))
        details = sorted(path.parent.glob(f"eval_results_{doc['timestamp']}_run*.jsonl"))
        rows = [[json.loads(x) for x in p.read_text(encoding="utf-8").splitlines()] for p in details]
        check_details(doc, rows)
        for dataset, b in doc["dataset_results"].items():
            head = f"average {b['average_accuracy']:.3f}"
            scores = len(b["results"])
            yield "twinkle", doc["config"]["model"]["name"], dataset, doc["timestamp"], "", scores, head, ""
        if rows:
            yield "detail", doc["config"]["model"]["name"], "", "", "", sum(map(len, rows)), "", ""


def check_details(doc: dict, details: list[list[dict]]) -> None:
    """Each category's rows, in the summary's order, give the summary's accuracies."""
    for run, rows in enumerate(details):
        at = 0
        for b in doc["dataset_results"].values():
            for e in b["results"]:
                segment = rows[at : at + QUESTIONS]
                at += QUESTIONS
                assert sorted(r["question_id"] for r in segment) == list(range(QUESTIONS)), e["file"]
                share = sum(r["is_correct"] for r in segment) / QUESTIONS
                assert math.isclose(share, e["individual_runs"]["accuracies"][run]), e["file"]
        assert at == len(rows)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="evalboard-demo-") as name:
        work = Path(name)
        run_inspect(work)
        made = work / "logs"
        for path in sorted(p for p in made.rglob("*") if p.suffix in (".eval", ".json")):
            slim(path, work)
        twinkle_files.write(made / "twinkle")
        if found := leaks(made, work):
            sys.exit("These would be published:\n" + "\n".join(found))
        shutil.rmtree(LOGS, ignore_errors=True)
        shutil.copytree(made, LOGS)
    total, statuses = 0, set()
    for row in [*inspect_rows(LOGS), *twinkle_rows(LOGS / "twinkle")]:
        total += row[5]
        print("{:8} {:19} {:23} {:14} {:>4} {:>5}  {:32} {}".format(*row).rstrip())
        statuses.add(row[3])
    if missing := {"success", "error", "cancelled", "started"} - statuses:
        sys.exit(f"no run ended as {missing}")
    size = sum(p.stat().st_size for p in LOGS.rglob("*") if p.is_file())
    print(f"{total} scores in {size:,} bytes")
    if size > LIMIT:
        sys.exit(f"demo/logs is larger than {LIMIT:,} bytes")


if __name__ == "__main__":
    main()
