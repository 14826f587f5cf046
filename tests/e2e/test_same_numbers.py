"""What is on screen, what is downloaded and what the API tells are one and the same."""

from pathlib import Path

import pytest

QUERY = "?model=acme%2Faurora-70b&model=acme%2Faurora-8b&scale=100"


def test_a_download_is_what_the_api_tells_for_the_same_query(reader):
    reader.open("/scores" + QUERY)
    with reader.page.expect_download() as started:
        reader.page.locator(".panel-pivot .tools a", has_text="CSV").click()
    saved = Path(started.value.path()).read_text(encoding="utf-8-sig")
    told = reader.page.evaluate("a => fetch(a).then(r => r.text())", "/api/scores/pivot.csv" + QUERY)
    assert saved == told.removeprefix("\ufeff")
    assert started.value.suggested_filename == "scores-pivot.csv"
    assert saved.splitlines()[0] == "category,acme/aurora-70b,acme/aurora-8b,metric"


@pytest.mark.parametrize(
    ("page", "panel", "column"),
    [
        ("runs", "table", "value"),
        ("runs", "table", "task"),
        ("scores", "pivot", "acme/aurora-8b"),
        ("scores", "averages", "macro"),
        ("baseline", "ranking", "delta"),
        ("baseline", "top", "candidate_score"),
        ("baseline", "summary", "mean_delta"),
        ("samples", "table", "sample_id"),
    ],
)
def test_a_column_on_screen_is_the_frames(page, panel, column, reader):
    reader.open(f"/{page}{QUERY}")
    reader.lists(f"/api/{page}/{panel}.json", panel, column)


def test_the_bars_are_as_high_as_the_frame_says(reader):
    reader.open("/scores" + QUERY)
    drawn = reader.page.evaluate(
        "[...document.querySelectorAll('.panel-bars .js-plotly-plot')].flatMap(g => g.data).flatMap(t => t.y)"
    )
    assert sorted(drawn) == sorted(row["value"] for row in reader.api("/api/scores/bars.json" + QUERY))


def test_the_tiles_count_what_the_frame_counts(reader):
    reader.open("/")
    counted = reader.api("/api/overview/counts.json")[0]
    shown = reader.page.evaluate(
        "[...document.querySelectorAll('.tile')].map(t => Number(t.querySelector('strong').innerText.replace(',', '')))"
    )
    assert shown == list(counted.values())
