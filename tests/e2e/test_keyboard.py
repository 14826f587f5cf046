"""Everything can be reached without a mouse."""


def test_the_first_stop_is_the_way_past_the_menu(reader):
    reader.open("/runs")
    reader.page.keyboard.press("Tab")
    skip = reader.page.locator(".skip")
    assert reader.page.evaluate("document.activeElement.className") == "skip"
    assert skip.bounding_box()["x"] >= 0
    reader.page.keyboard.press("Enter")
    reader.until("document.activeElement.id === 'main'")
    reader.lists("/api/runs/table.json", "table", "task")


def tab_to(reader, condition, most=60):
    for _ in range(most):
        reader.page.keyboard.press("Tab")
        if reader.page.evaluate(f"(e => {condition})(document.activeElement)"):
            return
    raise AssertionError(f"not reached by Tab: {condition}")


def test_enter_follows_a_link_of_the_menu(reader):
    reader.open("/runs?model=acme%2Faurora-8b")
    tab_to(reader, "e.innerText === 'Scores'")
    reader.page.keyboard.press("Enter")
    reader.arrives("/scores?model=acme%2Faurora-8b")


def test_arrows_choose_among_visible_options(reader):
    reader.open("/scores")
    tab_to(reader, "e.closest('.field-scale') !== null")
    reader.page.keyboard.press("ArrowRight")
    reader.arrives("/scores?scale=100")
    reader.picked("scale", "0–100")


def test_a_list_opens_and_chooses_by_keyboard(reader):
    reader.open("/scores")
    tab_to(reader, "e.closest('.field-models') !== null")
    reader.page.keyboard.press("Enter")
    reader.page.wait_for_selector(".dash-dropdown-option")
    reader.page.keyboard.type("lynx-3b")
    reader.page.wait_for_function("() => document.querySelectorAll('.dash-dropdown-option').length === 1")
    reader.page.keyboard.press("Enter")
    reader.arrives("/scores?model=open%2Flynx-3b")


def test_the_theme_switch_is_a_button(reader):
    reader.open("/runs")
    tab_to(reader, "e.classList.contains('theme-switch')")
    before = reader.page.evaluate("document.documentElement.dataset.bsTheme")
    reader.page.keyboard.press("Space")
    reader.until("b => document.documentElement.dataset.bsTheme !== b", before)
