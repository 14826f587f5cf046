"""Every Eval Ever, the exchange schema of the EvalEval coalition: a record of results, and its samples beside it."""

from data.formats.base import Format
from data.formats.every_eval_ever.detect import companions, matches
from data.formats.every_eval_ever.one import sample
from data.formats.every_eval_ever.reading import read

FORMAT = Format("every_eval_ever", matches, read, companions=companions, sample=sample, secondhand=True)
