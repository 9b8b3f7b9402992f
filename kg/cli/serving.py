"""The command that puts the graph on the web: ``kg serve``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from kg.cli.options import on_project, ready
from kg.findings import wording

if TYPE_CHECKING:
    from kg.project import Project
    from kg.web.server.server import Server


def _prefix(_ctx: click.Context, _option: click.Parameter, value: str) -> str:
    path = "/" + value.strip("/")
    return "" if path == "/" else path


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True,
              help="Port to listen on; 0 for any that is free.")  # fmt: skip
@click.option("--workers", type=click.IntRange(1, 256), metavar="N",
              help="Requests that run at the same time; else by processors.")  # fmt: skip
@click.option("--timeout", type=click.FloatRange(0.5, 3600), default=10, show_default=True,
              metavar="SECONDS", help="How long a request may run.")  # fmt: skip
@click.option("--memory", type=click.IntRange(64), default=1024, show_default=True, metavar="MIB",
              help="What a request may take beside the graph.")  # fmt: skip
@click.option("--budget", type=click.FloatRange(1), default=60, show_default=True,
              metavar="SECONDS", help="Work that one client may ask for at once.")  # fmt: skip
@click.option("--cache", type=click.IntRange(0), default=64, show_default=True, metavar="MIB",
              help="Answers kept to be given again; 0 for none.")  # fmt: skip
@click.option("--root-path", "prefix", default="", metavar="PATH", callback=_prefix,
              help="Path below which a proxy shows this server.")  # fmt: skip
@click.option("--trust-proxy", "proxies", multiple=True, metavar="ADDRESS",
              help="Believe this proxy about the client's address; repeatable.")  # fmt: skip
@click.option("--log", is_flag=True, help="Tell each request on standard error.")
@on_project
def serve(
    project: Project, host: str, port: int, workers: int | None, timeout: float, memory: int,
    budget: float, cache: int, prefix: str, proxies: tuple[str, ...], log: bool,
) -> None:  # fmt: skip
    """Serve the graph: pages, data and a SPARQL endpoint at /sparql.

    A new build is taken over without losing a request. Ctrl-C ends it.

    \b
    Example:  kg serve --port 8080 --timeout 5
    """
    import os

    from kg.errors import InputError

    if not hasattr(os, "fork"):
        # Without it nothing could be killed, and one query would stop all.
        raise InputError("web-serving-fork")
    from kg.web.limits import Limits
    from kg.web.server.nursery import Plan, lacking
    from kg.web.server.server import Options
    from kg.web.server.server import serve as serve_plan

    lang = project.lang
    limits = Limits(
        seconds=timeout, memory=memory << 20, budget=budget, cache=cache << 20,
        workers=workers or max(6, 2 * (os.cpu_count() or 1)),
    )  # fmt: skip

    texts = click.get_current_context().params["texts"] or ""

    def tell(code: str, **params: Any) -> None:
        click.echo(wording(code, lang, **params), err=True)

    def started(server: Server, kept: int) -> None:
        tell("web-serving", project=project.layout.root.resolve().name, url=server.url)
        tell("web-serving-limits", workers=limits.workers, seconds=f"{timeout:g}", memory=memory,
             budget=f"{budget:g}")  # fmt: skip
        for missing in lacking(kept):
            tell(missing)

    ready(project)
    plan = Plan(
        app="kg.web.server.nursery:application", root=str(project.layout.root.resolve()),
        build=str(project.layout.build.resolve()), texts=texts, lang=lang,
        limits=limits,
    )  # fmt: skip
    serve_plan(plan, Options(host, port, prefix, proxies, log), tell, started)
