"""The address, the controls and the panels say the same, whichever of them was moved."""

import pytest

MODEL = "acme/aurora-8b"
ONE = "/runs?model=acme%2Faurora-8b"


@pytest.fixture(scope="session")
def models(demo):
    return sorted(set(demo.runs["model"]))


def agree(reader, address, chosen, models):
    """Runs of these models are shown, and one of them stands in the control if it alone is chosen."""
    reader.arrives(address)
    reader.says("models", MODEL, sure=chosen)
    reader.lists("/api/runs/table.json", "table", "model")
    assert set(reader.cells("table", "model")) <= ({MODEL} if chosen else set(models))


def test_an_option_wider_than_the_rail_can_be_clicked_at_its_end(reader):
    reader.open("/baseline")
    reader.page.locator(".field-baseline button.dash-dropdown").click()
    option = reader.page.locator(".dash-dropdown-option", has_text="cumulus-2 @").first
    box, rail = option.bounding_box(), reader.page.locator(".rail").bounding_box()
    end = box["x"] + box["width"] - 4
    assert end > rail["x"] + rail["width"]
    reader.page.mouse.click(end, box["y"] + box["height"] / 2)
    reader.until("location.search.startsWith('?baseline=borealis%2Fcumulus-2')")


def test_controls_and_panels_follow_an_edit_back_forward_and_reload(reader, models):
    reader.open("/runs")
    agree(reader, "/runs", False, models)
    reader.choose("models", MODEL)
    agree(reader, ONE, True, models)
    reader.page.go_back()
    agree(reader, "/runs", False, models)
    reader.page.go_forward()
    agree(reader, ONE, True, models)
    reader.page.reload()
    agree(reader, ONE, True, models)


def test_a_click_in_the_rail_is_an_edit_like_any_other(reader):
    reader.open("/scores")
    before = reader.cells("averages", "macro")
    reader.pick("scale", "0–100")
    reader.arrives("/scores?scale=100")
    reader.until(
        "b => document.querySelector('.panel-averages [col-id=macro].ag-cell').innerText !== b", before[0]
    )
    reader.page.go_back()
    reader.arrives("/scores")
    reader.picked("scale", "0–1")
    reader.until(
        "b => document.querySelector('.panel-averages [col-id=macro].ag-cell').innerText === b", before[0]
    )


def test_what_is_typed_counts_when_it_is_finished(reader):
    reader.open("/samples")
    box = reader.page.locator(".field-q input")
    box.type("society")
    assert reader.here == "/samples"
    box.press("Enter")
    reader.arrives("/samples?q=society")
    reader.lists("/api/samples/table.json", "table", "sample_id")
    reader.page.go_back()
    reader.arrives("/samples")
    reader.until("document.querySelector('.field-q input').value === ''")


def test_an_edit_after_back_does_not_bring_the_undone_filter_again(reader):
    reader.open("/scores")
    reader.choose("models", MODEL)
    reader.arrives("/scores?model=acme%2Faurora-8b")
    reader.page.go_back()
    reader.arrives("/scores")
    reader.says("models", MODEL, sure=False)
    reader.pick("scale", "0–100")
    reader.arrives("/scores?scale=100")


def test_somebody_else_sees_the_same_and_neither_moves_the_other(visit, models):
    one, other = visit(), visit()
    one.open(ONE)
    other.open("/runs")
    agree(one, ONE, True, models)
    agree(other, "/runs", False, models)
    other.choose("models", "open/lynx-3b")
    other.arrives("/runs?model=open%2Flynx-3b")
    agree(one, ONE, True, models)
    one.page.reload()
    agree(one, ONE, True, models)
    other.open(ONE)
    agree(other, ONE, True, models)


def test_an_edit_makes_exactly_one_history_entry(visit):
    reader = visit().open("/runs")
    before = reader.entries
    reader.choose("models", MODEL)
    reader.arrives(ONE)
    reader.lists("/api/runs/table.json", "table", "model")
    assert reader.entries == before + 1


def test_saying_again_what_is_said_makes_none(visit):
    reader = visit().open(ONE)
    before = reader.entries
    reader.set("runs", "models", [MODEL])
    reader.choose("models", "acme/aurora-70b")
    reader.arrives("/runs?model=acme%2Faurora-70b&model=acme%2Faurora-8b")
    assert reader.entries == before + 1


def test_the_same_view_has_one_address(reader):
    for order in (["open/lynx-3b", MODEL], [MODEL, "open/lynx-3b"]):
        reader.open("/runs")
        reader.set("runs", "models", order)
        reader.arrives("/runs?model=acme%2Faurora-8b&model=open%2Flynx-3b")


def test_the_menu_keeps_the_filters_and_draws_only_the_new_page(reader, models):
    asked = []
    reader.page.on("request", lambda r: asked.append(r.post_data or "") if "_dash-update" in r.url else None)
    reader.open(ONE)
    asked.clear()
    reader.page.get_by_role("link", name="Scores", exact=True).click()
    reader.arrives("/scores?model=acme%2Faurora-8b")
    reader.says("models", MODEL)
    outputs = [a.split('"outputs"')[0] for a in asked]
    assert not any('"page":"runs"' in o.replace("\\", "") for o in outputs)
    reader.page.go_back()
    agree(reader, ONE, True, models)


