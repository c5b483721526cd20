"""`envdoctor graph`, `tree` and `why`: options in, exit code out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from envdoctor.cli import options as shared
from envdoctor.cli.exit_codes import ExitCode
from envdoctor.cli.running import run, surroundings
from envdoctor.cli.telling import conflict_told
from envdoctor.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from envdoctor.model.channels import ChannelPriority
    from envdoctor.model.dependencies import DependencyReport
    from envdoctor.report.dependencies import Look, Paper
    from envdoctor.workflows.options import ExplainOptions


class Format(Enum):
    """What `graph` can print."""

    TEXT = "text"
    JSON = "json"
    DOT = "dot"
    MERMAID = "mermaid"
    GRAPHML = "graphml"


File = Annotated[
    str | None,
    typer.Argument(
        metavar="[FILE|LOCK]",
        help="An environment file, which is resolved first, or a lockfile; without any, the environment.yml of this "
        "folder.",
    ),
]
Depth = Annotated[int | None, typer.Option("--depth", min=0, help="At most so many steps.")]
OnePackage = Annotated[str | None, typer.Option("--package", help="Only what this package needs.")]
Invert = Annotated[bool, typer.Option("--invert", help="Who needs it, in place of what it needs.")]


def graph(  # noqa: PLR0913 - these are the options of the command
    file: File = None,
    *,
    depth: Depth = None,
    package: OnePackage = None,
    invert: Invert = False,
    channel: shared.Channels = None,
    override_channels: shared.OverrideChannels = False,
    platform: shared.Platforms = None,
    virtual_package: shared.VirtualPackages = None,
    channel_priority: shared.Priority = None,
    offline: shared.Offline = False,
    exclude_newer: shared.ExcludeNewer = None,
    output: Annotated[Format, typer.Option("--format", help="What to print.")] = Format.TEXT,
) -> None:
    """Show who needs whom in an environment."""
    asked = _Asked(
        file=file,
        channel=channel,
        override_channels=override_channels,
        platform=platform,
        virtual_package=virtual_package,
        channel_priority=channel_priority,
        offline=offline,
        exclude_newer=exclude_newer,
    )

    def render(report: DependencyReport) -> tuple[str, ExitCode]:
        from envdoctor.report import dependencies, dependencies_json, graphs

        look = _look(report, package, depth, invert=invert)
        match output:
            case Format.TEXT:
                text = dependencies.render_list(report, look, _paper())
            case Format.JSON:
                text = dependencies_json.render_graph_json(report, look)
            case _:
                text = graphs.render_pictures(dependencies_json.pictures_of(report, look), output.value)
        return text, ExitCode.SOLVES

    _run(asked, render, as_json=output is Format.JSON)


def tree(  # noqa: PLR0913 - these are the options of the command
    file: File = None,
    *,
    depth: Depth = None,
    package: OnePackage = None,
    invert: Invert = False,
    channel: shared.Channels = None,
    override_channels: shared.OverrideChannels = False,
    platform: shared.Platforms = None,
    virtual_package: shared.VirtualPackages = None,
    channel_priority: shared.Priority = None,
    offline: shared.Offline = False,
    exclude_newer: shared.ExcludeNewer = None,
) -> None:
    """Show the dependencies of each line as a tree, and what each brings."""
    asked = _Asked(
        file=file,
        channel=channel,
        override_channels=override_channels,
        platform=platform,
        virtual_package=virtual_package,
        channel_priority=channel_priority,
        offline=offline,
        exclude_newer=exclude_newer,
    )

    def render(report: DependencyReport) -> tuple[str, ExitCode]:
        from envdoctor.report import dependencies

        look = _look(report, package, depth, invert=invert)
        return dependencies.render_tree(report, look, _paper()), ExitCode.SOLVES

    _run(asked, render, as_json=False)


def why(  # noqa: PLR0913 - these are the options of the command
    package: Annotated[str, typer.Argument(metavar="PACKAGE", help="The package that is there, or is missed.")],
    file: File = None,
    *,
    channel: shared.Channels = None,
    override_channels: shared.OverrideChannels = False,
    platform: shared.Platforms = None,
    virtual_package: shared.VirtualPackages = None,
    channel_priority: shared.Priority = None,
    offline: shared.Offline = False,
    exclude_newer: shared.ExcludeNewer = None,
    output: Annotated[shared.TextOrJson, typer.Option("--format", help="What to print.")] = shared.TextOrJson.TEXT,
    verbose: shared.Verbose = False,
) -> None:
    """Tell why a package is in an environment, and who bounds its version."""
    asked = _Asked(
        file=file,
        channel=channel,
        override_channels=override_channels,
        platform=platform,
        virtual_package=virtual_package,
        channel_priority=channel_priority,
        offline=offline,
        exclude_newer=exclude_newer,
    )

    def render(report: DependencyReport) -> tuple[str, ExitCode]:
        from envdoctor.graph.walks import reasons
        from envdoctor.report import dependencies, dependencies_json

        found = [reasons(one, package.lower()) for one in report.platforms]
        code = ExitCode.SOLVES if any(one.package is not None for one in found) else ExitCode.CONFLICT
        if output is shared.TextOrJson.JSON:
            return dependencies_json.render_why_json(package, report, found), code
        return dependencies.render_why(package, report, found, _paper(verbose=verbose)), code

    _run(asked, render, as_json=output is shared.TextOrJson.JSON)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What the three commands share of their command line."""

    file: str | None
    channel: list[str] | None
    override_channels: bool
    platform: list[str] | None
    virtual_package: list[str] | None
    channel_priority: ChannelPriority | None
    offline: bool
    exclude_newer: str | None

    def options(self) -> ExplainOptions:
        """The options as a value. Raises `UsageError`."""
        return shared.explain_options(
            channel=self.channel,
            override_channels=self.override_channels,
            platform=self.platform,
            target=shared.target_options(self.virtual_package),
            channel_priority=self.channel_priority,
            offline=self.offline,
            exclude_newer=self.exclude_newer,
            proof=False,
        )


def _run(
    asked: _Asked,
    render: Callable[[DependencyReport], tuple[str, ExitCode]],
    *,
    as_json: bool,
) -> None:
    """Print what `render` makes of the dependencies, and leave with its exit code."""

    def work() -> tuple[str, ExitCode]:
        from envdoctor.model.dependencies import DependencyReport
        from envdoctor.workflows.dependencies import dependencies_of

        found = dependencies_of(asked.file, asked.options(), surroundings())
        if not isinstance(found, DependencyReport):
            return conflict_told(found, as_json=as_json, verbose=False), ExitCode.CONFLICT
        return render(found)

    run(work, shared.error_as_json if as_json else None)


def _look(report: DependencyReport, package: str | None, depth: int | None, *, invert: bool) -> Look:
    from difflib import get_close_matches

    from envdoctor.report.dependencies import Look

    if invert and package is None:
        raise UsageError("--invert asks who needs a package: name it with --package")
    names = {one.name for platform in report.platforms for one in platform.packages}
    if package is not None and package.lower() not in names:
        near = get_close_matches(package.lower(), sorted(names), n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise UsageError(f"--package {package}: {report.name} has no package of that name{hint}")
    return Look(package=None if package is None else package.lower(), depth=depth, invert=invert)


def _paper(*, verbose: bool = False) -> Paper:
    from envdoctor.report.dependencies import Paper

    return Paper(width=shared.width(), colour=shared.wants_colour(), verbose=verbose)
