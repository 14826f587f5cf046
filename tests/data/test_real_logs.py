"""All real logs in one start: the runs that each tool wrote are there, and nothing else is taken for a run."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from data.cache import Cache
from data.ingest import Ingester
from data.problems import Severity

QWEN = "RylanSchaeffer/mem_Qwen3-93M_minerva_math_rep_0_sbst_1.0000_epch_1_ot_1"
LLAMA = "twinkle-ai/Llama-3.2-3B-F1"
ARITH = "custom_mcqa,path=arith.jsonl,method=multiple_choice"
NATURAL = "synthetic_reasoning_natural:difficulty=easy,data_augmentation=misspelling"
V1, TRIALS = (("alpha-1b", "alpha-70b", "beta-8b", "gamma-large"), ("alpha-7b", "beta-8b", "gamma-large"))

# format -> (model, task) -> runs
EXPECTED = {
    "inspect": {
        ("anthropic/claude-sonnet-4-0", "arc_easy"): 1,
        ("openai/gpt-4o-mini", "browser"): 1,
        ("openai/gpt-4o", "mmlu_0_shot"): 1,
        ("ollama/gemma3", "popularity"): 1,
        ("ollama/llama3.1", "popularity"): 1,
        ("openai/gpt-4o-mini", "popularity"): 2,
        ("openai/azure/gpt-4o-mini", "pubmedqa"): 1,
        ("openai/gpt-4o-mini", "security_guide"): 1,
        ("openai/gpt-4o-mini", "testtaskname"): 1,
    },
    "helm": {
        ("eleutherai/pythia-1b-v0", "commonsense:dataset=hellaswag,method=multiple_choice_joint"): 1,
        ("openai/gpt2", "mmlu:subject=philosophy,method=multiple_choice_joint"): 1,
        **{
            ("huggingface/tiny-gpt2-0.7m-step600", task): 1
            for task in (f"{ARITH}_joint", f"{ARITH}_separate_calibrated", f"{ARITH}_separate_original",
                         "simple_classification", "simple_mcqa")
        },
        **{
            (f"mock/{model}", f"{start}{strength}"): 1
            for model in ("alpha-70b", "gamma-mini")
            for start in (f"{ARITH}_joint,data_augmentation=misspelling", NATURAL)
            for strength in ("0", "0.05", "0.2", "0.5")
        },
        **{
            (f"mock/{model}", task): (model in V1) + (model in TRIALS and not task.endswith("induction"))
            for model in {*V1, *TRIALS}
            for task in ("simple_mcqa", "synthetic_reasoning:mode=pattern_match", "synthetic_reasoning:mode=induction")
            if (model in V1) + (model in TRIALS and not task.endswith("induction"))
        },
        **{
            ("simple/model1", task): 1
            for task in ("simple_mcqa", "synthetic_reasoning:mode=pattern_match", "synthetic_reasoning:mode=induction")
        },
    },
    "twinkle": {
        ("deepseek-math", "gsm8k"): 1,
        ("gpt-oss-120b", "mmlu"): 1,
        ("gpt-oss-120b", "tmmluplus"): 1,
        ("gpt-oss-120b", "tw-legal-benchmark-v1"): 1,
        (LLAMA, "mmlu"): 2,
        (LLAMA, "tmmluplus"): 2,
        ("qwen-logit", "mmlu_pro"): 1,
        ("org/model-a", "q"): 2,
    },
    "lm_eval": {(QWEN, "math_perturbed_full"): 1, (QWEN, "math_rephrased_full"): 1},
    "every_eval_ever": {
        ("TencentARC/LLaMA-Pro-8B-Instruct", task): 1
        for task in ("BBH", "GPQA", "IFEval", "MATH Level 5", "MMLU-PRO", "MUSR")
    },
    "eval_samples": {("HuggingFaceTB/SmolLM2-135M-Instruct", "tiny_qa"): 1},
}  # fmt: skip
FOLDERS = {"inspect", "helm", "twinkle", "lm_eval", "every_eval_ever", "tuned_lens", "magnet"}


@pytest.fixture(scope="module")
def found(real_logs, tmp_path_factory):
    return Ingester([real_logs], Cache(tmp_path_factory.mktemp("cache"))).look()


def within(real_logs, path):
    return Path(path).relative_to(real_logs).parts[0]


@pytest.mark.parametrize("format", EXPECTED)
def test_the_runs_of_every_tool_are_there(found, format):
    runs = found.runs.filter(format=format).select("model", "task").rows()
    assert Counter(runs) == EXPECTED[format]


def test_there_are_no_others(found):
    assert set(found.runs["format"]) == set(EXPECTED)


def test_no_folder_is_missing_from_this_list(real_logs):
    assert {p.name for p in real_logs.iterdir() if p.is_dir()} == FOLDERS


def test_every_folder_gives_something_to_look_at(found, real_logs):
    shown = {within(real_logs, at) for at in found.runs["location"]}
    lenses = {within(real_logs, at) for at in found.trajectories["location"]}
    assert shown | lenses | {"magnet"} == FOLDERS
    assert found.predictions.height > 0


def test_statuses_are_as_logged(found):
    assert Counter(found.runs["status"]) == {"success": found.runs.height - 2, "cancelled": 2}


def test_every_trajectory_is_there(found):
    names = {p.stem for p in (found_at(found) / "cells").glob("*.parquet")}
    assert set(found.trajectories["trajectory_id"]) == names
    assert len(names) == 35


def found_at(found):
    return next(
        Path(at).parent for at in found.trajectories["location"] if at.endswith("trajectories.parquet")
    )


def test_the_printed_predictions_are_there(found, real_logs):
    (path,) = (real_logs / "magnet").glob("*.csv")
    with path.open(encoding="utf-8") as f:
        printed = [(r["run_spec"], r["stat_name"], float(r["predicted_mean"])) for r in csv.DictReader(f)]
    assert found.predictions.select("run_spec", "name", "mean").rows() == printed


def test_every_file_is_shown_belongs_to_a_log_or_is_named(found, real_logs):
    """A file beside a log in a folder of its own, as HELM writes it, or one that its harness always leaves there."""
    shown = {*found.runs["location"], *found.trajectories["location"], *(p.where for p in found.problems)}
    folders = {str(Path(at).parent) for at in found.runs.filter(format="helm")["location"]}
    left = [
        p
        for p in real_logs.rglob("*")
        if p.is_file() and str(p) not in shown and str(p.parent) not in folders and p.parent.name != "cells"
    ]
    known = ("eval_results_", "samples_", "groups_metadata", "runs_to_run_suites", "schema", "summary")
    strange = [p for p in left if not p.name.startswith(known) and p.suffix != ".csv"]
    assert {within(real_logs, p) for p in strange} <= {"magnet"}  # whose cards are shown, and are no logs


def test_nothing_is_wrong_with_any_of_them(found):
    assert [p for p in found.problems if p.code.severity is Severity.ERROR] == []


def test_all_that_magnet_wrote_is_read(found, real_logs):
    """Fourteen files of one evaluated card and a table that it printed: none is left aside."""
    assert [p for p in found.problems if within(real_logs, p.where) == "magnet"] == []
    (card,) = found.cards.filter(found.cards["cell"].is_null()).rows(named=True)
    assert (card["result"], card["threshold"]) == ("VERIFIED", 0.6)
    told = {p.parent.name for p in (real_logs / "magnet").rglob("results/*/verdict.json")}
    assert set(found.cards["cell"].drop_nulls()) == told
