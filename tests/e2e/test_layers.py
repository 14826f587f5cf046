"""Lens trajectories in a browser: a cell is looked into by pointing at it and by clicking it, and the link keeps it."""

import shutil
from pathlib import Path

import polars as pl
import pytest

from data.cache import Cache
from data.ingest import Ingester
from data.store import Store

FIXTURE = Path(__file__).parents[1] / "fixtures" / "tuned_lens"
PLOT = ".panel-cells .lens:nth-child({n}) .nsewdrag[data-subplot=xy]"
FRAMES = "document.querySelectorAll('.panel-cells .shapelayer path').length"


@pytest.fixture(scope="module")
def lens(tmp_path_factory, serve):
    """With a probability that only a text may hold."""
    home = tmp_path_factory.mktemp("lens")
    folder = Path(shutil.copytree(FIXTURE, home / "logs"))
    path = folder / "cells" / "sky-tuned.parquet"
    pl.read_parquet(path).with_columns(top2=pl.lit("<img src=x onerror=alert(1)>")).write_parquet(path)
    return serve(Store(Ingester([folder], Cache(home / "cache")).look()))


def middle(reader, column, row, n=1):
    """Of a cell of the nth heatmap, of four columns and three rows from below."""
    box = reader.page.locator(PLOT.format(n=n)).bounding_box()
    return box["x"] + box["width"] * (column + 0.5) / 4, box["y"] + box["height"] * (1 - (row + 0.5) / 3)


def test_pointing_at_a_cell_tells_what_it_holds_as_text(lens, reader):
    reader.at(lens).open("/trajectories?trajectory=sky-tuned")
    reader.page.mouse.move(*middle(reader, 2, 1))
    tip = reader.page.locator(".panel-cells .tip")
    # Until then it says that it is loading, whatever it holds.
    reader.until("document.querySelector('.panel-cells .tip')?.innerText.includes('position 2')")
    said = tip.inner_text()
    assert "layer 1, position 2" in said
    assert "<img·src=x·onerror=alert(1)>" in said
    assert f"{100 * 2.718281828**-0.5:.2f} %" in said


def test_a_click_chooses_a_cell_and_back_lets_go_of_it(lens, reader):
    reader.at(lens).open("/trajectories?trajectory=sky-tuned&trajectory=sky-logit")
    reader.page.mouse.click(*middle(reader, 1, 2))
    reader.arrives("/trajectories?layer=2&token=1&trajectory=sky-tuned&trajectory=sky-logit")
    reader.until(f"{FRAMES} === 4")  # a column and a cell in each
    reader.lists("/api/trajectories/likely.json", "likely", "position")
    reader.until("document.querySelector('.panel-lines .legend').textContent.includes('1: ·sky')")
    reader.page.go_back()
    reader.arrives("/trajectories?trajectory=sky-tuned&trajectory=sky-logit")
    reader.until(f"{FRAMES} === 0")


def test_on_a_phone_tokens_stay_in_their_cells_and_the_page_in_its_width(lens, reader):
    reader.at(lens)
    reader.page.set_viewport_size({"width": 390, "height": 844})
    reader.open("/trajectories?trajectory=sky-tuned")
    widths = reader.page.evaluate(
        "[...document.querySelectorAll('.panel-cells .textpoint text')].map(t => t.getBoundingClientRect().width)"
    )
    box = reader.page.locator(PLOT.format(n=1)).bounding_box()
    assert max(widths) <= box["width"] / 4
    assert reader.page.evaluate("document.documentElement.scrollWidth") == 390
