"""A run's settings as one flat table of dotted keys, and the keys in which several runs differ.

What a log does not have is absent (no key); what it has as null is the value `null`.

>>> flat('{"model": {"top_p": 1.0, "stop": ["a"]}, "seed": null}')
{'model.top_p': '1', 'model.stop': '["a"]', 'seed': 'null'}
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any

import polars as pl

Flat = Mapping[str, str]

DEPTH = 8
"""A mapping deeper than this is a value, written as JSON: settings of real logs are at most five deep."""
LONGEST = 4_000
"""Characters of a value that are kept; of a longer one also its length and digest, so that two still differ."""
SCALARS = ("null", "true", "false", "NaN", "Infinity", "-Infinity")


def flat(config: str | None) -> Flat | None:
    """Dotted key -> value as text, in the order of the log; None where there is no JSON object."""
    try:
        found = json.loads(config or "null")
        return dict(_leaves(found, ())) if isinstance(found, dict) else None
    except (ValueError, RecursionError):  # a log may hold anything, nested as deep as it likes
        return None


def _leaves(value: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for name, inside in value.items():
        here = (*path, _step(name))
        if isinstance(inside, dict) and inside and len(here) < DEPTH:
            yield from _leaves(inside, here)
        else:
            yield clipped(".".join(here)), clipped(spelt(inside))


def _step(name: str) -> str:
    """Quoted where a dot would read as a step down.

    >>> _step("gpt-4.1"), _step("top_p")
    ('"gpt-4.1"', 'top_p')
    """
    return json.dumps(name, ensure_ascii=False) if not name or "." in name or name[0] == '"' else name


def spelt(value: Any) -> str:
    """A text as it is, quoted only where it would read as something else; all else as JSON, with equal numbers alike.

    >>> [spelt(x) for x in ("be brief", "1", 1, 1.0, None, {"b": 0.0, "a": "ü"})]
    ['be brief', '"1"', '1', '1', 'null', '{"a":"ü","b":0}']
    """
    if isinstance(value, str) and not _reads_as_json(value):
        return value
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _reads_as_json(text: str) -> bool:
    if text in SCALARS or text[:1] in ('"', "[", "{"):
        return True
    try:
        float(text)
    except ValueError:
        return False
    return True


def _plain(value: Any) -> Any:
    """0.0 and 0 are one number in two spellings."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def clipped(text: str) -> str:
    text = text.encode("utf-8", "replace").decode()  # half a surrogate pair is JSON, and no text
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST]}… ({len(text)} · {blake2b(text.encode(), digest_size=4).hexdigest()})"


def differing(named: Mapping[str, Flat | None]) -> pl.DataFrame:
    """`key`, then a column for each name: the keys whose values are not the same in all that have settings at all.

    Null where a run does not have the key, and wherever its settings are not known.
    """
    known = {name: found for name, found in named.items() if found is not None}
    keys = dict.fromkeys(k for found in known.values() for k in found)
    rows = [k for k in sorted(keys, key=_about) if len({found.get(k) for found in known.values()}) > 1]
    columns = {name: [(found or {}).get(k) for k in rows] for name, found in named.items()}
    return pl.DataFrame(
        {"key": rows, **columns}, schema={"key": pl.String, **dict.fromkeys(named, pl.String)}
    )


IDENTITY = ("created", "eval_id", "evaluation_id", "run_id", "task_id", "timestamp")
"""What differs between any two runs, and so comes last."""


def _about(key: str) -> tuple[bool, str]:
    return key in IDENTITY, key


def first(found: Flat | None, keys: Sequence[str]) -> str | None:
    """The value of the first of these keys that is set to something; null is as good as absent here."""
    values = ((found or {}).get(k) for k in keys)
    return next((v for v in values if v not in (None, "null", "", "{}", "[]")), None)


def parting(values: Sequence[str | None], room: int, before: int = 40) -> list[str | None]:
    """At most `room` characters of each value, from shortly before they part: that two long prompts begin alike says
    nothing.

    >>> parting(["a" * 50 + "b", "a" * 50 + "c", None], 20, before=5)
    ['…aaaaab', '…aaaaac', None]
    >>> parting(["short", "sharp"], 20), parting(["x" * 9, "y"], 4)
    (['short', 'sharp'], ['xxxx…', 'y'])
    """
    known = [v for v in values if v is not None]
    same = _alike(known)
    begin = max(0, same - before) if any(len(v) > room for v in known) else 0
    return [None if v is None else _window(v, begin, room) for v in values]


def _alike(texts: Sequence[str]) -> int:
    """How many characters all begin with. The first and the last in order differ first."""
    low, high = min(texts, default=""), max(texts, default="")
    return next(
        (i for i, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), min(len(low), len(high))
    )


def _window(text: str, begin: int, room: int) -> str:
    left, right = "…" if begin else "", "…" if len(text) > begin + room else ""
    return f"{left}{text[begin : begin + room]}{right}"
