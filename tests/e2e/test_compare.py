"""From ticked runs to what differs in their settings, and from a point of a chart to its run."""

import json

from data.cache import Cache
from data.store import Store
from tests.fixtures import toy

HOSTILE = "<img src=x onerror=alert(1)>"


def tick(reader, *rows):
    for row in rows:
        reader.page.locator(f'.panel-table .ag-row[row-index="{row}"] input[type="checkbox"]').check()


def test_ticked_runs_lead_to_their_settings(reader):
    reader.open("/runs")
    frame = reader.api("/api/runs/table.json")
    said = reader.page.locator(".ticked")
    assert "two or more" in said.inner_text()
    tick(reader, 1)
    reader.page.wait_for_function("() => document.querySelector('.ticked').innerText.includes('another')")
    tick(reader, 3, 4)
    reader.page.locator(".ticked a").click()
    state = reader.arrives_at("/compare")
    assert set(state.runs) == {frame[i]["run_id"] for i in (1, 3, 4)}
    reader.lists(f"/api/compare/config_diff.json{state.to_query()}", "config_diff", "key")
    reader.page.go_back()
    reader.arrives("/runs")
    is_ticked(reader, 1, 3, 4)
    leads_to(reader, 3)


def is_ticked(reader, *rows):
    reader.until(
        """rows => [...document.querySelectorAll('.panel-table .ag-row')].every(row =>
            !row.querySelector('input') || row.querySelector('input').checked === rows.includes(Number(row.getAttribute('row-index'))))""",
        list(rows),
    )


def leads_to(reader, n):
    reader.until("n => document.querySelector('.ticked a')?.href.split('run=').length === n + 1", n)


def test_ticks_outlast_filters_and_a_reload_and_go_when_asked_to(visit):
    reader = visit().open("/runs")
    runs = reader.api("/api/runs/table.json")
    tick(reader, 0, 2)
    leads_to(reader, 2)
    assert "mental_arithmetic" not in {runs[0]["task"], runs[2]["task"]}
    reader.choose("tasks", "mental_arithmetic")
    reader.lists("/api/runs/table.json", "table", "model")
    is_ticked(reader)
    tick(reader, 0)
    leads_to(reader, 3)
    reader.page.reload()
    reader.drawn()
    is_ticked(reader, 0)
    leads_to(reader, 3)
    reader.page.locator(".untick").click()
    is_ticked(reader)
    reader.until("document.querySelector('.ticked').innerText.includes('two or more')")
    other = visit().open("/runs")
    is_ticked(other)


def test_a_point_leads_to_its_run(reader):
    reader.open("/trends?task=number_spelling")
    points = reader.api("/api/trends/time.json?task=number_spelling")
    point = reader.page.locator(".panel-time .dash-graph .points path").first
    point.scroll_into_view_if_needed()
    box = point.bounding_box()
    reader.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    state = reader.arrives_at("/run")
    assert state.runs[0] in {p["run_id"] for p in points}


def test_settings_of_a_hostile_log_stay_text(visit, serve, tmp_path):
    configs = [{HOSTILE: 1, "prompt": HOSTILE * 100}, {"prompt": "[x](javascript:alert(1))"}]
    runs = [
        {
            "run_id": str(i),
            "model": HOSTILE,
            "created": f"2026-01-0{i + 1}T00:00:00",
            "metrics": {"": 0.5},
            "config": json.dumps(c),
        }
        for i, c in enumerate(configs)
    ]
    origin = serve(Store(toy.snapshot(Cache(tmp_path / "cache"), *runs)))
    reader = visit(origin).open("/compare?run=0&run=1")
    assert reader.page.locator("#page img").count() == 0
    assert HOSTILE in reader.page.locator(".panel-config_diff .ag-root").inner_text()
    reader.open("/trends")
    assert reader.page.locator("#page img").count() == 0
