"""What went wrong where nothing should: in full for the server's log, and for the reader a reference to it."""

from __future__ import annotations

import logging
from uuid import uuid4

log = logging.getLogger(__name__)


def logged(what: str, asked: object) -> str:
    """Called where an exception is handled; `asked` is what the reader wanted. The reader gets the reference alone: an
    error may name files of the server, and quote them."""
    reference = uuid4().hex[:8]
    log.exception("%s failed (%s) for %s", what, reference, asked)
    return reference
