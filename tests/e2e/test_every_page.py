"""What every page keeps, whoever adds one: it draws all it has, complains of nothing and asks nobody else."""

import pytest

from app.pages import PAGES

LUMINANCE = """() => {
  const [r, g, b] = getComputedStyle(document.body).backgroundColor.match(/[0-9.]+/g).map(Number);
  return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
}"""
BROKEN = ".notice[role=alert]"


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.key)
def test_draws_everything_in_either_light(page, mode, visit, an_address):
    reader = visit(color_scheme=mode).open(an_address(page))
    assert reader.page.locator(BROKEN).count() == 0
    assert (reader.page.evaluate(LUMINANCE) < 0.2) == (mode == "dark")
    assert (reader.here, reader.entries) == (an_address(page), 2)  # about:blank and this: loading adds none
    reader.until("document.title.startsWith(document.querySelector('h1').innerText)")


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


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.key)
def test_every_chart_and_table_has_a_name(page, reader, an_address):
    reader.open(an_address(page))
    nameless = reader.page.evaluate(
        """() => [...document.querySelectorAll('main .grid, main .dash-graph')]
            .filter(drawn => !drawn.closest('[aria-label], [aria-labelledby]')
                && !drawn.querySelector('[role=grid][aria-label], [role=treegrid][aria-label], svg[aria-label]')
                && !drawn.closest('figure')?.querySelector('figcaption'))
            .map(drawn => drawn.id)"""
    )
    assert nameless == []
