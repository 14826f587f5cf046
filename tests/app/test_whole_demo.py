"""The demo as `evalboard demo` shows it: no page of it is empty, and nothing of its predictions and lenses is in doubt."""

import pytest

from app import cli
from app.pages import PAGES
from components.page import View
from data.cache import Cache
from data.ingest import Ingester
from data.queries import instances, lenses, predictions
from data.viewstate import ViewState

ALL = ViewState()
ONLY_WHEN_ASKED = {"compare"}
"""Shows nothing before runs are chosen."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return Ingester(list(cli.DEMO), Cache(tmp_path_factory.mktemp("cache"))).look()


@pytest.mark.parametrize(
    "page", [p for p in PAGES if p.menu and p.key not in ONLY_WHEN_ASKED], ids=lambda p: p.key
)
def test_a_newcomer_sees_something_on_every_page(whole, page):
    view = View(whole, ALL)
    assert any(panel.frame(view).height for panel in page.panels)


def test_only_the_runs_that_were_made_to_fail_are_remarked_upon(whole, demo):
    assert {p.code for p in whole.problems} == {p.code for p in demo.problems}


def test_every_prediction_meets_what_was_measured(whole):
    assert predictions.unmatched(whole, ALL).height == 0
    assert predictions.counts(whole, ALL).matched > 0
    assert instances.counts(whole, ALL).matched > 0


def test_predictors_that_know_something_tell_right_from_wrong(whole):
    """In every draw, so that the curves of the demo mean something."""
    areas = instances.separation(whole, ALL).filter(over="all")
    assert areas.height
    assert areas["auc"].min() > 0.6


def test_stronger_misspellings_hurt_every_model(whole):
    drawn = predictions.sweep(whole, ALL).filter(source="actual", name="exact_match").sort("strength")
    for _, of in drawn.group_by("model", "split"):
        assert of.height == 4
        assert of["value"].is_sorted(descending=True)


def test_every_trajectory_leads_to_the_sample_that_it_is_of(whole):
    rows = lenses.named(whole).values()
    assert {r["lens_type"] for r in rows} == {"logit_lens", "tuned_lens"}
    for row in rows:
        (match,) = lenses.samples_of(whole, row)
        assert row["trajectory_id"] in lenses.of_sample(whole, match.run, match.sample_id, match.epoch)
