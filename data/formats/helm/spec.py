"""What a run was asked to do, from run_spec.json and, for the suite alone, from where the run lies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from data.formats.helm.perturbations import spelt
from data.formats.helm.records import load
from data.formats.redaction import redacted
from data.problems import Code, Problem
from data.schema import UNKNOWN

MODEL = re.compile(r"(?<=[:,])model(?:_deployment)?=[^,]*")
OF_THE_MODEL = ("model", "model_deployment")


@dataclass(frozen=True, slots=True)
class Spec:
    name: str
    suite: str | None
    content: Mapping[str, Any]

    @property
    def adapter(self) -> Mapping[str, Any]:
        return mapping(self.content.get("adapter_spec"))

    @property
    def model(self) -> str:
        told = self.adapter.get("model") or self.adapter.get("model_deployment")
        return told if isinstance(told, str) else in_name(self.name)

    @property
    def groups(self) -> list[str]:
        found = self.content.get("groups")
        return [g for g in found if isinstance(g, str)] if isinstance(found, list) else []

    @property
    def trials(self) -> int:
        count = self.adapter.get("num_train_trials")
        return count if isinstance(count, int) and count > 0 else 1

    @property
    def run_id(self) -> str:
        """With the suite, although only the path tells it: runs of one name in two suites are two runs, which HELM's
        own summary takes for two trials of one."""
        return digest(self.suite, self.name, self.content)

    def row(self) -> dict[str, Any]:
        scenario = mapping(self.content.get("scenario_spec"))
        asked = redacted(dict(self.content))
        return {
            "run_id": self.run_id,
            "task_key": self.run_id,
            "model": self.model,
            "task": task(self.name),
            "dataset": dataset(scenario.get("class_name")),
            "suite": self.suite,
            "tags": self.groups,
            "config": spelt(asked),
            "config_digest": digest(comparable(asked)),
        }


def read(path: Path | None, folder: Path, problems: list[Problem]) -> Spec:
    content: Any = {}
    if path is not None:
        content, wrong = load(path)
        problems.extend(wrong)
    content = mapping(content)
    name = content.get("name")
    spec = Spec(name if isinstance(name, str) and name else folder.name, folder.parent.name or None, content)
    if not (spec.adapter.get("model") or spec.adapter.get("model_deployment")) and path is not None:
        problems.append(Problem(Code.MISSING_FIELD, "adapter_spec.model"))
    return spec


def task(name: str) -> str:
    """The run's name without the model: what is left names the scenario and all that changes it.

    >>> task("mmlu:subject=law,model=amazon_nova-micro-v1:0,groups=a-b"), task("boolq,data=x:model=openai_gpt2")
    ('mmlu:subject=law,groups=a-b', 'boolq,data=x')
    """
    left = MODEL.sub("\0", name)
    return re.sub(r",\0|\0,|\0", "", left).rstrip(":,") or name


def in_name(name: str) -> str:
    """The model as the run's name has it, where a slash has become an underscore."""
    found = MODEL.search(name)
    return found[0].partition("=")[2] if found else UNKNOWN


def dataset(class_name: object) -> str | None:
    """
    >>> dataset("helm.benchmark.scenarios.mmlu_scenario.MMLUScenario")
    'MMLU'
    """
    return class_name.rpartition(".")[2].removesuffix("Scenario") if isinstance(class_name, str) else None


def comparable(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a specification in which runs of two models agree when they were asked the same in the same way."""
    adapter = {k: v for k, v in mapping(asked.get("adapter_spec")).items() if k not in OF_THE_MODEL}
    return {k: v for k, v in asked.items() if k != "name"} | {"adapter_spec": adapter}


def digest(*values: Any) -> str:
    return blake2b(spelt(values).encode(), digest_size=16).hexdigest()


def mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
