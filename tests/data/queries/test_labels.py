"""What samples and runs are called on a heatmap, if not by their ids and names."""

import json

import pytest

from data.queries import choices, heatmap, items, labels, regions

ASKED = [
    {"id": "1", "input": "Why?", "target": "x", "metadata": {"uuid": "u1", "level": "easy", "tags": ["a"]}},
    {"id": "2", "input": "How?", "target": "y", "metadata": {"uuid": "u2", "level": "hard", "": "odd"}},
    {"id": "3", "target": "x", "metadata": {"level": "hard"}},
]


@pytest.fixture
def asked(snapshot):
    return snapshot({"samples": [one | {"scores": {"accuracy": i / 2}} for i, one in enumerate(ASKED)]})


def sample_labels(s, v):
    found = heatmap.shown(s, v)
    return dict(zip(found.names, labels.of_samples(found, v), strict=True))


def model_labels(s, v):
    found = heatmap.shown(s, v)
    return dict(zip(found.what.runs["run_id"], labels.of_models(found, v), strict=True))


def test_samples_are_called_by_their_ids_unless_asked(asked, view):
    assert sample_labels(asked, view("")) == {"1": "1", "2": "2", "3": "3"}
    assert "sample_label" not in heatmap.cells(asked, view("")).columns


@pytest.mark.parametrize(
    ("label", "called"),
    [
        ("input", {"1": "Why?", "2": "How?", "3": "3"}),
        ("target", {"1": "x (1)", "2": "y", "3": "x (3)"}),
        ("metadata.uuid", {"1": "u1", "2": "u2", "3": "3"}),
        ("metadata.level", {"1": "easy", "2": "hard (2)", "3": "hard (3)"}),
        ("metadata.", {"1": "1", "2": "odd", "3": "3"}),
        ("metadata.of nobody", {"1": "1", "2": "2", "3": "3"}),
        ("answers", {"1": "1", "2": "2", "3": "3"}),
        ("../../etc/passwd", {"1": "1", "2": "2", "3": "3"}),
    ],
)
def test_samples_are_called_by_what_is_asked_for_and_by_their_id_too_where_that_is_not_theirs_alone(
    asked, view, label, called
):
    assert sample_labels(asked, view("").edit(sample_label=label)) == called


@pytest.mark.parametrize("key", ['a"b', "a.b", "a b", "$", "é", "a'b", "a\\b"])
def test_keys_of_any_spelling_can_name_samples(snapshot, view, key):
    s = snapshot({"samples": [{"id": "1", "metadata": {key: "v"}, "scores": {"accuracy": 1.0}}]})
    assert sample_labels(s, view("").edit(sample_label=f"metadata.{key}")) == {"1": "v"}


def test_an_id_in_metadata_can_be_chosen_though_it_groups_nothing(snapshot, view):
    many = [{"id": f"{i}", "metadata": {"uuid": f"u{i}"}, "scores": {"accuracy": 1.0}} for i in range(300)]
    s = snapshot({"metadata_keys": [], "samples": many})
    assert choices.of(s, view(""), "sample_label") == ["input", "target", "metadata.uuid"]
    assert choices.of(s, view(""), "group") == []


def test_what_is_no_plain_value_cannot_name_a_sample(asked, view):
    offered = choices.of(asked, view(""), "sample_label")
    assert offered == ["input", "target", "metadata.uuid", "metadata.level", "metadata."]
    assert choices.called(asked, view(""), "sample_label")["metadata.uuid"] == "uuid"


def test_nothing_is_offered_where_nothing_is(snapshot, view):
    assert choices.of(snapshot(), view(""), "sample_label") == []


def test_a_label_stays_whatever_the_filters_leave(asked, view):
    assert sample_labels(asked, view("?sample=3&sample_label=metadata.level")) == {"3": "hard (3)"}


def test_no_two_samples_are_ever_called_alike(snapshot, view):
    texts = {"x": "y", "y": None, "w": "w (w)", "v": "w", "w (w)": None}
    s = snapshot({"samples": [{"id": k, "input": v, "scores": {"accuracy": 1.0}} for k, v in texts.items()]})
    called = sample_labels(s, view("?sample_label=input"))
    assert len(set(called.values())) == len(texts)
    assert called["v"] == "w"


