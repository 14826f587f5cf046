"""Twinkle Eval: a summary of each evaluation, and beside it every answer."""

from data.formats.base import Format
from data.formats.twinkle.detect import is_sidecar, matches
from data.formats.twinkle.filenames import companions
from data.formats.twinkle.one import sample
from data.formats.twinkle.reading import read

FORMAT = Format("twinkle", matches, read, companions=companions, is_sidecar=is_sidecar, sample=sample)
