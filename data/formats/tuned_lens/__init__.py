"""Lens trajectories: what a model predicts at every token after every layer.

Two shapes are read. A folder written by `export_trajectory` (docs/trajectories.md): `trajectories.parquet`, one row a
trajectory, and `cells/<trajectory_id>.parquet`, one row a layer and position. And a single `.npz` with `meta` as JSON.
The arrays stay where they are; what is ingested is the index.
"""

from data.formats.base import Format
from data.formats.tuned_lens.detection import companions, matches
from data.formats.tuned_lens.index import read

FORMAT = Format("tuned_lens", matches, read, companions=companions)
