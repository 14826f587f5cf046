"""Run as a program: frames of all logs of a folder, as inspect_ai makes and saves them.

A process of its own, because the library's import warns, patches zipfile and starts event loops.
"""

import sys
import warnings
from pathlib import Path


def main(logs, out):
    warnings.simplefilter("ignore")
    from inspect_ai.analysis import EvalModel, SampleSummary, evals_df, prepare, samples_df, score_to_float
    from inspect_ai.analysis._dataframe.samples.columns import SampleScores

    out = Path(out)
    save(evals_df(logs, quiet=True), out / "both" / "evals.parquet")
    samples = samples_df(logs, quiet=True)
    save(samples, out / "both" / "samples.parquet")
    save(prepare(samples, score_to_float(["score_match"])), out / "prepared" / "p.parquet")
    save(samples_df(logs, SampleSummary + EvalModel + SampleScores, quiet=True), out / "full" / "f.parquet")


def save(df, path):
    path.parent.mkdir(exist_ok=True)
    df.to_parquet(path)


if __name__ == "__main__":
    main(*sys.argv[1:])
