"""Whether inspect_ai reads the same out of whole samples, for test_whole.py: run as a program, it writes logs, reads each
sample with the library and with us, and tells where they differ.

A process of its own, because the library's import warns, patches zipfile and starts event loops.
"""

from __future__ import annotations

import base64
import json
import math
import os
import sys
from pathlib import Path
from typing import Any

PIXEL = base64.b64encode(
    bytes.fromhex(
        "89504e470d0a1a0a0000000d494844520000000100000001080600000"
        "01f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
    )
).decode()
LONG = "A text that is longer than what Inspect leaves in its events, so that it becomes an attachment. " * 3
ID = "a/b 0 é #?%<b>"


def main(out: str, *others: str) -> None:
    folder = Path(out)
    write_logs(folder)
    logs = [*sorted(folder.glob("*.eval")), *sorted(folder.glob("*.json")), *map(Path, others)]
    said = {str(path): compare(path, path) for path in logs}
    for chunked in sorted((folder / "chunked").glob("*.eval")):
        said[str(chunked)] = compare(chunked, folder / chunked.name)
    (folder / "said.jsn").write_text(json.dumps(said))


def write_logs(folder: Path) -> None:
    from inspect_ai.log._recorders.chunked.convert import convert_eval_logs_to_chunked

    for suffix in ("eval", "json"):
        run(folder, suffix)
    # Chunks so small that every sequence has several.
    convert_eval_logs_to_chunked(
        str(folder / "agent.eval"), str(folder / "chunked"), chunk_size=2, attachments_chunk_bytes=200
    )


def run(folder: Path, suffix: str) -> None:
    from inspect_ai import Task
    from inspect_ai import eval as inspect_eval
    from inspect_ai.model import get_model
    from inspect_ai.solver import generate, use_tools

    (log,) = inspect_eval(
        Task(dataset=samples(), solver=[use_tools(look()), generate()], scorer=judged()),
        model=get_model("mockllm/model", custom_outputs=outputs()),
        log_dir=str(folder / "runs"),
        log_format=suffix,  # type: ignore[arg-type]
        display="none",
        epochs=2,
        max_samples=1,
    )
    os.rename(log.location.removeprefix("file://"), folder / f"agent.{suffix}")


def samples() -> list[Any]:
    from inspect_ai.dataset import Sample
    from inspect_ai.model import ChatMessageUser, ContentImage, ContentText

    seen = [ContentText(text=LONG), ContentImage(image=f"data:image/png;base64,{PIXEL}")]
    return [
        Sample(id=ID, input=[ChatMessageUser(content=seen)], target="42", metadata={"kind": "<script>"}),
        Sample(id=2, input=LONG, target=["42", "x"], choices=["a", "b"]),
    ]


def look() -> Any:
    from inspect_ai.tool import ToolError, tool

    @tool(name="look")
    def made() -> Any:
        async def execute(at: str) -> Any:
            """Look at something.

            Args:
                at: What to look at.
            """
            if at == "nothing":
                raise ToolError("there is nothing")
            return f"{at}: {LONG}"

        return execute

    return made()


def judged() -> Any:
    from inspect_ai.scorer import Score, mean, scorer

    @scorer(metrics={"*": [mean()]}, name="judged")
    def made() -> Any:
        async def score(state: Any, target: Any) -> Score:
            return Score(
                value={"right": 1.0, "never": math.nan},
                answer=state.output.completion,
                explanation=LONG,
                metadata={"deep": {"er": [1, "attachment://not-one"]}},
            )

        return score

    return made()


def outputs() -> Any:
    from inspect_ai.model import ModelUsage

    for said in turns():
        said.usage = ModelUsage()  # or the mock model counts tokens, with a table from the network
        yield said


