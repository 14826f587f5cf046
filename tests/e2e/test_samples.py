"""From a cell to the transcript, and all models on one sample."""

import pytest
from playwright.sync_api import expect

from data.cache import Cache
from data.ingest import Ingester
from data.store import Store
from data.viewstate import ViewState
from tests.fixtures import talks
from tests.fixtures.talks import said

MODELS = ("lab/a", "lab/b", "lab/c")
SAMPLES = [f"q{i}" for i in range(1, 6)]


def sample(id, model):
    """All say the same but for the last message."""
    right = (len(id) + MODELS.index(model)) % 2
    talk = [
        said("user", f"What is {id}?"),
        said("assistant", "", ("look", {"at": id})),
        said("tool", "seen " * 60),
    ]
    return {
        "id": id,
        "messages": [*talk, said("assistant", f"{model} says {id}.")],
        "scores": {"match": {"value": "CI"[right], "answer": model, "explanation": f"because of {model}"}},
        "events": [{"event": "span_begin", "id": "s", "name": "solve"}, {"event": "model", "span_id": "s"}],
    }


@pytest.fixture(scope="module")
def origin(serve, tmp_path_factory):
    folder = tmp_path_factory.mktemp("logs")
    for i, model in enumerate(MODELS):
        talks.write(folder / f"{i}.eval", model, [sample(id, model) for id in SAMPLES])
    return serve(Store(Ingester([folder], Cache(tmp_path_factory.mktemp("cache"))).look()))


def at(page, id="q1", run="eval-0", **more):
    return page + ViewState().edit(runs=[run], sample=id, epoch=1, **more).to_query()


def transcripts(reader):
    """Names over the two transcripts."""
    reader.page.wait_for_selector(".panel-transcripts .two h3")
    return reader.page.locator(".panel-transcripts .two h3").all_inner_texts()


def test_two_clicks_lead_from_any_cell_to_two_transcripts_and_back_leads_back(origin, reader):
    reader.at(origin).open("/heatmap?task=talks")
    box = reader.page.locator(".panel-cells .nsewdrag[data-subplot=xy]").bounding_box()
    reader.page.mouse.click(box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 0.5)
    cell = reader.arrives_at("/sample")
    reader.page.get_by_text("Side by side with the others").click()
    state = reader.arrives_at("/beside")
    assert (state.sample, state.runs) == (cell.sample, cell.runs)
    names = transcripts(reader)
    assert len(set(names)) == 2
    assert names[0].startswith(MODELS[int(cell.runs[0][-1])])
    reader.page.go_back()
    assert reader.arrives_at("/sample").sample == cell.sample
    reader.page.go_back()
    reader.arrives_at("/heatmap")


def test_the_keyboard_alone_does_it_too(origin, reader):
    reader.at(origin).open("/heatmap?task=talks")
    reader.page.locator(".panel-cells .js-plotly-plot").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        reader.page.keyboard.press(key)
    reader.until("document.querySelector('.tip')?.innerText.includes('lab/')")
    reader.rests()
    told = reader.page.locator(".tip").inner_text()
    reader.page.keyboard.press("Enter")
    state = reader.arrives_at("/sample")
    assert state.sample in told
    tab_to(reader, "Side by side with the others")
    reader.page.keyboard.press("Enter")
    reader.arrives_at("/beside")
    assert len(transcripts(reader)) == 2


def tab_to(reader, words):
    for _ in range(60):
        reader.page.keyboard.press("Tab")
        if reader.page.evaluate("document.activeElement.innerText") == words:
            return
    pytest.fail(f"no Tab leads to {words}")


def test_the_message_where_they_part_is_marked_on_both_sides(origin, reader):
    reader.at(origin).open(at("/beside"))
    transcripts(reader)
    marked = reader.page.locator(".panel-transcripts .parts h4").all_inner_texts()
    assert [m.split(" · ")[0] for m in marked] == ["4", "4"]


def test_another_transcript_is_put_beside_by_a_link(origin, reader):
    reader.at(origin).open(at("/beside"))
    assert transcripts(reader) == ["lab/a · 1", "lab/b · 1"]
    reader.page.locator(".panel-columns .ag-row [col-id='lab/c · 1'] a", has_text="put beside").click()
    reader.until(
        "[...document.querySelectorAll('.panel-transcripts .two h3')].some(h => h.innerText === 'lab/c · 1')"
    )
    assert transcripts(reader) == ["lab/a · 1", "lab/c · 1"]
    assert ViewState.from_query(reader.search).beside[:2] == ("lab/a · 1", "lab/c · 1")


def test_the_difference_is_marked_word_by_word(origin, reader):
    reader.at(origin).open(at("/beside", text="explanation"))
    reader.page.wait_for_selector(".panel-difference mark")
    assert reader.page.locator(".panel-difference mark").all_inner_texts() == ["a", "b"]


@pytest.mark.parametrize(("on", "back"), [("j", "k"), ("ArrowRight", "ArrowLeft")])
def test_keys_turn_to_the_next_sample_and_back(origin, reader, on, back):
    reader.at(origin).open(at("/sample"))
    reader.page.keyboard.press(on)
    reader.until("document.querySelector('.subject')?.innerText.startsWith('q2')")
    reader.until("document.querySelector('.turns .place')?.innerText.startsWith('2 of 5')")
    reader.page.keyboard.press(back)
    reader.until("document.querySelector('.subject')?.innerText.startsWith('q1')")


def test_keys_stay_letters_while_somebody_types(origin, reader):
    reader.at(origin).open(at("/beside"))
    reader.page.locator(".field-sample input").press_sequentially("jk")
    reader.until("/sample=[^&]*jk/.test(location.search)")


def test_next_walks_through_what_the_filters_leave(origin, reader):
    reader.at(origin).open("/samples?model=lab%2Fa&q=q3")
    reader.page.locator(".panel-table .ag-row a", has_text="q3").first.click()
    reader.arrives_at("/sample")
    reader.until("document.querySelector('.turns .place')?.innerText.startsWith('1 of 1 ')")
    assert reader.page.locator("a.turn-next").count() == 0


def test_an_event_opens_from_its_row_and_kinds_switch(origin, reader):
    reader.at(origin).open(at("/sample"))
    reader.page.locator(".panel-events .chip", has_text="model").click()
    reader.until("document.querySelector('.panel-events .ag-root')?.ariaRowCount === '2'")
    reader.page.locator(".panel-events .ag-row a", has_text="model").click()
    reader.page.wait_for_selector(".panel-events pre")
    assert '"event": "model"' in reader.page.locator(".panel-events pre").inner_text()
    assert ViewState.from_query(reader.search).event == 2


def test_on_a_phone_nothing_is_wider_than_the_screen(origin, visit):
    phone = visit(origin, is_mobile=True)
    phone.page.set_viewport_size({"width": 390, "height": 844})
    for address in (at("/sample"), at("/beside")):
        phone.open(address)
        assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390, address


def test_on_a_phone_a_page_begins_with_its_answers(origin, visit):
    phone = visit(origin, is_mobile=True)
    phone.page.set_viewport_size({"width": 390, "height": 844})
    phone.open("/scores")
    filters = phone.page.locator(".rail details").first
    expect(filters).not_to_have_attribute("open", "")
    filters.locator("summary").click()
    expect(filters.locator("label").first).to_be_visible()
