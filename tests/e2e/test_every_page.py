"""What every page keeps, whoever adds one: it draws all it has, complains of nothing and asks nobody else."""

import pytest

from app.pages import PAGES

LUMINANCE = """() => {
  const [r, g, b] = getComputedStyle(document.body).backgroundColor.match(/[0-9.]+/g).map(Number);
  return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
}"""
BROKEN = ".notice[role=alert]"
NAMELESS = """() => [...document.querySelectorAll('main .grid, main .dash-graph')]
    .filter(drawn => !drawn.closest('[aria-label], [aria-labelledby]')
        && !drawn.querySelector('[role=grid][aria-label], [role=treegrid][aria-label], svg[aria-label]')
        && !drawn.closest('figure')?.querySelector('figcaption'))
    .map(drawn => drawn.id)"""


def test_every_panel_draws(every):
    _, reader = every
    assert reader.page.locator(BROKEN).count() == 0
    assert reader.complaints == []


def test_loading_it_makes_no_history_entry(every, an_address):
    page, reader = every
    assert (reader.here, reader.entries) == (an_address(page), 2)  # about:blank and this


def test_it_names_itself(every):
    _, reader = every
    reader.until("document.title.includes(document.querySelector('h1').innerText)")


def test_every_chart_and_table_has_a_name(every):
    _, reader = every
    assert reader.page.evaluate(NAMELESS) == []


def test_every_panel_offers_what_it_shows(every):
    page, reader = every
    offered = reader.page.evaluate(
        "[...document.querySelectorAll('.tools a')].map(a => new URL(a.href).pathname + new URL(a.href).search)"
    )
    kinds = ("csv", "parquet", "json")
    assert offered == [
        f"/api/{page.key}/{panel.name}.{kind}{reader.search}" for panel in page.panels for kind in kinds
    ]


def test_dark_is_dark_and_light_is_light(every):
    _, reader = every
    assert reader.page.evaluate(LUMINANCE) > 0.8
    reader.page.emulate_media(color_scheme="dark")
    reader.page.reload()
    reader.drawn()
    assert reader.page.evaluate(LUMINANCE) < 0.2
    assert reader.page.locator(BROKEN).count() == 0
    assert reader.complaints == []


STRANGE = (
    "?scale=abc&page=-3&threshold=NaN&epoch=1e400&min_delta=-inf&task=<script>alert(1)</script>&model=%00"
    "&sort=__proto__&run=..%2f..%2fetc&sample='\"><img src=x onerror=alert(1)>&%ff&&=&since=99999-99-99&q=[(*"
)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.key)
def test_a_strange_address_never_breaks_it(page, reader):
    reader.open(page.path + STRANGE)
    assert reader.page.locator("h1").inner_text()
    assert reader.page.locator(BROKEN).count() == 0
    assert reader.page.locator("img[src=x], main script").count() == 0
