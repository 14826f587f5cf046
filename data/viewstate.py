"""What the reader is looking at, and its one spelling as a query string.

The query keys are public: people's links and scripts rely on them. To add a filter, add a field here.

>>> ViewState().edit(models=["b", "a"], metric="f1").to_query()
'?metric=f1&model=a&model=b'
>>> ViewState.from_query("?model=a&utm_source=x&scale=7").models
('a',)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from operator import attrgetter
from typing import Any
from urllib.parse import parse_qs, quote, urlencode

import polars as pl

from data import scale, viewfields
from data.conditions import Condition
from data.schema import STATUSES
from data.statistics.epochs import is_reducer

ZOOM = re.compile(r"-?\d{1,9}(\.\d{1,6})?(,-?\d{1,9}(\.\d{1,6})?){3}")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
SORTING = re.compile(r"[a-z_]+\..+\.(asc|desc)", re.DOTALL)
WORKSPACE = re.compile(r"[A-Za-z0-9_-]{32}")
NO_WORKSPACE = "-"
"""For what is no key of a workspace, a link cut off in the mail, say: its reader is told, and not shown other logs
as if they were theirs."""

SORTS = ("", "abs", "name", "none", "custom", "discrimination", "disagreement", "similarity")
"""The first is what each page sorts by if nobody says: the mean score, or the delta."""
ORDERS = ("desc", "asc")
CHANGES = ("fixed", "broken", "both_right", "both_wrong")
"""What may become of a sample between a baseline and a candidate."""
TEXTS = ("answer", "output", "explanation", "transcript", "input", "target")
PER_PAGE = ("20", "10", "30", "50", "100", "all")


@dataclass(frozen=True, slots=True)
class ViewState:
    # whose logs
    workspace: str = field(
        default="",
        repr=False,  # it is the key to what somebody uploaded, and the server's log is no place for it
        metadata={
            "key": "workspace",
            "read": lambda vs: vs[-1] if WORKSPACE.fullmatch(vs[-1]) else NO_WORKSPACE,
        },
    )
    """The private link that this is: logs uploaded under it are among the runs, and no page leads out of it."""
    # which runs
    tasks: tuple[str, ...] = viewfields.many("task")
    models: tuple[str, ...] = viewfields.many("model")
    statuses: tuple[str, ...] = viewfields.some("status", *STATUSES)
    formats: tuple[str, ...] = viewfields.many("format")
    tags: tuple[str, ...] = viewfields.many("tag")
    suites: tuple[str, ...] = viewfields.many("suite")
    runs: tuple[str, ...] = viewfields.many("run")
    since: str = viewfields.one("since", DAY.fullmatch)
    until: str = viewfields.one("until", DAY.fullmatch)
    attempts: str = viewfields.choice("attempts", "latest", "all")
    retryable: str = viewfields.choice("retryable", "", "1")
    # which part of them
    categories: tuple[str, ...] = viewfields.many("category")
    group: str = viewfields.text("group")
    """A key of the samples' metadata that takes the place of the category."""
    metric: str = viewfields.text("metric")
    reducer: str = viewfields.one("reducer", is_reducer, "mean")
    """How the epochs of a sample become one value: inspect_ai's name, as mean, max or pass_at_2."""
    q: str = viewfields.text("q")
    sample: str = viewfields.text("sample")
    epoch: int | None = viewfields.number("epoch", None, 1, 2**31 - 1, int)
    # how it is shown
    sort: str = viewfields.choice("sort", *SORTS)
    order: str = viewfields.choice("order", *ORDERS)
    sort_models: str = viewfields.choice("sort_models", *SORTS)
    order_models: str = viewfields.choice("order_models", *ORDERS)
    arrange: tuple[str, ...] = viewfields.in_order("arrange")
    """Names of models or samples in the order that `custom` sorting puts first."""
    which: str = viewfields.choice("only", "", "disagree", "flaky", "dead")
    """Which samples a heatmap shows, by what the models made of them."""
    bands: str = viewfields.choice("bands", "auto", "1", "0")
    """Whether samples stand by category; "auto" is when a key is chosen that groups them."""
    shows: str = viewfields.choice("shows", "value", "spread")
    """What the colour of a cell is: its score, or how far its epochs are apart."""
    sample_label: str = viewfields.text("sample_label")
    """What stands for a sample's id: input, target, or metadata.KEY."""
    model_label: str = viewfields.choice("model_label", "auto", "short", "time", "settings", "run")
    """What a run is called, if not as on all pages."""
    scale: str = viewfields.choice("scale", "1", "100")
    chart: str = viewfields.choice("chart", "auto", "bars", "dots")
    highlight: tuple[str, ...] = viewfields.many("highlight")
    """Models that stand out of a chart, the others being grey."""
    page: int = viewfields.number("page", 1, 1, 1e9, int)
    per_page: str = viewfields.choice("per_page", *PER_PAGE)
    threshold: float | None = viewfields.number("threshold", None, -1e12, 1e12)
    threshold_op: str = viewfields.choice("threshold_op", "ge", "le")
    threshold_model: str = viewfields.text("threshold_model", "any")
    orientation: str = viewfields.choice("orientation", "horizontal", "vertical")
    colors: str = viewfields.choice("colors", "default", "diverging", "grey", "viridis")
    legend: str = viewfields.choice("legend", "1", "0")
    values: str = viewfields.choice("values", "auto", "1", "0")
    gap: str = viewfields.choice("gap", "auto", "0", "1", "2", "4")
    height: int | None = viewfields.number("height", None, 200, 4000, int)
    width: int | None = viewfields.number("width", None, 300, 8000, int)
    title: str = viewfields.text("title")
    zoom: str = viewfields.one("zoom", ZOOM.fullmatch)
    """What of a figure is shown: x0,x1,y0,y1 on its axes."""
    block: int = viewfields.number("block", 1, 1, 1e9, int)
    """Which block of rows a long table shows."""
    columns: tuple[str, ...] = viewfields.in_order("column")
    """Which columns a table shows, if not its usual ones."""
    by: tuple[str, ...] = viewfields.in_order("by", SORTING.fullmatch)
    """How tables are sorted: panel.column.asc or .desc, the first counts most."""
    having: tuple[str, ...] = viewfields.many("where", Condition.parse)
    """What the headers of tables ask of their columns: panel.column.operator:value."""
    # one sample
    message: int = viewfields.number("message", 1, 1, 1e9, int)
    """The first message that is shown of a long conversation."""
    find: str = viewfields.text("find")
    """What is looked for in one sample, if not what its list was searched for."""
    event: int | None = viewfields.number("event", None, 1, 1e9, int)
    kinds: tuple[str, ...] = viewfields.many("kind")
    beside: tuple[str, ...] = viewfields.in_order("beside")
    """Columns of one sample side by side, by model and epoch; the transcripts of the first two are shown."""
    text: str = viewfields.choice("text", *TEXTS)
    other: str = viewfields.choice("other", "same", *TEXTS)
    """What the first text is compared with: the same one of the second column, or another."""
    diff: str = viewfields.choice("diff", "word", "line")
    against: str = viewfields.choice("against", "tokens", "time", "cost")
    """What of a run its score is set against."""
    x_scale: str = viewfields.choice("x_scale", "linear", "log")
    # layers of a model
    trajectories: tuple[str, ...] = viewfields.in_order("trajectory")
    statistic: str = viewfields.text("statistic")
    tokens: tuple[str, ...] = viewfields.many("token")
    """Positions, from 0, whose path across the layers is drawn."""
    layers: tuple[str, ...] = viewfields.many("layer")
    """Rows of the arrays, from 0, whose likeliest tokens are listed."""
    stride: int = viewfields.number("stride", 1, 1, 200, int)
    token_width: int | None = viewfields.number("token_width", None, 4, 400, int)
    """Pixels of a column; unless given, all columns share what there is."""
    low: float | None = viewfields.number("low", None, -1e9, 1e9)
    high: float | None = viewfields.number("high", None, -1e9, 1e9)
    color_scale: str = viewfields.choice("color_scale", "linear", "log")
    output: str = viewfields.choice("output", "1", "0")
    # predictions
    predictors: tuple[str, ...] = viewfields.many("predictor")
    perturbations: tuple[str, ...] = viewfields.many("perturbation")
    agreement: str = viewfields.choice("agreement", "equal", "difference")
    """Predicted against actual, or their difference against their mean (Bland and Altman)."""
    facet: str = viewfields.choice("facet", "", "task", "model", "predictor")
    """What has a chart of its own, beside each statistic."""
    # against what
    baseline: str = viewfields.text("baseline")
    candidates: tuple[str, ...] = viewfields.many("candidate")
    level: str = viewfields.choice("level", "", "task", "category", "sample")
    min_delta: float = viewfields.number("min_delta", 0.0, 0, 1e12)
    top: int = viewfields.number("top", 10, 1, 1000, int)
    # and is it real?
    cluster: str = viewfields.text("cluster")
    """A key of the samples' metadata: samples with one value of it are not independent."""
    alpha: float = viewfields.number("alpha", 0.05, 1e-6, 0.5)
    adjust: str = viewfields.choice("adjust", "bh", "by", "holm", "none")
    """How the many tests of a view are adjusted for being many."""
    margin: float = viewfields.number("margin", 0.0, 0, 1e12)
    """Differences below it do not matter; 0 is to say nothing of that. On the scale of the view."""
    changes: tuple[str, ...] = viewfields.some("change", *CHANGES)

    @classmethod
    def from_query(cls, search: str | None) -> ViewState:
        """Read a URL written by anybody. Keys we do not know are somebody else's."""
        try:
            given = parse_qs((search or "").removeprefix("?"), max_num_fields=5_000)
        except ValueError:
            return cls()
        return cls().edit(**{name: given[key] for name, key in KEYS.items() if key in given})

    def to_query(self) -> str:
        """Sorted, and without the defaults: equal states have equal URLs."""
        pairs = [
            (key, viewfields.spell(value))
            for key, now, usual in zip(KEYS.values(), ALL(self), ALL(USUAL), strict=True)
            if now is not usual and now != usual
            for value in (now if isinstance(now, tuple) else (now,))
        ]
        return f"?{urlencode(sorted(pairs, key=_by_key), quote_via=quote, safe='')}" if pairs else ""

    def edit(self, **changes: Any) -> ViewState:
        """This state with some fields set from what a control or a URL holds; nonsense means the default."""
        clean: dict[str, Any] = {}
        for name, value in changes.items():
            values = viewfields.as_texts(value)
            got = READERS[name](values) if values else None
            clean[name] = getattr(USUAL, name) if got is None else got
        return replace(self, **clean)

    def moved(self, **changes: Any) -> ViewState:
        """What a reader's edit leads to: the first page of it, and all of it, unless the edit says otherwise. Page 3 of
        something else, or a window on other axes, is nowhere that a reader meant to go. On another scale the limits that
        were set on the old one are the same limits, and not a hundredth of them.

        >>> ViewState().edit(threshold=0.9).moved(scale=100).to_query()
        '?scale=100&threshold=90'
        """
        after = self.edit(**changes)
        if after.scale != self.scale:
            after = after.edit(**self._rescaled(after))
        if after.page == self.page:
            after = after.edit(page=None, block=None)
        if after.zoom == self.zoom and replace(after, **self._looks()) != replace(self, page=1, block=1):
            after = after.edit(zoom=None)
        return after

    def _rescaled(self, after: ViewState) -> dict[str, Any]:
        """What is on the scale of the view, as it is on another one; what the same edit sets is on the new one."""
        factor = after.factor / self.factor
        return {
            name: scale.times(before, factor)
            for name in ON_SCALE
            if (before := getattr(self, name)) is not None and getattr(after, name) == before
        }

    def _looks(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in LOOKS} | {"page": 1, "block": 1}

    def only(self, *names: str) -> ViewState:
        """The same state with all other fields at their defaults: what a link to another page carries. Every link
        stays in its workspace."""
        return replace(USUAL, **{name: getattr(self, name) for name in ("workspace", *names)})

    def where(self) -> pl.Expr:
        """The rows of `runs` that this state is about, except for what success and retries decide."""
        keep = pl.lit(True)
        for name, column in (
            ("tasks", "task"),
            ("models", "model"),
            ("formats", "format"),
            ("suites", "suite"),
        ):
            if chosen := getattr(self, name):
                keep &= pl.col(column).is_in(chosen)
        if self.runs:
            keep &= pl.col("run_id").is_in(self.runs)
        if self.tags:
            keep &= pl.col("tags").list.eval(pl.element().is_in(self.tags)).list.any()
        if self.since:
            keep &= pl.col("created").dt.strftime("%Y-%m-%d") >= self.since
        if self.until:
            keep &= pl.col("created").dt.strftime("%Y-%m-%d") <= self.until
        return keep

    def sorting(self, panel: str) -> dict[str, tuple[str, int]]:
        """Column of a panel's table -> asc or desc, and its rank among the columns that sort it.

        >>> ViewState().edit(by=["table.value.desc", "other.x.asc"]).sorting("table")
        {'value': ('desc', 0)}
        """
        mine = [b.removeprefix(f"{panel}.").rsplit(".", 1) for b in self.by if b.startswith(f"{panel}.")]
        return {x[0]: (x[1], i) for i, x in enumerate(mine) if len(x) == 2 and x[1] in ("asc", "desc")}

    def conditions(self, panel: str) -> list[Condition]:
        """What the headers of this panel's table ask."""
        return [c for h in self.having if (c := Condition.parse(h)) and c.panel == panel]

    @property
    def window(self) -> tuple[float, ...]:
        """`zoom` as four numbers; none when all is shown."""
        return tuple(map(float, self.zoom.split(","))) if self.zoom else ()

    @property
    def factor(self) -> float:
        return float(self.scale)

    @property
    def rows_per_page(self) -> int | None:
        return None if self.per_page == "all" else int(self.per_page)