def turns() -> Any:
    """Of each sample: two calls of the tool, and what the model says in the end."""
    from inspect_ai.model import (
        ChatCompletionChoice,
        ChatMessageAssistant,
        ContentReasoning,
        ContentText,
        ModelOutput,
    )

    while True:
        yield ModelOutput.for_tool_call("mockllm/model", "look", {"at": LONG})
        yield ModelOutput.for_tool_call("mockllm/model", "look", {"at": "nothing"})
        text = ContentText(text="42 \x1b[31mred\x1b[0m 🙂 \u202e")
        last = ChatMessageAssistant(content=[ContentReasoning(reasoning=LONG), text])
        yield ModelOutput(model="mockllm/model", choices=[ChatCompletionChoice(message=last)])


def compare(ours: Path, theirs: Path) -> dict[str, Any]:
    """How many samples there are, and every difference between what we read of `ours` and they of `theirs`."""
    from inspect_ai.log import read_eval_log, read_eval_log_sample

    samples = read_eval_log(str(theirs)).samples or []
    differences = []
    for s in samples:
        whole = read_eval_log_sample(str(theirs), s.id, s.epoch, resolve_attachments=True)
        bare = read_eval_log_sample(str(theirs), s.id, s.epoch)
        differences += differing(ours, whole, bare.attachments, same_layout=ours == theirs)
    return {
        "samples": len(samples),
        "events": sum(len(s.events) for s in samples),
        "differences": differences,
    }


def differing(path: Path, whole: Any, attachments: dict[str, str], *, same_layout: bool) -> list[str]:
    from inspect_ai.event._event import Event
    from inspect_ai.model import ChatMessage
    from inspect_ai.scorer import Score
    from pydantic import TypeAdapter

    from data.formats.base import Log, SampleKey
    from data.formats.inspect_log import FORMAT
    from data.formats.inspect_log.pieces import resolved

    found = FORMAT.sample(Log(path), SampleKey(str(whole.id), whole.epoch))
    assert found is not None
    assert not found.get("problems"), found["problems"]
    mine = TypeAdapter(list[ChatMessage]).validate_python(list(found["messages"]))
    scores = {k: Score.model_validate(v) for k, v in found["scores"].items()}
    events = TypeAdapter(list[Event]).validate_python(list(found["events"]))
    pairs: dict[str, tuple[Any, Any]] = {
        "messages": (dumped(mine), dumped(whole.messages)),
        "scores": (dumped(scores.values()), dumped((whole.scores or {}).values())),
        "scorers": (list(scores), list(whole.scores or {})),
        # Which of them are there depends on the layout; what they say where they belong does not.
        "attachments": (dict(found["attachments"]), attachments) if same_layout else (0, 0),
        "texts": (
            sorted(set(found["attachments"].values()) & set(attachments.values())),
            sorted(set(attachments.values())),
        ),
        # Where the library leaves a reference, in what it derives from a message, we do not.
        "events": (dumped(events), resolved(dumped(whole.events), attachments)),
        "listed": (found["event_list"]()["kind"].to_list(), [e.event for e in whole.events]),
        "completion": (found["output"], whole.output.completion),
    }
    return [
        f"{path.name} {whole.id} {whole.epoch}: {name}: {json.dumps(a)[:1500]} != {json.dumps(b)[:1500]}"
        for name, (a, b) in pairs.items()
        if repr(a) != repr(b)  # as text, since NaN is no equal of itself
    ]


MADE_UP = {"id", "uuid", "message_id", "working_start"}
"""What the library invents for logs that are older than it."""


def dumped(models: Any) -> Any:
    return [without(m.model_dump(exclude_none=True)) for m in models]


def without(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: without(v) for k, v in value.items() if k not in MADE_UP}
    if isinstance(value, list):
        return [without(v) for v in value]
    # We spell what JSON has no number for.
    unspeakable = isinstance(value, float) and not math.isfinite(value)
    return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[repr(value)] if unspeakable else value


if __name__ == "__main__":
    main(*sys.argv[1:])
