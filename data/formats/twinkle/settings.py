"""What a run was asked to do, without what nobody should see."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from data.formats.twinkle.values import mapping, number

SECRET = re.compile(r"api[_-]?key|secret|passw|credential|authori[sz]|bearer|cookie|private|(^|[_-])(key|token|auth)$", re.IGNORECASE)  # fmt: skip
USERINFO = re.compile(r"(?<=://)[^/@\s]+@")
VARIANTS = ("low", "medium", "high", "default")
EFFORT = re.compile(r"Reasoning:\s*(low|medium|high)\b", re.IGNORECASE)
SAMPLING = ("temperature", "top_p", "max_tokens", "frequency_penalty", "presence_penalty", "extra_body")
PROCEDURE = (
    "system_prompt",
    "system_prompt_enabled",
    "datasets_prompt_map",
    "shuffle_options",
    "repeat_runs",
    "samples_per_question",
    "pass_k",
    "strategy_config",
    "dataset_overrides",
)


def public(value: Any) -> Any:
    """The same without secrets, at any depth: keys that name one, and passwords within addresses."""
    if isinstance(value, Mapping):
        return {k: public(v) for k, v in value.items() if not SECRET.search(k)}
    if isinstance(value, list):
        return [public(v) for v in value]
    return USERINFO.sub("", value) if isinstance(value, str) else value


def canonical(value: Any) -> str:
    """One spelling for equal values, whatever order their keys were written in."""
    return encoded(value).decode()


def encoded(value: Any) -> bytes:
    return msgspec.json.encode(value, order="sorted")


def digest(*values: Any) -> str:
    return hashlib.blake2b(encoded(values), digest_size=16).hexdigest()


def config_digest(config: Mapping[str, Any], method: object) -> str:
    """Equal for runs whose scores are comparable: versions spell "nothing" as {}, null or not at all."""
    model, evaluation = mapping(config.get("model")), mapping(config.get("evaluation"))
    chosen = [model.get(k) or None for k in SAMPLING] + [evaluation.get(k) or None for k in PROCEDURE]
    return digest(method, [public(v) for v in chosen])


def evaluation_of(config: Mapping[str, Any]) -> Mapping[str, Any]:
    return mapping(config.get("evaluation"))


def count(config: Mapping[str, Any], key: str) -> int:
    """How often something was to be done: at least once."""
    return max(1, int(number(evaluation_of(config).get(key)) or 1))


def tags(config: Mapping[str, Any], path: Path) -> list[str]:
    """How hard the model was to think: the folder's name tells it, else the system prompt."""
    if path.parent.name in VARIANTS:
        return [path.parent.name]
    found = EFFORT.search(canonical(evaluation_of(config).get("system_prompt")))
    return [found[1].lower()] if found else []
