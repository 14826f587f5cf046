"""From sample to sample within what the filters leave of a run."""

import pytest

from data.queries import walk

SAMPLES = [
    {"id": "q-2", "epoch": 1, "category": "even", "input": "two"},
    {"id": "q-10", "epoch": 1, "category": "even", "input": "ten"},
    {"id": "q-1", "epoch": 1, "category": "odd", "input": "one"},
    {"id": "q-1", "epoch": 2, "category": "odd", "input": "one, again"},
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


def test_following_next_visits_every_sample_once(s, view):
    seen, state = [], view("?run=r&sample=q-1&epoch=1")
    while True:
        seen.append((state.sample, state.epoch))
        after = walk.place(s, state).next
        if after is None:
            break
        state = state.edit(sample=after.sample_id, epoch=after.epoch)
    assert seen == [("q-1", 1), ("q-1", 2), ("q-2", 1), ("q-10", 1)]
