"""Numbers as bytes that plotly.js takes as they are: one a cell, none of which base64 would spell with `/`."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.cubes import TOP

Bytes = NDArray[np.uint8]
KINDS = {"uint8": "u1", "float32": "f4"}
"""What plotly.js calls them."""


def levels(value: NDArray[np.float64], low: float, high: float) -> Bytes:
    """0 for nothing to see, 1 to TOP for low to high."""
    share = np.nan_to_num((value - low) / ((high - low) or 1.0), nan=0.0, posinf=1.0, neginf=0.0)
    out = 1 + np.rint(np.clip(share, 0, 1) * (TOP - 1)).astype(np.uint8)
    return np.where(np.isnan(value), 0, out).astype(np.uint8)


def typed(array: Bytes | NDArray[np.float32]) -> dict[str, Any]:
    """An array in the form in which plotly.js takes it as it is: bytes, or floats of four."""
    return {
        "dtype": KINDS[array.dtype.name],
        "bdata": base64.b64encode(np.ascontiguousarray(array).tobytes()).decode(),
        "shape": ", ".join(map(str, array.shape)),
    }
