"""What is told of a cell is of the chart that the pointer is in."""

import json
from pathlib import Path

import pytest

from app.pages.trajectories import PAGE, tell
from components.page import View
from data.cache import Cache
from data.ingest import Ingester
from data.viewstate import ViewState

FIXTURE = Path(__file__).parents[1] / "fixtures" / "tuned_lens"


@pytest.fixture(scope="module")
def view(tmp_path_factory):
    snapshot = Ingester([FIXTURE], Cache(tmp_path_factory.mktemp("cache"))).look()
    return View(snapshot, ViewState().edit(trajectories=["sky-tuned", "sky-logit"], statistic="entropy"))


def told(view, graph):
    found = tell(view, {"x": 1, "y": 2, "graph": graph})
    return found and json.dumps(found.to_plotly_json(), default=lambda c: c.to_plotly_json())


def test_each_chart_tells_its_own_number(view):
    frame = PAGE.panel("cells").frame(view).filter(position=1, layer=2)
    values = dict(frame.select("trajectory_id", "value").rows())
    assert values["sky-tuned"] != values["sky-logit"]
    for nth, name in enumerate(("sky-tuned", "sky-logit")):
        assert f": {values[name]:.3f} nats" in told(view, f"cells-{nth}")


@pytest.mark.parametrize("graph", ["cells-2", "cells-99"])
def test_of_a_chart_that_is_not_there_nothing(view, graph):
    assert told(view, graph) is None


def test_a_difference_tells_both_numbers_and_their_own(view):
    frame = PAGE.panel("cells").frame(view).filter(position=1, layer=2)
    first, second = frame["value"]
    found = PAGE.panel("difference").hover(view, {"x": 1, "y": 2, "graph": "difference-0"})
    said = json.dumps(found.to_plotly_json(), default=lambda c: c.to_plotly_json(), ensure_ascii=False)
    assert f"Δ Entropy: {first - second:.3f} nats".replace("-", "−") in said
    assert all(f"{value:.3f}" in said for value in (first, second))


def test_a_statistic_that_one_of_two_has_not_got_is_not_passed_over_in_silence(view):
    asked = view._replace(state=view.state.edit(statistic="no_such"))
    drawn = PAGE.panel("cells").draw(PAGE.panel("cells").frame(asked), asked)
    assert "Not all of these have no_such: Entropy is shown instead." in str(drawn)
