"""Logs are strangers' text: whatever is in one is shown as it stands, and nothing of it ever runs."""

import pytest

from app.pages import PAGES
from data.cache import Cache
from data.ingest import Ingester
from data.store import Store
from data.viewstate import ViewState

IMG = "<img src=x onerror=alert(1)>"
SCRIPT = "<script>alert(1)</script>"
LINK = "javascript:alert(1)"
SAMPLES = (
    IMG, SCRIPT, LINK, "a/b/../c", "#?%&=+ %2F", "<b>bold</b>", "😀 Ω 臺灣", '=HYPERLINK("http://evil.example","x")',
    "'\"`${alert(1)}{{alert(1)}}", "[x](javascript:alert(1))", "a|b\\c\td", "__proto__", "my__PROTO__too",
)  # fmt: skip
MODELS = (f"evil/{IMG}", f"{SCRIPT} #?%/😀")
TASK = f"task {IMG}"

STRANGER = "https://evil.example/pixel.png"
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
SVG = "PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIG9ubG9hZD0iYWxlcnQoMSkiLz4="
PICTURES = (
    f"data:image/svg+xml;base64,{SVG}",
    f"data:text/html;base64,{SVG}",
    STRANGER,
    LINK,
    IMG,
    "attachment://svg",
)
CONVERSATION = {
    "messages": [
        {"role": SCRIPT, "content": f"{IMG} \x1b]8;;{LINK}\x07x\x1b]8;;\x07 \u202e [x]({LINK}) <b>bold</b>"},
        {"role": "user", "content": [{"type": "image", "image": i} for i in (*PICTURES, f"data:text/html;base64,{PIXEL}")]},
        {"role": "assistant", "content": [{"type": "reasoning", "reasoning": IMG}, {"type": IMG, "text": SCRIPT}],
         "tool_calls": [{"function": IMG, "arguments": {SCRIPT: IMG}}], "model": IMG},
        {"role": "tool", "function": SCRIPT, "content": f"{IMG} " * 20, "error": {"message": SCRIPT}},
    ],
    "events": [{"event": IMG, "name": SCRIPT, "data": f"{IMG} [x]({LINK})"}, {"event": "model", "model": SCRIPT}],
    "attachments": {"svg": f"data:image/svg+xml;base64,{SVG}"},
    "store": {IMG: SCRIPT},
}  # fmt: skip

ALIVE = """() => [...document.querySelectorAll('*')].filter(e =>
    [...e.attributes].some(a => a.name.startsWith('on') || /^\\s*javascript:/i.test(a.value) && ['href', 'src', 'action'].includes(a.name))
    || e.tagName === 'IMG' && e.getAttribute('src') === 'x'
    || e.tagName === 'SCRIPT' && /alert\\(/.test(e.textContent)
    || e.tagName === 'B' && e.textContent === 'bold').map(e => e.outerHTML.slice(0, 200))"""
"""Elements that a log has made."""
COMMON = "() => { const keys = []; for (const key in {}) { keys.push(key); } return keys; }"
"""What every object of the browser has besides its own, through which a log could change any of our code."""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory, write_log):
    folder = tmp_path_factory.mktemp("logs")
    said = {
        "input": f"{IMG} {SCRIPT} [x]({LINK}) $\\\\href{{{LINK}}}{{x}}$",
        "target": SCRIPT,
        "metadata": {IMG: SCRIPT, "kind": IMG},
    }
    said |= CONVERSATION
    for i, model in enumerate(MODELS):
        evil = {"value": "CI"[i], "answer": f"{IMG} =1+1", "explanation": f"{SCRIPT} {LINK}"}
        samples = {id: said | ({"scores": {"match": evil}} if n % 2 else {}) for n, id in enumerate(SAMPLES)}
        write_log(folder / f"{i}.json", model, samples, task=TASK, tags=[SCRIPT, IMG])
    fault = {"message": f"{IMG} failed", "traceback": SCRIPT, "traceback_ansi": SCRIPT}
    write_log(folder / "2.json", MODELS[0], {IMG: said}, task=SCRIPT, status="error", error=fault)
    (folder / f"{IMG.replace('/', '')}.json").write_text('{"neither": "log"}')
    told = f'"{IMG}:model={SCRIPT}",test,"{SCRIPT}",0.5,0.7,misspellings,perturbed,0.2,"{IMG}"\n'
    head = "run_spec,split,stat_name,predicted_mean,actual_mean,perturbation_name,perturbation_computed_on,perturbation_prob,predictor\n"
    (folder / "p.csv").write_text(head + told + told.replace("0.2", "0.4"))
    (folder / "card.yaml").write_text(
        f"title: '{IMG}'\nclaim:\n  python: '{SCRIPT} {LINK}'\n'{IMG}': '[x]({LINK})'\n"
    )
    return Ingester([folder], Cache(tmp_path_factory.mktemp("cache"))).look()


@pytest.fixture(scope="module")
def run(hostile):
    return next(r["run_id"] for r in hostile.runs.iter_rows(named=True) if r["status"] == "success")


@pytest.fixture(scope="module")
def origin(serve, hostile):
    return serve(Store(hostile))


