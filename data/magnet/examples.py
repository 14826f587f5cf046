"""Two predictors to start from: one that guesses, and one that learns how misspellings hurt.

evalboard predict data.magnet.examples:Random --helm benchmark_output --suite my-suite
"""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pandas as pd

from data.magnet.predictors import Predictor, RunPrediction, Split, Stat


class Random(Predictor):
    """Any number for exact_match, on the split that the run was evaluated on."""

    def predict(self, train_split: Split, sequestered_test_split: Split) -> list[RunPrediction]:
        rng = random.Random(self.random_seed)
        states = sequestered_test_split.scenario_state
        where = states[["run_spec.name", "scenario_state.request_states.instance.split"]].drop_duplicates()
        return [
            RunPrediction(run, split, "exact_match", rng.randint(0, 100) / 100) for run, split in where.values
        ]


class RandomOfFiveFrames(Predictor):
    """The same with the signature of MAGNET's founding document."""

    def predict(  # type: ignore[override]
        self,
        train_run_specs_df: pd.DataFrame,
        train_scenario_states_df: pd.DataFrame,
        train_stats_df: pd.DataFrame,
        eval_run_specs_df: pd.DataFrame,
        eval_scenario_states_df: pd.DataFrame,
    ) -> dict[str, list[Stat]]:
        rng = random.Random(self.random_seed)
        where = eval_scenario_states_df.groupby("run_spec.name")[
            "scenario_state.request_states.instance.split"
        ].first()
        return {
            str(run): [Stat("predicted_exact_match", rng.randint(0, 100) / 100, split=split)]
            for run, split in where.items()
        }


class Perturbation(Predictor):
    """A line through exact_match against the strength of misspelling in the example runs, read off at the strength of
    the run to predict. All examples at one strength make it their mean."""

    def run_spec_filter(self, run_spec: Any) -> bool:
        return strength_of(run_spec.get("data_augmenter_spec", {}).get("perturbation_specs", [])) is not None

    def predict(self, train_split: Split, sequestered_test_split: Split) -> list[RunPrediction]:
        seen = misspelt(train_split.stats)
        split = seen["stats.name.split"].mode().iloc[0] if len(seen) else "test"
        at = line(seen["stats.name.perturbation.prob"].to_numpy(float), seen["stats.mean"].to_numpy(float))
        return [
            RunPrediction(name, split, "exact_match", float(at(prob)), "perturbed",
                          {"name": "misspellings", "robustness": True, "fairness": False, "prob": prob})
            for name, specs in sequestered_test_split.run_specs[
                ["run_spec.name", "run_spec.data_augmenter_spec.perturbation_specs"]
            ].values
            if (prob := strength_of(specs)) is not None
        ]  # fmt: skip


def misspelt(stats: pd.DataFrame | None) -> pd.DataFrame:
    """Of the example runs exact_match over what was misspelt."""
    columns = ["stats.name.split", "stats.name.perturbation.prob", "stats.mean"]
    if stats is None or not {*columns, "stats.name.perturbation.name"} <= set(stats.columns):
        return pd.DataFrame(columns=columns)
    here = (
        (stats["stats.name.name"] == "exact_match")
        & (stats["stats.name.perturbation.name"] == "misspellings")
        & (stats["stats.name.perturbation.computed_on"] == "perturbed")
    )
    return stats.loc[here, columns].dropna()


def strength_of(specs: Any) -> float | None:
    """Of the first perturbation that has one."""
    return next(
        (s["args"]["prob"] for s in specs if isinstance(s.get("args", {}).get("prob"), (int, float))), None
    )


def line(x: np.ndarray, y: np.ndarray) -> Any:
    """
    >>> round(float(line(np.array([0.0, 1.0]), np.array([0.8, 0.4]))(0.5)), 6)
    0.6
    """
    if len(x) == 0:
        return np.poly1d([0.5])
    if len(np.unique(x)) == 1:
        return np.poly1d([y.mean()])
    return np.poly1d(np.polyfit(x, y, 1))