def _by_key(pair: tuple[Any, Any]) -> str:
    return str(pair[0])


KEYS: Mapping[str, str] = {f.name: f.metadata["key"] for f in fields(ViewState)}
"""Field of ViewState -> key in the URL."""
READERS: Mapping[str, Callable[[list[str]], Any]] = {f.name: f.metadata["read"] for f in fields(ViewState)}
"""Field -> what reads it from texts; None where they are nonsense."""
OPTIONS: Mapping[str, tuple[str, ...]] = {
    f.name: f.metadata["options"] for f in fields(ViewState) if "options" in f.metadata
}
USUAL = ViewState()
ALL = attrgetter(*KEYS)
"""The values of all fields, in the order of KEYS."""
LOOKS = (
    *("zoom", "by", "legend", "title", "colors", "height", "width", "values", "gap"),
    *("tokens", "layers", "low", "high", "color_scale", "token_width"),
)
"""What changes no axis of a figure."""
ON_SCALE = ("threshold", "min_delta", "margin")
"""Numbers that a reader gives on the scale of the view."""
WHICH_RUNS = (
    "tasks",
    "models",
    "statuses",
    "formats",
    "tags",
    "suites",
    "runs",
    "since",
    "until",
    "attempts",
)
NARROWING = (*WHICH_RUNS, "metric", "group", "categories", "q", "sample", "reducer")
"""All that decides which numbers are seen."""
# A single run or sample is what one link is about; it does not travel.
EVERYWHERE = (*(f for f in NARROWING if f not in ("runs", "sample")), "scale", "baseline", "candidates")
"""What makes sense on every page, and so travels from one to the next."""
