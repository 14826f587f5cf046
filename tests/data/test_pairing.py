"""Which samples of two runs meet: against a plain dictionary's answer, and rule by rule."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from data import pairing
from data.pairing import ABSENT, UNKNOWN, Rule


def row(*hashes):
    return np.array(hashes, np.uint64)


def counts(found):
    return found.n_both, found.n_a_only, found.n_b_only, found.n_input_differs, found.n_input_unknown


def test_equal_ids_with_equal_inputs_meet():
    found = pairing.pair(row(3, 5, 7), row(3, 5, 7))
    assert found.rule is Rule.ID
    assert found.a.tolist() == found.b.tolist() == [0, 1, 2]
    assert counts(found) == (3, 0, 0, 0, 0)


def test_an_unknown_input_meets_by_its_id_and_is_counted():
    found = pairing.pair(row(3, UNKNOWN, 7), row(3, 5, UNKNOWN))
    assert found.a.tolist() == [0, 1, 2]
    assert counts(found) == (3, 0, 0, 0, 2)


def test_another_input_is_no_pair_and_is_counted():
    found = pairing.pair(row(3, 5, 7), row(3, 5, 9))
    assert found.a.tolist() == [0, 1]
    assert counts(found) == (2, 0, 0, 1, 0)


def test_what_only_one_run_has_is_counted_on_its_side():
    assert counts(pairing.pair(row(3, 5, ABSENT, 7), row(3, ABSENT, 9, ABSENT))) == (1, 2, 1, 0, 0)


def test_beginnings_that_are_equal_say_nothing_and_ones_that_differ_do():
    """Even numbers are of inputs of which only a part is known."""
    assert counts(pairing.pair(row(4, 6, 8, 3), row(4, 6, 10, 3))) == (3, 0, 0, 1, 2)


def test_without_common_ids_inputs_meet():
    found = pairing.pair(row(3, 5, 7, ABSENT, ABSENT, ABSENT), row(ABSENT, ABSENT, ABSENT, 7, 3, 11))
    assert found.rule is Rule.INPUT
    assert list(zip(found.a.tolist(), found.b.tolist(), strict=True)) == [(0, 4), (2, 3)]
    assert counts(found) == (2, 1, 1, 0, 0)


def test_ids_that_mean_something_else_give_way_to_inputs():
    found = pairing.pair(row(3, 5, 7, 9), row(5, 3, 9, 7))
    assert found.rule is Rule.INPUT
    assert found.b.tolist() == [1, 0, 3, 2]


def test_an_input_that_stands_twice_in_a_run_meets_nothing():
    found = pairing.pair(
        row(3, 3, 5, 7, ABSENT, ABSENT, ABSENT), row(ABSENT, ABSENT, ABSENT, ABSENT, 3, 5, 7)
    )
    assert found.rule is Rule.INPUT
    assert found.a.tolist() == [2, 3]
    assert counts(found) == (2, 2, 1, 0, 0)


def test_a_few_equal_inputs_among_many_do_not_make_two_sets_one():
    found = pairing.pair(row(3, 5, 7, 9, 0, 0, 0, 0), row(0, 0, 0, 0, 3, 11, 13, 15))
    assert counts(found) == (0, 4, 4, 0, 0)


def test_inputs_that_are_not_wholly_known_never_meet_without_their_ids():
    assert pairing.pair(row(4, 6, 0, 0), row(0, 0, 4, 6)).n_both == 0
    assert pairing.pair(row(UNKNOWN, UNKNOWN, 0, 0), row(0, 0, UNKNOWN, UNKNOWN)).n_both == 0


def test_most_ids_with_other_inputs_and_nothing_equal_stay_what_they_are():
    """No rule finds more, so the reader learns that the ids are the same and the inputs are not."""
    assert counts(pairing.pair(row(3, 5, 7), row(3, 9, 11))) == (1, 0, 0, 2, 0)


def test_runs_without_samples():
    assert counts(pairing.pair(row(), row())) == (0, 0, 0, 0, 0)
    assert counts(pairing.pair(row(0, 0), row(3, 5))) == (0, 0, 2, 0, 0)


HASHES = st.lists(st.sampled_from([0, 2, 3, 4, 5, 6, 7, 9, 11]), min_size=1, max_size=12)


@given(HASHES, st.randoms())
def test_no_sample_is_counted_twice_or_lost(one, rng):
    other = rng.sample(one, len(one))
    found = pairing.pair(row(*one), row(*other))
    n_a, n_b = (sum(x != 0 for x in xs) for xs in (one, other))
    both, a_only, b_only, differs, unknown = counts(found)
    assert both + a_only + differs == n_a
    assert both + b_only + differs == n_b
    assert 0 <= unknown <= both
    assert len(set(found.a.tolist())) == len(set(found.b.tolist())) == both


@given(HASHES, HASHES)
def test_no_pair_is_of_two_inputs_that_are_known_to_differ(one, other):
    size = max(len(one), len(other))
    one, other = (x + [0] * (size - len(x)) for x in (one, other))
    found = pairing.pair(row(*one), row(*other))
    for i, j in zip(found.a, found.b, strict=True):
        assert one[i] == other[j] or 2 in (one[i], other[j])
        assert 0 not in (one[i], other[j])
