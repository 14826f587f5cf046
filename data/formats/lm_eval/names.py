"""What a metric is called here: the harness's `metric,filter`, without a filter that does nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

NO_FILTER = "none"
NOT_METRICS = {"alias", "name", "samples", "sample_len", "sample_count"}


class Name(NamedTuple):
    metric: str
    filter: str = NO_FILTER

    @property
    def scorer(self) -> str:
        """Two filters of one metric are two ways to score, so they stay apart.

        >>> Name("acc").scorer, Name("exact_match", "flexible-extract").scorer
        ('acc', 'exact_match,flexible-extract')
        """
        return self.metric if self.filter in ("", NO_FILTER) else f"{self.metric},{self.filter}"


class Logged(NamedTuple):
    name: Name
    value: Any
    stderr: Any


def logged(result: Mapping[str, Any]) -> Iterator[Logged]:
    """The metrics of one task, with a filter each; before version 0.4 without."""
    filtered = {k: v for k, v in result.items() if "," in k}
    for key, value in (filtered or result).items():
        metric, _, filter = key.partition(",")
        if metric.endswith("_stderr") or metric in NOT_METRICS:
            continue
        stderr = f"{metric}_stderr,{filter}" if filter else f"{metric}_stderr"
        yield Logged(Name(metric, filter or NO_FILTER), value, result.get(stderr))
