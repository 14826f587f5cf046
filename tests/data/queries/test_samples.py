"""Samples as rows."""

from data.queries import samples


def test_all_but_the_known_columns_are_scorers(snapshot, view):
    asked = {"input_hash": 3, "question_hash": 5, "metadata": {"k": 1}, "locator": "x"}
    s = snapshot({"run_id": "r", "samples": [{"id": "q", "scores": {"match": 1.0, "locator": 0.0}, **asked}]})
    columns = samples.table(s, view("")).columns
    assert columns == [*samples.FIRST, "locator (score)", "match", *samples.LAST]


def test_the_category_is_the_group_that_is_asked_for(snapshot, view):
    some = [
        {"id": f"q{i}", "category": "own", "scores": {"match": 1.0}, "metadata": {"subject": name}}
        for i, name in enumerate(("biology", "history", None))
    ]
    s = snapshot({"run_id": "r", "samples": some})
    assert samples.table(s, view(""))["category"].to_list() == ["own"] * 3
    assert samples.table(s, view("?group=subject"))["category"].to_list() == ["biology", "history", None]
