"""A snapshot to click on."""

import pytest
from hypothesis import HealthCheck, settings

from data.cache import Cache
from tests.fixtures import toy

# A busy machine is no finding.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


def samples(*values):
    return [
        {
            "id": f"s/{i}",
            "category": "x",
            "input": "why?",
            "answer": f"because {v}",
            "scores": {"accuracy": v},
        }
        for i, v in enumerate(values)
    ]


@pytest.fixture(scope="session")
def snapshot(tmp_path_factory):
    """Two models on a task with samples, t, and on one without, u."""
    return toy.snapshot(
        Cache(tmp_path_factory.mktemp("cache")),
        {"run_id": "a1", "model": "a", "metrics": {"": 0.5, "x": 0.5}, "samples": samples(1.0, 0.0, "error")},
        {"run_id": "b1", "model": "b", "metrics": {"": 0.9, "x": 0.9}, "samples": samples(1.0, 1.0, 1.0)},
        {"run_id": "a2", "model": "a", "task": "u", "metrics": {"": 0.25, "y": 0.25}},
        {"run_id": "b2", "model": "b", "task": "u", "metrics": {"": 0.75, "y": 0.75}},
    )
