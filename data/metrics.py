"""What we know of each metric by its name. To add one, add a line.

Names are the logs' own (Inspect's metrics, Twinkle's, and those of common harnesses). A metric that is not
listed is taken as a score of which more is better, of unknown range.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Metric:
    name: str
    higher_is_better: bool = True
    proportion: bool = False
    """Lies between 0 and 1, so that it may be shown as 0 to 100."""
    right: bool = False
    """The share of samples that were answered right, by the name that some harness has for it."""
    spread: bool = False
    """Says how uncertain or how varied another metric is; never ranked, compared or averaged."""


METRICS = {
    m.name: m
    for m in (
        Metric("accuracy", proportion=True, right=True),
        Metric("mean"),
        Metric("f1", proportion=True),
        Metric("exact_match", proportion=True, right=True),
        Metric("quasi_exact_match", proportion=True, right=True),
        Metric("pass@1", proportion=True),
        Metric("unparsed_rate", higher_is_better=False, proportion=True),
        Metric("acc", proportion=True, right=True),
        Metric("acc_norm", proportion=True, right=True),
        Metric("mcc"),
        Metric("bleu"),
        Metric("chrf"),
        Metric("ter", higher_is_better=False),
        Metric("ppl", higher_is_better=False),
        Metric("word_perplexity", higher_is_better=False),
        Metric("byte_perplexity", higher_is_better=False),
        Metric("wer", higher_is_better=False),
        Metric("cer", higher_is_better=False),
        Metric("perplexity", higher_is_better=False),
        Metric("bits_per_byte", higher_is_better=False),
        Metric("toxicity", higher_is_better=False, proportion=True),
        Metric("latency", higher_is_better=False),
        Metric("latency_s", higher_is_better=False),
        Metric("error_rate", higher_is_better=False, proportion=True),
        Metric("stderr", spread=True),
        Metric("bootstrap_stderr", spread=True),
        Metric("std", spread=True),
        Metric("var", spread=True),
        Metric("ci_wilson", spread=True),
    )
}


def about(name: str) -> Metric:
    """
    >>> about("accuracy").proportion, about("wer").higher_is_better, about("new").higher_is_better
    (True, False, True)
    """
    return METRICS.get(name) or Metric(name, proportion=name.startswith("pass@"))


def direction(scorer: str, metric: str) -> int:
    """1 if more is better, -1 if less is. The mean of a scorer called `wer` is judged as `wer`.

    >>> direction("wer", "mean"), direction("match", "accuracy"), direction("agent/latency_s", "mean")
    (-1, 1, -1)
    """
    names = (metric, scorer, scorer.rsplit("/", 1)[-1])
    return 1 if all(about(n).higher_is_better for n in names) else -1
