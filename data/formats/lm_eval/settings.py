"""What a task was asked to do, without what nobody should see."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from data.formats.digests import as_json, digest
from data.formats.loose import table, text
from data.formats.redaction import redacted

KEPT = (
    "config", "git_hash", "lm_eval_version", "transformers_version", "model_source", "system_instruction",
    "chat_template_sha", "fewshot_as_multiturn", "max_length",
)  # fmt: skip
OF_THE_TASK = {
    "task": "configs", "version": "versions", "n_shot": "n-shot", "n_samples": "n-samples",
    "higher_is_better": "higher_is_better", "task_hash": "task_hashes",
}  # fmt: skip
COMPARED = ("limit", "gen_kwargs", "random_seed", "numpy_seed", "torch_seed", "fewshot_seed")
ADDRESS = re.compile(r" at 0x[0-9a-f]+")
"""In a function that was logged by its repr: different each time."""
MODEL_ARGUMENT = re.compile(r"(?:^|,)\s*(?:pretrained|model|path)=([^,]+)")


def of_task(doc: Mapping[str, Any], task: str) -> dict[str, Any]:
    own = {name: table(doc.get(key)).get(task) for name, key in OF_THE_TASK.items()}
    asked = {k: doc.get(k) for k in KEPT} | own
    return redacted({k: v for k, v in asked.items() if v is not None})


def config_digest(doc: Mapping[str, Any], task: str) -> str:
    """Equal for runs whose scores are comparable: of the task all but what names the model."""
    own = {k: v for k, v in table(table(doc.get("configs")).get(task)).items() if k != "metadata"}
    general = table(doc.get("config"))
    parts = (
        own,
        table(doc.get("versions")).get(task),
        table(doc.get("n-shot")).get(task),
        [general.get(k) for k in COMPARED],
        doc.get("system_instruction"),
        doc.get("fewshot_as_multiturn") or False,
        bool(doc.get("chat_template_sha")),
    )
    return digest(ADDRESS.sub("", as_json(redacted(list(parts)))))


def model(doc: Mapping[str, Any]) -> str | None:
    """By its true name; in older files it stands among the arguments only."""
    general = table(doc.get("config"))
    arguments = general.get("model_args")
    if isinstance(arguments, dict):
        found = next((arguments[k] for k in ("pretrained", "model", "path") if text(arguments.get(k))), None)
    else:
        match = MODEL_ARGUMENT.search(arguments) if isinstance(arguments, str) else None
        found = match[1].strip() if match else None
    return text(doc.get("model_name")) or found or text(general.get("model"))
