"""What the scores page shows and exports is what the logs say, by an independent computation."""

from statistics import fmean

import pandas as pd
import pytest

BASE, BETA, GAMMA = "gpt-oss-120b", "beta-7b", "gamma-70b"
TASKS = ["mmlu", "tmmluplus", "tw-legal-benchmark-v1"]
ALL = "&per_page=all"


def by_category(df):
    """{category: {model: value}}, categories as they come."""
    found = {}
    for category, model, value in zip(df["category"], df["model"], df["value"], strict=True):
        found.setdefault(category, {})[model] = value
    return found


def close(values, scale=1):
    return {k: {m: pytest.approx(x * scale, abs=1e-9) for m, x in v.items()} for k, v in values.items()}


@pytest.mark.parametrize("task", TASKS)
def test_every_category_has_the_score_of_the_log(ask, plain, task):
    assert by_category(ask("scores/bars", f"?task={task}&level=category{ALL}")) == close(plain.of(task))


def test_all_tasks_at_once_keep_their_categories_apart(ask, plain):
    df = ask("scores/bars", f"?level=category{ALL}")
    found = dict(zip(zip(df["task"], df["category"], df["model"], strict=True), df["value"], strict=True))
    every = {(*where, m): x for where, models in plain.values.items() for m, x in models.items()}
    assert found == {k: pytest.approx(x) for k, x in every.items()}


def test_across_tasks_a_score_is_the_average_that_the_log_has(ask, plain):
    df = ask("scores/bars", f"?level=task{ALL}")
    found = dict(zip(zip(df["task"], df["model"], strict=True), df["value"], strict=True))
    assert found == {
        (t, m): pytest.approx(x) for t, models in plain.logged.items() for m, x in models.items()
    }


def test_several_tasks_are_compared_as_tasks_unless_asked_otherwise(ask):
    assert ask("scores/bars", ALL.replace("&", "?"))["category"].isna().all()
    assert ask("scores/bars", f"?task=mmlu{ALL}")["category"].notna().all()


@pytest.mark.parametrize("task", TASKS)
def test_pivot_has_a_row_a_category_and_a_column_a_model(ask, plain, task):
    df = ask("scores/pivot", f"?task={task}{ALL}").set_index("category")
    assert list(df.columns) == sorted([BASE, BETA, GAMMA])
    found = {c: {m: x for m, x in row.items() if pd.notna(x)} for c, row in df.to_dict("index").items()}
    assert found == close(plain.of(task))


def test_a_category_that_a_model_lacks_is_blank_never_zero(ask, plain):
    lacking = [c for c, models in plain.of("mmlu").items() if BETA not in models]
    df = ask("scores/pivot", f"?task=mmlu{ALL}").set_index("category")
    assert len(lacking) == 6
    assert df.loc[lacking, BETA].isna().all()


def order_of(df):
    return list(dict.fromkeys(df["category"]))


@pytest.mark.parametrize(("query", "descending"), [("", True), ("&order=desc", True), ("&order=asc", False)])
def test_categories_come_by_the_mean_over_the_models_that_have_them(ask, plain, query, descending):
    means = plain.means("tmmluplus")
    found = [means[c] for c in order_of(ask("scores/bars", f"?task=tmmluplus{ALL}{query}"))]
    assert len(found) == len(means)
    assert found == sorted(found, reverse=descending)


@pytest.mark.parametrize(("query", "reverse"), [("", False), ("&order=asc", True)])
def test_categories_come_by_name(ask, plain, query, reverse):
    df = ask("scores/bars", f"?task=mmlu&sort=name{ALL}{query}")
    assert order_of(df) == sorted(plain.of("mmlu"), reverse=reverse)


def test_the_pivot_is_in_the_order_of_the_bars(ask):
    query = "?task=mmlu&order=asc&per_page=30&page=2"
    assert list(ask("scores/pivot", query)["category"]) == order_of(ask("scores/bars", query))


