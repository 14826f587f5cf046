"""Samples as logged, read again from their run's folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from msgspec import Raw, Struct

from data.formats.base import Log, SampleKey
from data.formats.helm import bookkeeping, packed
from data.formats.helm.reading import files_of
from data.formats.helm.records import tolerant
from data.formats.helm.samples import sample_id
from data.formats.helm.spec import mapping
from data.formats.strict import plain, strict


class State(Struct):
    request_states: list[Raw] = []


class Instance(Struct, gc=False):
    id: str | int | None = None
    perturbation: dict[str, Any] | None = None


class Asked(Struct, gc=False):
    """Of a request, which sample it is about: the rest of it, every token of the answer, is passed over."""

    instance: Instance
    train_trial_index: int = 0

    def about(self) -> Which:
        return _which(self.instance.id, self.instance.perturbation, self.train_trial_index)


class Judged(Struct, gc=False):
    """The same of an entry of per_instance_stats.json."""

    instance_id: str | int
    perturbation: dict[str, Any] | None = None
    train_trial_index: int = 0

    def about(self) -> Which:
        return _which(self.instance_id, self.perturbation, self.train_trial_index)


class Which(NamedTuple):
    sample_id: str
    epoch: int


def _which(instance: object, perturbation: Any, trial: int) -> Which:
    """Trials are epochs, counted from 1."""
    return Which(sample_id(str(instance), perturbation), trial + 1)


def sample(log: Log, wanted: SampleKey) -> Mapping[str, Any] | None:
    return next(samples(log, [wanted]))


def samples(log: Log, wanted: Sequence[SampleKey]) -> Iterator[Mapping[str, Any] | None]:
    """Each file is split once. One sample at a time is made into objects, never the whole of up to gigabytes."""
    files = files_of(log)
    these = {Which(key.sample_id, key.epoch) for key in wanted}
    states = _of(_states(files.get("scenario_state.json")), Asked, these)
    entries = _of(_entries(files.get("per_instance_stats.json")), Judged, these)
    for key in wanted:
        which = Which(key.sample_id, key.epoch)
        yield _whole(_decoded(states.get(which, ())), _decoded(entries.get(which, ())))


def _whole(states: Sequence[dict[str, Any]], entries: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    if not states and not entries:
        return None
    stats = [s for e in entries for s in e.get("stats", ())]
    question = _question(states)
    return {
        "bookkeeping": _bookkeeping(stats),
        **question,
        **_answer(states),
        "output": _output(states, question["references"]),
        "reasoning": _reasoning(states),
        "messages": [m for state in states for m in _exchange(state)],
        "scores": _scores(stats),
        "stats": stats,
        "metadata": _about(states),
    }


def _of(items: Iterable[Raw], kind: type[Asked | Judged], wanted: set[Which]) -> dict[Which, list[Raw]]:
    """The items about the samples that are wanted; what is about none is skipped."""
    decoder = msgspec.json.Decoder(kind)
    found: dict[Which, list[Raw]] = {}
    for item in items:
        try:
            which = decoder.decode(item).about()
        except msgspec.ValidationError:
            continue
        if which in wanted:
            found.setdefault(which, []).append(item)
    return found


def _decoded(items: Sequence[Raw]) -> list[dict[str, Any]]:
    return [plain(msgspec.json.decode(item)) for item in items]


def _states(path: Path | None) -> Sequence[Raw]:
    return _split(path, State, _before_the_cut)


def _entries(path: Path | None) -> Sequence[Raw]:
    return _split(path, list[Raw], lambda found: found if isinstance(found, list) else [])


def _before_the_cut(found: Any) -> list[Any]:
    """Without the last request, which may be half of one."""
    items = mapping(found).get("request_states")
    return items[:-1] if isinstance(items, list) else []


def _split(path: Path | None, kind: Any, within: Callable[[Any], list[Any]]) -> Sequence[Raw]:
    """The items of a file as text, those before the cut where it is cut off."""
    if path is None:
        return ()
    data = packed.read(path).data
    for text in (lambda: data, lambda: strict(data)):
        try:
            found = msgspec.json.decode(text(), type=kind)
            return found.request_states if isinstance(found, State) else found
        except (
            msgspec.DecodeError,
            UnicodeDecodeError,
            RecursionError,
        ):  # bare NaN, mostly: once more without
            continue
    found = tolerant(path.name, data)
    return [Raw(msgspec.json.encode(item)) for item in within(found.value)]


def _question(states: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    instance = mapping(states[0].get("instance")) if states else {}
    references = [mapping(r) for r in instance.get("references", ())]
    texts = [(mapping(r.get("output")).get("text"), r.get("tags") or []) for r in references]
    return {
        "input": _input(mapping(instance.get("input"))),
        "target": ", ".join(t for t, tags in texts if t and "correct" in tags) or None,
        "choices": [t for t, _ in texts] if len(texts) > 1 else None,
        "references": references,
    }


def _input(said: Mapping[str, Any]) -> Any:
    return said.get("messages") or said.get("multimedia_content") or said.get("text")


def _answer(states: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A multiple choice may be one request a choice; each is kept with the choice that it is about."""
    if not states:
        return {"requests": [], "completions": [], "answer": None}
    completions = [c for s in states for c in mapping(s.get("result")).get("completions", ())]
    errors = [e for s in states if (e := mapping(s.get("result")).get("error"))]
    return {
        "prompt": mapping(states[0].get("request")).get("prompt"),
        "requests": list(states),
        "completions": completions,
        "answer": _chosen(states[0], completions) if len(states) == 1 else None,
        "annotations": states[0].get("annotations"),
        "error": errors[0] if errors else None,
    }


