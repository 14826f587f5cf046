"""Every real log is either shown or listed with its reason, and nothing that could break does."""

from pathlib import Path

import pytest

from data.cache import Cache
from data.ingest import Ingester
from data.problems import Severity


@pytest.fixture(scope="module")
def looked(real_logs, tmp_path_factory):
    def look(name):
        return Ingester([real_logs / name], Cache(tmp_path_factory.mktemp("cache"))).look()

    return look


@pytest.mark.parametrize("name", ["inspect", "twinkle"])
def test_every_file_is_shown_or_listed(looked, real_logs, name):
    found = looked(name)
    shown = set(found.runs["location"]) | {p.where for p in found.problems}
    files = {str(p) for p in (real_logs / name).rglob("*") if p.is_file() and not p.name.startswith(".")}
    details = {f for f in files if Path(f).name.startswith("eval_results_") or Path(f).suffix == ".csv"}
    assert files - shown <= details
    assert found.runs.height > 0


@pytest.mark.parametrize("name", ["inspect", "twinkle"])
def test_no_real_log_is_unreadable(looked, name):
    errors = [p for p in looked(name).problems if p.code.severity is Severity.ERROR]
    assert [
        p for p in errors if p.code in ("unreadable", "truncated", "unknown_version", "ambiguous_format")
    ] == []


@pytest.mark.parametrize("name", ["helm", "lm_eval", "every_eval_ever", "tuned_lens", "magnet"])
def test_logs_of_other_tools_are_read_or_named_and_never_taken_for_ours(looked, name):
    found = looked(name)
    assert found.problems or found.runs.height or found.cards.height
    assert "inspect" not in {
        f for f, at in found.runs.select("format", "location").rows() if not at.endswith((".eval", ".json"))
    }


def test_all_that_magnet_wrote_is_read(looked, real_logs):
    """Fourteen files of one evaluated card and a table that it printed: none is left aside."""
    found = looked("magnet")
    assert found.problems == ()
    assert found.predictions.height == 6
    (card,) = found.cards.filter(found.cards["cell"].is_null()).rows(named=True)
    assert (card["result"], card["threshold"]) == ("VERIFIED", 0.6)
    told = {p.parent.name for p in (real_logs / "magnet").rglob("results/*/verdict.json")}
    assert set(found.cards["cell"].drop_nulls()) == told
