"""Secrets out of a configuration, before it is kept anywhere."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import Any

REMOVED = "(removed)"
WORDS = {
    "apikey", "apikeys", "auth", "authorization", "bearer", "cookie", "cookies", "credential", "credentials",
    "passphrase", "passwd", "password", "passwords", "secret", "secrets",
}  # fmt: skip
KEY_OF = {"access", "api", "encryption", "private", "secret", "signing", "subscription"}
NOT_A_SECRET_TOKEN = {
    "bos", "cls", "end", "eos", "mask", "max", "min", "pad", "per", "sep", "start", "stop", "think", "thinking",
    "unk",
}  # fmt: skip
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_USERINFO = re.compile(r"(\bhttps?://)[^/\s@]+@|(\b\w+://)[^/\s@:]+:[^/\s@]+@")
_ASSIGNMENT = re.compile(
    r"(?i)((?:^|[?&\s;,\"'])[\w-]*(?:api[_-]?key|access[_-]?key|token|secret|password|passwd|sig(?:nature)?)=)[^&\s;\"']+"
)
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}")


def redacted(value: Any) -> Any:
    """The same value without what is under a secret's name, in a URL's user part or in an assignment.

    >>> redacted({"api_key": "s", "max_tokens": 5, "url": "https://me:pw@host/?token=t"})
    {'api_key': '(removed)', 'max_tokens': 5, 'url': 'https://host/?token=(removed)'}
    """
    if isinstance(value, dict):
        return {k: REMOVED if is_secret(k) and v is not None else redacted(v) for k, v in value.items()}
    if isinstance(value, list):
        return [redacted(v) for v in value]
    return _scrubbed(value) if isinstance(value, str) else value


@lru_cache(maxsize=4096)  # names repeat from log to log; values are never kept
def is_secret(name: str) -> bool:
    """By its words: `hfToken` and `x-api-key` are, `max_tokens`, `token_limit` and `stop_token` are not.

    >>> [is_secret(n) for n in ("hfToken", "x-api-key", "OPENAI_API_KEY", "max_tokens", "token_limit")]
    [True, True, True, False, False]
    """
    words = [w.lower() for w in _WORD.findall(name)]
    if WORDS & set(words):
        return True
    if words and words[-1] == "token":
        return not NOT_A_SECRET_TOKEN & set(words)
    return any(b in ("key", "keys") and a in KEY_OF for a, b in pairwise(words))


def _scrubbed(text: str) -> str:
    if "@" in text:
        text = _USERINFO.sub(lambda m: m[1] or m[2], text)
    if "=" in text:
        text = _ASSIGNMENT.sub(rf"\1{REMOVED}", text)
    return _BEARER.sub(rf"\1 {REMOVED}", text)
