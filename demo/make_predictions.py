"""Write `demo/more/predictions` anew: what three predictors say of the HELM suite of `make_helm.py`.

    .venv/bin/python demo/make_predictions.py        # needs evalboard, as installed by make; a minute

Two come with evalboard, the third is the one that docs/predictions.md shows, which predicts instances too.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polars as pl
from documented import program

HERE = Path(__file__).resolve().parent
HELM, OUT = HERE / "more" / "helm" / "benchmark_output", HERE / "more" / "predictions"
# Module and class; examples, instances shown; draws.
PREDICTORS = {
    "data.magnet.examples:Random": (3, 20, 12),
    "data.magnet.examples:Perturbation": (6, 20, 12),
    "others:Others": (6, 60, 4),
}


def predict(predictor: str, work: Path) -> pl.DataFrame:
    examples, samples, draws = PREDICTORS[predictor]
    cache = work / predictor.rpartition(":")[2]
    seeds = [word for seed in range(1, draws + 1) for word in ("--seed", str(seed))]
    numbers = ["--examples", str(examples), "--samples", str(samples), "--cache", str(cache)]
    command = [sys.executable, "-m", "app", "predict", predictor, "--helm", str(HELM), *numbers, *seeds]
    paths = os.pathsep.join((str(HERE.parent), str(work)))
    subprocess.run(command, cwd=work, env=os.environ | {"PYTHONPATH": paths}, check=True)
    saved = sorted((cache / "predictions").glob("*.parquet"))
    return pl.concat([pl.read_parquet(p) for p in saved], how="diagonal_relaxed")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="evalboard-demo-") as name:
        work = Path(name)
        (work / "others.py").write_text(program("predictions.md", "Others"), encoding="utf-8")
        found = {p.rpartition(":")[2].lower(): predict(p, work) for p in PREDICTORS}
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    for predictor, said in found.items():
        said.write_parquet(OUT / f"{predictor}.parquet", compression_level=19)
        print(f"{predictor}: {said.height} predictions")
    print(f"{sum(p.stat().st_size for p in OUT.iterdir()):,} bytes")


if __name__ == "__main__":
    main()