@pytest.mark.parametrize("sort", ["", "&sort=name", "&sort=none", "&order=asc"])
@pytest.mark.parametrize("size", [10, 20, 30, 50, 100])
def test_pages_are_the_whole_cut_into_so_many_categories(ask, plain, size, sort):
    whole = order_of(ask("scores/bars", f"?task=mmlu{ALL}{sort}"))
    assert len(whole) == len(plain.of("mmlu"))
    for page in range(-(-len(whole) // size)):
        df = ask("scores/bars", f"?task=mmlu&per_page={size}&page={page + 1}{sort}")
        assert order_of(df) == whole[page * size : (page + 1) * size]
        assert by_category(df) == close({c: plain.of("mmlu")[c] for c in order_of(df)})


def test_twenty_categories_a_page_unless_asked_otherwise(ask):
    assert len(order_of(ask("scores/bars", "?task=mmlu"))) == 20


def test_a_page_past_the_end_is_the_last(ask, plain):
    last = order_of(ask("scores/bars", "?task=mmlu&page=99"))
    assert last == order_of(ask("scores/bars", f"?task=mmlu{ALL}"))[40:]


def test_from_0_to_100_everything_is_times_a_hundred(ask, plain):
    assert by_category(ask("scores/bars", f"?task=mmlu&scale=100{ALL}")) == close(plain.of("mmlu"), 100)
    df = ask("scores/pivot", f"?task=mmlu&scale=100{ALL}").set_index("category")
    category, values = next(iter(plain.of("mmlu").items()))
    assert df.loc[category, BASE] == pytest.approx(values[BASE] * 100)


THRESHOLDS = [("ge", lambda x, t: x >= t), ("le", lambda x, t: x <= t)]


@pytest.mark.parametrize(("op", "holds"), THRESHOLDS, ids=["ge", "le"])
@pytest.mark.parametrize("who", ["", "any", GAMMA])
@pytest.mark.parametrize("t", [0.55, 0.8])
def test_a_threshold_keeps_whole_categories(ask, plain, op, holds, who, t):
    def kept(models):
        who_counts = [GAMMA] if who == GAMMA else models
        return any(holds(models[m], t) for m in who_counts if m in models)

    expected = {c: models for c, models in plain.of("tmmluplus").items() if kept(models)}
    query = f"?task=tmmluplus&threshold={t}&threshold_op={op}&threshold_model={who}{ALL}"
    assert 0 < len(expected) < len(plain.of("tmmluplus"))
    assert by_category(ask("scores/bars", query)) == close(expected)


@pytest.mark.parametrize("op", ["ge", "le"])
@pytest.mark.parametrize("scale", [1, 100])
def test_a_threshold_is_inclusive_on_the_scale_shown(ask, plain, op, scale):
    limit = plain.of("mmlu")["anatomy"][BASE]
    query = (
        f"?task=mmlu&threshold={limit * scale!r}&threshold_op={op}&threshold_model={BASE}&scale={scale}{ALL}"
    )
    assert "anatomy" in order_of(ask("scores/bars", query))


def test_a_threshold_cuts_before_the_pages_are_counted(ask, plain):
    kept = [c for c, models in plain.of("mmlu").items() if max(models.values()) >= 0.9]
    first = order_of(ask("scores/bars", "?task=mmlu&threshold=0.9&per_page=10"))
    second = order_of(ask("scores/bars", "?task=mmlu&threshold=0.9&per_page=10&page=2"))
    assert len(first) == 10
    assert set(first + second) <= set(kept)
    assert len(second) == min(10, len(kept) - 10)


def test_a_threshold_that_nothing_reaches_leaves_nothing(ask):
    assert len(ask("scores/bars", "?task=mmlu&threshold=1.5")) == 0
    assert len(ask("scores/averages", "?task=mmlu&threshold=1.5")) == 0


@pytest.mark.parametrize("scale", [1, 100])
@pytest.mark.parametrize("task", TASKS)
def test_averages_are_macro_and_stand_beside_the_logged_one(ask, plain, task, scale):
    df = ask("scores/averages", f"?task={task}&scale={scale}").set_index("model")
    for model in (BASE, BETA, GAMMA):
        mine = [models[model] for models in plain.of(task).values() if model in models]
        assert df.loc[model, "macro"] == pytest.approx(fmean(mine) * scale)
        assert df.loc[model, "logged"] == pytest.approx(plain.logged[task][model] * scale)
        assert df.loc[model, "categories"] == len(mine)
        assert df.loc[model, "of"] == len(plain.of(task))


def test_averages_are_over_what_the_threshold_keeps(ask, plain):
    kept = [models for models in plain.of("mmlu").values() if max(models.values()) >= 0.9]
    df = ask("scores/averages", "?task=mmlu&threshold=0.9").set_index("model")
    assert df.loc[BETA, "macro"] == pytest.approx(fmean(m[BETA] for m in kept if BETA in m))


def test_averages_do_not_depend_on_the_page(ask):
    one, two = ask("scores/averages", "?task=mmlu&page=1"), ask("scores/averages", "?task=mmlu&page=2")
    assert one.equals(two)


def test_chosen_models_are_the_only_ones(ask, plain):
    df = ask("scores/bars", f"?task=mmlu&model={BETA}&model={GAMMA}{ALL}")
    expected = {c: {m: x for m, x in models.items() if m != BASE} for c, models in plain.of("mmlu").items()}
    assert by_category(df) == close({c: models for c, models in expected.items() if models})


def test_chosen_categories_are_the_only_ones(ask):
    df = ask("scores/bars", "?task=mmlu&category=anatomy&category=virology")
    assert set(df["category"]) == {"anatomy", "virology"}
