"""What a predictor is given and what it gives, for classes written without MAGNET. The names and fields are MAGNET's
(predictor.py, instance_predictor.py and data_splits.py of aiq-magnet 0.1.0), so that a class moves either way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd


@dataclass
class Split:
    run_specs: pd.DataFrame
    scenario_state: pd.DataFrame
    stats: pd.DataFrame | None = None
    """None where they are what is to be predicted."""
    per_instance_stats: pd.DataFrame | None = None


@dataclass
class Stat:
    """What the older signature returns for each run. `name` may begin with predicted_."""

    name: str
    mean: float
    split: str | None = None
    count: int = 1
    sum: float | None = None
    sum_squared: float | None = None
    min: float | None = None
    max: float | None = None
    variance: float | None = 0.0
    stddev: float | None = 0.0


@dataclass
class RunPrediction:
    run_spec_name: str
    split: str
    stat_name: str
    mean: float
    computed_on: str | None = None
    perturbation_parameters: Mapping[str, Any] = field(default_factory=dict)
    count: int = 1
    sum: float | None = None
    sum_squared: float | None = None
    min: float | None = None
    max: float | None = None
    variance: float | None = 0.0
    stddev: float | None = 0.0


@dataclass
class InstancePrediction:
    run_spec_name: str
    instance_predict_id: int
    """`magnet.instance_predict_id` of the row of the scenario state that it is about."""
    stat_name: str
    mean: float
    count: int = 1
    sum: float | None = None
    sum_squared: float | None = None
    min: float | None = None
    max: float | None = None
    variance: float | None = 0.0
    stddev: float | None = 0.0


class Predictor:
    """Override `predict`, and either filter to choose among the runs."""

    def __init__(self, num_example_runs: int = 3, num_eval_samples: int = 20, random_seed: int = 1) -> None:
        self.num_example_runs = num_example_runs
        self.num_eval_samples = num_eval_samples
        self.random_seed = random_seed

    def run_spec_filter(self, run_spec: Mapping[str, Any]) -> bool:
        return True

    def run_spec_dataframe_filter(self, row: Any) -> bool:
        return True

    def predict(self, train_split: Split, sequestered_test_split: Split) -> list[Any]:
        raise NotImplementedError
