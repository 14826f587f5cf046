"""What every page keeps, whoever adds one: it draws all it has, complains of nothing and asks nobody else."""

import pytest

from app.pages import PAGES

LUMINANCE = """() => {
  const [r, g, b] = getComputedStyle(document.body).backgroundColor.match(/[0-9.]+/g).map(Number);
  return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
}"""
BROKEN = ".notice[role=alert], ._dash-error, .dash-debug-error"

pages = pytest.mark.parametrize("page", PAGES, ids=lambda p: p.key)


@pages
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_draws_everything_in_either_light(page, mode, visit, an_address):
    reader = visit(color_scheme=mode).open(an_address(page))
    assert reader.page.locator(BROKEN).count() == 0
    assert (reader.page.evaluate(LUMINANCE) < 0.2) == (mode == "dark")


@pages
def test_names_itself_and_what_it_answers(page, reader, an_address):
    reader.open(an_address(page))
    title = reader.page.locator("h1").inner_text()
    reader.until("t => document.title.startsWith(t)", title)
    assert reader.page.locator(".question").inner_text().endswith("?")


@pages
def test_loading_it_makes_no_history_entry(page, reader, an_address):
    reader.open(an_address(page))
    assert (reader.here, reader.entries) == (an_address(page), 2)  # about:blank, and this
