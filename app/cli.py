"""evalboard serve | ingest | export | demo"""

from __future__ import annotations

import errno
import json
import os
import socket
import sys
import time
from pathlib import Path

import click
from pydantic import ValidationError

from app import background, exports
from app.settings import Settings
from components.page import Panel, View
from components.text import USUAL, say
from data import exchange
from data.cache import Cache
from data.ingest import Ingester
from data.problems import Severity
from data.store import Snapshot
from data.viewstate import ViewState

# What each format is like, in the first folder; what predictors and lenses say, in the second.
DEMO = tuple(Path(__file__).parent.parent / "demo" / folder for folder in ("logs", "more"))

paths = click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="evalboard")
def main() -> None:
    """A dashboard over the logs of language model evaluations.

    Every option can also be set in the environment, as EVALBOARD_ and its name: EVALBOARD_PORT, EVALBOARD_CACHE.
    """


def serving(command):  # type: ignore[no-untyped-def]
    for option in (
        click.option("--host", help="Address to listen on.  [default: 127.0.0.1]"),
        click.option("--port", type=int, help="Port to listen on.  [default: 8050]"),
        click.option(
            "--cache",
            type=click.Path(path_type=Path),
            help="Where parsed logs are kept.  [default: ~/.cache/evalboard]",
        ),
    ):
        command = option(command)
    return command


@main.command()
@paths
@serving
def serve(paths: tuple[Path, ...], **given: object) -> None:
    """Show the logs under PATHS in a browser. New logs appear by themselves."""
    run(settings(paths, **given))


@main.command()
@serving
def demo(**given: object) -> None:
    """Show the logs that come with evalboard: genuine files, made-up answers."""
    if missing := [str(p) for p in DEMO if not p.is_dir()]:
        raise click.ClickException(
            f"{', '.join(missing)} is not there: the demo comes with a clone of the repository."
        )
    run(settings(DEMO, **given))


def settings(paths: tuple[Path, ...], **given: object) -> Settings:
    known = {k: v for k, v in given.items() if v is not None}
    if paths:
        known["logs"] = tuple(Path(os.path.abspath(p)) for p in paths)
    try:
        found = Settings(**known)  # type: ignore[arg-type]
    except ValidationError as e:
        raise click.ClickException(
            "; ".join(f"{'.'.join(map(str, x['loc']))}: {x['msg']}" for x in e.errors())
        ) from None
    if not found.logs:
        raise click.UsageError("Name at least one folder with logs, or set EVALBOARD_LOGS.")
    if missing := [str(p) for p in found.logs if not p.exists()]:
        raise click.ClickException(
            f"{', '.join(missing)} does not exist. Name the folder that has your logs."
        )
    return found


def spelt(value: object) -> str:
    """A setting as the environment holds it."""
    if isinstance(value, tuple):
        return os.pathsep.join(map(str, value))
    return json.dumps(value) if isinstance(value, dict) else str(value)


def _is_taken(host: str, port: int) -> bool:
    """Asked since Granian shares a port with whoever has it: two servers would answer in turn."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as here:
            here.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # who has just left is no obstacle
            here.bind(address)
    except OSError as e:
        return e.errno == errno.EADDRINUSE
    return False


def run(found: Settings) -> None:
    """The server takes its settings from the environment, in this process as in a container."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    if _is_taken(found.host, found.port):
        raise click.ClickException(
            f"Port {found.port} is in use, perhaps by another evalboard. Choose another one with --port."
        )
    for name, value in found.model_dump().items():
        os.environ[f"EVALBOARD_{name.upper()}"] = spelt(value)
    click.echo(f"evalboard shows {', '.join(map(str, found.logs))}")
    click.echo(f"at http://{found.host}:{found.port}{found.prefix}  (Ctrl+C stops it)")
    Granian(
        "app.wsgi:build",
        factory=True,
        interface=Interfaces.WSGI,
        address=found.host,
        port=found.port,
        blocking_threads=found.threads,
        log_level=LogLevels.warning,
    ).serve()


@main.command()
@paths
@click.option("--cache", type=click.Path(path_type=Path), help="Where parsed logs are kept.")
@click.option("--watch", is_flag=True, help="Go on, and read new logs as they come.")
def ingest(paths: tuple[Path, ...], cache: Path | None, watch: bool) -> None:
    """Read the logs under PATHS into the cache, and say what could not be read."""
    found = settings(paths, cache=cache)
    work = background.ingester(found)
    if not work.cache.usable:
        raise click.ClickException(f"{found.cache} cannot be written. Name another folder with --cache.")
    with background.bar() as report:
        snapshot = work.look(report) or Snapshot()
    tell(snapshot)
    while watch:
        time.sleep(found.watch_s)
        if (new := background.attempt(work.look)) is not None:
            tell(new)