def _completions(state: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [mapping(c) for c in mapping(state.get("result")).get("completions") or ()]


def _output(states: Sequence[Mapping[str, Any]], references: Sequence[Mapping[str, Any]]) -> Any:
    """What was completed; where each choice was a request of its own, the log probability that each was given."""
    if len(states) > 1:
        return _likelihoods(states, references)
    written = [text for s in states for c in _completions(s) if isinstance(text := c.get("text"), str)]
    return written[0] if len(written) == 1 else written or None


def _likelihoods(
    states: Sequence[Mapping[str, Any]], references: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    found = {}
    for state in states:
        at, completions = state.get("reference_index"), _completions(state)
        if isinstance(at, int) and 0 <= at < len(references) and completions:
            text = str(mapping(references[at].get("output")).get("text"))
            mode = state.get("request_mode", "original")
            found[text if mode == "original" else f"{text} ({mode})"] = completions[0].get("logprob")
    return found


def _reasoning(states: Sequence[Mapping[str, Any]]) -> str | None:
    thought = [mapping(c.get("thinking")).get("text") for s in states for c in _completions(s)]
    return "\n\n".join(t for t in thought if isinstance(t, str)) or None


def _exchange(state: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What was sent, examples and instructions with it, and what came back."""
    request = mapping(state.get("request"))
    sent = request.get("messages") or [{"role": "user", "content": request.get("prompt") or ""}]
    said = [{"role": "assistant", "content": c.get("text") or ""} for c in _completions(state)]
    return [*(m for m in sent if isinstance(m, dict)), *said]


def _chosen(state: Mapping[str, Any], completions: Sequence[Mapping[str, Any]]) -> str | None:
    """What the first completion says, or the choice that its letter stands for."""
    said = completions[0].get("text") if completions else None
    if not isinstance(said, str):
        return None
    return mapping(state.get("output_mapping")).get(said.strip(), said)


def _scores(stats: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    found = {s["name"]["name"]: s.get("mean") for s in stats if s.get("count")}
    return {name: {"value": value} for name, value in found.items() if bookkeeping.is_score(name)}


def _bookkeeping(stats: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    found = {s["name"]["name"]: s.get("mean") for s in stats if s.get("count")}
    return {name: value for name, value in found.items() if not bookkeeping.is_score(name)}


def _about(states: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    instance = mapping(states[0].get("instance")) if states else {}
    keys = ("split", "sub_split", "perturbation", "contrast_inputs", "contrast_references", "extra_data")
    return {k: instance[k] for k in keys if k in instance}
