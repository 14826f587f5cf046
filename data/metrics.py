"""What we know of each metric by its name. To add one, add a line.

Names are the logs' own (Inspect's metrics, Twinkle's, and those of common harnesses). A metric that is not
listed is taken as a score of which more is better, of unknown range. What a log itself says of a direction counts more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import inf

LEAST = 0.0
"""Below which no value of the metrics in NEVER_BELOW is, nor any share."""
ARGUMENTS = re.compile(r"[:,]|_given_| \(")


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


LOWER = (
    "loss", "nll", "cross_entropy", "mse", "rmse", "mae", "error", "distance",
    "absolute_value_difference", "edit_distance", "likelihood_diff", "pct_stereotype", "bits_per_byte",
    "perplexity", "word_perplexity", "byte_perplexity", "ppl", "ter", "wer", "cer", "mer", "wer_score",
    "cer_score", "mer_score", "chinese_wer_score", "chinese_cer_score", "chinese_mer_score",
    "longest_common_prefix_length", "latency", "latency_s", "inference_runtime",
    "inference_idealized_runtime", "inference_denoised_runtime", "denoised_runtime",
    "training_co2_cost", "training_energy_cost", "fid", "kernel_inception_distance",
    "expected_lpips_score", "fractal_dimension_loss", "gender_imbalance", "skin_tone_imbalance",
    "bias_metric", "bbq_metric_ambiguous_bias", "bbq_metric_unambiguous_bias",
    "equalized_odds_difference", "demographic_parity_difference", "brier", "brier_score",
)  # fmt: skip
"""Less is better. Most are what HELM's own schemas say of their metrics, and lm-evaluation-harness's tasks of theirs."""
LOWER_SHARES = (
    "unparsed_rate", "toxicity", "error_rate", "ece", "ece_1_bin", "ece_10_bin", "platt_ece_1_bin",
    "platt_ece_10_bin", "toxic_frac", "expected_max_toxicity", "max_toxicity_probability", "nsfw_frac",
    "expected_max_nsfw_score", "max_nsfw_probability", "nudity_frac", "blacked_out_frac",
    "watermark_frac", "expected_max_watermark_prob", "decodingtrust_privacy_leakage_rate",
    "hallucination_rate",
)  # fmt: skip
NEVER_BELOW = frozenset({
    "mse", "rmse", "mae", "edit_distance", "absolute_value_difference", "bits_per_byte", "perplexity",
    "word_perplexity", "byte_perplexity", "ppl", "ter", "wer", "cer", "mer", "wer_score", "cer_score", "mer_score",
    "chinese_wer_score", "chinese_cer_score", "chinese_mer_score", "longest_common_prefix_length", "latency", "latency_s",
    "inference_runtime", "inference_idealized_runtime", "inference_denoised_runtime", "denoised_runtime",
    "training_co2_cost", "training_energy_cost", "fid", "brier", "brier_score",
})  # fmt: skip
"""Of each single sample at least 0 by definition: error rates are edits over words, (S + D + I) / N (Morris, Maier and
Green 2004, Interspeech), the others squares, absolute values, exponentials, lengths, times and energies. A word error
rate may be above 1."""
METRICS = {
    m.name: m
    for m in (
        *(Metric(name, higher_is_better=False) for name in LOWER),
        *(Metric(name, higher_is_better=False, proportion=True) for name in LOWER_SHARES),
        Metric("accuracy", proportion=True, right=True),
        Metric("mean"),
        Metric("f1", proportion=True),
        Metric("exact_match", proportion=True, right=True),
        Metric("quasi_exact_match", proportion=True, right=True),
        Metric("pass@1", proportion=True),
        Metric("acc", proportion=True, right=True),
        Metric("acc_norm", proportion=True, right=True),
        Metric("mcc"),
        Metric("bleu"),
        Metric("chrf"),
        Metric("stderr", spread=True),
        Metric("bootstrap_stderr", spread=True),
        Metric("std", spread=True),
        Metric("bootstrap_std", spread=True),
        Metric("var", spread=True),
        Metric("ci_wilson", spread=True),
    )
}


SPREADS = frozenset(name for name, m in METRICS.items() if m.spread)


def about(name: str) -> Metric:
    """By its own name, or by what stands before its arguments: `bias_metric:mode=representation`, `ece,strict-match`,
    `accuracy (max)`.

    >>> about("accuracy").proportion, about("wer").higher_is_better, about("new").higher_is_better
    (True, False, True)
    >>> about("pass@5").proportion, about("toxic_frac_given_toxic_prompt=True").higher_is_better
    (True, False)
    """
    known = METRICS.get(name) or METRICS.get(ARGUMENTS.split(name, maxsplit=1)[0])
    return known or Metric(name, proportion=name.startswith(("pass@", "pass^")))


def direction(scorer: str, metric: str, said: int | None = None) -> int:
    """1 if more is better, -1 if less is: as the log says, if it does, else by the names. The mean of a scorer called
    `wer` is judged as `wer`.

    >>> direction("wer", "mean"), direction("match", "accuracy"), direction("agent/latency_s", "mean")
    (-1, 1, -1)
    >>> direction("sharpness", "mean", -1), direction("wer", "wer", 1)
    (-1, 1)
    """
    if said:
        return said
    names = (metric, scorer, scorer.rsplit("/", 1)[-1])
    return 1 if all(about(n).higher_is_better for n in names) else -1


def bounds(scorer: str, metric: str) -> tuple[float, float]:
    """Between which values a metric, and so each mean of it, lies by definition, as a log has it: infinite where none is known. The mean of a
    scorer called `wer` is bounded as `wer`.

    >>> bounds("wer", "mean"), bounds("match", "accuracy"), bounds("judge", "mean")
    ((0.0, inf), (0.0, 1.0), (-inf, inf))
    """
    names = (metric, scorer, scorer.rsplit("/", 1)[-1])
    if about(metric).proportion:
        return LEAST, 1.0
    if any(n in NEVER_BELOW or about(n).proportion for n in names):
        return LEAST, inf
    return -inf, inf
