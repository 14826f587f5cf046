"""One view, one spelling; and whatever a stranger writes is read as far as it makes sense."""

from urllib.parse import parse_qs, quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from data.viewfields import MAX_VALUES
from data.viewstate import EVERYWHERE, KEYS, ViewState

PUBLIC = {
    "task": "mmlu",
    "model": "gpt-4.1",
    "category": "anatomy",
    "metric": "match/accuracy",
    "status": "error",
    "format": "inspect",
    "tag": "nightly",
    "q": "what is",
    "run": "R1",
    "sample": "17",
    "epoch": "2",
    "baseline": "a @ 20260101_0000",
    "candidate": "b",
    "sort": "name",
    "order": "asc",
    "min_delta": "0.05",
    "scale": "100",
    "page": "3",
    "per_page": "50",
    "threshold": "0.5",
    "threshold_op": "le",
    "threshold_model": "b",
    "orientation": "vertical",
    "reducer": "pass_at_2",
    "cluster": "passage",
    "alpha": "0.01",
    "trajectory": "capital-tuned",
    "statistic": "entropy",
    "layer": "3",
    "token": "5",
}
REPEATABLE = ["task", "model", "category", "format", "tag", "run", "candidate"]

anything = st.text(st.characters(), max_size=12)  # lone surrogates too: JSON from a browser may hold them
likely = st.sampled_from(
    [
        "1",
        "0",
        "-0",
        "1e400",
        "nan",
        "0.1",
        "12345678.9",
        "asc",
        "100",
        "all",
        "any",
        "success",
        "1.0,2.0,3.0,4.0",
    ]
)
queries = st.dictionaries(
    st.sampled_from(sorted(KEYS.values())) | anything, st.lists(anything | likely, max_size=4)
)


def spelt(given):
    return "?" + "&".join(
        f"{quote(k, errors='replace')}={quote(v, errors='replace')}" for k, vs in given.items() for v in vs
    )


@pytest.mark.parametrize("key", PUBLIC)
def test_every_public_key_changes_the_view_and_comes_back(key):
    query = f"?{key}={quote(PUBLIC[key], safe='')}"
    state = ViewState.from_query(query)
    assert state != ViewState()
    assert state.to_query() == query


@pytest.mark.parametrize("key", REPEATABLE)
def test_a_repeated_key_holds_all_its_values_in_one_order(key):
    assert ViewState.from_query(f"?{key}=b&{key}=a&{key}=b").to_query() == f"?{key}=a&{key}=b"


def test_statuses_repeat_in_their_own_order():
    assert ViewState.from_query("?status=error&status=success").to_query() == "?status=success&status=error"


def test_keys_are_sorted():
    assert ViewState.from_query("?task=t&model=m&baseline=b").to_query() == "?baseline=b&model=m&task=t"


@pytest.mark.parametrize(
    "query",
    ["", "?", None, "?scale=1", "?page=1&per_page=20", "?order=desc", "?min_delta=0", "?threshold_model=any"],
)
def test_defaults_are_left_out(query):
    assert ViewState.from_query(query).to_query() == ""


@pytest.mark.parametrize(
    "query",
    [
        "?scale=7", "?page=0", "?page=-1", "?page=x", "?page=1e400", "?per_page=7", "?epoch=0", "?epoch=nan",
        "?threshold=inf", "?threshold=nan", "?threshold=", "?threshold_op=gt", "?sort=DROP", "?order=up",
        "?min_delta=-1", "?status=great", "?model=", "?utm_source=x", "?=x", "?&&&", "?a", "???", "?%", "?%zz=%zz",
        "?orientation=diagonal", "?page[]=2", "?Task=x",
    ],
)  # fmt: skip
def test_nonsense_means_the_default(query):
    assert ViewState.from_query(query) == ViewState()


def test_the_last_of_several_single_values_counts():
    assert ViewState.from_query("?metric=a&metric=b").metric == "b"


