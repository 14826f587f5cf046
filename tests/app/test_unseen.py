"""What nobody could see in a log's text is seen wherever a panel puts it on screen, and no text is without end."""

import json
from functools import cache

import pytest

from app.pages import PAGES
from components import frame
from components.page import View
from data.viewstate import ViewState
from tests.fixtures.layouts import walk

HIDDEN = "\u202e\u200b\x1b[31m"
UNSEEN = set("\u202e\u200b\x1b")
SAID = f"m{HIDDEN}x"
SHOWN = ("children", "title", "placeholder", "alt")
FREE = {"customdata", "id", "ids", "legendgroup", "_href", "_tick", "uirevision", "meta"}
"""Never on screen: what a click means, or where it leads."""


@pytest.fixture
def drawn(snapshot_of):
    each = [f"{SAID}{i}" for i in range(3)]
    runs = [
        {
            "run_id": f"r{i}", "model": name, "task": SAID, "dataset": name, "error": name, "traceback": name * 9_000,
            "tags": [name], "status": "success" if i else "error", "config": json.dumps({name: name}),
            "metrics": [{"value": i / 3}, *({"category": c, "value": (i + j) % 3 / 3} for j, c in enumerate(each))],
            "samples": [{"id": c, "input": c, "target": c, "answer": c, "category": c, "metadata": {name: c},
                         "scores": {"accuracy": float((i + j) % 2)}} for j, c in enumerate(each)],
        }
        for i, name in enumerate(each)
    ]  # fmt: skip
    snapshot = snapshot_of(*runs)

    @cache
    def draw(key, query):
        view = View(snapshot, ViewState.from_query(query))
        page = next(p for p in PAGES if p.key == key)
        controls = [frame.page(page, view)]
        return controls + [frame.panel(page, p, p.draw(p.frame(view), view), view) for p in page.panels]

    return draw


def texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (t for k, v in value.items() if k not in FREE for t in texts(v))
    elif isinstance(value, (list, tuple)):
        yield from (t for v in value for t in texts(v))


def on_screen(node):
    for c in walk(node):
        for name in SHOWN:
            yield from texts([x for x in _listed(getattr(c, name, None)) if isinstance(x, str)])
        yield from texts([o["label"] for o in getattr(c, "options", None) or () if isinstance(o, dict)])
        if type(c).__name__ == "Graph":
            yield from texts(c.figure)
        if type(c).__name__ == "AgGrid":
            yield from texts(c.rowData)
            yield from texts([d["headerName"] for d in c.columnDefs])


def _listed(x):
    return x if isinstance(x, list) else [x]


@pytest.mark.parametrize("query", ["", "?run=r0", "?status=error&status=success", "?level=category"])
@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.key)
def test_no_panel_shows_what_nobody_sees(page, query, drawn):
    every = list(on_screen(drawn(page.key, query)))
    assert [t for t in every if UNSEEN & set(t)] == []
    assert max(map(len, every), default=0) < 25_000
