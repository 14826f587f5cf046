"""What a page is: a path, the filters it offers, the panels it shows. Description, no wiring."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import polars as pl
from dash.development.base_component import Component

from components import theme as colors
from data import conditions
from data.queries import uploads
from data.store import Snapshot
from data.viewers import Viewers
from data.viewstate import ViewState
from data.workspaces import Workspace, Workspaces

NO_UPLOADS = Workspace()


class View(NamedTuple):
    """All that a drawing may depend on."""

    snapshot: Snapshot
    state: ViewState
    locale: str = "en"
    theme: str = colors.LIGHT
    workspace: Workspace = NO_UPLOADS
    viewers: Viewers = ()
    """Where Inspect View shows a sample too."""

    @classmethod
    def of(cls, search: str | None, workspaces: Workspaces, theme: str = colors.LIGHT) -> View:
        """What an address shows now."""
        state = ViewState.from_query(search)
        shown = workspaces.shown(state)
        return cls(
            shown.snapshot,
            state,
            theme=theme,
            workspace=shown.workspace,
            viewers=workspaces.store.viewers,
        )


Point = Mapping[str, Any]
"""What was clicked or pointed at in a figure: `x`, `y`, `customdata` where the mark has some, and the `graph` that it is
in."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A question and the drawing of its answer.

    From `frame` alone come the downloads, the JSON endpoint, the command line's export and what a screen reader
    reads, so what is exported is what is on screen.
    """

    name: str
    frame: Callable[[View], pl.DataFrame]
    draw: Callable[[pl.DataFrame, View], Component]
    goto: Callable[[View, Point], str | None] | None = None
    """Where a click leads."""
    instead: Callable[[View], Component | None] | None = None
    """What is shown in place of an answer that is too large to be drawn; asked before its frame is made."""
    hover: Callable[[View, Point], Component | None] | None = None
    """What the tooltip says of a point, where that is more than the figure should carry."""

    def answer(self, view: View) -> pl.DataFrame:
        """The frame, with files of a workspace named as their owner did."""
        return uploads.owned(self.frame(view), view.workspace)

    def rows(self, view: View) -> pl.DataFrame:
        """What is exported: the answer with the rows that the table's headers leave, in the order that they give."""
        return arranged(self.answer(view), self.name, view.state)


def arranged(df: pl.DataFrame, panel: str, state: ViewState) -> pl.DataFrame:
    """A panel's table as its reader filtered and sorted it by its headers."""
    return conditions.arranged(df, state.conditions(panel), state.sorting(panel))


@dataclass(frozen=True, slots=True)
class Page:
    key: str
    path: str
    order: int
    filters: tuple[str, ...]
    """Fields of the view state that decide which numbers count."""
    controls: tuple[str, ...]
    """Fields that decide how they are shown."""
    panels: tuple[Panel, ...]
    offers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Which options of a control make sense here, where not all do."""
    menu: bool = True

    def panel(self, name: str) -> Panel | None:
        return next((p for p in self.panels if p.name == name), None)
