"""A sample's page and two transcripts beside each other, as they are drawn, whatever a log holds."""

import json

import pytest

from app.pages import PAGES
from components import frame
from components.page import View
from data.cache import Cache
from data.ingest import Ingester
from data.viewers import viewers
from data.viewstate import ViewState
from tests.fixtures import talks
from tests.fixtures.layouts import walk
from tests.fixtures.talks import said

PIXEL = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
NOT_A_PICTURE = "data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+"
DEEP = {"a": json.loads("[" * 300 + "]" * 300)}
MANY = [said(("user", "assistant")[i % 2], f"message {i}") for i in range(1_000)]
CALLS = [said("assistant", f"{i}", *[("f", {"x": "y" * 50})] * 20) for i in range(30)]
PARTS = [{"type": "text", "text": f"part {i}"} for i in range(500)]
MIXED = [
    x
    for i in range(50)
    for x in ({"type": "reasoning", "reasoning": f"{i}"}, {"type": "text", "text": f"{i}"})
]

SAMPLES = {
    "many": {"messages": MANY},
    "calls": {"messages": CALLS},
    "parts": {"messages": [said("user", PARTS), said("user", MIXED)]},
    "images": {"messages": [said("user", [{"type": "image", "image": i} for i in (PIXEL, NOT_A_PICTURE, 5)])]},
    "ansi": {"messages": [said("assistant", "\x1b[31mred\x1b[0m \u202eolleh")], "error": "\x1b[1mboom\u200b"},
    "deep": {"messages": [said("user", "x")], "metadata": DEEP, "store": DEEP},
    "odd": {"messages": ["text", 5, None, {"role": 7, "content": {"a": 1}}, {"content": [None, 5, {"type": 9}]}]},
    "scorers": {"scores": {f"s{i}": {"value": 1, "answer": "a", "explanation": "e", "metadata": {"x": 1}} for i in range(40)}},
    "fenced": {"messages": [said("assistant", "See:\n```python\nx = 1\n```\nand ```not```\n```\nnever closed")]},
    "provider": {
        "messages": [said("assistant", [
            {"type": "tool_use", "name": "web_search", "arguments": "{}", "result": "42 pages"},
            {"type": "document", "filename": "a.pdf", "document": "x"}, {"type": "data", "data": {"x": 1}},
        ])],
        "output": {"completion": "said at last"},
        "model_usage": {"m": {"input_tokens": 1200, "output_tokens": 34, "total_tokens": 1234}},
    },
    "happenings": {"events": [
        {"event": "model", "model": "m", "input": [said("user", "What?")],
         "output": {"choices": [{"message": {"role": "assistant", "content": "It is *42*."}}]}},
        {"event": "tool", "function": "bash", "arguments": {"cmd": "ls\npwd"}, "result": "x"},
    ]},
    "nothing": {},
    "a/b #?%<b>": {"messages": [said("user", "x")], "scores": {"<s>": {"value": None}}},
    "events": {
        "messages": [said("user", "x")],
        "events": [{"event": f"kind{i % 60}", "data": "x"} for i in range(2_000)] + [{"event": "model", "input": [said("user", "x")]}],
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def s(tmp_path_factory):
    folder = tmp_path_factory.mktemp("logs")
    for i, model in enumerate(("lab/a", "lab/b")):
        talks.write(folder / f"{i}.eval", model, [{"id": id, **more} for id, more in SAMPLES.items()])
    return Ingester([folder], Cache(tmp_path_factory.mktemp("cache"))).look()


def drawn(s, page, query, **more):
    what = next(p for p in PAGES if p.key == page)
    view = View(s, ViewState.from_query(query), **more)
    return {p.name: frame.panel(what, p, p.draw(p.frame(view), view), view) for p in what.panels}


def words(panel):
    return "\n".join(c.children for c in walk(panel) if isinstance(getattr(c, "children", None), str))


def of_kind(panel, kind):
    return [c for c in walk(panel) if type(c).__name__ == kind]


def at(id, **more):
    return ViewState().edit(runs=["eval-0"], sample=id, epoch=1, **more).to_query()


@pytest.mark.parametrize("id", SAMPLES)
@pytest.mark.parametrize("page", ["sample", "beside"])
def test_any_sample_is_drawn_within_what_dash_can_replace(s, page, id):
    for name, panel in drawn(s, page, at(id)).items():
        json.dumps(panel, default=lambda o: o.to_plotly_json(), allow_nan=False)
        assert len(list(walk(panel))) <= 100, name


def numbers(panel):
    return [int(c.children.split(" · ")[0]) for c in of_kind(panel, "H4") if " · " in str(c.children)]


def test_a_long_conversation_is_turned_page_by_page_and_no_message_is_left_out(s):
    for id in ("many", "calls"):
        seen, query = [], at(id)
        while query:
            panel = drawn(s, "sample", query)["messages"]
            seen += numbers(panel)
            query = next((a.href for a in of_kind(panel, "A") if a.children == "Next ›"), None)
        assert seen == list(range(1, len(SAMPLES[id]["messages"]) + 1))


def test_two_transcripts_turn_their_pages_together(s):
    query, seen = at("calls"), []
    while query:
        panel = drawn(s, "beside", query)["transcripts"]
        sides = [numbers(section) for section in of_kind(panel, "Section")]
        assert sides[0] == sides[1]
        seen += sides[0]
        query = next((a.href for a in of_kind(panel, "A") if a.children == "Next ›"), None)
    assert seen == list(range(1, 31))


def test_a_message_beyond_the_last_shows_the_last_ones(s):
    assert numbers(drawn(s, "sample", at("many", message=10**6))["messages"])[-1] == 1_000


def test_only_pictures_are_pictures(s):
    panel = drawn(s, "sample", at("images"))["messages"]
    assert [i.src for i in of_kind(panel, "Img")] == [PIXEL]
    assert words(panel).count("not a picture") == 2


def test_nothing_hides_in_a_message_or_an_error(s):
    panels = drawn(s, "sample", at("ansi"))
    assert "red ⟨U+202E⟩olleh" in words(panels["messages"])
    assert "boom⟨U+200B⟩" in words(panels["scores"])


def test_texts_are_shown_in_the_direction_in_which_they_are_written(s):
    assert {p.dir for p in of_kind(drawn(s, "sample", at("ansi"))["messages"], "Pre")} == {"auto"}


def test_tool_calls_are_folded(s):
    folded = of_kind(drawn(s, "sample", at("calls"))["messages"], "Details")
    assert folded
    assert not any(getattr(d, "open", False) for d in folded)


def grid(panel):
    return of_kind(panel, "AgGrid")[0]


def test_events_are_filtered_by_their_kinds(s):
    panel = drawn(s, "sample", at("events", kinds=["kind3", "model"]))["events"]
    assert {r["what"] for r in grid(panel).rowData} == {"kind3", "model"}
    chips = {a.children: a for a in of_kind(panel, "A") if "chip" in (getattr(a, "className", None) or "")}
    assert "on" in chips["kind3 34"].className.split()
    assert ViewState.from_query(chips["kind3 34"].href).kinds == ("model",)
    assert ViewState.from_query(chips["kind4 34"].href).kinds == ("kind3", "kind4", "model")


def test_an_event_is_shown_in_full_where_it_is_chosen(s):
    panel = drawn(s, "sample", at("events", event=2_001))["events"]
    assert '"event": "model"' in words(panel)
    assert "Event 2,001 of 2,001" in words(panel)
    assert "Event" not in words(drawn(s, "sample", at("events", event=9_999))["events"]).split("\n")[2:]


def test_what_a_model_said_and_a_tool_did_read_as_such(s):
    model = drawn(s, "sample", at("happenings", event=1))["events"]
    assert "Assistant" in words(model)
    assert "It is *42*." in words(model)
    assert "Asked with 1 messages" in words(model)
    tool = drawn(s, "sample", at("happenings", event=2))["events"]
    assert "cmd: ls\npwd" in words(tool)
    assert [
        ViewState.from_query(a.href).event
        for a in of_kind(tool, "A")
        if a.children in ("‹ Previous", "Next ›")
    ] == [1]


def test_from_a_sample_it_is_one_click_to_two_transcripts(s):
    panels = drawn(s, "sample", at("many"))
    href = next(
        a.href for a in of_kind(panels["scores"], "A") if a.children == "Side by side with the others"
    )
    assert href.startswith("beside?")
    beside = drawn(s, "beside", href.removeprefix("beside"))["transcripts"]
    assert [h.children.children for h in of_kind(beside, "H3")] == ["lab/a · 1", "lab/b · 1"]


def test_a_row_of_the_same_sample_elsewhere_leads_to_the_two_beside_each_other(s):
    rows = grid(drawn(s, "sample", at("many"))["everywhere"]).rowData
    other = next(r for r in rows if r["model"] == "lab/b")
    state = ViewState.from_query(other["_href"]["beside"].removeprefix("beside"))
    assert state.beside == ("lab/a · 1", "lab/b · 1")
    assert "beside" not in next(r for r in rows if r["model"] == "lab/a")["_href"]


def test_a_viewer_is_linked_where_one_serves_the_log(s, tmp_path):
    location = s.runs["location"][0].rpartition("/")[0]
    panels = drawn(s, "sample", at("a/b #?%<b>"), viewers=viewers({location: "http://viewer:7575"}))
    link = next(a for a in of_kind(panels["scores"], "A") if (a.href or "").startswith("http"))
    assert link.href.endswith("/samples/sample/a%2Fb%20%23%3F%25%3Cb%3E/1/messages")
    assert (link.target, link.rel) == ("_blank", "noopener noreferrer")
    assert not [
        a for a in of_kind(drawn(s, "sample", at("many"))["scores"], "A") if (a.href or "").startswith("http")
    ]


def test_a_log_that_is_gone_is_named_on_every_panel_that_needs_it(tmp_path):
    path = talks.write(tmp_path / "logs/gone.eval", "lab/a", [{"id": "q"}])
    s = Ingester([tmp_path / "logs"], Cache(tmp_path / "cache")).look()
    path.unlink()
    query = ViewState().edit(runs=["eval-gone"], sample="q", epoch=1).to_query()
    assert f"{path} is not there any more" in words(drawn(s, "sample", query)["scores"])
    assert f"{path} is not there any more" in words(drawn(s, "beside", query)["transcripts"])


def test_the_difference_is_of_what_is_on_screen(s):
    rows = grid(drawn(s, "beside", at("ansi", text="transcript", other="target"))["difference"]).rowData
    assert any("⟨U+202E⟩" in (r["left"] or "") for r in rows)
    assert [r["right"] for r in rows if r["right"]] == ["42"]


def test_beside_each_other_the_next_sample_keeps_the_columns(s):
    query = at("calls", beside=["lab/b · 1", "lab/a · 1"], text="output")
    panel = drawn(s, "beside", query)["columns"]
    on = next(a.href for a in of_kind(panel, "A") if a.children == "Next ›")
    state = ViewState.from_query(on.removeprefix("beside"))
    assert (state.beside, state.text, state.runs) == (("lab/b · 1", "lab/a · 1"), "output", ("eval-0",))
    assert state.sample != "calls"


def test_turning_keeps_what_the_list_was_filtered_and_sorted_by(s):
    query = at("many", having=["table.sample_id.notEqual:calls"], by=["table.input.asc"])
    panel = drawn(s, "sample", query)["scores"]
    hrefs = {a.children: a.href for a in of_kind(panel, "A") if "turn" in (getattr(a, "className", "") or "")}
    for href in filter(None, hrefs.values()):
        state = ViewState.from_query(href.removeprefix("sample"))
        assert (state.having, state.by) == (("table.sample_id.notEqual:calls",), ("table.input.asc",))
    listed = next(a.href for a in of_kind(panel, "A") if "that pass the filters" in str(a.children))
    assert listed.startswith("samples?")


def test_code_between_fences_is_set_as_code_and_no_letter_is_lost(s):
    panel = drawn(s, "sample", at("fenced"))["messages"]
    code = of_kind(panel, "Code")
    assert [c.children for c in code] == ["```python\nx = 1\n```"]
    assert all(c.className == "fenced" for c in code)
    texts = [p.children for p in of_kind(panel, "Pre")]
    assert texts[0][0] == "See:\n"
    assert texts[0][2:] == ["and ```not```\n```\nnever closed"]


def test_what_a_provider_ran_is_shown_with_what_came_of_it(s):
    panel = drawn(s, "sample", at("provider"))["messages"]
    (folded,) = of_kind(panel, "Details")
    assert "web_search" in folded.children[0].children
    assert "result: 42 pages" in folded.children[1].children
    assert "(document · a.pdf)" in words(panel)
    assert '{"x": 1}' in words(panel)


def test_many_scorers_are_a_table(s):
    rows = grid(drawn(s, "sample", at("scorers"))["scores"]).rowData
    assert [r["scorer"] for r in rows] == [f"s{i}" for i in range(40)]
    assert rows[0]["explanation"] == "e"


def test_a_sample_without_a_score_says_so(s):
    assert "no score of this sample" in words(drawn(s, "sample", at("nothing"))["scores"])


def test_tokens_and_size_are_told(s):
    told = words(drawn(s, "sample", at("provider"))["scores"])
    assert "Tokens: 1,234 (1,200 in, 34 out)" in told
    assert "Size in the log: " in told


def test_without_answers_the_outputs_are_compared(s):
    panel = drawn(s, "beside", at("provider"))["difference"]
    assert "Output, lab/a" in words(panel)
    assert grid(panel).rowData[0]["left"] == "said at last"


def test_a_text_is_found_in_a_long_conversation(s):
    panel = drawn(s, "sample", at("many", find="MESSAGE 99"))["messages"]
    found = next(p for p in of_kind(panel, "P") if "found" in p.className)
    assert found.children[0].startswith("“MESSAGE 99” is in 11 of 1,000 messages")
    links = {a.children: ViewState.from_query(a.href) for a in of_kind(found, "A")}
    assert (links["100"].message, links["100"].find) == (100, "MESSAGE 99")
    assert len(list(walk(panel))) <= 100


def test_what_a_list_was_searched_for_is_found_in_its_samples(s):
    told = of_kind(drawn(s, "sample", at("calls", q="nobody says this"))["messages"], "P")[0]
    assert "in none of the 30 messages" in told.children[0]


def test_links_to_where_a_text_is_begin_at_the_screen(s):
    panel = drawn(s, "sample", at("many", find="message", message=500))["messages"]
    found = next(p for p in of_kind(panel, "P") if "found" in p.className)
    assert [a.children for a in of_kind(found, "A")] == [str(n) for n in range(499, 509)]


def test_what_was_not_compared_is_said(s, monkeypatch):
    assert "were compared" not in words(drawn(s, "beside", at("fenced", text="transcript"))["difference"])
    told = words(drawn(s, "beside", at("many", text="transcript"))["difference"])
    assert "first 4,000 lines" not in told
    monkeypatch.setattr("data.differences.MOST_LINES", 100)
    monkeypatch.setattr("data.queries.transcripts.SEARCHED", 100)
    panels = drawn(s, "beside", at("many", text="transcript"))
    assert "of each were compared" in words(panels["difference"])
    assert "The first 100 messages of the two transcripts are the same" in words(panels["transcripts"])


def test_a_long_transcript_is_compared_from_the_message_on_screen(s):
    panel = drawn(s, "beside", at("many", text="transcript", message=999))["difference"]
    assert "from message 999 on" in words(panel)
    assert [r["left"] for r in grid(panel).rowData if r["left"]] == [
        "[user]",
        "message 998",
        "[assistant]",
        "message 999",
    ]
