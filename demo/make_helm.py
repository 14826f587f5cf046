"""Write `demo/more/helm` anew: a HELM suite of invented models, with misspellings at three strengths.

    python demo/make_helm.py        # needs crfm-helm 0.5.16, and no network; a minute

helm-run makes the files (`helm_suite.py` is its plugin), in an empty folder. They are then packed, to a fiftieth.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import zstandard
from helm_suite import MODELS
from make import leaks

HERE = Path(__file__).resolve().parent
OUT = HERE / "more" / "helm"
STRENGTHS = ("misspelling_mild", "misspelling_medium", "misspelling_hard")
SUITE = "everyday"
LIMIT = 260_000  # bytes


def run_helm(work: Path) -> None:
    entries = [f"word_sums:model={m},data_augmentation={s}" for s in STRENGTHS for m in MODELS]
    program = Path(sys.executable).with_name("helm-run")
    asked = ["--plugins", "helm_suite", "--suite", SUITE, "-m", "1000", "-n", "1", "--disable-cache"]
    done = subprocess.run(
        [program, *asked, "--run-entries", *entries],
        cwd=work,
        env=os.environ | {"PYTHONPATH": str(HERE), "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.exit(f"helm-run failed:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")


def pack(made: Path, out: Path) -> None:
    packer = zstandard.ZstdCompressor(level=19)
    for path in sorted(made.glob("*/*.json")):
        to = out / path.relative_to(made).with_name(f"{path.name}.zst")
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_bytes(packer.compress(path.read_bytes()))


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="evalboard-demo-") as name:
        work = Path(name)
        run_helm(work)
        made = work / "benchmark_output" / "runs" / SUITE
        shutil.rmtree(made / "eval_cache", ignore_errors=True)
        if found := leaks(made, work):
            sys.exit("These would be published:\n" + "\n".join(found))
        shutil.rmtree(OUT, ignore_errors=True)
        pack(made, OUT / "benchmark_output" / "runs" / SUITE)
    size = sum(p.stat().st_size for p in OUT.rglob("*") if p.is_file())
    print(f"{len(list(OUT.rglob('run_spec.json.zst')))} runs in {size:,} bytes")
    if size > LIMIT:
        sys.exit(f"{OUT} is larger than {LIMIT:,} bytes")


if __name__ == "__main__":
    main()
