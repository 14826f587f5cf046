"""What inspect_ai itself says about logs, for test_oracle.py: run as a program, it writes logs and its reading of them.

A process of its own, because the library's import warns, patches zipfile and starts event loops.
"""

from __future__ import annotations

import json
import math
import os
import sys
import zipfile
from pathlib import Path


def main(out: str, *others: str) -> None:
    folder = Path(out)
    write_logs(folder)
    logs = [*sorted(folder.glob("*.eval")), *sorted(folder.glob("*.json")), *map(Path, others)]
    said = {str(path): reading(path) for path in logs}
    (folder / "said.jsn").write_text(json.dumps(said))


def write_logs(folder: Path) -> None:
    import inspect_ai._util.zipfile as zips
    import inspect_ai.log._recorders.eval as recorder

    run(folder, "mixed", "eval", epochs=2, log_buffer=2, max_samples=1)
    run(folder, "mixed", "json", epochs=2)
    run(folder, "reduced", "eval", epochs=reducers())
    run(folder, "best", "eval", epochs=reducers())
    run(folder, "failing", "eval", fail_on_error=False)
    run(folder, "failing", "json", fail_on_error=False)
    run(folder, "failing", "eval", name="stopped")
    run(folder, "limited", "eval", message_limit=3)
    run(folder, "limited", "json", message_limit=3)
    run(folder, "messages", "eval")
    run(folder, "messages", "json")
    run(folder, "unscored", "eval")
    recorder.zipfile_compress_kwargs = {"compression": zipfile.ZIP_DEFLATED, "compresslevel": 5}
    run(folder, "mixed", "eval", name="deflated")
    recorder.zipfile_compress_kwargs = zips.zipfile_compress_kwargs
    edit(folder / "mixed.eval", folder / "edited.eval")
    unfinish(folder / "mixed.eval", folder / "started.eval")


def run(folder: Path, task: str, suffix: str, name: str = "", **kwargs) -> None:  # type: ignore[no-untyped-def]
    from inspect_ai import eval as inspect_eval

    (log,) = inspect_eval(
        tasks()[task],
        model=model(),
        log_dir=str(folder / "runs"),
        log_format=suffix,  # type: ignore[arg-type]
        display="none",
        tags=[task],
        **kwargs,
    )
    os.rename(log.location.removeprefix("file://"), folder / f"{name or task}.{suffix}")


def model():  # type: ignore[no-untyped-def]
    from inspect_ai.model import ModelOutput, ModelUsage, get_model

    def answers():  # type: ignore[no-untyped-def]
        while True:
            output = ModelOutput.from_content("mockllm/model", "The answer is\n\n  B.")
            output.usage = ModelUsage(input_tokens=10, output_tokens=5, total_tokens=15, total_cost=0.25)
            yield output

    return get_model("mockllm/model", custom_outputs=answers())


def reducers():  # type: ignore[no-untyped-def]
    from inspect_ai import Epochs

    return Epochs(2, ["mean", "max"])


def tasks():  # type: ignore[no-untyped-def]
    from inspect_ai import Task, task
    from inspect_ai.dataset import MemoryDataset, Sample
    from inspect_ai.log import HeadlineMetric
    from inspect_ai.model import ChatMessageSystem, ChatMessageUser, ContentImage, ContentText
    from inspect_ai.scorer import Score, accuracy, grouped, mean, scorer, stderr
    from inspect_ai.solver import generate, solver

    nan, inf = math.nan, math.inf
    ids = [1, "a/b 0 #?%<b>", "é 😀", "plain", 5, "six"]

    def cycling(name, values, metrics):  # type: ignore[no-untyped-def]
        @scorer(metrics=metrics, name=name)
        def made():  # type: ignore[no-untyped-def]
            async def score(state, target):  # type: ignore[no-untyped-def]
                at = (ids.index(state.sample_id) + state.epoch - 1) % len(values)
                return values[at] if isinstance(values[at], Score) else Score(value=values[at], answer="A  b")

            return score

        return made()

    grades = cycling("grades", ["C", "I", "P", "N"], [accuracy(), stderr()])
    words = cycling("words", ["yes", "FALSE", " 0.5", "1e3", "True", "no"], [accuracy()])
    letters = cycling("letters", ["A", "C", "", "nan", "B", "c"], [accuracy()])
    numbers = cycling("numbers", [0.25, 3, True, -1, inf, -inf], [])
    unscored = Score.unscored(reason="grader_failed", answer="text: NaN, Infinity")
    gaps = cycling("gaps", [0.5, unscored, 1.0], [mean(), stderr()])
    parts = cycling(
        "parts",
        [{"f1": 0.5, "fmt": "C"}, {"f1": nan, "fmt": "I"}, {"f1": 1, "fmt": True}],
        {"f1": [mean(), stderr()], "fmt": [accuracy()]},
    )
    lists = cycling("lists", [[1, 0.5, "C"], [0, inf, "I"]], [])
    by_kind = cycling("by_kind", ["C", "I", "C"], [grouped(accuracy(), "kind"), accuracy(), stderr()])
    never = cycling("never", [unscored], [mean()])

    def dataset(inputs=None):  # type: ignore[no-untyped-def]
        return MemoryDataset(
            [
                Sample(
                    id=id,
                    input=inputs or f'Is ": NaN, " or [Infinity]\n in {id}?',
                    target=["A", "B"] if n % 2 else "A",
                    metadata={"kind": f"k{n % 2}", "nan": nan, "inf": inf, "text": ":NaN, [NaN]", "n": n},
                )
                for n, id in enumerate(ids)
            ],
            name="cycles",
        )

    @solver
    def flaky():  # type: ignore[no-untyped-def]
        async def solve(state, generate):  # type: ignore[no-untyped-def]
            if state.sample_id in (5, "plain"):
                raise RuntimeError("boom ✗")
            return await generate(state)

        return solve

    @solver
    def talkative():  # type: ignore[no-untyped-def]
        async def solve(state, generate):  # type: ignore[no-untyped-def]
            while state.sample_id == "six":
                state = await generate(state)
                state.messages.append(ChatMessageUser(content="more"))
            return await generate(state)

        return solve

    said = [
        ChatMessageSystem(content="Be brief."),
        ChatMessageUser(content=[ContentText(text="What is\nthis?"), ContentImage(image=PIXEL)]),
    ]

    @task
    def mixed():  # type: ignore[no-untyped-def]
        scorers = [grades, words, letters, numbers, gaps, parts, lists]
        return Task(dataset(), generate(), scorer=scorers, headline_metric="accuracy")

    @task
    def reduced():  # type: ignore[no-untyped-def]
        return Task(dataset(), generate(), scorer=[by_kind, parts])

    @task
    def best():  # type: ignore[no-untyped-def]
        wanted = HeadlineMetric(scorer="grades", metric="accuracy", reducer="max")
        return Task(dataset(), generate(), scorer=[parts, grades], headline_metric=wanted)

    @task
    def failing():  # type: ignore[no-untyped-def]
        return Task(dataset(), flaky(), scorer=[grades, parts])

    @task
    def limited():  # type: ignore[no-untyped-def]
        return Task(dataset(), talkative(), scorer=[grades])

    @task
    def messages():  # type: ignore[no-untyped-def]
        return Task(dataset(said), generate(), scorer=[grades])

    @task(name="unscored")
    def unscored_():  # type: ignore[no-untyped-def]
        return Task(dataset(), generate(), scorer=[never])

    return {
        "mixed": mixed(),
        "reduced": reduced(),
        "best": best(),
        "failing": failing(),
        "limited": limited(),
        "messages": messages(),
        "unscored": unscored_(),
    }


