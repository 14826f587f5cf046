"""Addresses within the app. They are relative, so that they hold under any prefix a proxy may add.

Every page is one level deep, hence `runs?...` means the same from each of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from data.viewstate import EVERYWHERE, ViewState


def to(path: str, state: ViewState) -> str:
    """
    >>> to("/runs", ViewState().edit(tasks="a b")), to("/", ViewState())
    ('runs?task=a%20b', './')
    """
    return (path.lstrip("/") or "./") + state.to_query()


@lru_cache(maxsize=64)  # each row of a table asks it, and it goes through all fields
def only(state: ViewState, names: tuple[str, ...] = ()) -> ViewState:
    return state.only(*names)


def keeping(path: str, state: ViewState) -> str:
    """To another page, with the filters that make sense everywhere."""
    return to(path, only(state, EVERYWHERE))


def of_run(path: str, run_id: str, state: ViewState) -> str:
    """To another page, narrowed to one run."""
    return to(path, only(state, EVERYWHERE).edit(runs=[run_id]))


def problems(state: ViewState) -> str:
    """To the table of what was wrong with files; app/assets/anchor.js goes down to it.

    >>> problems(ViewState())
    'runs#panel-problems'
    """
    return f"{to('/runs', state.only())}#panel-problems"


def run(run_id: str, state: ViewState) -> str:
    return to("/run", only(state).edit(runs=[run_id]))


def compare(state: ViewState, *run_ids: str) -> str:
    """
    >>> compare(ViewState(), "b", "a")
    'compare?run=a&run=b'
    """
    return to("/compare", only(state).edit(runs=list(run_ids)))


LIST = ("having", "by")
"""How the headers of a list filter and sort it. Along with a sample they go only where the list is of samples: there
previous and next walk through what is on screen."""


def sample(run_id: str, sample_id: str, epoch: int | None, state: ViewState, *also: str) -> str:
    """Without an epoch the first one that the run has. The filters of the state go along, and the fields in `also`:
    previous and next then walk through what they leave."""
    return to("/sample", only(state, (*EVERYWHERE, *also)).edit(runs=[run_id], sample=sample_id, epoch=epoch))


def listed(run_id: str, state: ViewState) -> str:
    """The list of samples of one run that previous and next walk through."""
    return to("/samples", state.only(*EVERYWHERE, *LIST).edit(tasks=None, models=None, runs=[run_id]))


def beside(run_id: str, task: str, sample_id: str, chosen: Sequence[str], state: ViewState) -> str:
    """One sample of a task in several runs side by side, seen from one of them."""
    kept = state.only(*EVERYWHERE, *LIST, "epoch")
    here = kept.edit(tasks=[task], models=None, runs=[run_id], sample=sample_id)
    return to("/beside", here.edit(beside=chosen))


def api(page: str, panel: str, kind: str, state: ViewState) -> str:
    return f"api/{page}/{panel}.{kind}{state.to_query()}"
