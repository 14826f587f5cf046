""".json logs: one object with everything, written whole."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path
from typing import Any

from data.formats.inspect_log.archive import MAX_MEMBER, Damaged, TooLarge
from data.formats.inspect_log.logged import Logged, unchanging
from data.formats.inspect_log.metrics import eval_scores
from data.formats.inspect_log.piecemeal import whole_log
from data.formats.inspect_log.records import Document, Sample, without_the_cut
from data.problems import Code, Problem

MAX_VERSION = 2
PLACEHOLDER = "score"
"""For a sample's single score in a log that does not name its scorer."""


def read(path: Path) -> Logged:
    with unchanging(path) as file:
        if path.stat().st_size > MAX_MEMBER:
            raise TooLarge(f"{path.stat().st_size:,} bytes")
        data = file.read()
    problems: list[Problem] = []
    header = _document(data, problems)
    samples, header.samples = header.samples, None
    _name_single_scores(header, samples or [])
    return Logged(header, blake2b(data, digest_size=16).hexdigest(), samples, problems)


def _document(data: bytes, problems: list[Problem]) -> Document:
    try:
        log = whole_log(data, problems)
    except Damaged as e:
        log = whole_log(without_the_cut(data), problems)
        problems.append(Problem(Code.TRUNCATED, str(e)))
    if not log.eval:
        raise Damaged("no log: it has no eval")
    if log.status == "started":
        problems.append(Problem(Code.UNFINISHED, "status"))
    return log


def only_scorer(results: Any) -> str:
    """Logs of early 2024 have one score a sample, and its scorer's name in the results alone."""
    return next((score.name for score in eval_scores(results)), PLACEHOLDER)


def _name_single_scores(header: Document, samples: list[Sample]) -> None:
    name = only_scorer(header.results)
    for sample in samples:
        if sample.score is not None and sample.scores is None:
            sample.scores = {name: sample.score}