PIXEL = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def edit(path: Path, to: Path) -> None:
    from inspect_ai.log import ProvenanceData, edit_score, read_eval_log, write_eval_log
    from inspect_ai.scorer import ScoreEdit

    log = read_eval_log(str(path))
    sample = (log.samples or [])[0]
    by = ProvenanceData(author="qa", reason="regrade")
    edit_score(log, sample.id, "grades", ScoreEdit(value=0.125, provenance=by), epoch=sample.epoch)
    write_eval_log(log, str(to))


def unfinish(path: Path, to: Path) -> None:
    """What a killed run leaves: no header, no summaries, no reductions, and the last batch lost."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as target:
        batches = [n for n in source.namelist() if n.startswith("_journal/summaries/")]
        for name in source.namelist():
            if "/" in name and name != max(batches, key=lambda n: (len(n), n)):
                target.writestr(name, source.read(name))


def reading(path: Path) -> dict:  # type: ignore[type-arg]
    from inspect_ai.analysis import samples_df
    from inspect_ai.log import read_eval_log

    header = read_eval_log(str(path), header_only=True)
    # Under a name that the library takes for a log.
    named = path.with_name("2026-01-01T00-00-00_x_y" + path.suffix)
    if path.suffix == ".json" and not path.name[:4].isdigit():
        named = Path(os.environ["ORACLE_TMP"]) / f"2026-01-01T00-00-00_{path.stem}_y.json"
        named.write_bytes(path.read_bytes())
    else:
        named = path
    frame = samples_df(str(named), quiet=True)
    return {
        "header": json.loads(header.model_dump_json(exclude={"reductions", "samples"})),
        "headline": headline(header),
        "samples": json.loads(json.dumps([cells(row) for row in frame.to_dict("records")], default=str)),
        "floats": floats(frame),
    }


def headline(log):  # type: ignore[no-untyped-def]
    from inspect_ai.log._headline import headline_metric

    found = headline_metric(log)
    return found and [
        found.score.scorer,
        found.score.name,
        found.name,
        found.score.reducer,
        found.metric.value,
    ]


def cells(row):  # type: ignore[no-untyped-def]
    return {k: None if is_absent(v) else v for k, v in row.items()}


def is_absent(value):  # type: ignore[no-untyped-def]
    import pandas as pd

    return not isinstance(value, (list, dict)) and bool(pd.isna(value))


def floats(frame):  # type: ignore[no-untyped-def]
    """For each sample and score: the cell of samples_df, and its value_to_float; of a list or dictionary, of each part."""
    return [
        {c.removeprefix("score_"): parts(v) for c, v in row.items() if c.startswith("score_")}
        for row in frame.to_dict("records")
    ]


def parts(cell):  # type: ignore[no-untyped-def]
    value = json.loads(cell) if isinstance(cell, str) and cell[:1] in ("[", "{") else cell
    if isinstance(value, dict):
        return {part: parts(v) for part, v in value.items()}
    if isinstance(value, list):
        return {str(part): parts(v) for part, v in enumerate(value)}
    return [None, None] if is_absent(value) else [value, in_numbers(value)]


def in_numbers(value):  # type: ignore[no-untyped-def]
    from inspect_ai.scorer import value_to_float

    return value_to_float()(value)


if __name__ == "__main__":
    main(*sys.argv[1:])
