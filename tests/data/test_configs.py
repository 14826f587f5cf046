"""Settings as dotted keys, and the keys in which runs differ, by hand and against plain Python."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import configs
from data.queries import configs as queries


def diff(**named):
    return configs.differing({name: configs.flat(text) for name, text in named.items()})


def rows(df):
    return {key: values for key, *values in df.rows()}


@pytest.mark.parametrize(
    "text", [None, "", "null", "[1]", "3", '"x"', "{", "not json", "[" * 100_000, '{"a":' * 100_000]
)
def test_what_is_no_object_is_unknown(text):
    assert configs.flat(text) is None


def test_what_is_nested_too_deep_is_a_value():
    deep = "".join('{"a":' for _ in range(40)) + "1" + "}" * 40
    (found,) = configs.flat(deep).items()
    assert found[0] == ".".join("a" * configs.DEPTH)
    assert json.loads(found[1])["a"]["a"]


def test_absent_is_not_null():
    found = diff(a='{"seed":null,"x":1}', b='{"x":1}', c='{"seed":7,"x":1}')
    assert rows(found) == {"seed": ["null", None, "7"]}


def test_only_what_differs_and_identity_comes_last():
    a = {"created": "1", "model": {"temperature": 0.0, "name": "a"}, "z": [1, 2]}
    b = {"created": "2", "model": {"temperature": 0, "name": "b"}, "z": [1, 3]}
    found = diff(a=json.dumps(a), b=json.dumps(b))
    assert found.rows() == [("model.name", "a", "b"), ("z", "[1,2]", "[1,3]"), ("created", '"1"', '"2"')]


def test_a_run_without_settings_makes_nothing_differ():
    found = diff(a='{"x":1,"y":1}', b="broken", c='{"x":1,"y":2}')
    assert rows(found) == {"y": ["1", None, "2"]}
    assert diff(a='{"x":1}', b="broken").is_empty()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1", 1),
        ("null", None),
        ("true", True),
        ("[1]", [1]),
        ("{}", {}),
        ("", None),
        ("nan", "NaN"),
        (1, 1.5),
        (True, 1),
    ],
)
def test_values_of_two_kinds_are_told_apart(one, other):
    assert diff(a=json.dumps({"k": one}), b=json.dumps({"k": other})).height == 1


@pytest.mark.parametrize(
    ("one", "other"), [(1, 1.0), (0, -0.0), ([0.0], [0]), ({"b": 1, "a": {}}, {"a": {}, "b": 1.0})]
)
def test_two_spellings_of_a_value_are_one(one, other):
    assert diff(a=json.dumps({"k": [one]}), b=json.dumps({"k": [other]})).is_empty()


def test_a_dot_in_a_name_is_no_step_down():
    found = configs.flat('{"a.b": 1, "a": {"b": 2}, "": 3}')
    assert found == {'"a.b"': "1", "a.b": "2", '""': "3"}


def test_long_values_that_part_late_still_differ():
    a, b = "x" * 1_000_000 + "a", "x" * 1_000_000 + "b"
    found = diff(a=json.dumps({"prompt": a}), b=json.dumps({"prompt": b}))
    assert found.height == 1
    assert all(len(v) < configs.LONGEST + 60 for v in found.row(0)[1:])


def test_hostile_text_stays_text():
    found = diff(a='{"<img src=x onerror=alert(1)>":"<b>x</b>"}', b='{"<img src=x onerror=alert(1)>":"=1+1"}')
    assert found.rows() == [("<img src=x onerror=alert(1)>", "<b>x</b>", "=1+1")]


def test_half_a_surrogate_pair_costs_no_table():
    assert diff(a='{"k":"\\ud800","\\udfff":1}', b='{"k":"y"}').height == 2


NESTED = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4),
    lambda inside: (
        st.dictionaries(st.text("ab.", max_size=2), inside, max_size=3) | st.lists(inside, max_size=2)
    ),
    max_leaves=8,
)
OBJECTS = st.dictionaries(st.text("ab.", max_size=2), NESTED, max_size=4)


def plain(value, path=()):
    """Leaves by path; an independent walk without text."""
    for k, v in value.items():
        if isinstance(v, dict) and v:
            yield from plain(v, (*path, k))
        else:
            yield (*path, k), json.dumps(v, sort_keys=True)


@given(OBJECTS, OBJECTS)
def test_as_many_keys_differ_as_by_a_plain_walk(a, b):
    one, other = dict(plain(a)), dict(plain(b))
    differ = [k for k in {**one, **other} if one.get(k) != other.get(k)]
    assert diff(a=json.dumps(a), b=json.dumps(b)).height == len(differ)


@given(st.lists(st.none() | st.text("ab", max_size=30), min_size=1, max_size=4), st.integers(1, 12))
def test_a_preview_has_room_and_shows_where_values_part(values, room):
    shown = configs.parting(values, room, before=0)
    assert [v is None for v in shown] == [v is None for v in values]
    assert all(len(v) <= room + 2 for v in shown if v is not None)
    if len({v for v in values if v is not None}) > 1:
        assert len({v for v in shown if v is not None}) > 1


def run(run_id, model="m", **more):
    return {
        "run_id": run_id,
        "model": model,
        "created": "2026-01-02T03:04:05",
        "config": json.dumps({"m": run_id}),
        **more,
    }


def test_a_column_a_run_named_by_model_and_time(snapshot, view):
    s = snapshot(run("r1", "b"), run("r2", "a"), run("r3", "c"))
    found = queries.diff(s, view("?run=r1&run=r2"))
    assert found.columns == ["key", "b @ 20260102_0304", "a @ 20260102_0304"]
    assert found.rows() == [("m", "r1", "r2")]


def test_runs_of_one_name_are_told_apart(snapshot, view):
    s = snapshot(run("r1", task="t"), run("r2", task="u"))
    assert queries.diff(s, view("?run=r1&run=r2")).columns == [
        "key",
        "m @ 20260102_0304 · t",
        "m @ 20260102_0304 · u",
    ]
    s = snapshot(run("r1", task="t"), run("r2", task="u"), run("r3", task="u"))
    found = queries.diff(s, view("?run=r1&run=r2&run=r3"))
    assert len(set(found.columns)) == 4
    assert found.height == 1


@pytest.mark.parametrize("query", ["", "?run=r1", "?run=gone&run=r1", "?run=gone"])
def test_fewer_than_two_runs_have_no_difference(snapshot, view, query):
    found = queries.diff(snapshot(run("r1"), run("r2")), view(query))
    assert found.rows() == []
    assert found.columns == ["key"]


def test_no_more_than_twelve_runs_are_compared(snapshot, view):
    s = snapshot(*(run(f"r{i:02}", f"m{i:02}") for i in range(15)))
    v = view("?" + "&".join(f"run=r{i:02}" for i in range(15)))
    assert queries.diff(s, v).width == 1 + queries.MOST
    assert queries.chosen(s, v).height == 15


def test_a_log_without_settings_is_named(snapshot, view):
    s = snapshot(run("r1", "a"), run("r2", "b", config=None), run("r3", "c", config="oops"))
    runs = queries.chosen(s, view("?run=r1&run=r2&run=r3"))
    assert queries.without(runs) == ["b @ 20260102_0304", "c @ 20260102_0304"]
    assert queries.keys(runs) == 1


def test_a_run_whose_id_is_a_column_of_the_table(snapshot, view):
    s = snapshot(run("key", None), run("r2", None))
    found = queries.diff(s, view("?run=key&run=r2"))
    assert found["key"].to_list() == ["m"]
    assert found.width == 3