def test_what_a_page_alone_can_say_stays_behind(reader):
    reader.open("/scores?model=acme%2Faurora-8b&page=2&per_page=10")
    reader.page.get_by_role("link", name="Heatmap", exact=True).click()
    reader.arrives("/heatmap?model=acme%2Faurora-8b")


def test_all_filters_are_cleared_at_once(visit, models):
    reader = visit().open(ONE + "&status=success")
    before = reader.entries
    reader.page.get_by_role("button", name="Clear all filters").click()
    agree(reader, "/runs", False, models)
    assert reader.entries == before + 1
    reader.page.go_back()
    agree(reader, ONE + "&status=success", True, models)


def test_an_unknown_place_says_so_and_leads_back(reader):
    reader.page.goto(reader.origin + "/nowhere?model=x")
    reader.page.wait_for_selector("main.lost")
    reader.page.locator("main.lost a").click()
    reader.arrives("/")


SORTED = "/samples?by=table.sample_id.asc"
ORDER = "how => document.querySelector('.panel-table .ag-header-cell[col-id=sample_id]')?.ariaSort === how"


def test_a_table_sorted_by_its_header_is_part_of_the_address(reader):
    reader.open("/samples")
    reader.page.locator(".panel-table .ag-header-cell[col-id='sample_id']").click()
    reader.arrives(SORTED)
    reader.until(ORDER, "ascending")
    reader.rests()
    reader.page.go_back()
    reader.arrives("/samples")
    reader.until(ORDER, "none")
    reader.rests()
    reader.page.go_forward()
    reader.arrives(SORTED)
    reader.until(ORDER, "ascending")
    reader.page.reload()
    reader.drawn()
    reader.until(ORDER, "ascending")


def test_back_right_after_sorting_is_not_undone(reader):
    reader.open("/samples")
    reader.page.locator(".panel-table .ag-header-cell[col-id='sample_id']").click()
    reader.arrives(SORTED)
    reader.until("document.querySelector('.panel-table .tools a').search === location.search")  # redrawn
    reader.page.go_back()
    reader.rests()
    assert reader.here == "/samples"


FILTERED = "/samples?where=table.answer.contains%3A2"
ANSWERS = """() => [...document.querySelectorAll('.panel-table .ag-center-cols-container [col-id=answer]')]
    .map(cell => cell.textContent)"""


def test_a_table_filtered_by_its_header_is_part_of_the_address_and_of_the_download(reader):
    reader.open("/samples")
    head = reader.page.locator(".panel-table .ag-header-cell[col-id='answer']")
    head.hover()
    head.locator(".ag-header-cell-filter-button").click()
    reader.page.locator(".ag-filter-body input").first.fill("2")
    reader.page.locator(".ag-filter-apply-panel button", has_text="Apply").click()
    reader.arrives(FILTERED)
    reader.drawn()
    shown = reader.page.evaluate(ANSWERS)
    assert shown
    assert all("2" in answer for answer in shown)
    exported = reader.page.request.get(
        f"{reader.origin}/api/samples/table.json?where=table.answer.contains%3A2"
    )
    assert all("2" in row["answer"] for row in exported.json())
    reader.page.go_back()
    reader.arrives("/samples")
    reader.until(f"() => !({ANSWERS})().every(answer => answer.includes('2'))")
    reader.rests()


def test_a_long_table_turns_its_pages(reader):
    reader.open("/samples")
    reader.page.locator(".panel-table .pager a").last.click()
    reader.arrives("/samples?block=2")
    reader.lists("/api/samples/table.json", "table", "sample_id")
    reader.page.go_back()
    reader.arrives("/samples")
    reader.lists("/api/samples/table.json", "table", "sample_id")


def test_what_is_zoomed_into_is_part_of_the_address(reader):
    reader.open("/heatmap")
    reader.rests()  # a figure fits itself to its place a moment after it is drawn
    box = reader.page.locator(".panel-cells .nsewdrag[data-subplot=xy]").bounding_box()
    at = [(box["x"] + box["width"] * share, box["y"] + box["height"] * share) for share in (0.2, 0.7)]
    reader.page.mouse.move(*at[0])
    reader.page.mouse.down()
    reader.page.mouse.move(*at[1], steps=5)
    reader.page.mouse.up()
    reader.until("location.search.startsWith('?zoom=')")
    zoomed, shown = reader.here, "document.querySelector('.js-plotly-plot')._fullLayout.xaxis.range[0]"
    reader.rests()
    reader.page.go_back()
    reader.arrives("/heatmap")
    reader.until(f"Math.abs({shown} + 0.5) < 0.01")
    reader.rests()
    reader.page.go_forward()
    reader.arrives(zoomed)
    reader.until(f"{shown} > 0")
    reader.page.reload()
    reader.drawn()
    reader.until(f"{shown} > 0")
