"""`jirga serve`, and what it refuses: plain http beyond this machine, measurements for strangers; `jirga example`."""

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import click

from webapp import metrics
from webapp import serve as server
from webapp.cli import fail

#: What `jirga example` gives out, a folder for each program.
EXAMPLES = Path(__file__).parent / "examples"


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=5000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
@click.option("--metrics-bind", metavar="HOST:PORT", help="Show measurements there; off without.")
@click.option("--metrics-beyond-this-machine", "exposed", is_flag=True, help="Let others than this machine read them.")
def serve(host: str, port: int, workers: int, metrics_bind: str | None, exposed: bool) -> None:
    """Serve the site."""
    settings = server.opened().settings
    if not server.loopback(host) and not (settings.https or settings.trusted_proxies):
        fail("set JIRGA_BASE_URL to an https address, or JIRGA_TRUSTED_PROXIES, before serving beyond this machine")
    shown: AbstractContextManager[None] = nullcontext()
    if where := metrics_bind or settings.metrics:
        if not server.loopback(metrics.address(where)[0]) and not exposed:
            fail("measurements stay on this machine; whoever reads them can guess when jirgas are at work: "
                 "--metrics-beyond-this-machine if they must not")  # fmt: skip
        shown = metrics.offered(settings, where, workers)
    with shown:
        launch(host, port, workers)


def require_free(host: str, port: int) -> None:
    """Go on only where nobody listens yet."""
    if not server.free(host, port):
        fail(f"port {port} is taken; choose another with --port (or make demo PORT=…)")


def launch(host: str, port: int, workers: int) -> None:
    """Serve there until stopped, or say that somebody else does."""
    require_free(host, port)
    server.run(host, port, workers)


@click.command()
@click.argument("what", type=click.Choice(["nginx", "systemd"]))
@click.option(
    "--to", "folder", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Write files there."
)
def example(what: str, folder: Path | None) -> None:
    """Settings of the programs around the site, to be copied and edited."""
    within = EXAMPLES / what
    found = {
        path.relative_to(within): path.read_text("utf-8") for path in sorted(within.rglob("*.*")) if path.is_file()
    }
    if folder and (there := [name for name in found if (folder / name).exists()]):
        fail(f"{folder / there[0]} is there already; nothing was written")
    for name, text in found.items():
        if folder is None:
            click.echo(f"# ---- {name} ----\n{text}")
        else:
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text, "utf-8")
