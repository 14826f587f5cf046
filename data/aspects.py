"""Where the logs of each format keep what two runs must have alike for their scores to be compared.

To teach evalboard where another harness has one of these, add its dotted key (data/configs.py) to the line.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from data.configs import Flat, first, spelt
from data.statistics.epochs import IN_FULL

PLACES: Mapping[str, tuple[str, ...]] = {
    "version": ("task_version", "version"),
    "limit": ("config.limit", "adapter_spec.max_eval_instances"),
    "method": ("plan.steps", "adapter_spec.method", "evaluation.evaluation_method", "task.output_type"),
    "few_shot": ("n_shot", "task.num_fewshot", "adapter_spec.max_train_instances", "task_args.num_fewshot", "task_args.fewshot"),
    "system_prompt": ("plan.config.system_message", "model_generate_config.system_message", "system_instruction",
                      "adapter_spec.instructions"),
    "temperature": ("plan.config.temperature", "model_generate_config.temperature", "task.generation_kwargs.temperature",
                    "adapter_spec.temperature", "model.temperature", "generation.generation_args.temperature"),
    "top_p": ("plan.config.top_p", "model_generate_config.top_p", "task.generation_kwargs.top_p", "model.top_p",
              "generation.generation_args.top_p"),
    "max_tokens": ("plan.config.max_tokens", "model_generate_config.max_tokens", "task.generation_kwargs.max_gen_toks",
                   "adapter_spec.max_tokens", "model.max_tokens", "generation.generation_args.max_tokens"),
    "seed": ("plan.config.seed", "model_generate_config.seed", "config.random_seed"),
}  # fmt: skip
"""What was asked of a model and how -> the keys that may have it, the one that counts first. Inspect writes `plan`,
`config`, `task_*` and `model_generate_config`; HELM `adapter_spec`; lm-evaluation-harness `task`, `config` and
`system_instruction`; Twinkle `model` and `evaluation`; Every Eval Ever `generation`."""
HARNESS = ("packages.inspect_ai", "lm_eval_version")
REDUCER = ("config.epochs_reducer",)
TWINKLE_PROMPT = "evaluation.system_prompt"


def said(settings: Flat | None, aspect: str) -> str | None:
    """
    >>> said({"plan.config.temperature": "0.5", "model_generate_config.temperature": "1"}, "temperature")
    '0.5'
    >>> said({"config.limit": "null"}, "limit")
    """
    found = first(settings, PLACES[aspect])
    if aspect == "method":
        return found and _method(found)
    return found or (_prompt(settings or {}) if aspect == "system_prompt" else None)


def _method(found: str) -> str:
    """Of Inspect's solvers all but the system prompt, which is an aspect of its own."""
    steps = _list(found)
    return spelt([s for s in steps if not _is_prompt(s)]) if steps else found


def _is_prompt(solver: Mapping[str, Any]) -> bool:
    return str(solver.get("solver")).endswith("system_message")


def _prompt(settings: Flat) -> str | None:
    """Inspect has it among the solvers, Twinkle one for each language and a switch."""
    steps = [s.get("params") for s in _list(settings.get("plan.steps")) if _is_prompt(s)]
    if steps:
        return "\n".join(spelt(p.get("template") if isinstance(p, dict) else p) for p in steps)
    if settings.get(f"{TWINKLE_PROMPT}_enabled") == "false":
        return None
    languages = {
        k: v for k, v in settings.items() if k == TWINKLE_PROMPT or k.startswith(f"{TWINKLE_PROMPT}.")
    }
    return "\n".join(languages[k] for k in sorted(languages)) or None


def reducer(settings: Flat | None) -> str | None:
    """By what an Inspect run was told to reduce epochs, by its own name; None where it was told nothing or several.

    >>> reducer({"config.epochs_reducer": '["mean_score"]'}), reducer({"config.epochs_reducer": '["mean","max"]'})
    ('mean', None)
    """
    found = (first(settings, REDUCER) or "").removeprefix('["').removesuffix('"]')
    return None if not found or '"' in found else IN_FULL.get(found, found)


def scorer_options(settings: Flat | None, scorer: str) -> str | None:
    """What an Inspect scorer was told, as JSON; None for nothing.

    >>> scorer_options({"scorers": '[{"name":"pkg/match","options":{"location":"end"}}]'}, "match")
    '{"location": "end"}'
    """
    mine = (
        s
        for s in _list((settings or {}).get("scorers"))
        if str(s.get("name")).rsplit("/", 1)[-1] == scorer.rsplit("/", 1)[-1]
    )
    options = next((s.get("options") for s in mine), None)
    return json.dumps(options, sort_keys=True, ensure_ascii=False) if options else None


def _list(text: str | None) -> list[dict[str, Any]]:
    """The objects of a JSON list; none where a value was too long to be kept whole."""
    try:
        found = json.loads(text or "[]")
    except ValueError:
        return []
    return [x for x in found if isinstance(x, dict)] if isinstance(found, list) else []
