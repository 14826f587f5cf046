"""HELM: a folder for each run, with what was asked, every answer and every statistic as JSON."""

from data.formats.base import Format
from data.formats.helm.detect import companions, is_sidecar, matches
from data.formats.helm.one import sample, samples
from data.formats.helm.reading import index, read

FORMAT = Format(
    "helm",
    matches,
    read,
    index=index,
    companions=companions,
    is_sidecar=is_sidecar,
    sample=sample,
    samples=samples,
)
