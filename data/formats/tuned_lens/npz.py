"""One trajectory as an npz: `meta` (JSON), `layer_labels`, tokens, and one array of layers x positions a statistic."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

PREFIX = "stat:"
TOKENS = ("decoded_tokens", "tokens", "raw_tokens")
TOP1, TOP, LOGP = "label_strings", "hover", "topk_logp"
"""As tuned-lens makes them: layers x positions (x ranks (x token and value))."""
MOST_BYTES = 1 << 29
"""Of one array, unpacked: a million and a half cells of long tokens as numpy keeps them."""
NAMES = {
    "entropy": ("Entropy", "nats"),
    "cross_entropy": ("Cross Entropy", "nats"),
    "forward_kl": ("Forward KL", "nats"),
    "max_probability": ("Max Probability", "probs"),
    "rank": ("Rank", ""),
}


class Array(NamedTuple):
    """What the head of an array says, before anything of it is unpacked."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    @property
    def is_small(self) -> bool:
        return int(np.prod(self.shape, dtype=object)) * self.dtype.itemsize <= MOST_BYTES


def arrays(path: Path) -> dict[str, Array]:
    """Of all members that are arrays."""
    found = {}
    with zipfile.ZipFile(path) as z:
        for name in z.namelist():
            if name.endswith(".npy"):
                with z.open(name) as f:
                    version = npy.read_magic(f)
                    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
                    shape, _, dtype = read(f)
                    found[name.removesuffix(".npy")] = Array(shape, dtype)
    return found


def load(path: Path, name: str) -> NDArray[Any]:
    """One array. Nothing in the file is ever run: numpy is told not to unpickle."""
    if not arrays(path)[name].is_small:
        raise ValueError(f"{name} is larger than {MOST_BYTES >> 20} MB")
    with np.load(path, allow_pickle=False) as z:
        return np.asarray(z[name])


def describe(path: Path) -> dict[str, Any]:
    """What a manifest would say of it."""
    there = arrays(path)
    meta = json.loads(str(load(path, "meta")))
    tokens = load(path, next(k for k in TOKENS if k in there)).tolist()
    labels = [str(x) for x in load(path, "layer_labels").tolist()]
    mine = {name: a for name, a in there.items() if name.startswith(PREFIX)}
    bad = [
        name
        for name, a in mine.items()
        if a.shape != (len(labels), len(tokens)) or a.dtype.kind not in "fiub"
    ]
    if bad:
        raise ValueError(f"{', '.join(bad)}: no numbers of layers x tokens ({len(labels)} x {len(tokens)})")
    return {
        **meta,
        "layer_labels": labels,
        "tokens": [str(t) for t in tokens],
        "statistics": [statistic(n.removeprefix(PREFIX), meta.get("statistics")) for n in mine],
        "cells": str(path),
    }


def top1(path: Path, shape: tuple[int, int]) -> NDArray[Any] | None:
    """The likeliest token of each cell; None where the file has none of this shape."""
    there = arrays(path)
    return load(path, TOP1) if has(there, TOP1, shape) else None


def top(path: Path, layer: int, position: int, shape: tuple[int, int]) -> list[tuple[str, float]]:
    """Token and natural logarithm of its probability, best first. The library's own texts of the probabilities may be
    cut off, so they are not used."""
    there = arrays(path)
    if not (has(there, TOP, shape) and has(there, LOGP, shape)):
        return []
    tokens, logp = load(path, TOP)[layer, position], load(path, LOGP)[layer, position]
    return [(str(t), float(x)) for (t, *_), x in zip(tokens, logp, strict=False)]


def has(there: Mapping[str, Array], name: str, shape: tuple[int, int]) -> bool:
    return name in there and there[name].shape[:2] == shape


def statistic(name: str, said: Any) -> dict[str, Any]:
    """What the file says of a statistic, as a list of them or by name, on top of what is known of it."""
    known, units = NAMES.get(name, (name, ""))
    usual = {"id": name, "name": known, "units": units, "min": None, "max": None}
    if isinstance(said, list):
        said = {x["id"]: x for x in said if isinstance(x, dict) and "id" in x}
    about = said.get(name) if isinstance(said, dict) else None
    return usual | about if isinstance(about, dict) else usual
