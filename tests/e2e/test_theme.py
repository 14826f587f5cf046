"""Light or dark: as the system is, until the reader says otherwise, and then that for good."""

MODE = "document.documentElement.dataset.bsTheme"
INK = "document.querySelector('.js-plotly-plot').layout.font.color"


def test_the_switch_turns_everything_and_the_browser_remembers(visit):
    reader = visit(color_scheme="light").open("/scores")
    ink = reader.page.evaluate(INK)
    reader.page.locator(".theme-switch").click()
    reader.until(f"{MODE} === 'dark'")
    reader.until(f"ink => {INK} !== ink", ink)
    dark = reader.page.evaluate(INK)
    reader.page.reload()
    reader.drawn()
    assert (reader.page.evaluate(MODE), reader.page.evaluate(INK)) == ("dark", dark)
    reader.page.locator(".theme-switch").click()
    reader.until(f"ink => {MODE} === 'light' && {INK} === ink", ink)
    assert reader.here == "/scores"


def test_it_is_dark_before_anything_is_drawn(visit):
    reader = visit(color_scheme="dark")
    reader.page.goto(reader.origin + "/scores", wait_until="commit")
    reader.page.wait_for_selector("body", state="attached")
    reader.until(f"document.querySelector('.app') === null || {MODE} === 'dark'")
    reader.drawn()
    assert reader.page.evaluate(MODE) == "dark"


def test_the_other_readers_stay_as_they_are(visit):
    one, other = visit(color_scheme="light").open("/runs"), visit(color_scheme="light").open("/runs")
    one.page.locator(".theme-switch").click()
    one.until(f"{MODE} === 'dark'")
    assert other.page.evaluate(MODE) == "light"
