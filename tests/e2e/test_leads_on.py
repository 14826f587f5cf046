"""Every answer is a link: a click leads to what is behind it, and Back returns."""

import pytest

BARS = ".panel-bars .dash-graph:first-child .bars .point path"
DELTAS = ".panel-ranking .bars .point path"


def middle_of_largest(reader, selector):
    """The middle of the largest mark: what a person would aim at."""
    reader.page.wait_for_selector(selector, state="attached")
    return reader.page.evaluate(
        """selector => {
            const size = mark => (box => box.width * box.height)(mark.getBoundingClientRect());
            const [largest] = [...document.querySelectorAll(selector)].sort((a, b) => size(b) - size(a));
            largest.scrollIntoView({block: 'center', behavior: 'instant'});
            const m = largest.getBoundingClientRect();
            return [m.x + m.width / 2, m.y + m.height / 2];
        }""",
        selector,
    )


def click_bar(reader, selector):
    reader.page.mouse.click(*middle_of_largest(reader, selector))


def test_a_bar_of_a_task_leads_into_the_task_and_on_to_its_samples(reader):
    reader.open("/scores")
    click_bar(reader, BARS)
    reader.until_moved("/scores")
    deeper = reader.arrives_at("/scores")
    assert len(deeper.tasks) == 1
    there = reader.here
    reader.lists("/api/scores/pivot.json", "pivot", "category")
    click_bar(reader, BARS)
    reader.until_moved(there)
    state = reader.arrives_at("/samples")
    assert (len(state.runs), state.tasks) == (1, deeper.tasks)
    reader.lists("/api/samples/table.json", "table", "sample_id")
    reader.page.go_back()
    reader.arrives(there)
    reader.page.go_back()
    reader.arrives("/scores")


@pytest.mark.parametrize("orientation", ["horizontal", "vertical"])
def test_a_cell_of_the_heatmap_leads_to_its_sample(orientation, reader):
    query = "" if orientation == "horizontal" else "?orientation=vertical"
    reader.open("/heatmap" + query)
    frame = reader.api("/api/heatmap/cells.json" + query)
    models = len({row["model"] for row in frame})
    reader.page.mouse.click(*at(reader, 1, len(frame) // models, 2, models, orientation))
    state = reader.arrives_at("/sample")
    assert ((state.runs[0],), state.sample) == (
        (frame[models + 2]["run_id"],),
        frame[models + 2]["sample_id"],
    )
    reader.page.go_back()
    reader.arrives("/heatmap" + query)


def at(reader, sample, samples, model, models, orientation="horizontal"):
    """Where a cell of the heatmap is on screen, by its place in the frame."""
    box = reader.page.locator(".panel-cells .nsewdrag[data-subplot=xy]").bounding_box()
    along, down = ((sample + 0.5) / samples, (model + 0.5) / models)
    if orientation == "vertical":
        along, down = down, along
    return box["x"] + box["width"] * along, box["y"] + box["height"] * down


def test_the_pointer_on_a_cell_tells_sample_model_and_score(reader):
    reader.open("/heatmap")
    frame = reader.api("/api/heatmap/cells.json")
    models = len({row["model"] for row in frame})
    for sample, model in ((0, 1), (3, 0)):
        row = frame[sample * models + model]
        reader.page.mouse.move(*at(reader, sample, len(frame) // models, model, models))
        reader.until(
            "texts => texts.every(t => document.querySelector('.tip')?.innerText.includes(t))",
            [row["sample_id"], row["model"], "1" if row["value"] == 1 else f"{row['value']:.3f}"],
        )


@pytest.mark.parametrize(
    ("page", "panel", "column", "to"),
    [
        ("runs", "table", "task", "/run"),
        ("samples", "table", "sample_id", "/sample"),
        ("overview", "latest", "task", "/run"),
        ("baseline", "summary", "candidate", "/baseline"),
        ("baseline", "top", "axis", "/baseline"),
    ],
)
def test_a_row_of_a_table_leads_to_what_it_names(page, panel, column, to, reader):
    start = "/" if page == "overview" else f"/{page}"
    reader.open(start)
    first = reader.api(f"/api/{page}/{panel}.json")[0]
    reader.page.locator(f".panel-{panel}").scroll_into_view_if_needed()
    reader.page.locator(f".panel-{panel} .ag-row[row-index='0'] [col-id='{column}'] a").click()
    reader.until_moved(start)
    state = reader.arrives_at(to)
    named = {
        "/run": lambda: state.runs == (first["run_id"],),
        "/sample": lambda: (
            (state.runs, state.sample, state.epoch)
            == ((first["run_id"],), first["sample_id"], first["epoch"])
        ),
        "/baseline": lambda: (first["candidate"],) == state.candidates or (first["task"],) == state.tasks,
    }
    assert named[to]()
    reader.page.go_back()
    reader.arrives(start)


def test_the_sample_page_shows_the_sample_that_was_clicked(reader):
    reader.open("/samples")
    first = reader.api("/api/samples/table.json")[0]
    reader.page.locator(".panel-table .ag-row[row-index='0'] [col-id='sample_id'] a").click()
    reader.arrives_at("/sample")
    assert first["input"][:40] in reader.page.locator(".panel-scores .texts").inner_text()
    reader.lists("/api/sample/everywhere.json", "everywhere", "model")


def test_a_cell_of_the_standings_leads_to_its_run(reader):
    reader.open("/")
    first = reader.api("/api/overview/matrix.json")[0]
    model = next(name for name in list(first)[2:] if first[name] is not None)
    reader.page.locator(f".panel-matrix .ag-row[row-index='0'] [col-id='{model}'] a").click()
    (run_id,) = reader.arrives_at("/run").runs
    runs = {r["run_id"]: r for r in reader.api("/api/runs/table.json")}
    assert (runs[run_id]["task"], runs[run_id]["label"]) == (first["task"], model)


@pytest.mark.parametrize(
    ("tile", "address"),
    [("runs", "/runs"), ("models", "/scores"), ("superseded", "/runs?where=table.superseded.equals%3Atrue")],
)
def test_a_number_of_the_overview_leads_to_what_it_counts(tile, address, reader):
    reader.open("/")
    reader.page.locator(f".tile-{tile}").click()
    reader.arrives(address)
    reader.page.go_back()
    reader.arrives("/")


def test_a_bar_of_the_baseline_leads_into_its_task(reader):
    reader.open("/baseline")
    click_bar(reader, DELTAS)
    reader.until_moved("/baseline")
    assert len(reader.arrives_at("/baseline").tasks) == 1
    reader.page.go_back()
    reader.arrives("/baseline")


def test_a_link_opens_in_a_new_tab_like_any_other(reader):
    reader.open("/runs")
    link = reader.page.locator(".panel-table .ag-row[row-index='0'] [col-id='task'] a")
    with reader.context.expect_page() as opened:
        link.click(modifiers=["Control"])
    opened.value.wait_for_selector("main.page-run .facts")
    assert reader.here == "/runs"
