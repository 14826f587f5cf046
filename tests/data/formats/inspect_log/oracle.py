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


PIXEL = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
IDS = [1, "a/b 0 #?%<b>", "é 😀", "plain", 5, "six"]
NAN, INF = math.nan, math.inf


def cycling(name, values, metrics):  # type: ignore[no-untyped-def]
    """A scorer that gives these values in turn, by sample and epoch."""
    from inspect_ai.scorer import Score, scorer

    @scorer(metrics=metrics, name=name)
    def made():  # type: ignore[no-untyped-def]
        async def score(state, target):  # type: ignore[no-untyped-def]
            at = (IDS.index(state.sample_id) + state.epoch - 1) % len(values)
            return values[at] if isinstance(values[at], Score) else Score(value=values[at], answer="A  b")

        return score

    return made()


def scorers():  # type: ignore[no-untyped-def]
    """By name: one for every kind of value that a log may hold."""
    from inspect_ai.scorer import Score, accuracy, grouped, mean, stderr

    unscored = Score.unscored(reason="grader_failed", answer="text: NaN, Infinity")
    parts = [{"f1": 0.5, "fmt": "C"}, {"f1": NAN, "fmt": "I"}, {"f1": 1, "fmt": True}]
    values = {
        "grades": (["C", "I", "P", "N"], [accuracy(), stderr()]),
        "words": (["yes", "FALSE", " 0.5", "1e3", "True", "no"], [accuracy()]),
        "letters": (["A", "C", "", "nan", "B", "c"], [accuracy()]),
        "numbers": ([0.25, 3, True, -1, INF, -INF], []),
        "gaps": ([0.5, unscored, 1.0], [mean(), stderr()]),
        "parts": (parts, {"f1": [mean(), stderr()], "fmt": [accuracy()]}),
        "lists": ([[1, 0.5, "C"], [0, INF, "I"]], []),
        "by_kind": (["C", "I", "C"], [grouped(accuracy(), "kind"), accuracy(), stderr()]),
        "never": ([unscored], [mean()]),
    }
    return {name: cycling(name, *given) for name, given in values.items()}


def dataset(inputs=None):  # type: ignore[no-untyped-def]
    from inspect_ai.dataset import MemoryDataset, Sample

    return MemoryDataset(
        [
            Sample(
                id=id,
                input=inputs or f'Is ": NaN, " or [Infinity]\n in {id}?',
                target=["A", "B"] if n % 2 else "A",
                metadata={"kind": f"k{n % 2}", "nan": NAN, "inf": INF, "text": ":NaN, [NaN]", "n": n},
            )
            for n, id in enumerate(IDS)
        ],
        name="cycles",
    )


def flaky():  # type: ignore[no-untyped-def]
    from inspect_ai.solver import solver

    @solver(name="flaky")
    def made():  # type: ignore[no-untyped-def]
        async def solve(state, generate):  # type: ignore[no-untyped-def]
            if state.sample_id in (5, "plain"):
                raise RuntimeError("boom ✗")
            return await generate(state)

        return solve

    return made()


def talkative():  # type: ignore[no-untyped-def]
    from inspect_ai.model import ChatMessageUser
    from inspect_ai.solver import solver

    @solver(name="talkative")
    def made():  # type: ignore[no-untyped-def]
        async def solve(state, generate):  # type: ignore[no-untyped-def]
            while state.sample_id == "six":
                state = await generate(state)
                state.messages.append(ChatMessageUser(content="more"))
            return await generate(state)

        return solve

    return made()


def said():  # type: ignore[no-untyped-def]
    from inspect_ai.model import ChatMessageSystem, ChatMessageUser, ContentImage, ContentText

    seen = [ContentText(text="What is\nthis?"), ContentImage(image=PIXEL)]
    return [ChatMessageSystem(content="Be brief."), ChatMessageUser(content=seen)]


def tasks():  # type: ignore[no-untyped-def]
    """By name: what one makes of all kinds of scores, and what goes wrong on the way."""
    from inspect_ai import Task, task
    from inspect_ai.log import HeadlineMetric
    from inspect_ai.solver import generate

    best = HeadlineMetric(scorer="grades", metric="accuracy", reducer="max")
    headlines = {"mixed": "accuracy", "best": best}
    by = scorers()
    every = [by[name] for name in ("grades", "words", "letters", "numbers", "gaps", "parts", "lists")]
    asked = {
        "mixed": (dataset(), generate(), every),
        "reduced": (dataset(), generate(), [by["by_kind"], by["parts"]]),
        "best": (dataset(), generate(), [by["parts"], by["grades"]]),
        "failing": (dataset(), flaky(), [by["grades"], by["parts"]]),
        "limited": (dataset(), talkative(), [by["grades"]]),
        "messages": (dataset(said()), generate(), [by["grades"]]),
        "unscored": (dataset(), generate(), [by["never"]]),
    }

    def made(name):  # type: ignore[no-untyped-def]
        @task(name=name)
        def one():  # type: ignore[no-untyped-def]
            questions, solver, judges = asked[name]
            return Task(questions, solver, scorer=judges, headline_metric=headlines.get(name))

        return one()

    return {name: made(name) for name in asked}


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
