"""Whatever a browser calls a file, it becomes a name in the workspace and leads nowhere else."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from data.workspaces import names

AWKWARD = {
    "../../x.eval": "x.eval",
    "..\\..\\x.eval": "x.eval",
    "/etc/passwd": "etc/passwd",
    "//host/share/x.eval": "host/share/x.eval",
    "C:\\Users\\x.eval": "C:/Users/x.eval",
    "a/../../b.json": "a/b.json",
    "./././x.eval": "x.eval",
    "": "unnamed",
    "/": "unnamed",
    "...": "unnamed",
    "..": "unnamed",
    " .. ": "unnamed",
    "x\0.eval": "x_.eval",
    "a\nb\r.eval": "a_b_.eval",
    ".hidden": "_hidden",
    ".git/config": "_git/config",
    "NUL": "_NUL",
    "con.eval": "_con.eval",
    "console.eval": "console.eval",
    "\u202elave.exe": "_lave.exe",
    "\ud800.eval": "_.eval",
    "🙂 臺灣.eval": "🙂 臺灣.eval",
    "<b>x</b>.eval": "<b>x</b>.eval",
    "=1+1.json": "=1+1.json",
    "mmlu:subject=anatomy,model=a_b/stats.json": "mmlu:subject=anatomy,model=a_b/stats.json",
}


@pytest.mark.parametrize("name", AWKWARD)
def test_an_awkward_name_becomes_a_plain_one(name):
    assert str(names.safe(name)) == AWKWARD[name]


@given(
    st.text(st.characters(), max_size=400)
    | st.lists(st.sampled_from(["..", ".", "", "a", "/", "\\", "\0", "C:"])).map("/".join)
)
@example("a/" * 500 + "x.eval")
@example("🙂" * 400 + ".eval")
@example("~/x.eval")
def test_no_name_leads_out(name):
    made = names.safe(name)
    root = "/root/files"
    assert not made.is_absolute()
    assert os.path.normpath(f"{root}/{made}").startswith(f"{root}/")
    assert os.path.normpath(f"{root}/{made}") == f"{root}/{made}"
    assert 1 <= len(made.parts) <= names.MAX_DEPTH
    for part in made.parts:
        assert len(names.numbered(part, 9999).encode()) <= names.MAX_BYTES
        assert not part.startswith(".")
        assert part.isprintable() or all(c.isprintable() or c.isspace() for c in part)


@given(st.text(st.characters(), max_size=300))
def test_a_name_can_be_written_to_a_disk(name):
    with TemporaryDirectory() as root:
        path = Path(root) / names.safe(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        assert path.resolve().is_relative_to(Path(root).resolve())


@given(st.text(max_size=100))
def test_making_a_safe_name_safe_changes_nothing(name):
    made = names.safe(name)
    assert names.safe(str(made)) == made


@pytest.mark.parametrize(
    "name", ["a.eval", "stats.json.gz", "folder", "a.1=2", "x" * 248, "🙂" * 60 + ".jsonl"]
)
def test_the_numbers_of_a_name_are_told_apart_and_keep_its_end(name):
    made = [names.numbered(name, n) for n in range(1, 12)]
    assert len(set(made)) == 11
    assert {Path(m).suffix for m in made if "." in name and "=" not in name} <= {Path(name).suffix}


def test_a_long_name_keeps_its_beginning_and_its_end():
    made = str(names.safe("results_" + "x" * 500 + ".jsonl.gz"))
    assert made.startswith("results_xxx")
    assert made.endswith("xxx.jsonl.gz")