@pytest.mark.parametrize(
    "text",
    [
        "a b",
        "a/b",
        "#",
        "?",
        "100%",
        "&",
        "=",
        "+",
        "<b>",
        "🙂",
        "臺灣",
        "é",
        "e\u0301",
        "\x00",
        "\n",
        "'",
        '"',
        ";",
    ],
)
def test_any_text_survives_the_url(text):
    state = ViewState().edit(models=[text], q=text)
    assert ViewState.from_query(state.to_query()) == state
    assert parse_qs(state.to_query()[1:])["model"] == [text]


@pytest.mark.parametrize(
    "number", ["0.123456789", "1e-05", "123456789.25", "-0.5", "1e+17".replace("17", "11")]
)
def test_a_number_keeps_all_its_digits(number):
    state = ViewState.from_query(f"?threshold={quote(number)}")
    assert state.threshold == float(number)
    assert ViewState.from_query(state.to_query()) == state


@pytest.mark.parametrize(
    ("typed", "spelling"), [("50", "50"), ("50.0", "50"), ("0.50", "0.5"), ("-0", "0"), ("5e-1", "0.5")]
)
def test_one_number_has_one_spelling(typed, spelling):
    assert ViewState.from_query(f"?threshold={typed}").to_query() == f"?threshold={spelling}"


@given(queries)
@example({"threshold": ["-0"]})
@example({"model": ["\ud800"]})
def test_no_url_raises_and_reading_what_was_written_changes_nothing(given):
    state = ViewState.from_query(spelt(given))
    query = state.to_query()
    assert ViewState.from_query(query) == state
    assert ViewState.from_query(query).to_query() == query


@given(st.text(st.characters(), max_size=60))
def test_no_search_text_raises(search):
    state = ViewState.from_query(search)
    assert ViewState.from_query(state.to_query()) == state


@given(
    st.dictionaries(
        st.sampled_from(sorted(KEYS)),
        st.none() | anything | likely | st.integers() | st.floats() | st.lists(anything | st.none()),
    )
)
def test_no_value_of_a_control_raises(edits):
    state = ViewState().edit(**edits)
    assert ViewState.from_query(state.to_query()) == state
    hash(state)


@given(queries)
def test_equal_views_have_equal_urls_however_they_were_spelt(given):
    forwards = ViewState.from_query(spelt(given))
    shuffled = dict(reversed(given.items()))
    assert ViewState.from_query(spelt(shuffled)).to_query() == forwards.to_query()


def test_what_is_kept_of_a_long_url_is_bounded():
    state = ViewState.from_query("?" + "&".join(f"model=m{i}" for i in range(2000)))
    assert len(state.models) == MAX_VALUES
    assert ViewState.from_query("?" + "&".join(f"x{i}=1" for i in range(20_000))) == ViewState()
    assert len(ViewState.from_query("?q=" + "x" * 100_000).q) < 5_000


def test_an_edit_leaves_the_rest():
    assert (
        ViewState.from_query("?model=a&scale=100").edit(tasks=["t"]).to_query() == "?model=a&scale=100&task=t"
    )


@pytest.mark.parametrize("cleared", [None, "", [], [None], [""]])
def test_a_cleared_control_means_the_default(cleared):
    assert ViewState.from_query("?model=a&metric=f1").edit(models=cleared, metric=cleared) == ViewState()


def test_the_filters_that_make_sense_everywhere_travel_and_the_rest_stays():
    state = ViewState.from_query("?task=t&metric=f1&scale=100&page=3&sort=name&threshold=0.5")
    assert state.only(*EVERYWHERE).to_query() == "?metric=f1&scale=100&task=t"


def test_no_two_fields_share_a_key():
    assert len(set(KEYS.values())) == len(KEYS)


@pytest.mark.parametrize("name", ["threshold", "min_delta", "margin"])
def test_a_limit_stays_the_same_limit_on_another_scale(name):
    small = ViewState().edit(**{name: 0.57})
    large = small.moved(scale="100")
    assert getattr(large, name) == 57
    assert large.moved(scale="1") == small


def test_a_limit_that_is_set_with_the_scale_is_on_the_new_one():
    after = ViewState().edit(threshold=0.9).moved(scale="100", threshold=80)
    assert after.threshold == 80


def test_no_limit_stays_none_on_another_scale():
    assert ViewState().moved(scale="100") == ViewState().edit(scale="100")
