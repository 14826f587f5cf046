"""lm-evaluation-harness: a file of results, and beside it the samples of each task."""

from data.formats.base import Format
from data.formats.lm_eval.detect import matches
from data.formats.lm_eval.filenames import companions
from data.formats.lm_eval.one import sample
from data.formats.lm_eval.reading import read

FORMAT = Format("lm_eval", matches, read, companions=companions, sample=sample)
