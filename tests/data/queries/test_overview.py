"""Models by task: what is fullest comes first."""

from data.queries import overview


def run(task, model, metric="accuracy"):
    headline = {"scorer": "s", "metric": metric, "value": 0.5}
    return {"task": task, "model": model, "headline_scorer": "s", "headline_metric": metric, "metrics": [headline]}  # fmt: skip


def test_the_fullest_metrics_tasks_and_models_come_first(snapshot, view):
    s = snapshot(
        run("a", "p", "mean"), run("b", "q"), run("b", "r"), run("c", "p"), run("c", "q"), run("c", "r")
    )
    rows = overview.matrix(s, view("")).select("metric", "task", "model").rows()
    assert rows == [
        ("accuracy", "c", "p"), ("accuracy", "c", "q"), ("accuracy", "c", "r"),
        ("accuracy", "b", "q"), ("accuracy", "b", "r"),
        ("s/mean", "a", "p"),
    ]  # fmt: skip


def test_the_folder_is_told_that_all_logs_are_under(snapshot):
    one = {"run_id": "a", "location": "/logs/team/a.eval"}
    other = {"run_id": "b", "location": "/logs/lab/b.eval"}
    uploaded = {"run_id": "c", "location": "c.eval"}
    assert overview.home(snapshot(one)) == "/logs/team"
    assert overview.home(snapshot(one, other, uploaded)) == "/logs"
    assert overview.home(snapshot(uploaded)) is None
    assert overview.home(snapshot()) is None
