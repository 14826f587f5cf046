"""Ten models on ten thousand samples are a picture like any other."""

import numpy as np
import polars as pl
import pytest

from data import snapshots
from data.building import Parts
from data.cache import Cache
from data.entries import Entry
from data.formats.base import Reading
from data.schema import Mark, Tables
from data.store import Store

MODELS, SAMPLES = 10, 10_000

SHADES = """async () => {
  const image = document.querySelector('.panel-cells .hm image');
  const href = image?.getAttribute('href') || image?.getAttribute('xlink:href');
  if (!href) { return null; }
  const drawn = new Image();
  drawn.src = href;
  await drawn.decode();
  const canvas = Object.assign(document.createElement('canvas'), {width: drawn.width, height: drawn.height});
  const context = canvas.getContext('2d', {willReadFrequently: true});
  context.drawImage(drawn, 0, 0);
  const data = new Uint32Array(context.getImageData(0, 0, drawn.width, drawn.height).data.buffer);
  const seen = {};
  let opaque = 0;
  data.forEach(p => { seen[p] = true; opaque += p >>> 24 === 255; });
  return {shades: Object.keys(seen).length, opaque: opaque / data.length};
}"""


def reading(model, size=SAMPLES):
    rng = np.random.default_rng(model)
    run = {"run_id": f"run-{model}", "model": f"model-{model}", "task": "large", "status": "success", "format": "inspect",
           "location": "nowhere", "task_key": f"large/{model}", "headline_scorer": "match", "headline_metric": "accuracy",
           "samples_done": size, "samples_planned": size, "epochs": 1, "content": str(model)}  # fmt: skip
    ids = [f"sample-{i}" for i in range(size)]
    samples = pl.DataFrame({"sample_id": ids}).with_columns(
        run=0, epoch=1, input=pl.lit("?"), answer=pl.lit("!")
    )
    scores = pl.DataFrame({"sample": np.arange(size), "value": rng.random(size).round(2)})
    scores = scores.with_columns(scorer=pl.lit("match"), mark=pl.lit(int(Mark.VALUE)))
    metrics = pl.DataFrame(
        {"run": [0], "scorer": ["match"], "metric": ["accuracy"], "value": [0.5], "source": ["actual"]}
    )
    return Reading(Tables.of(runs=pl.DataFrame([run]), samples=samples, scores=scores, metrics=metrics))


def assembled(folder, models, samples):
    cache = Cache(folder / "cache")
    entries = [Entry.new(cache, f"k{m}", reading(m, samples), keep=False) for m in range(models)]
    return snapshots.assemble(entries, (), Parts(cache))


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    return assembled(tmp_path_factory.mktemp("large"), MODELS, SAMPLES)


def test_all_of_it_is_drawn_and_leads_to_its_samples(large, serve, reader):
    reader.at(serve(Store(large)))
    reader.open("/heatmap?task=large")
    reader.page.wait_for_selector(".panel-cells .hm image")
    drawn = reader.page.evaluate(SHADES)
    assert drawn["shades"] > 30
    assert drawn["opaque"] > 0.95
    box = reader.page.locator(".panel-cells .nsewdrag[data-subplot=xy]").bounding_box()
    reader.page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.55)
    assert reader.arrives_at("/sample").sample.startswith("sample-")


def test_a_hundred_thousand_samples_are_no_blank(serve, reader, tmp_path):
    """A canvas of a pixel a sample would be wider than a browser can draw."""
    reader.at(serve(Store(assembled(tmp_path, 10, 100_000))))
    for query in ("", "&zoom=50000.5,50100.5,9.5,-0.5"):
        reader.open("/heatmap?task=large" + query)
        reader.page.wait_for_selector(".panel-cells .hm image")
        drawn = reader.page.evaluate(SHADES)
        assert drawn["shades"] > 30
        assert drawn["opaque"] > 0.95
