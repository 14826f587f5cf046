"""Every Δ that is shown and exported is what the logs say, by an independent computation."""

from statistics import fmean, median

import pytest

BASE, BETA, GAMMA = "gpt-oss-120b", "beta-7b", "gamma-70b"
TASKS = ["mmlu", "tmmluplus", "tw-legal-benchmark-v1"]
VERSUS = f"&baseline={BASE}&level=category"
TIE = 1e-12


def of_each(df, *columns):
    """{candidate: [row, ...]} in the order of the rows."""
    found = {}
    for row in df.to_dict("records"):
        found.setdefault(row["candidate"], []).append(tuple(row[c] for c in columns))
    return found


def near(deltas):
    return {c: pytest.approx(d, abs=1e-9) for c, d in deltas.items()}


@pytest.mark.parametrize("scale", [1, 100])
@pytest.mark.parametrize("task", TASKS)
def test_delta_is_candidate_minus_baseline_where_both_have_a_score(ask, plain, task, scale):
    df = ask("baseline/ranking", f"?task={task}&scale={scale}{VERSUS}")
    found = of_each(df, "category", "delta")
    for candidate in (BETA, GAMMA):
        assert dict(found[candidate]) == near(plain.deltas(task, BASE, candidate, scale))
    for row in df.to_dict("records"):
        models = plain.of(task)[row["category"]]
        assert row["baseline_score"] == pytest.approx(models[BASE] * scale)
        assert row["candidate_score"] == pytest.approx(models[row["candidate"]] * scale)
        assert row["task"] == task


def test_across_tasks_delta_is_between_the_logged_averages(ask, plain):
    df = ask("baseline/ranking", f"?baseline={BASE}")
    assert df["category"].isna().all()
    found = {c: dict(rows) for c, rows in of_each(df, "task", "delta").items()}
    for candidate in (BETA, GAMMA):
        assert found[candidate] == near({t: m[candidate] - m[BASE] for t, m in plain.logged.items()})


def test_the_first_by_name_is_the_baseline_unless_one_is_chosen(ask):
    df = ask("baseline/ranking", "?task=mmlu")
    assert set(df["baseline"]) == {BETA}
    assert set(df["candidate"]) == {GAMMA, BASE}


def test_a_chosen_candidate_is_the_only_one(ask):
    assert set(ask("baseline/ranking", f"?task=mmlu&candidate={GAMMA}{VERSUS}")["candidate"]) == {GAMMA}


def test_swapped_deltas_have_the_other_sign(ask):
    one = dict(
        of_each(ask("baseline/ranking", f"?task=mmlu&baseline={BASE}&candidate={BETA}"), "category", "delta")[
            BETA
        ]
    )
    two = dict(
        of_each(ask("baseline/ranking", f"?task=mmlu&baseline={BETA}&candidate={BASE}"), "category", "delta")[
            BASE
        ]
    )
    assert one == near({c: -d for c, d in two.items()})


def test_the_baseline_against_itself_is_all_ties(ask, plain):
    df = ask("baseline/summary", f"?task=mmlu&baseline={BASE}&candidate={BASE}")
    own = sum(BASE in models for models in plain.of("mmlu").values())
    assert df[["win", "lose", "tie", "common"]].values.tolist() == [[0, 0, own, own]]


SORTS = {
    "": lambda d: -d,
    "&order=asc": lambda d: d,
    "&sort=abs": lambda d: -abs(d),
    "&sort=abs&order=asc": abs,
}


@pytest.mark.parametrize("sort", SORTS)
def test_each_candidate_is_ranked_by_its_own_deltas(ask, sort):
    for rows in of_each(ask("baseline/ranking", f"?task=mmlu{VERSUS}{sort}"), "delta").values():
        assert len(rows) > 40
        keys = [SORTS[sort](d) for (d,) in rows]
        assert keys == sorted(keys)


