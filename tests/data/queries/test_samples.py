"""Samples as rows."""

from data.queries import samples


def test_all_but_the_known_columns_are_scorers(snapshot, view):
    asked = {"input_hash": 3, "question_hash": 5, "metadata": {"k": 1}, "locator": "x"}
    s = snapshot({"run_id": "r", "samples": [{"id": "q", "scores": {"match": 1.0, "locator": 0.0}, **asked}]})
    columns = samples.table(s, view("")).columns
    assert columns == [*samples.FIRST, "locator (score)", "match", *samples.LAST]
