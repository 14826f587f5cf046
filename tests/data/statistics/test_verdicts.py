"""One of five outcomes for every comparison, and the numbers behind it."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from statsmodels.stats.multitest import multipletests

from data.statistics.equivalence import equivalence
from data.statistics.grouping import Grouping
from data.statistics.intervals import t_critical
from data.statistics.paired import differences
from data.statistics.verdicts import Verdict, verdicts

NAN = float("nan")
pairs = hnp.arrays(
    np.float64,
    st.tuples(st.just(2), st.integers(6, 40)),
    elements=st.floats(-2, 2).map(lambda x: round(x, 3)),
)
marks = hnp.arrays(
    np.float64, st.tuples(st.just(2), st.integers(6, 60)), elements=st.sampled_from([0.0, 1.0])
)


def near(value):
    return pytest.approx(value, rel=1e-9, abs=1e-12)


def table(both_right, fixed, broken, both_wrong):
    baseline = [1.0] * both_right + [0.0] * fixed + [1.0] * broken + [0.0] * both_wrong
    candidate = [1.0] * both_right + [1.0] * fixed + [0.0] * broken + [0.0] * both_wrong
    return differences(baseline, candidate)


@given(pairs, st.sampled_from([0.05, 0.3, 1.0]))
@settings(deadline=None)
def test_equivalence_is_statsmodels_tost(both, margin):
    from statsmodels.stats.weightstats import ttost_paired

    a, b = both
    found = differences(a, b)
    assume(found.method == "paired_t")
    p, (_, p_low, _), (_, p_high, _) = ttost_paired(b, a, -margin, margin)
    ours = equivalence(found, margin)
    assert (float(ours.p), float(ours.p_low), float(ours.p_high)) == near((p, p_low, p_high))


@given(marks, st.sampled_from([0.02, 0.1, 0.3]))
def test_equivalence_is_the_shorter_interval_within_the_margin(both, margin):
    found = differences(*both)
    half = t_critical(found.df, 0.9) * found.spread
    low, high = found.centre - half, found.centre + half
    assume(min(abs(low + margin), abs(high - margin)) > 1e-9)
    assert (equivalence(found, margin).p <= 0.05) == (-margin < low and high < margin)


def test_a_margin_of_nothing_is_refused():
    with pytest.raises(ValueError, match="above 0"):
        equivalence(table(5, 1, 1, 5), 0)


@pytest.mark.parametrize(
    ("found", "options", "kind"),
    [
        (table(40, 30, 5, 25), {}, "better"),
        (table(40, 5, 30, 25), {}, "worse"),
        (table(40, 30, 5, 25), {"direction": -1}, "worse"),
        (table(40, 6, 5, 25), {}, "no_detectable_change"),
        (table(400, 2, 2, 400), {"margin": 0.02}, "equivalent"),
        (table(400, 2, 2, 400), {}, "no_detectable_change"),
        (table(40, 6, 5, 25), {"margin": 0.02}, "no_detectable_change"),
        (table(0, 5, 0, 0), {}, "too_few"),
        (table(0, 6, 0, 0), {}, "better"),
        (table(0, 0, 0, 0), {}, "too_few"),
    ],
)
def test_the_kind_of_verdict(found, options, kind):
    assert verdicts(found, **options).kind == kind


def test_a_difference_shown_to_be_small_is_equivalent_though_significant():
    found = verdicts(table(9000, 60, 20, 9000), margin=0.01)
    assert (found.kind, bool(found.significant)) == ("equivalent", True)


def many(*counts):
    """Several comparisons as one, each of (both right, fixed, broken, both wrong)."""
    found = [table(*c) for c in counts]
    arrays = {
        f.name: np.array([getattr(one, f.name) for one in found])
        for f in fields(found[0])
        if isinstance(getattr(found[0], f.name), np.ndarray | np.generic)
    }
    return replace(found[0], **arrays)


def test_the_adjusted_p_decides():
    found = many((40, 12, 3, 45), *[(40, 5, 5, 50)] * 20)
    alone, together = verdicts(found), verdicts(found, adjust="bh")
    assert (alone.kind[0], together.kind[0]) == ("better", "no_detectable_change")
    assert together.p_adjusted.tolist() == near(multipletests(found.p, method="fdr_bh")[1].tolist())
    assert alone.p_needed.tolist() == near([0.05] * 21)
    assert together.p_needed[0] == near(0.05 / 21)


def test_equivalence_is_adjusted_as_difference_is():
    """A hundred comparisons would otherwise show five equivalences where every true difference is as large as the margin."""
    found = many((400, 2, 2, 400), *[(20, 9, 9, 20)] * 20)
    alone, together = verdicts(found, margin=0.007), verdicts(found, margin=0.007, adjust="holm")
    assert (alone.kind[0], together.kind[0]) == ("equivalent", "no_detectable_change")
    assert together.p_equivalent[0] == near(21 * float(alone.p_equivalent[0]))


def test_what_could_have_been_detected_is_by_the_p_that_counts():
    found = many((40, 12, 3, 45), *[(40, 5, 5, 50)] * 20)
    judged = verdicts(found, adjust="bh")
    assert judged.detectable[0] == near(float(verdicts(found, alpha=0.05 / 21).detectable[0]))
    assert judged.detectable[0] > verdicts(found).detectable[0]


def test_a_run_against_itself_is_no_change_and_not_proved_equal():
    scores = np.random.default_rng(0).normal(size=50)
    found = verdicts(differences(scores, scores), margin=0.5).one()
    assert (found["kind"], found["detectable"], found["p_equivalent"]) == ("no_detectable_change", None, None)


def test_it_says_what_could_have_been_detected():
    found = differences(*np.random.default_rng(0).normal(size=(2, 400)))
    assert verdicts(found).detectable == pytest.approx(2.8086 * found.se, rel=1e-3)


def test_many_at_once_each_in_its_direction():
    rng = np.random.default_rng(0)
    base = rng.normal(size=200)
    found = differences(
        base, np.stack([base + 0.3 + rng.normal(size=200) / 9, base - 0.3 + rng.normal(size=200) / 9])
    )
    assert verdicts(found).kind.tolist() == ["better", "worse"]
    assert verdicts(found, direction=np.array([1, -1])).kind.tolist() == ["better", "better"]


def test_every_kind_is_named():
    assert {v.value for v in Verdict} == {"too_few", "equivalent", "better", "worse", "no_detectable_change"}


def test_categories_without_samples_are_too_few_and_no_error():
    nobody = Grouping.of(3, [-1, -1, -1], [0, 1, 1], size=2)
    found = differences([1.0, 0.0, 1.0], [[1.0, 1.0, 0.0]], nobody)
    assert verdicts(found, adjust="bh", margin=0.1).kind.tolist() == [["too_few", "too_few"]]
