"""One byte a cell says the value or why there is none; exact values stay exact."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from data import cubes
from data.schema import Mark

NAN, INF = float("nan"), float("inf")


def cube(*cells, shape=None):
    """From (value, mark) cells, one run and one sample unless a shape (epochs, runs, samples) is given."""
    shape = shape or (len(cells), 1, 1)
    values = np.array([v for v, _ in cells], float)
    marks = np.array([Mark[m.upper()] for _, m in cells], np.uint8)
    return cubes.build(shape, np.arange(len(cells)), values, marks)


def level(value, mark="value"):
    return int(cube((value, mark), (0.0, "value"), (1.0, "value")).level[0, 0, 0])


def test_shares_spread_over_all_levels():
    assert [level(v) for v in (0.0, 0.25, 0.5, 1.0)] == [0, 16, 31, 62]


def test_no_value_has_the_level_that_base64_would_spell_with_a_slash():
    assert max(level(v) for v in np.linspace(0, 1, 200)) == 62


@pytest.mark.parametrize("mark", ["missing", "error", "limit", "unscored", "invalid"])
def test_no_value_is_told_apart_by_its_mark_and_never_looks_like_zero(mark):
    assert level(NAN, mark) > 62
    assert cubes.marks(np.array([level(NAN, mark)], np.uint8)).tolist() == [Mark[mark.upper()]]


def test_a_value_that_is_no_number_never_looks_like_zero():
    assert level(NAN, "value") > 62


def test_cut_off_and_scored_keeps_value_and_mark():
    assert level(0.5, "limit") == 64 + 31
    assert cubes.marks(np.array([64 + 31], np.uint8)).tolist() == [Mark.LIMIT]


def test_infinities_end_the_scale():
    assert (level(INF), level(-INF)) == (62, 0)


def test_a_cell_that_nobody_wrote_is_missing():
    c = cubes.build((1, 1, 2), np.array([1]), np.array([1.0]), np.array([Mark.VALUE], np.uint8))
    assert np.isnan(c.value[0, 0, 0])
    assert cubes.marks(c.level)[0, 0].tolist() == [Mark.MISSING, Mark.VALUE]


def test_of_two_scores_of_one_cell_the_last_wins():
    c = cubes.build((1, 1, 1), np.array([0, 0]), np.array([0.0, 1.0]), np.zeros(2, np.uint8))
    assert c.value.tolist() == [[[1.0]]]


@pytest.mark.parametrize(
    ("values", "span"),
    [([0.2, 0.9], (0, 1)), ([0.0], (0, 1)), ([1.0], (0, 1)), ([], (0, 1)), ([NAN], (0, 1)), ([INF], (0, 1)),
     ([2.0, 8.0], (0, 8)), ([-1.0, 0.5], (-1, 0.5)), ([-3.0, -2.0], (-3, 0)), ([5.0, INF], (0, 5))],
)  # fmt: skip
def test_a_scale_starts_at_zero_and_is_0_to_1_where_that_fits(values, span):
    assert cubes.span(np.array(values)) == span


MEANS = [
    ([(1.0, "value"), (0.0, "value")], 0.5, 2, "value"),
    ([(1.0, "value"), (NAN, "error")], 1.0, 1, "value"),
    ([(NAN, "missing"), (0.0, "value")], 0.0, 1, "value"),
    ([(NAN, "error"), (NAN, "missing")], NAN, 0, "error"),
    ([(NAN, "unscored"), (NAN, "missing")], NAN, 0, "unscored"),
    ([(NAN, "limit"), (NAN, "invalid")], NAN, 0, "limit"),
    ([(NAN, "missing"), (NAN, "missing")], NAN, 0, "missing"),
    ([(0.5, "limit"), (1.0, "value")], 0.75, 2, "limit"),
    ([(NAN, "limit"), (1.0, "value")], 1.0, 1, "limit"),
    ([(INF, "value"), (1.0, "value")], INF, 2, "value"),
    ([(0.25, "value")], 0.25, 1, "value"),
    ([(NAN, "error")], NAN, 0, "error"),
]


@pytest.mark.parametrize(("cells", "mean", "n", "mark"), MEANS, ids=repr)
def test_epochs_are_averaged_over_those_that_have_a_value(cells, mean, n, mark):
    found = cubes.reduce_epochs(cube(*cells), np.array([0]))
    np.testing.assert_equal(found.value[0, 0], mean)
    assert (found.n[0, 0], found.mark[0, 0]) == (n, Mark[mark.upper()])


def test_runs_come_in_the_order_asked_for():
    c = cube((0.1, "value"), (0.2, "value"), (0.3, "value"), shape=(1, 3, 1))
    assert cubes.reduce_epochs(c, np.array([2, 0])).value.tolist() == [[0.3], [0.1]]


@given(
    hnp.arrays(float, (3, 2, 4), elements=st.floats(-100, 100) | st.just(NAN)),
)
def test_the_mean_over_epochs_is_numpys_nanmean(values):
    marks = np.where(np.isnan(values), Mark.MISSING, Mark.VALUE).astype(np.uint8)
    c = cubes.build(values.shape, np.arange(values.size), values.ravel(), marks.ravel())
    found = cubes.reduce_epochs(c, np.array([0, 1]))
    for at in np.ndindex(2, 4):
        own = values[:, at[0], at[1]]
        own = own[~np.isnan(own)]
        assert found.n[at] == own.size
        np.testing.assert_allclose(found.value[at], own.mean() if own.size else NAN, atol=1e-9)
        assert (found.mark[at] == Mark.VALUE) == (own.size > 0)


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=1, max_size=30))
def test_levels_keep_the_order_of_the_values(values):
    array = np.array(values)
    found = cubes.levels(array, np.zeros(array.size, np.uint8), *cubes.span(array))
    known = ~np.isnan(array)
    assert (found[known] <= cubes.TOP).all()
    assert (found[~known] > cubes.TOP).all()
    by_value = np.argsort(array[known], kind="stable")
    assert (np.diff(found[known][by_value].astype(int)) >= 0).all()


def test_cells_with_a_value_are_told_from_those_without():
    c = cube(
        (0.0, "value"), (0.5, "limit"), (NAN, "limit"), (NAN, "missing"), (NAN, "error"), (NAN, "invalid")
    )
    assert cubes.scored(c.level).ravel().tolist() == [True, True, False, False, False, False]
