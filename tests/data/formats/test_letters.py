"""Text that is no UTF-8 is shown as it stands, two texts never become one, and it is said."""

import json

import pytest

from data.formats import eval_samples, every_eval_ever, letters
from data.formats.base import Log, SampleKey
from data.formats.helm import records
from data.formats.lenient import document, fields, lines, value
from data.problems import Code

ROWS = [{"task": "t", "model": "m", "sample_id": i, "score": s} for i, s in (("é", "C"), ("è", "I"))]
EEE = [{"schema_version": "0.3.0", "evaluation_id": "e/1", "model_id": "lab/m", "evaluation_name": "sums",
        "interaction_type": "single_turn", "sample_id": r["sample_id"], "input": {"raw": "?"},
        "output": {"raw": ["a"]}, "evaluation": {"score": 1.0, "is_correct": True}} for r in ROWS]  # fmt: skip


def saved(path, rows, encoding="latin-1", escaped=False):
    text = "".join(json.dumps(r, ensure_ascii=escaped) + "\n" for r in rows)
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize(
    ("format", "rows"), [(eval_samples.FORMAT, ROWS), (every_eval_ever.FORMAT, EEE)], ids=["own", "exchange"]
)
def test_rows_with_other_letters_stay_apart_and_can_be_opened(tmp_path, format, rows):
    log = Log(saved(tmp_path / "a_samples.jsonl", rows))
    reading = format.read(log)
    samples = reading.tables.samples
    assert samples["sample_id"].to_list() == [r"\xe9", r"\xe8"]
    assert (Code.WRONG_LETTERS, r"a_samples.jsonl: 2 bytes: \xe9, \xe8") in {
        (p.code, p.detail) for p in reading.problems
    }
    for id, epoch, locator in samples.select("sample_id", "epoch", "locator").rows():
        assert format.sample(log, SampleKey(id, epoch, locator)) is not None


def test_halves_of_surrogate_pairs_in_rows_stay_apart(tmp_path):
    rows = [r | {"sample_id": half} for r, half in zip(ROWS, ("\ud800", "\ud801"), strict=True)]
    reading = eval_samples.FORMAT.read(Log(saved(tmp_path / "a.jsonl", rows, "ascii", escaped=True)))
    assert reading.tables.samples["sample_id"].to_list() == [r"\ud800", r"\ud801"]
    assert [p.code for p in reading.problems] == [Code.WRONG_LETTERS]


@pytest.mark.parametrize("text", ["é模型", "😀", "plain"])
@pytest.mark.parametrize("escaped", [True, False])
def test_sound_text_is_no_problem(tmp_path, text, escaped):
    path = saved(tmp_path / "a.jsonl", [{"a": text}] * 3, "utf-8", escaped)
    assert lines(path).problems == ()
    assert letters.problems(json.dumps({"a": text}, ensure_ascii=escaped).encode()) == []


def test_a_file_cut_within_a_letter_is_cut_off_and_not_in_another_encoding(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes('{"a": 1}\n{"a": "模型'.encode()[:-1])
    assert [p.code for p in lines(path).problems] == [Code.TRUNCATED]


@pytest.mark.parametrize("at", [0, letters.BLOCK - 1, letters.BLOCK, 3 * letters.BLOCK])
def test_wherever_it_is(at):
    data = ("é" * (2 * letters.BLOCK)).encode()
    assert letters.not_utf8(data) == ""
    assert letters.not_utf8(data[: at // 2 * 2] + b"\xff" + data[at // 2 * 2 :]) == r"1 bytes: \xff"


def test_a_document_and_its_values(tmp_path):
    found = document('{"a": "é", "b": ["è", NaN]}'.encode("latin-1"))
    assert (found.value["a"], found.value["b"][0]) == (r"\xe9", r"\xe8")
    assert [p.code for p in found.problems] == [Code.WRONG_LETTERS]
    assert value(fields(b'{"a": "\xe9"}')["a"]) == r"\xe9"


@pytest.mark.parametrize("text", ['[{"id": "é", "x": NaN}, {"id": "è"}]', '[{"id": "é"}, {"id": "è"}]'])
def test_files_of_helm(text):
    found = records.tolerant("a.json", text.encode("latin-1"))
    assert [x["id"] for x in found.value] == [r"\xe9", r"\xe8"]
    assert [(p.code, p.detail) for p in found.problems] == [
        (Code.WRONG_LETTERS, r"a.json: 2 bytes: \xe9, \xe8")
    ]


def test_entries_of_helm_with_other_letters_are_kept_apart(tmp_path):
    path = tmp_path / "per_instance_stats.json"
    stats = [{"name": {"name": "exact_match"}, "sum": 1.0}]
    text = json.dumps([{"instance_id": i, "stats": stats} for i in "éè"], ensure_ascii=False)
    path.write_bytes(text.encode("latin-1"))
    found = records.load_list(path, records.Entry)
    assert [e.instance_id for e in found.value] == [r"\xe9", r"\xe8"]
    assert [p.code for p in found.problems] == [Code.WRONG_LETTERS]