def tell(snapshot: Snapshot) -> None:
    errors = {p.where for p in snapshot.problems if p.code.severity is Severity.ERROR}
    remarks = [p for p in snapshot.problems if p.code.severity is Severity.NOTE]
    for p in snapshot.problems:
        click.echo(say(USUAL, "problems", p.code, where=p.where, detail=p.detail), err=True)
    click.echo(
        f"{snapshot.runs.height} runs of {snapshot.runs['model'].n_unique()} models on"
        f" {snapshot.runs['task'].n_unique()} tasks; {len(errors)} files with errors,"
        f" {len(remarks)} remarks"
    )


@main.command()
@click.argument("panel", required=False)
@click.option("--logs", "paths", multiple=True, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--query", default="", help="The page's query string, as the address bar shows it.")
@click.option(
    "--format",
    "kind",
    type=click.Choice(["every-eval-ever"]),
    help="All runs of the view in an exchange format.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="FILE.csv, .json or .parquet; else CSV is printed. With --format: a folder.",
)
@click.option("--cache", type=click.Path(path_type=Path), help="Where parsed logs are kept.")
def export(
    panel: str | None,
    paths: tuple[Path, ...],
    query: str,
    kind: str | None,
    output: Path | None,
    cache: Path | None,
) -> None:
    """Write what a panel shows: PANEL is PAGE/PANEL, for example baseline/ranking.

    Or, with --format every-eval-ever, write a record of each run of the view, with its samples, into a folder.
    """
    state = ViewState.from_query(query)
    if kind:
        if output is None:
            raise click.UsageError("--format needs a folder to write to: -o FOLDER.")
        written = exchange.write(_snapshot(paths, cache), state, output)
        click.echo(f"{len(written)} files written to {output}")
    elif panel:
        _export_panel(panel, View(_snapshot(paths, cache), state), output)
    else:
        raise click.UsageError("Name a panel, as in evalboard export baseline/ranking, or a --format.")


def _snapshot(paths: tuple[Path, ...], cache: Path | None) -> Snapshot:
    kept = Cache(cache) if cache else Cache.temporary()
    return Ingester([Path(os.path.abspath(p)) for p in paths], kept).look() or Snapshot()


def _export_panel(panel: str, view: View, output: Path | None) -> None:
    from app.pages import PAGES

    by_name: dict[str, Panel] = {f"{page.key}/{p.name}": p for page in PAGES for p in page.panels}
    if panel not in by_name:
        raise click.BadParameter(f"{panel} is not one of {', '.join(by_name)}.", param_hint="PANEL")
    kind = output.suffix.lstrip(".") if output else "csv"
    if kind not in exports.KINDS:
        raise click.BadParameter(
            f"{output} should end in one of .{', .'.join(exports.KINDS)}.", param_hint="-o"
        )
    body = exports.pieces(exports.made(by_name[panel].rows(view), kind))
    if output:
        with output.open("wb") as out:
            out.writelines(body)
    else:
        for piece in body:
            click.echo(piece, nl=False)


@main.command()
@click.argument("predictor")
@click.option(
    "--helm",
    "root",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A HELM benchmark_output.",
)
@click.option("--suite", default="*", help="Which suites; a pattern.")
@click.option("--runs", "pattern", default="*", help="Which runs; a pattern.")
@click.option("--examples", type=int, help="How many runs the predictor is shown with their results.")
@click.option("--samples", type=int, help="How many instances of the run to predict it is shown.")
@click.option("--seed", "seeds", type=int, multiple=True, help="Which draw; repeat it for several.")
@click.option(
    "--cache", type=click.Path(path_type=Path), help="Where the predictions are saved, and shown from."
)
def predict(
    predictor: str,
    root: Path,
    suite: str,
    pattern: str,
    examples: int | None,
    samples: int | None,
    seeds: tuple[int, ...],
    cache: Path | None,
) -> None:
    """Run a MAGNET-style predictor, given as MODULE:Class, over HELM runs, and save what it says.

    The predictions then stand on the Predictions page beside what was measured. Two examples to begin with:
    data.magnet.examples:Random and data.magnet.examples:Perturbation.
    """
    from data.magnet import frames
    from data.magnet import predict as predicting

    sys.path.insert(0, os.getcwd())
    folder = background.predictions(cache or Settings(logs=()).cache)
    numbers = {"num_example_runs": examples, "num_eval_samples": samples}
    given = {name: n for name, n in numbers.items() if n is not None}
    chosen, left_out = frames.sound(frames.runs(root, pattern, suite))
    for where, why in left_out.items():
        click.echo(f"{where}: {why}; this run is left out.", err=True)
    for draw in [{"random_seed": seed} for seed in seeds] or [{}]:
        try:
            found = predicting.run(predicting.load(predictor)(**given, **draw), chosen)
        except (predicting.TooFewRuns, ImportError, AttributeError, ValueError, TypeError) as e:
            raise click.ClickException(f"{predictor}: {e}") from None
        click.echo(f"{len(found)} predictions saved to {predicting.save(found, folder)}")
