"""Write `demo/more/lens` anew: a transformer of six layers that is trained here, and what two lenses see in it.

    python demo/make_lens.py        # needs tuned-lens 0.2.0, transformers and pyarrow; three minutes on a CPU

It learns to write numbers in words, as the task `number_spelling` asks, and is then asked for numbers that it has not
seen: right and wrong answers are its own. It can do nothing else, and layers of larger models need not look like its.
"""

import json
import random
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import torch
from documented import program
from invented import SEED, luck
from questions import ONES, TENS, words
from tokenizers import Regex, Tokenizer, models, pre_tokenizers
from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast
from tuned_lens.nn.lenses import LogitLens, TunedLens
from tuned_lens.plotting import PredictionTrajectory

OUT = Path(__file__).resolve().parent / "more" / "lens"
TASK, MODEL = "numbers_in_words", "speller-6l"
END, WORDS = "<end>", [*ONES, *filter(None, TENS), "hundred", "thousand"]
SIZES = {"tens": (21, 99), "hundreds": (121, 999), "thousands": (1201, 9999), "large": (120_001, 999_999)}
EACH = 8  # questions a size
STEPS, LENS_STEPS, BATCH = 400, 300, 48  # few, so that it still errs
SHOWN = 3  # right answers, and as many wrong ones, whose layers are kept
IGNORED = -100


def asked() -> dict[str, tuple[str, int]]:
    """What it is asked and never trained on: category and number, by id."""
    found = {}
    for kind, (low, high) in SIZES.items():
        for k in range(1, EACH + 1):
            found[f"{kind}-{k}"] = (kind, luck("lens", kind, k).randrange(low, high))
    return found


def question(n: int) -> str:
    return f"{n} in words :"


def tokenizer() -> PreTrainedTokenizerFast:
    """A digit a token, a word a token."""
    vocabulary = {t: i for i, t in enumerate([END, *"0123456789", "in", "words", ":", *WORDS])}
    tokens = Tokenizer(models.WordLevel(vocabulary, unk_token=END))
    tokens.pre_tokenizer = pre_tokenizers.Split(Regex(r"\d|\w+|:"), "removed", invert=True)
    return PreTrainedTokenizerFast(tokenizer_object=tokens, eos_token=END, pad_token=END)


def examples(tokens, r: random.Random, held_out: set[int]):
    """A batch of numbers with their words; only the words are to be learnt."""
    rows = []
    while len(rows) < BATCH:
        n = r.randrange(1, 10 ** r.randint(1, 6))
        if n not in held_out:
            rows.append((tokens.encode(question(n)), [*tokens.encode(words(n)), tokens.eos_token_id]))
    long = max(len(q) + len(a) for q, a in rows)
    ids = torch.tensor([q + a + [0] * (long - len(q) - len(a)) for q, a in rows])
    wanted = [[IGNORED] * len(q) + a + [IGNORED] * (long - len(q) - len(a)) for q, a in rows]
    return ids, torch.tensor(wanted)


def trained(tokens, held_out: set[int]) -> GPT2LMHeadModel:
    torch.manual_seed(SEED)
    torch.set_num_threads(1)  # too small for more, and the same numbers each time
    shape = GPT2Config(vocab_size=len(tokens), n_positions=40, n_embd=64, n_layer=6, n_head=4, eos_token_id=0)
    model, r = GPT2LMHeadModel(shape), random.Random(SEED)
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3)
    for step in range(STEPS):
        ids, wanted = examples(tokens, r, held_out)
        loss = model(ids, labels=wanted).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        if step % 100 == 99:
            print(f"step {step + 1}: loss {loss.item():.3f}", flush=True)
    return model.eval()


def tuned(tokens, model, held_out: set[int]) -> TunedLens:
    """Its translators learn to say from each layer what the model will say at its end."""
    lens, r = TunedLens.from_model(model), random.Random(SEED + 1)
    optimizer = torch.optim.AdamW(lens.layer_translators.parameters(), lr=2e-3)
    for step in range(LENS_STEPS):
        ids, _ = examples(tokens, r, held_out)
        with torch.no_grad():
            out = model(ids, output_hidden_states=True)
        final = out.logits.log_softmax(-1)
        losses = [
            (final.exp() * (final - lens(hidden, layer).log_softmax(-1))).sum(-1).mean()
            for layer, hidden in enumerate(out.hidden_states[:-1])
        ]
        sum(losses).backward()
        optimizer.step()
        optimizer.zero_grad()
        if step % 100 == 99:
            print(f"lens {step + 1}: KL {[round(x.item(), 2) for x in losses]}", flush=True)
    return lens.eval()


def answers(tokens, model) -> list[dict]:
    """A sample each, as docs/trajectories.md has them."""
    found = []
    for name, (kind, n) in asked().items():
        ids = torch.tensor([tokens.encode(question(n))])
        with torch.no_grad():
            out = model.generate(
                ids, attention_mask=torch.ones_like(ids), max_new_tokens=24, do_sample=False, pad_token_id=0
            )
        said = tokens.decode(out[0, ids.shape[1] :], skip_special_tokens=True)
        grade = "C" if said == words(n) else "I"
        found.append(
            {"task": TASK, "model": MODEL, "sample_id": name, "epoch": 1, "input": question(n), "target": words(n),
             "completion": said, "score": grade, "category": kind}
        )  # fmt: skip
    return found


def chosen(samples: list[dict]) -> list[dict]:
    """Right and wrong answers, the longest of each."""
    long_first = sorted(samples, key=lambda s: -len(s["target"].split()))
    return [s for grade in "CI" for s in [s for s in long_first if s["score"] == grade][:SHOWN]]


def export(sample: dict, lens, kind: str, tokens, model) -> dict:
    """The manifest's row; the function is the documented one."""
    space: dict = {}
    exec(program("trajectories.md", "export_trajectory"), space)
    ids = tokens.encode(f"{sample['input']} {sample['completion']}")
    with torch.no_grad():
        traj = PredictionTrajectory.from_lens_and_model(
            lens, model, ids, tokenizer=tokens, targets=[*ids[1:], tokens.eos_token_id]
        )
    about = {k: sample[k] for k in ("task", "model", "sample_id", "epoch")}
    given = len(tokens.encode(sample["input"]))
    about |= {
        "lens_type": kind,
        "tool": "tuned-lens 0.2.0",
        "is_generated": [i >= given for i in range(len(ids))],
    }
    return space["export_trajectory"](traj, str(OUT), f"{sample['sample_id']}-{kind}", tokens, k=4, **about)


def main() -> None:
    tokens = tokenizer()
    held_out = {n for _, n in asked().values()}
    model = trained(tokens, held_out)
    samples = answers(tokens, model)
    print(f"{sum(s['score'] == 'C' for s in samples)} of {len(samples)} right")
    lenses = {"logit_lens": LogitLens.from_model(model), "tuned_lens": tuned(tokens, model, held_out)}
    shutil.rmtree(OUT, ignore_errors=True)
    (OUT / "cells").mkdir(parents=True)
    rows = [export(s, lens, kind, tokens, model) for s in chosen(samples) for kind, lens in lenses.items()]
    pq.write_table(pa.Table.from_pylist(rows), OUT / "trajectories.parquet")
    lines = "".join(json.dumps(s) + "\n" for s in samples)
    (OUT / "eval_samples.jsonl").write_text(lines, encoding="utf-8")
    print(
        f"{len(rows)} trajectories in {sum(p.stat().st_size for p in OUT.rglob('*') if p.is_file()):,} bytes"
    )


if __name__ == "__main__":
    main()
