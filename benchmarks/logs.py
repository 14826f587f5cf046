"""The logs that are measured: written once, by the real inspect_ai, and kept for the next time."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

from data.formats.inspect_log.archive import Archive, open_directory

HERE = Path(os.environ.get("EVALBOARD_BENCH") or "/tmp/evalboard-bench")
GENERATOR = Path(__file__).parent.parent.parent / "shared" / "tools" / "gen_inspect_logs.py"
HELM_GENERATOR = GENERATOR.with_name("gen_helm.py")
HELM_TEMPLATES = GENERATOR.parent.parent / "real-logs" / "helm" / "benchmark_output" / "runs"
HELM_MODELS, HELM_SCENARIOS, HELM_INSTANCES = 20, 30, 1_000
HELM_BYTES = 8 << 30
MODELS, TASKS, SAMPLES = 10, 4, 2_500
WIDE_MODELS, WIDE_SAMPLES = 10, 10_000


def many() -> list[Path]:
    """40 logs of 2,500 samples. Takes five minutes and 600 MB the first time; empty where nothing can write them."""
    folder = HERE / "inspect"
    if not folder.is_dir():
        if not GENERATOR.exists():
            return []
        aside = folder.with_suffix(".part")
        shutil.rmtree(aside, ignore_errors=True)
        print(f"Writing {MODELS * TASKS} logs to {folder}: some five minutes, once", flush=True)
        numbers = ["--models", MODELS, "--tasks", TASKS, "--samples", SAMPLES]
        subprocess.run([sys.executable, GENERATOR, "--out", aside, *map(str, numbers)], check=True)
        aside.rename(folder)
    return sorted(folder.glob("*.eval"))


def helm() -> list[Path]:
    """The folders of 600 runs of 1,000 instances, without their requests, which neither side reads here. Takes half a
    minute and 7.3 GB the first time; empty where nothing can write them."""
    folder = HERE / "helm"
    if not folder.is_dir():
        if not (HELM_GENERATOR.exists() and HELM_TEMPLATES.is_dir()):
            return []
        HERE.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(HERE).free < HELM_BYTES:
            sys.exit(f"{HERE} has not the 8 GB that the runs take: set EVALBOARD_BENCH to a folder that has")
        aside = folder.with_suffix(".part")
        shutil.rmtree(aside, ignore_errors=True)
        print(f"Writing {HELM_MODELS * HELM_SCENARIOS} runs to {folder}: half a minute, once", flush=True)
        templates = [HELM_TEMPLATES / name for name in ("offline-v1", "offline-perturb")]
        numbers = ["--models", HELM_MODELS, "--scenarios", HELM_SCENARIOS, "--instances", HELM_INSTANCES]
        command = [
            sys.executable,
            HELM_GENERATOR,
            "--src",
            *templates,
            "--template-model",
            "mock_gamma",
            "--out",
            aside,
        ]
        subprocess.run([*map(str, command), *map(str, numbers), "--no-state"], check=True)
        aside.rename(folder)
    return sorted(p.parent for p in folder.rglob("run_spec.json"))


def wide(pattern: Path) -> Path:
    """A folder with one task: 10 models, 10,000 samples, as header and summaries of `pattern` repeated.

    Without the samples themselves, which the heatmap does not open.
    """
    folder = HERE / "wide"
    if not folder.is_dir():
        aside = folder.with_suffix(".part")
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        with pattern.open("rb") as file:
            archive = Archive(file, open_directory(file))
            header, summaries = (json.loads(archive.read(n)) for n in ("header.json", "summaries.json"))
        for model in range(WIDE_MODELS):
            (aside / f"model{model}.eval").write_bytes(_one(header, summaries, model))
        aside.rename(folder)
    return folder


def _one(header: dict, summaries: list[dict], model: int) -> bytes:
    mine = header["eval"] | {
        k: f"{header['eval'][k]}{model}" for k in ("eval_id", "run_id", "task_id", "model")
    }
    mine["dataset"] = mine["dataset"] | {"samples": WIDE_SAMPLES, "sample_ids": None}
    mine["config"] = mine["config"] | {"epochs": 1}
    out = BytesIO()
    with ZipFile(out, "w", ZIP_STORED) as z:
        z.writestr("header.json", json.dumps(header | {"eval": mine}))
        z.writestr("summaries.json", json.dumps([_sample(summaries, model, i) for i in range(WIDE_SAMPLES)]))
    return out.getvalue()


def _sample(summaries: list[dict], model: int, i: int) -> dict:
    """Another model answers as it did on another sample, so that the rows of the heatmap differ."""
    from_ = summaries[(i + 97 * model) % len(summaries)]
    return from_ | {"id": f"question-{i:05}", "epoch": 1, "uuid": f"{model}-{i}"}
