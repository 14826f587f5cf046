"""One trajectory as an npz: `meta` (JSON), `layer_labels`, tokens, and one array of layers x positions a statistic."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

PREFIX = "stat:"
NAMES = {
    "entropy": ("Entropy", "nats"),
    "cross_entropy": ("Cross Entropy", "nats"),
    "forward_kl": ("Forward KL", "nats"),
    "max_probability": ("Max Probability", "probs"),
    "rank": ("Rank", ""),
}


def describe(path: Path) -> dict[str, Any]:
    """What a manifest would say of it. Nothing in the file is ever run: numpy is told not to unpickle."""
    with np.load(path, allow_pickle=False) as z:
        meta = json.loads(str(z["meta"]))
        tokens = next(z[k].tolist() for k in ("decoded_tokens", "tokens", "raw_tokens") if k in z.files)
        shapes = {name: z[name].shape for name in z.files if name.startswith(PREFIX)}
        labels = [str(x) for x in z["layer_labels"].tolist()]
    bad = [name for name, shape in shapes.items() if shape != (len(labels), len(tokens))]
    if bad:
        raise ValueError(f"{', '.join(bad)}: shape is not layers x tokens ({len(labels)} x {len(tokens)})")
    return {
        **meta,
        "layer_labels": labels,
        "tokens": [str(t) for t in tokens],
        "statistics": [statistic(n.removeprefix(PREFIX), meta.get("statistics")) for n in shapes],
        "cells": str(path),
    }


def statistic(name: str, said: Any) -> dict[str, Any]:
    """What the file says of a statistic, as a list of them or by name, on top of what is known of it."""
    known, units = NAMES.get(name, (name, ""))
    usual = {"id": name, "name": known, "units": units, "min": None, "max": None}
    if isinstance(said, list):
        said = {x["id"]: x for x in said if isinstance(x, dict) and "id" in x}
    about = said.get(name) if isinstance(said, dict) else None
    return usual | about if isinstance(about, dict) else usual
