"""One spelling of a value, and a short name made of it: for run ids, contents and configurations."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

import msgspec


def as_json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def digest(value: Any) -> str:
    return blake2b(msgspec.json.encode(value, order="deterministic"), digest_size=16).hexdigest()
