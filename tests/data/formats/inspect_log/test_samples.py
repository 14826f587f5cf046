"""What is kept of a sample beside its scores."""

from __future__ import annotations

import json
import math

import pytest

from data.formats.base import Log
from data.formats.inspect_log import FORMAT
from data.schema import PREVIEW


def only(reading):
    return reading.tables.samples.row(0, named=True)


def message(content, role="user", **more):
    return {"role": role, "content": content, **more}


@pytest.mark.parametrize("id", ["a/b #?%<b>", "😀", "a\\u0000", 7, "", "7"])
def test_ids_are_kept_as_text(read_samples, make, id):
    assert only(read_samples(make.sample(id)))["sample_id"] == str(id)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("  What\n\tis\n\n2 + 2? ", "  What\n\tis\n\n2 + 2? "),
        ("x" * 1000, "x" * PREVIEW),
        ("a b " * 100, ("a b " * 100)[:PREVIEW]),
        ("", ""),
        ("数学 é 😀", "数学 é 😀"),
    ],
)
def test_previews(read_samples, make, text, shown):
    row = only(read_samples(make.sample(input=text, target=text, scores={"s": {"value": 1, "answer": text}})))
    assert (row["input"], row["target"], row["answer"]) == (shown, shown, shown)


@pytest.mark.parametrize(
    ("input", "shown"),
    [
        (
            [
                message("Be brief.", "system"),
                message("First?"),
                message("No.", "assistant"),
                message("Last?"),
            ],
            "Last?",
        ),
        ([message("Be brief.", "system"), message("Go on.", "assistant")], "Be brief. Go on."),
        ([message([{"type": "text", "text": "See"}, {"type": "image", "image": "data:x"}])], "See (image)"),
        ([message([{"type": "text", "text": "See"}, {"type": "text", "text": "(Image)"}])], "See (image)"),
        ([message(["plain", {"type": "audio", "audio": "x", "format": "wav"}])], "plain (audio)"),
        ([message(None)], ""),
        ([], ""),
        (None, None),
    ],
)
def test_previews_of_messages(read_samples, make, input, shown):
    assert only(read_samples(make.sample(input=input)))["input"] == shown


def test_the_hash_is_of_the_text_alone(read_samples, make):
    first = only(read_samples(make.sample()))["input_hash"]
    assert first is not None
    assert only(read_samples(make.sample(7, target="another")))["input_hash"] == first


def test_the_hash_tells_inputs_apart(read_samples, make):
    inputs = [
        "a",
        "b",
        [message("b"), message("b")],
        [message("a", "system")],
        [message("a"), message("b")],
        "a" * 200 + "x",
    ]
    hashes = read_samples(
        *(make.sample(n, input=i) for n, i in enumerate([*inputs, "a" * 200]))
    ).tables.samples
    assert hashes["input_hash"].n_unique() == 7


def test_the_hash_ignores_the_ids_of_messages(read_samples, make):
    samples = [make.sample(n, input=[message("a", id=f"random{n}")]) for n in range(2)]
    assert read_samples(*samples).tables.samples["input_hash"].n_unique() == 1


def test_whole_and_shortened_inputs_have_one_hash(read_samples, make):
    whole = "x" * 6000
    samples = make.sample(1, input=whole), make.sample(2, input=whole[:5120] + "...\n(content truncated)")
    assert read_samples(*samples).tables.samples["input_hash"].n_unique() == 1


@pytest.mark.parametrize(
    ("target", "shown"), [(["A", "B"], "A, B"), ("A", "A"), (None, None), (3, "3"), ([], "")]
)
def test_targets(read_samples, make, target, shown):
    assert only(read_samples(make.sample(target=target)))["target"] == shown


def test_the_answer_is_the_first_scorers(read_samples, make):
    scores = {"a": {"value": 1, "answer": "first"}, "b": {"value": 1, "answer": "second"}}
    assert only(read_samples(make.sample(scores=scores)))["answer"] == "first"


def test_tokens_are_the_sum_over_models(read_samples, make):
    usage = {"m": {"input_tokens": 1, "total_tokens": 3}, "grader": {"total_tokens": 4.0}, "other": {}}
    assert only(read_samples(make.sample(model_usage=usage)))["total_tokens"] == 7


@pytest.mark.parametrize("usage", [None, {}, {"m": {}}])
def test_tokens_that_are_absent_are_not_zero(read_samples, make, usage):
    assert only(read_samples(make.sample(model_usage=usage)))["total_tokens"] is None


def test_time_error_and_limit(read_samples, make):
    row = only(read_samples(make.sample(total_time=1.5, error="boom", limit="token")))
    assert (row["time_s"], row["error"], row["limit"]) == (1.5, "boom", "token")
    row = only(read_samples(make.sample()))
    assert (row["time_s"], row["error"], row["limit"]) == (None, None, None)


def test_long_errors_are_cut(read_samples, make):
    assert len(only(read_samples(make.sample(error="x" * 10_000)))["error"]) == 2000


def test_metadata_is_strict_json(read_samples, make):
    metadata = {"a": math.nan, "b": math.inf, "c": ": NaN, ", "d": {"e": [math.nan, 1]}, "é": "😀"}
    row = only(read_samples(make.sample(metadata=metadata)))
    expected = {"a": None, "b": None, "c": ": NaN, ", "d": {"e": [None, 1]}, "é": "😀"}
    assert json.loads(row["metadata"], parse_constant=pytest.fail) == expected


@pytest.mark.parametrize("metadata", [{}, None, "text", [1, 2]])
def test_metadata_that_is_none(read_samples, make, metadata):
    assert only(read_samples(make.sample(metadata=metadata)))["metadata"] is None


def test_metadata_of_an_indented_log(json_log, make):
    metadata = {"kind": "a", "file": "x" * 2000, "nested": {"deep": [1, "line\nline"]}}
    path = json_log(json.dumps(make.header(samples=[make.sample(metadata=metadata)]), indent=2).encode())
    text = only(FORMAT.read(Log(path)))["metadata"]
    assert text == '{"kind":"a","nested":{"deep":[1,"line\\nline"]}}'


def test_grouping_keys(read_samples, make):
    samples = [
        make.sample(
            n,
            metadata={
                "kind": f"k{n % 3}",
                "id": f"id{n}",
                "list": [1],
                "level": n % 2,
                "none": None,
                "odd": True,
            },
        )
        for n in range(200)
    ]
    samples[7]["metadata"]["odd"] = {"nested": 1}
    assert read_samples(*samples).tables.runs["metadata_keys"].to_list() == [["kind", "level"]]


def test_grouping_keys_of_few_samples(read_samples, make):
    reading = read_samples(make.sample(metadata={"kind": "a"}), make.sample(2, metadata={"other": 1}))
    assert reading.tables.runs["metadata_keys"].to_list() == [["kind", "other"]]
