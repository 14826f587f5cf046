"""A part of the heatmap is dragged over, listed, shared and left again; what stands beside the cells stays beside them."""

import csv
import io

import pytest

TASK = "task=mental_arithmetic"
PLOT = "document.querySelector('.panel-cells .js-plotly-plot')"
LISTED = "document.querySelectorAll('.panel-selection .ag-center-cols-container .ag-row').length"


def drag(reader, start, end):
    """Over the cells, from one share of them to another."""
    reader.rests()  # a figure fits itself to its place a moment after it is drawn
    box = reader.page.locator(".panel-cells .nsewdrag[data-subplot=xy]").bounding_box()
    at = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in (start, end)]
    reader.page.mouse.move(*at[0])
    reader.page.mouse.down()
    reader.page.mouse.move(*at[1], steps=6)
    reader.page.mouse.up()


def whole(reader):
    """Samples and models of the heatmap, in order."""
    frame = reader.api(f"/api/heatmap/cells.json?{TASK}")
    return list(dict.fromkeys(r["sample_id"] for r in frame)), list(dict.fromkeys(r["model"] for r in frame))


def test_what_is_dragged_over_is_listed_and_back_shows_all_again(reader):
    reader.open(f"/heatmap?{TASK}")
    samples, models = whole(reader)
    n, m = len(samples), len(models)
    drag(reader, (3.02 / n, 1.05 / m), (8.98 / n, 2.95 / m))  # from inside the 4th to inside the 9th
    reader.until("location.search.includes('zoom=')")
    reader.drawn()
    reader.until(f"{LISTED} === 12")
    there, listed = reader.here, reader.api("/api/heatmap/selection.json" + reader.search)
    assert [(r["sample_id"], r["model"]) for r in listed] == [
        (s, model) for s in samples[3:9] for model in models[1:3]
    ]
    reader.lists("/api/heatmap/selection.json", "selection", "sample_id")
    link = reader.page.locator(".panel-selection .tools a").first.get_attribute("href")
    rows = list(csv.reader(io.StringIO(reader.page.request.get(f"{reader.origin}/{link}").text())))
    assert [r[1] for r in rows[1:]] == [r["sample_id"] for r in listed]
    reader.page.go_back()
    reader.arrives(f"/heatmap?{TASK}")
    reader.until(f"{LISTED} === 0")
    reader.page.go_forward()
    reader.arrives(there)
    reader.until(f"{LISTED} === 12")


def test_the_link_to_a_part_shows_it_to_somebody_else_and_leads_on(visit):
    reader = visit().open(f"/heatmap?{TASK}&zoom=2.5,4.5,1.5,-0.5")
    reader.until(f"{LISTED} === 4")
    first = reader.api("/api/heatmap/selection.json" + reader.search)[0]
    there = reader.here
    reader.page.locator(".panel-selection .ag-row[row-index='0'] [col-id='sample_id'] a").click()
    state = reader.arrives_at("/sample")
    assert (state.runs, state.sample) == ((first["run_id"],), first["sample_id"])
    reader.page.go_back()
    reader.arrives(there)
    reader.page.get_by_role("link", name="Show all again").click()
    reader.arrives(f"/heatmap?{TASK}")
    reader.page.go_back()
    reader.arrives(there)


def test_a_flat_drag_is_part_of_the_address_too(reader):
    """Plotly then zooms one axis and says nothing of the other."""
    reader.open(f"/heatmap?{TASK}")
    samples, models = whole(reader)
    drag(reader, (0.2, 0.5), (0.6, 0.505))
    reader.until("location.search.includes('zoom=')")
    reader.drawn()
    listed = reader.api("/api/heatmap/selection.json" + reader.search)
    assert {r["model"] for r in listed} == set(models)
    assert 0 < len({r["sample_id"] for r in listed}) < len(samples)


PLACES = """([subplot, along]) => {
  const plot = document.querySelector('.panel-cells .js-plotly-plot');
  const axis = along === 'x' ? plot._fullLayout.xaxis : plot._fullLayout.yaxis;
  const middle = e => { const b = e.getBoundingClientRect(); return along === 'x' ? b.x + b.width / 2 : b.y + b.height / 2; };
  const cells = plot.querySelector('.nsewdrag[data-subplot=xy]').getBoundingClientRect();
  const [low, high] = [Math.min(...axis.range), Math.max(...axis.range)];
  const shown = [];
  for (let i = Math.ceil(low); i <= high; i += 1) { shown.push((along === 'x' ? cells.x : cells.y) + axis.l2p(i)); }
  const marks = [...plot.querySelectorAll(`.subplot.${subplot} .scatterlayer .point`)].map(middle);
  return {marks, shown};
}"""
"""Where the marks of a strip are, and where the middles of the cells that are shown."""


@pytest.mark.parametrize("orientation", ["horizontal", "vertical"])
@pytest.mark.parametrize("zoomed", [False, True])
def test_means_stand_beside_their_cells_zoomed_or_not(orientation, zoomed, reader):
    part = "1.5,3.5,9.5,2.5" if orientation == "vertical" else "2.5,9.5,3.5,1.5"
    reader.open(f"/heatmap?{TASK}&orientation={orientation}" + f"&zoom={part}" * zoomed)
    reader.rests()
    for subplot, along in (("xy2", "x"), ("x2y", "y")):
        found = reader.page.evaluate(PLACES, [subplot, along])
        assert len(found["shown"]) > 1
        for place in found["shown"]:
            assert min(abs(mark - place) for mark in found["marks"]) < 1.5


def test_a_count_of_what_samples_tell_leads_to_its_samples(reader):
    reader.open(f"/heatmap?{TASK}")
    rows = reader.api(f"/api/heatmap/items.json?{TASK}")
    dead = [r["sample_id"] for r in rows if "all wrong" in (r["findings"] or "")]
    assert 0 < len(dead) < len(rows)
    reader.page.locator(".panel-items .lint a", has_text="wrong for all").click()
    reader.until("location.search.includes('where=')")
    reader.drawn()
    reader.lists("/api/heatmap/items.json", "items", "sample_id")
    assert [r["sample_id"] for r in reader.api("/api/heatmap/items.json" + reader.search)] == dead
    reader.page.go_back()
    reader.arrives(f"/heatmap?{TASK}")
    reader.lists("/api/heatmap/items.json", "items", "sample_id")


def test_only_what_the_models_disagree_on(reader):
    reader.open(f"/heatmap?{TASK}")
    samples, _ = whole(reader)
    reader.choose("which", "Disputed by the models")
    reader.arrives(f"/heatmap?only=disagree&{TASK}")
    kept = {r["sample_id"] for r in reader.api("/api/heatmap/cells.json" + reader.search)}
    assert 0 < len(kept) < len(samples)
    reader.until(f"{PLOT}._fullLayout.xaxis.range[1] === {len(kept) - 0.5}")
    reader.page.go_back()
    reader.arrives(f"/heatmap?{TASK}")
    reader.until(f"{PLOT}._fullLayout.xaxis.range[1] === {len(samples) - 0.5}")
