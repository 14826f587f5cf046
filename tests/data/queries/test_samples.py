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


def test_a_task_whose_runs_have_no_samples_leaves_those_of_the_others(snapshot, view):
    """Its part is there, of a run that does not count."""
    one = [{"id": "q", "scores": {"match": 1.0}}]
    s = snapshot(
        {"run_id": "old", "task_key": "k", "created": "2026-01-01T00:00:00", "samples": one},
        {"run_id": "new", "task_key": "k", "created": "2026-01-02T00:00:00"},
        {"run_id": "other", "task": "u", "samples": one},
    )
    assert samples.table(s, view(""))["run_id"].to_list() == ["other"]
    assert samples.table(s, view("?task=t")).is_empty()
