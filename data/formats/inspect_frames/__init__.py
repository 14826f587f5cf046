"""Data frames of inspect_ai, saved as Parquet: `evals_df` and beside it `samples_df`, prepared or not."""

from data.formats.base import Format
from data.formats.inspect_frames.detect import companions, matches
from data.formats.inspect_frames.one import sample
from data.formats.inspect_frames.reading import read

FORMAT = Format("inspect_frames", matches, read, companions=companions, sample=sample, secondhand=True)