@pytest.mark.parametrize(("query", "reverse"), [("", False), ("&order=asc", True)])
def test_ranked_by_name(ask, plain, query, reverse):
    found = of_each(ask("baseline/ranking", f"?task=mmlu&sort=name{VERSUS}{query}"), "category")
    assert [c for (c,) in found[BETA]] == sorted(plain.deltas("mmlu", BASE, BETA), reverse=reverse)


@pytest.mark.parametrize("scale", [1, 100])
def test_the_smallest_delta_is_inclusive_and_on_the_scale_shown(ask, plain, scale):
    deltas = plain.deltas("mmlu", BASE, BETA, scale)
    at = sorted(map(abs, deltas.values()))[len(deltas) // 2]
    df = ask("baseline/ranking", f"?task=mmlu&candidate={BETA}&scale={scale}&min_delta={at!r}{VERSUS}")
    assert set(df["category"]) == {c for c, d in deltas.items() if abs(d) >= at - 1e-12}


def test_the_smallest_delta_hides_nothing_of_the_summary(ask):
    assert ask("baseline/summary", f"?task=mmlu{VERSUS}").equals(
        ask("baseline/summary", f"?task=mmlu&min_delta=0.1{VERSUS}")
    )


@pytest.mark.parametrize("scale", [1, 100])
@pytest.mark.parametrize("task", TASKS)
def test_the_summary_of_each_candidate(ask, plain, task, scale):
    df = ask("baseline/summary", f"?task={task}&scale={scale}{VERSUS}").set_index("candidate")
    for candidate in (BETA, GAMMA):
        deltas = list(plain.deltas(task, BASE, candidate, scale).values())
        row = df.loc[candidate]
        assert row["mean_delta"] == pytest.approx(fmean(deltas), abs=1e-9)
        assert row["median_delta"] == pytest.approx(median(deltas), abs=1e-9)
        assert row["win"] == sum(d > TIE for d in deltas)
        assert row["lose"] == sum(d < -TIE for d in deltas)
        assert row["tie"] == sum(abs(d) <= TIE for d in deltas)
        assert row["common"] == len(deltas)
        assert row["total"] == len(plain.of(task))
        assert row["coverage"] == pytest.approx(len(deltas) / len(plain.of(task)))


def test_there_are_ties_to_be_counted(ask):
    assert (ask("baseline/summary", f"?task=mmlu{VERSUS}")["tie"] > 0).all()


def test_the_summary_has_the_best_candidate_first(ask):
    means = list(ask("baseline/summary", f"?task=mmlu{VERSUS}")["mean_delta"])
    assert means == sorted(means, reverse=True)


@pytest.mark.parametrize("n", [1, 10, 1000])
@pytest.mark.parametrize(("panel", "sign"), [("top", -1), ("bottom", 1)])
def test_top_and_bottom_are_the_extremes_whatever_their_sign(ask, plain, panel, sign, n):
    found = of_each(ask(f"baseline/{panel}", f"?task=mmlu&top={n}{VERSUS}"), "category", "delta")
    for candidate in (BETA, GAMMA):
        deltas = plain.deltas("mmlu", BASE, candidate)
        expected = sorted(deltas.values(), key=lambda d: sign * d)[:n]
        assert [d for _, d in found[candidate]] == [pytest.approx(d, abs=1e-9) for d in expected]
        assert all(d == pytest.approx(deltas[c], abs=1e-9) for c, d in found[candidate])


def test_ten_in_top_and_bottom_unless_asked_otherwise(ask):
    assert {len(rows) for rows in of_each(ask("baseline/top", f"?task=mmlu{VERSUS}"), "delta").values()} == {
        10
    }


def test_the_score_threshold_holds_for_deltas_too(ask, plain):
    kept = {c for c, models in plain.of("mmlu").items() if max(models.values()) >= 0.9}
    df = ask("baseline/ranking", f"?task=mmlu&threshold=0.9&candidate={BETA}{VERSUS}")
    assert set(df["category"]) == kept & set(plain.deltas("mmlu", BASE, BETA))
    total = ask("baseline/summary", f"?task=mmlu&threshold=0.9{VERSUS}")["total"]
    assert set(total) == {len(kept)}
