"""Names that line up between versions: csv or parquet, Linux or Windows, with or without an owner."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath

EXTENSION = re.compile(r"\.(json|jsonl|csv|tsv|parquet|arrow)$", re.IGNORECASE)
SPLIT = re.compile(r"(?<=.)_(test|dev|val|train|validation)$")
ROOTS = ("", ".", "datasets")
"""Keys that name the folder of all datasets, and so none of them."""


def task(key: str, files: Sequence[str] = ()) -> str:
    """A dataset's name from the path that stands for it.

    >>> task("/mnt/a/datasets/ikala__tmmluplus/"), task("datasets/", ["datasets/formosa_bench_history.jsonl"])
    ('tmmluplus', 'formosa_bench_history')
    """
    last = posix(key).rpartition("/")[2]
    if last in ROOTS:
        return category(key, files[0]).rpartition("/")[2] if len(files) == 1 else "datasets"
    owner, _, name = last.partition("__")
    return stem(name if owner and name else last)


def owned(key: str) -> str | None:
    """The same with its owner; None where the path does not tell one.

    >>> owned("/mnt/a/datasets/ikala__tmmluplus/"), owned("datasets/mmlu")
    ('ikala__tmmluplus', None)
    """
    last = posix(key).rpartition("/")[2]
    owner, _, name = last.partition("__")
    return stem(last) if owner and name else None


def category(key: str, file: str) -> str:
    """What a file is called within its dataset.

    >>> category("datasets\\\\mmlu", "datasets\\\\mmlu\\\\a_test.csv"), category("datasets/", "datasets/mmlu/b.parquet")
    ('a', 'mmlu/b')
    """
    return SPLIT.sub("", stem(within(key, file)))


def categories(key: str, files: Sequence[str]) -> list[str]:
    """One name for each file, no two alike: what was cut off comes back where it is needed."""
    names = [category(key, f) for f in files]
    for longer in (lambda f: stem(within(key, f)), lambda f: within(key, f), _with_parent):
        if len(set(names)) < len(names):
            names = _longer(names, [longer(f) for f in files])
    return _numbered(names)


def posix(path: str) -> str:
    return path.replace("\\", "/").rstrip("/")


def stem(path: str) -> str:
    return EXTENSION.sub("", path)


def within(key: str, file: str) -> str:
    """The file's path below the dataset's; its bare name when it lies elsewhere."""
    root, path = posix(key), posix(file)
    if root and path.startswith(f"{root}/"):
        return path[len(root) + 1 :]
    return path.rpartition("/")[2]


def _with_parent(file: str) -> str:
    return "/".join(PurePosixPath(stem(posix(file))).parts[-2:])


def _longer(names: Sequence[str], others: Sequence[str]) -> list[str]:
    count = Counter(names)
    return [other if count[name] > 1 else name for name, other in zip(names, others, strict=True)]


def _numbered(names: Sequence[str]) -> list[str]:
    seen: Counter[str] = Counter()
    result = []
    for name in names:
        seen[name] += 1
        result.append(f"{name} #{seen[name]}" if seen[name] > 1 else name)
    return result
