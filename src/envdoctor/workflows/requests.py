"""From an environment and options to one request a platform."""

from __future__ import annotations

from typing import TYPE_CHECKING

from envdoctor.channels.configuration import read_configuration
from envdoctor.channels.network import fetch_options
from envdoctor.channels.pins import pins
from envdoctor.channels.resolve import channels_meant, resolve_channels
from envdoctor.engine.detect import current_subdir
from envdoctor.engine.gateway import Gateway
from envdoctor.environment.read import default_file, read_environment, specs_and_files
from envdoctor.errors import UsageError
from envdoctor.model.channels import Channel, ChannelTier
from envdoctor.model.target import Request, Target
from envdoctor.workflows.targets import Machines

if TYPE_CHECKING:
    from envdoctor.channels.configuration import Configuration
    from envdoctor.model.environment import EnvironmentSpec
    from envdoctor.model.names import Subdir
    from envdoctor.model.specs import Requirement
    from envdoctor.workflows.options import ExplainOptions, Surroundings


def read_environment_of(options: ExplainOptions, surroundings: Surroundings) -> EnvironmentSpec:
    """Read the files and specs of the command line; without any, the environment file of the folder."""
    files, specs = specs_and_files(options.arguments)
    if not files and not specs:
        found = default_file(str(surroundings.folder))
        if found is None:
            raise UsageError(
                "there is no environment.yml in this folder; name a file, or give specs such as 'numpy=2.2'"
            )
        files = (found,)
    return read_environment(files, specs=specs, stdin=surroundings.stdin)


def configuration_of(options: ExplainOptions, surroundings: Surroundings) -> Configuration:
    """Read conda's configuration as it counts for these options."""
    return read_configuration(surroundings.environ, surroundings.home, options.prefix)


def gateway_for(environment: EnvironmentSpec, options: ExplainOptions, surroundings: Surroundings) -> Gateway:
    """Return the gateway to the channels' records, with conda's network settings and the channels' credentials."""
    texts = [*options.channels, *(line.text for line in environment.channels)]
    texts += [line.spec.channel for line in environment.requirements if line.spec.channel is not None]
    return Gateway(fetch_options(configuration_of(options, surroundings), texts, offline=options.offline))


def requests(
    environment: EnvironmentSpec, options: ExplainOptions, surroundings: Surroundings, *, detect: bool = True
) -> tuple[Request, ...]:
    """Return one request for each platform: those of the option, else the file's, else this machine's.

    With `detect` false nothing is detected or taken from variables: the requests are the same on every machine.
    """
    configuration = configuration_of(options, surroundings)
    platforms = options.platforms or environment.platforms or (current_subdir(),)
    machines = Machines(options=options.target, surroundings=surroundings, detect=detect)
    return tuple(
        _request(environment, platform, options, surroundings, configuration, machines) for platform in platforms
    )


def _request(  # noqa: PLR0913, PLR0917 - everything that a request is made of
    environment: EnvironmentSpec,
    platform: Subdir,
    options: ExplainOptions,
    surroundings: Surroundings,
    configuration: Configuration,
    machines: Machines,
) -> Request:
    lines = environment.requirements_on(platform)
    tiers = resolve_channels(
        environment.channels,
        options.channels,
        configuration,
        subdir=platform,
        override=options.override_channels,
        folder=surroundings.folder,
    )
    wanted = tuple(_wanted(line, tiers, configuration, platform, surroundings) for line in lines)
    known = {member.url for tier in tiers for member in tier.members}
    further = sorted({url for urls in wanted if urls is not None for url in urls if url not in known})
    return Request(
        target=Target(
            subdir=platform,
            virtual_packages=machines.of(platform),
        ),
        requirements=lines,
        pins=pins(configuration, options.prefix, options.pins),
        wanted_channels=wanted,
        # A channel that only a spec names is looked at too, after all others, as conda does.
        tiers=(*tiers, *(ChannelTier(name=url, members=(Channel(name=url, url=url),)) for url in further)),
        priority=options.priority or configuration.channel_priority.value,
        exclude_newer=options.exclude_newer,
    )


def _wanted(
    line: Requirement,
    tiers: tuple[ChannelTier, ...],
    configuration: Configuration,
    platform: Subdir,
    surroundings: Surroundings,
) -> tuple[str, ...] | None:
    if line.spec.channel is None:
        return None
    meant = channels_meant(line.spec.channel, tiers, configuration, subdir=platform, folder=surroundings.folder)
    return tuple(sorted(meant))
