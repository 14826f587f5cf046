"""From sample to sample within what the filters leave of a run."""

import pytest

from data.queries import walk

SAMPLES = [
    {"id": "q-2", "epoch": 1, "category": "even", "input": "two", "scores": {"match": 0.0}},
    {"id": "q-10", "epoch": 1, "category": "even", "input": "ten", "scores": {"match": 0.5}},
    {"id": "q-1", "epoch": 1, "category": "odd", "input": "one", "scores": {"match": 1.0}},
    {"id": "q-1", "epoch": 2, "category": "odd", "input": "one, again", "scores": {"match": 0.0}},
]


@pytest.fixture
def s(snapshot):
    other = [{"id": "q-1", "input": "else"}, {"id": "q-5", "input": "two"}]
    return snapshot(
        {"run_id": "r", "model": "a", "samples": SAMPLES}, {"run_id": "o", "model": "b", "samples": other}
    )


@pytest.mark.parametrize(
    ("query", "at", "total", "previous", "next"),
    [
        ("?run=r&sample=q-1&epoch=1", 1, 4, None, ("q-1", 2)),
        ("?run=r&sample=q-1", 1, 4, None, ("q-1", 2)),
        ("?run=r&sample=q-1&epoch=2", 2, 4, ("q-1", 1), ("q-2", 1)),
        ("?run=r&sample=q-2&epoch=1", 3, 4, ("q-1", 2), ("q-10", 1)),
        ("?run=r&sample=q-10&epoch=1", 4, 4, ("q-2", 1), None),
        ("?run=r&sample=q-10&epoch=1&category=even", 2, 2, ("q-2", 1), None),
        ("?run=r&sample=q-2&epoch=1&q=one", None, 2, ("q-1", 2), None),
        ("?run=r&sample=q-1&epoch=1&q=again", None, 1, None, ("q-1", 2)),
        ("?run=r&sample=q-1&epoch=9", None, 4, ("q-1", 2), ("q-2", 1)),
        ("?run=o&sample=q-1&epoch=1", 1, 2, None, ("q-5", 1)),
        ("?run=r&sample=nobody", None, 4, None, None),
        ("?run=gone&sample=q-1", None, 0, None, None),
        ("", None, 0, None, None),
    ],
)
def test_a_sample_knows_its_place(s, view, query, at, total, previous, next):
    assert walk.place(s, view(query)) == (at, total, previous, next)


WRONG = "?run=r&where=table.match.lessThan%3A1"
WORST_FIRST = "?run=r&by=table.match.asc"


@pytest.mark.parametrize(
    ("query", "at", "total", "previous", "next"),
    [
        (f"{WRONG}&sample=q-1&epoch=2", 1, 3, None, ("q-2", 1)),
        (f"{WRONG}&sample=q-10&epoch=1", 3, 3, ("q-2", 1), None),
        (f"{WRONG}&sample=q-10&epoch=1&category=even", 2, 2, ("q-2", 1), None),
        (f"{WORST_FIRST}&sample=q-10&epoch=1", 3, 4, ("q-2", 1), ("q-1", 1)),
        (f"{WRONG}&sample=q-1&epoch=1", None, 3, None, ("q-1", 2)),
        (f"{WRONG}&sample=q-1&epoch=1&by=other.match.asc", None, 3, None, ("q-1", 2)),
        ("?run=r&where=runs.model.equals%3Ax&sample=q-1&epoch=1", 1, 4, None, ("q-1", 2)),
    ],
)
def test_the_list_is_walked_as_its_headers_filter_and_sort_it(s, view, query, at, total, previous, next):
    assert walk.place(s, view(query)) == (at, total, previous, next)


def test_without_epochs_each_sample_is_one_step(s, view):
    assert walk.place(s, view("?run=r&sample=q-1&epoch=2"), each_epoch=False) == (1, 3, None, ("q-2", 1))
    assert walk.place(s, view("?run=r&sample=q-2"), each_epoch=False) == (2, 3, ("q-1", 1), ("q-10", 1))


def test_following_next_visits_every_sample_once(s, view):
    seen, state = [], view("?run=r&sample=q-1&epoch=1")
    while True:
        seen.append((state.sample, state.epoch))
        after = walk.place(s, state).next
        if after is None:
            break
        state = state.edit(sample=after.sample_id, epoch=after.epoch)
    assert seen == [("q-1", 1), ("q-1", 2), ("q-2", 1), ("q-10", 1)]
