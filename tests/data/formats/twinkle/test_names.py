"""Names that line up between versions (twinkle.md 1.5)."""

import pytest

from data.formats.twinkle import names


@pytest.mark.parametrize(
    ("key", "files", "task"),
    [
        ("datasets/mmlu/", [], "mmlu"),
        ("datasets/mmlu", [], "mmlu"),
        ("datasets\\mmlu", [], "mmlu"),
        ("datasets\\mmlu\\", [], "mmlu"),
        ("datasets/cais__mmlu/", [], "mmlu"),
        ("/mnt/x/datasets/ikala__tmmluplus/", [], "tmmluplus"),
        ("datasets/__odd", [], "__odd"),
        ("datasets/", ["datasets/formosa_bench_history.jsonl"], "formosa_bench_history"),
        ("datasets/", ["datasets/a.csv", "datasets/b.csv"], "datasets"),
        ("datasets/", [], "datasets"),
        ("/mnt/datasets/", [], "datasets"),
        ("", [], "datasets"),
        ("datasets/tw-legal-benchmark-v1", [], "tw-legal-benchmark-v1"),
        ("datasets/one.parquet", [], "one"),
    ],
)
def test_task(key, files, task):
    assert names.task(key, files) == task


@pytest.mark.parametrize(
    ("key", "files", "categories"),
    [
        ("datasets/mmlu/", ["datasets/mmlu/anatomy_test.csv"], ["anatomy"]),
        ("datasets/cais__mmlu/", ["datasets/cais__mmlu/anatomy.parquet"], ["anatomy"]),
        ("datasets\\mmlu", ["datasets\\mmlu\\a_test.csv"], ["a"]),
        ("datasets/x/", ["datasets/x/test.jsonl"], ["test"]),
        ("d/", [f"d/a{i}_{s}.csv" for i, s in enumerate(("test", "dev", "val", "train", "validation"))],
         ["a0", "a1", "a2", "a3", "a4"]),
        ("datasets/example/", ["datasets/example/gsm8k/test.jsonl", "datasets/example/mmlu/test.jsonl"],
         ["gsm8k/test", "mmlu/test"]),
        ("d/", ["d/a_test.csv", "d/a_dev.csv", "d/b_test.csv"], ["a_test", "a_dev", "b"]),
        ("d/", ["d/a.csv", "d/a.json"], ["a.csv", "a.json"]),
        ("d/", ["elsewhere/x/t.csv", "elsewhere/y/t.csv"], ["x/t", "y/t"]),
        ("d/", ["d/a.csv", "d/a.csv"], ["d/a", "d/a #2"]),
        ("d/", ["d/education_(profession_level)_test.csv"], ["education_(profession_level)"]),
        ("d/a_test.csv", ["d/a_test.csv"], ["a"]),
    ],
)  # fmt: skip
def test_categories(key, files, categories):
    assert names.categories(key, files) == categories


def test_no_two_categories_are_alike():
    files = ["d/a.csv", "d/a.csv", "d/a_test.csv", "e/a.csv", "d/A.csv", "d/a.csv"]
    assert len(set(names.categories("d", files))) == len(files)