OF_OTHER_FILES = {"trajectories", "workspace"}
"""Pages on which an evaluation log shows nothing."""


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.key)
def test_nothing_of_a_log_comes_alive(page, origin, reader, hostile, run):
    states = {
        "run": ViewState().edit(runs=[run]),
        "sample": ViewState().edit(runs=[run], sample=SCRIPT, epoch=1, event=1),
        "beside": ViewState().edit(runs=[run], sample=SCRIPT, epoch=1, text="transcript"),
        "runs": ViewState().edit(statuses=["success", "error"]),
        "scores": ViewState().edit(tasks=[TASK], models=MODELS),
        "heatmap": ViewState().edit(tasks=[TASK], title=IMG, arrange=[IMG, MODELS[0]], sort="custom"),
        "baseline": ViewState().edit(level="sample", baseline=MODELS[0]),
        "compare": ViewState().edit(runs=hostile.runs["run_id"].to_list()),
    }
    reader.at(origin).open(page.path + states.get(page.key, ViewState()).to_query())
    if page.key not in OF_OTHER_FILES:
        reader.until("document.querySelector('main').innerText.includes('alert(1)')")
    assert reader.page.locator(".notice[role=alert]").count() == 0
    assert reader.page.evaluate(ALIVE) == []
    for figure in reader.page.locator("main .dash-graph .nsewdrag[data-subplot=xy]").all()[:2]:
        figure.hover(position={"x": 40, "y": 20}, force=True)
    for cell in reader.page.locator("main .ag-cell").all()[:3]:
        cell.hover()
    reader.page.wait_for_timeout(500)  # tooltips come when they come, or never
    assert reader.page.evaluate(ALIVE) == []
    assert reader.page.evaluate(COMMON) == []


def test_the_error_of_a_run_is_text(origin, reader):
    reader.at(origin).open("/run" + ViewState().edit(runs=["eval-2"]).to_query())
    assert IMG in reader.page.locator(".failure").inner_text()
    assert reader.page.evaluate(ALIVE) == []


def test_the_tooltip_of_a_cell_is_text(origin, reader):
    reader.at(origin).open("/heatmap" + ViewState().edit(tasks=[TASK]).to_query())
    box = reader.page.locator(".panel-cells .nsewdrag[data-subplot=xy]").bounding_box()
    reader.page.mouse.move(box["x"] + box["width"] / 24, box["y"] + box["height"] / 4)
    reader.until("document.querySelector('.tip')?.innerText.includes('alert(1)')")
    assert reader.page.evaluate(ALIVE) == []


def test_every_sample_is_reached_whatever_its_name(origin, reader, hostile):
    reader.at(origin).open("/samples" + ViewState().edit(tasks=[TASK], models=[MODELS[0]]).to_query())
    reader.lists("/api/samples/table.json", "table", "sample_id")
    links = reader.page.locator(".panel-table .ag-row [col-id='sample_id'] a")
    named = dict(zip(links.all_inner_texts(), [a.get_attribute("href") for a in links.all()], strict=True))
    assert {" ".join(n.split()) for n in named} == {" ".join(n.split()) for n in SAMPLES}
    for name, href in named.items():
        reader.open(f"/{href}")
        reader.page.wait_for_selector(".panel-scores .texts")
        assert reader.page.locator(".panel-everywhere .ag-row").count() >= len(MODELS), name
    assert reader.page.evaluate(ALIVE) == []


def test_a_model_with_any_name_can_be_chosen(origin, reader):
    reader.at(origin).open("/runs")
    for model in MODELS:
        reader.set("runs", "models", [model])
        reader.arrives("/runs" + ViewState().edit(models=[model]).to_query())
        reader.says("models", model)
        reader.lists("/api/runs/table.json", "table", "model")


def test_a_spreadsheet_runs_no_formula_from_a_log(origin, reader):
    reader.at(origin).open("/samples")
    csv = reader.page.evaluate("fetch('/api/samples/table.csv').then(r => r.text())")
    assert "'=HYPERLINK" in csv
    assert ",=HYPERLINK" not in csv
    assert ',"=HYPERLINK' not in csv


@pytest.fixture
def policed(origin, reader):
    """A reader on the sample page of the worst sample, who hears of everything that the policy forbade."""
    reader.page.add_init_script(
        "addEventListener('securitypolicyviolation', e => console.error('policy: ' + e.violatedDirective))"
    )
    return reader.at(origin)


def test_a_conversation_of_markup_is_text_and_only_its_picture_is_one(policed, run):
    policed.open("/sample" + ViewState().edit(runs=[run], sample=SCRIPT, epoch=1, event=1).to_query())
    page = policed.page
    assert IMG in page.locator(".panel-messages").inner_text()
    for folded in page.locator("main details").all():
        folded.evaluate("d => { d.open = true; }")
    shown = page.locator(".panel-messages img").evaluate_all("all => all.map(i => i.src)")
    assert shown == [f"data:image/png;base64,{PIXEL}"]
    assert page.locator(".panel-messages img").evaluate("i => i.naturalWidth") == 1
    assert "⟨U+202E⟩" in page.locator(".panel-messages").inner_text()
    assert "\x1b" not in page.locator("main").inner_text()
    assert page.locator("main a[href^='javascript'], main a[href^='https:']").count() == 0
    assert page.evaluate(ALIVE) == []


def test_no_script_runs_that_is_not_ours(policed, run):
    policed.open("/sample" + ViewState().edit(runs=[run], sample=SCRIPT, epoch=1).to_query())
    policed.page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.ran = 1'; document.body.append(s); }"
    )
    assert policed.page.evaluate("window.ran") is None
    assert any("script-src" in c for c in policed.complaints)
    policed.complaints.clear()