def test_no_two_runs_are_ever_called_alike(snapshot, view):
    models = ("p/m", "m", "q/m", "q/n")
    s = snapshot(*(run(str(i), name, "2026-01-01T10:00") for i, name in enumerate(models)))
    called = model_labels(s, view("?model_label=short"))
    assert sorted(called.values()) == ["m", "n", "p/m", "q/m"]


def test_by_name_is_by_what_is_read(asked, view):
    order = list(sample_labels(asked, view("?sort=name&sample_label=input")).values())
    assert order == ["3", "How?", "Why?"]


ONE = [{"id": "1", "scores": {"accuracy": 1.0}}]


def run(id, model, created, **more):
    config = json.dumps(more.pop("config", {}))
    return {"run_id": id, "model": model, "created": created, "config": config, "samples": ONE, **more}


@pytest.fixture
def runs(snapshot):
    return snapshot(
        run("aaaaaaaa1", "p/m", "2026-01-01T10:00", config={"plan": {"t": 0.5, "top": 1}, "task_id": "x"}),
        run("bbbbbbbb2", "p/m", "2026-01-02T10:00", config={"plan": {"t": 1.0, "top": 1}, "task_id": "y"}),
        run("cccccccc3", "q/n", "2026-01-03T10:00", config={"plan": {"t": 1.0, "top": 7}}),
    )


@pytest.mark.parametrize(
    ("label", "called"),
    [
        ("auto", ["p/m @ 20260101_1000", "p/m @ 20260102_1000", "q/n"]),
        ("short", ["m @ 20260101_1000", "m @ 20260102_1000", "n"]),
        ("time", ["p/m @ 20260101_1000", "p/m @ 20260102_1000", "q/n @ 20260103_1000"]),
        ("settings", ["p/m t=0.5", "p/m t=1", "q/n t=1"]),
        ("run", ["p/m #aaaaaaaa", "p/m #bbbbbbbb", "q/n #cccccccc"]),
    ],
)
def test_models_are_called_by_what_is_asked_for_where_no_other_is_called_so(runs, view, label, called):
    assert list(dict(sorted(model_labels(runs, view("").edit(model_label=label)).items())).values()) == called


def test_models_of_one_run_each_have_no_settings_that_tell_them_apart(snapshot, view):
    s = snapshot(
        run("1", "a", "2026-01-01T10:00", config={"t": 1}), run("2", "b", "2026-01-01T10:00", config={"t": 2})
    )
    assert sorted(model_labels(s, view("?model_label=settings")).values()) == ["a", "b"]


def test_settings_that_are_not_known_are_left_out(snapshot, view):
    s = snapshot(
        run("1", "a", "2026-01-01T10:00", config={"t": 1}), run("2", "a", "2026-01-02T10:00", config={"t": 2}),
        run("3", "b", "2026-01-02T10:00", config=[]),
    )  # fmt: skip
    assert sorted(model_labels(s, view("?model_label=settings")).values()) == ["a t=1", "a t=2", "b"]


def test_names_stand_beside_ids_in_every_table_and_never_in_their_place(asked, view):
    plain, named = (
        view("?zoom=-0.5,2.5,-0.5,0.5"),
        view("?zoom=-0.5,2.5,-0.5,0.5&sample_label=input&model_label=run"),
    )
    for frame, added in (
        (heatmap.cells, ["sample_label", "model_label"]),
        (regions.selection, ["sample_label", "model_label"]),
        (heatmap.models, ["model_label"]),
        (heatmap.samples, ["sample_label"]),
        (items.items, ["sample_label"]),
    ):
        df = frame(asked, named)
        assert df.columns[-len(added) :] == added
        assert df.drop(added).equals(frame(asked, plain))
        assert df.height
        assert not any(df[column].null_count() for column in added)


def test_what_is_zoomed_into_is_called_as_in_the_whole_picture(asked, view):
    v = view("?sort=none&zoom=1.5,2.5,-0.5,0.5&sample_label=metadata.level")
    assert regions.selection(asked, v)["sample_label"].to_list() == ["hard (3)"]


def test_a_run_keeps_its_name_when_the_others_are_filtered_out(runs, view):
    assert list(model_labels(runs, view("?run=aaaaaaaa1&model_label=settings")).values()) == ["p/m t=0.5"]


def test_two_providers_of_one_model_keep_their_names(snapshot, view):
    s = snapshot(*(run(str(i), name, "2026-01-01T10:00") for i, name in enumerate(("p/m", "q/m", "q/n"))))
    assert sorted(model_labels(s, view("?model_label=short")).values()) == ["n", "p/m", "q/m"]
