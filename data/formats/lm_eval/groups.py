"""Groups of tasks. Their results are sums over their tasks, so they are no tasks themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def groups_of(doc: Mapping[str, Any]) -> dict[str, list[str]]:
    """Group -> its tasks and groups. A task stands among them as a group of nothing."""
    listed = doc.get("group_subtasks")
    found = {k: v for k, v in listed.items() if isinstance(v, list)} if isinstance(listed, dict) else {}
    summed = doc.get("groups")
    return {k: v for k, v in found.items() if v} | {
        k: found.get(k, []) for k in (summed if isinstance(summed, dict) else {})
    }


def outermost(task: str, groups: Mapping[str, list[str]]) -> str | None:
    """The largest group that a task is in.

    >>> outermost("virology", {"mmlu": ["mmlu_other"], "mmlu_other": ["virology"]})
    'mmlu'
    """
    seen = {task}
    now = task
    while above := next((g for g, members in groups.items() if now in members and g not in seen), None):
        seen.add(above)
        now = above
    return None if now == task else now
