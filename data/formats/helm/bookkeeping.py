"""Statistics about how a run went, not about how good its answers are. They are metrics of the run, but no scores."""

from __future__ import annotations

PREFIXES = (
    "num_", "training_", "inference_", "finish_reason_", "batch_size", "prompt_truncated", "max_prob", "logprob",
    "predicted_index", "estimated_num_tokens", "denoised_runtime", "idealized_runtime", "runtime",
)  # fmt: skip
"""After `util/helm_metrics.py` of aiq-magnet, which sorts HELM's metrics into core and bookkeeping."""
INPUT_TOKENS, OUTPUT_TOKENS, TIME = "num_prompt_tokens", "num_completion_tokens", "inference_runtime"


def is_score(name: str) -> bool:
    """
    >>> is_score("exact_match@5"), is_score("num_bytes"), is_score("logprob")
    (True, False, False)
    """
    return not name.startswith(PREFIXES)
