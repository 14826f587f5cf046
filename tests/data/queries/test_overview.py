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
