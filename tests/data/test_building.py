"""A task that cannot be put together, or not all of it, leaves the others whole."""

from data import building, parts
from data.problems import Code
from tests.fixtures import toy
from tests.fixtures.toy import codes, ids, run


def test_a_task_that_cannot_be_put_together_leaves_the_others(logs, ingester, monkeypatch):
    samples = [{"id": "1", "scores": {"s": 1.0}}]
    toy.write(logs / "a.toy", run("a", task="bad", samples=samples), run("b", task="good", samples=samples))
    build = parts.build

    def fails(task, runs):
        if task == "bad":
            raise ValueError("no such shape")
        return build(task, runs)

    monkeypatch.setattr(parts, "build", fails)
    look = ingester()
    found = look.look()
    assert ids(found) == ["a", "b"]
    assert list(found.parts) == ["good"]
    (problem,) = found.problems
    assert (problem.code, problem.where) == (Code.TASK_UNUSABLE, "bad")
    assert "no such shape" in problem.detail
    monkeypatch.setattr(parts, "build", build)
    assert sorted(ingester().look().parts) == ["bad", "good"]


def test_a_task_that_cannot_be_put_together_is_tried_again_after_a_while_and_not_at_every_look(
    logs, ingester, monkeypatch
):
    samples = [{"id": "1", "scores": {"s": 1.0}}]
    toy.write(logs / "a.toy", run("a", task="bad", samples=samples), run("b", task="good", samples=samples))
    build, tried = parts.build, []

    def fails(task, runs):
        tried.append(task)
        if task == "bad":
            raise ValueError("no such shape")
        return build(task, runs)

    monkeypatch.setattr(parts, "build", fails)
    look = ingester()
    look.look()
    tried.clear()
    assert (look.look(), look.look(), tried) == (None, None, [])
    toy.write(logs / "c.toy", run("c", task="other", samples=samples))
    found = look.look()
    assert (sorted(found.parts), codes(found), tried) == (["good", "other"], [Code.TASK_UNUSABLE], ["other"])
    monkeypatch.setattr(building, "AGAIN_S", 0.0)
    monkeypatch.setattr(parts, "build", build)
    found = look.look()
    assert (sorted(found.parts), found.problems) == (["bad", "good", "other"], ())


def test_a_run_out_of_all_proportion_costs_its_own_samples_only(logs, ingester, monkeypatch):
    monkeypatch.setattr(parts, "MOST_CELLS", 20)
    usual = [{"id": str(i), "scores": {"s": 1.0}} for i in range(5)]
    deep = [{"id": "0", "epoch": e, "scores": {"s": 1.0}} for e in range(1, 9)]
    toy.write(logs / "deep.toy", run("deep", samples=deep))
    toy.write(logs / "usual.toy", run("a", samples=usual), run("b", samples=usual))
    for _ in range(2):  # the second time from the cache
        found = ingester().look()
        assert (ids(found), found.parts["t"].runs) == (["a", "b", "deep"], ("a", "b"))
        (problem,) = found.problems
        assert (problem.code, problem.detail) == (Code.TOO_MANY_CELLS, "t")
        assert problem.where == str(logs / "deep.toy")


def test_what_cannot_be_put_together_beside_others_logs_makes_them_be_gone_through_once_at_most(
    logs, ingester, tmp_path, monkeypatch
):
    samples = [{"id": "1", "scores": {"s": 1.0}}]
    toy.write(logs / "a.toy", run("a", task="good", samples=samples))
    toy.write(tmp_path / "theirs" / "b.toy", run("b", task="bad", samples=samples))
    own = ingester()
    own.look()
    theirs = ingester(tmp_path / "theirs", beside=own)
    looked_up, build, load = [], parts.build, own.cache.load_problems

    def fails(task, runs):
        if task == "bad":
            raise ValueError("no such shape")
        return build(task, runs)

    monkeypatch.setattr(parts, "build", fails)
    monkeypatch.setattr(own.cache, "load_problems", lambda key: looked_up.append(key) or load(key))
    for _ in range(3):
        assert Code.TASK_UNUSABLE in codes(theirs.look() or theirs.last())
        assert own.look() is None
    assert len(looked_up) == 1
