"""Put the recorded output of real commands into the frame of a CI system or of docker build.

Only the frame is composed. Every line between two commands is what the tool printed, in the order it came.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 25, 9, 14, 7, 218_364, tzinfo=UTC)


@dataclass
class Step:
    """One command that ran: its text, its lines with the seconds after the start, its exit status."""

    command: str
    lines: list[tuple[float, bytes]] = field(default_factory=list)
    status: int = 0
    seconds: float = 0.0


@dataclass
class Run:
    """All commands of a scenario; `parallel` is a second stage of a BuildKit build that ran beside the first."""

    name: str
    steps: list[Step]
    base: str = "python:3.11-slim-bookworm"
    parallel: list[Step] = field(default_factory=list)
    copies: str = "COPY . /srv/app"

    @property
    def status(self) -> int:
        """The exit status of the first command that failed, else 0."""
        return next((step.status for step in [*self.steps, *self.parallel] if step.status), 0)


Frame = Callable[[Run], list[bytes]]


def _digest(text: str, length: int = 64) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def _b(text: str) -> bytes:
    return text.encode()


def shell(run: Run) -> list[bytes]:
    """A terminal of a user."""
    out: list[bytes] = []
    for step in run.steps:
        out.append(_b(f"ci@build-07:~/app$ {step.command}"))
        out += [line for _, line in step.lines]
    return [*out, b"ci@build-07:~/app$ "] if run.status else out


def bare(run: Run) -> list[bytes]:
    """Output only."""
    return [line for step in run.steps for _, line in step.lines]


def _stamped(entries: list[tuple[float, bytes]], digits: int = 7) -> list[bytes]:
    out = []
    for seconds, line in entries:
        moment = START + timedelta(seconds=seconds)
        fraction = f"{moment.microsecond:06d}0"[:digits]
        out.append(_b(f"{moment:%Y-%m-%dT%H:%M:%S}.{fraction}Z ") + line)
    return out


def github(run: Run) -> list[bytes]:
    """The raw log of a GitHub job."""
    at, entries = 0.0, []
    for text in (
        "Current runner version: '2.330.0'",
        "##[group]Runner Image Provisioner",
        "Hosted Compute Agent",
        "##[endgroup]",
        "##[group]Operating System",
        "Debian",
        "##[endgroup]",
        "##[group]GITHUB_TOKEN Permissions",
        "Contents: read",
        "Metadata: read",
        "##[endgroup]",
        "Secret source: Actions",
        "Prepare workflow directory",
        "Prepare all required actions",
        "Complete job name: build",
    ):
        entries.append((at, _b(text)))
        at += 0.031
    for step in run.steps:
        first, *rest = step.command.split("\n")
        entries.append((at, _b(f"##[group]Run {first}")))
        entries += [(at, b"\x1b[36;1m" + _b(part) + b"\x1b[0m") for part in (first, *rest)]
        entries += [(at + 0.01, b"shell: /usr/bin/bash -e {0}"), (at + 0.01, b"##[endgroup]")]
        entries += [(at + 0.05 + seconds, line) for seconds, line in step.lines]
        at += step.seconds + 0.1
        if step.status:
            entries.append((at, _b(f"##[error]Process completed with exit code {step.status}.")))
    for text in (
        "Post job cleanup.",
        "[command]/usr/bin/git version",
        "git version 2.51.0",
        "Cleaning up orphan processes",
    ):
        at += 0.09
        entries.append((at, _b(text)))
    return _stamped(entries)


def azure(run: Run) -> list[bytes]:
    """The raw log of an Azure pipeline job."""
    at, entries = 0.0, [(0.0, b"##[section]Starting: Build"), (0.0, b"##[section]Starting: Initialize job")]
    entries += [(0.2, b"Agent name: 'Azure Pipelines 4'"), (0.3, b"##[section]Finishing: Initialize job")]
    for number, step in enumerate(run.steps, start=1):
        at += 0.5
        entries += [(at, _b(f"##[section]Starting: Bash {number}")), (at, b"=" * 78), (at, b"Task         : Bash")]
        entries += [(at, b"Version      : 3.259.0"), (at, b"=" * 78), (at, b"Generating script.")]
        entries += [(at, b"Script contents:"), *((at, _b(part)) for part in step.command.split("\n"))]
        entries.append((at, b"========================== Starting Command Output ==========================="))
        entries += [(at + 0.1 + seconds, line) for seconds, line in step.lines]
        at += step.seconds + 0.2
        if step.status:
            entries.append((at, _b(f"##[error]Bash exited with code '{step.status}'.")))
        entries.append((at, _b(f"##[section]Finishing: Bash {number}")))
    entries.append((at + 0.3, b"##[section]Finishing: Build"))
    return _stamped(entries)


def gitlab(run: Run) -> list[bytes]:
    """The trace of a GitLab job."""
    stamp = int(START.timestamp())
    out = [
        b"\x1b[0KRunning with gitlab-runner 18.5.0 (bda84871)\x1b[0;m",
        b"\x1b[0K  on shared-runner-3 Zk4xQ1yT, system ID: s_90b1c2\x1b[0;m",
        _b(f"section_start:{stamp}:prepare_executor\r\x1b[0K")
        + b'\x1b[0K\x1b[36;1mPreparing the "docker" executor\x1b[0;m',
        _b(f"\x1b[0KUsing Docker executor with image {run.base} ...\x1b[0;m"),
        _b(f"\x1b[0KUsing docker image sha256:{_digest(run.base)} for {run.base} ...\x1b[0;m"),
        _b(f"section_end:{stamp + 4}:prepare_executor\r\x1b[0K"),
        _b(f"section_start:{stamp + 4}:get_sources\r\x1b[0K")
        + b"\x1b[0K\x1b[36;1mGetting source from Git repository\x1b[0;m",
        b"\x1b[32;1mFetching changes with git depth set to 20...\x1b[0;m",
        _b(f"section_end:{stamp + 6}:get_sources\r\x1b[0K"),
        _b(f"section_start:{stamp + 6}:step_script\r\x1b[0K")
        + b'\x1b[0K\x1b[36;1mExecuting "step_script" stage of the job script\x1b[0;m',
    ]
    for step in run.steps:
        out += [b"\x1b[32;1m$ " + _b(step.command) + b"\x1b[0;m", *(line for _, line in step.lines)]
    out.append(_b(f"section_end:{stamp + 90}:step_script\r\x1b[0K"))
    if run.status:
        out.append(_b(f"\x1b[31;1mERROR: Job failed: exit code {run.status}\x1b[0;m"))
    else:
        out.append(b"\x1b[32;1mJob succeeded\x1b[0;m")
    return [*out, b"\x1b[0;m"]


def circleci(run: Run) -> list[bytes]:
    """The output of the steps of a CircleCI job."""
    out: list[bytes] = []
    for step in run.steps:
        out += [b"#!/bin/bash -eo pipefail", _b(step.command), b"", *(line for _, line in step.lines), b""]
        out.append(
            _b(f"Exited with code exit status {step.status}") if step.status else b"CircleCI received exit code 0"
        )
    return out


def jenkins(run: Run) -> list[bytes]:
    """The console of a Jenkins pipeline."""
    out = [b"Started by an SCM change", b"[Pipeline] Start of Pipeline", b"[Pipeline] node", b"Running on agent-4"]
    out += [b"in /var/lib/jenkins/workspace/app", b"[Pipeline] {", b"[Pipeline] stage", b"[Pipeline] { (Build)"]
    for step in run.steps:
        out += [b"[Pipeline] sh", b"+ " + _b(step.command), *(line for _, line in step.lines)]
    out += [
        b"[Pipeline] }",
        b"[Pipeline] // stage",
        b"[Pipeline] }",
        b"[Pipeline] // node",
        b"[Pipeline] End of Pipeline",
    ]
    if run.status:
        return [*out, _b(f"ERROR: script returned exit code {run.status}"), b"Finished: FAILURE"]
    return [*out, b"Finished: SUCCESS"]


def classic(run: Run) -> list[bytes]:
    """`docker build` before BuildKit."""
    total = len(run.steps) + 3
    out = [b"Sending build context to Docker daemon  48.13kB\r", _b(f"Step 1/{total} : FROM {run.base}")]
    out += [_b(f" ---> {_digest(run.base, 12)}"), _b(f"Step 2/{total} : WORKDIR /srv/app"), b" ---> Using cache"]
    out += [_b(f" ---> {_digest(run.name, 12)}"), _b(f"Step 3/{total} : {run.copies}"), b" ---> Using cache"]
    out.append(_b(f" ---> {_digest(run.name + 'copy', 12)}"))
    for number, step in enumerate(run.steps, start=4):
        identity = _digest(step.command, 12)
        out += [_b(f"Step {number}/{total} : RUN {step.command}"), _b(f" ---> Running in {identity}")]
        out += [line for _, line in step.lines]
        if step.status:
            return [*out, _b(f"The command '/bin/sh -c {step.command}' returned a non-zero code: {step.status}")]
        out += [_b(f"Removing intermediate container {identity}"), _b(f" ---> {_digest(identity, 12)}")]
    return [*out, _b(f"Successfully built {_digest(run.name, 12)}"), b"Successfully tagged app:latest"]


def buildkit(run: Run) -> list[bytes]:
    """`docker build --progress=plain`; lines of a parallel stage are put between by their time."""
    stage, total = ("stage-1 " if run.parallel else ""), len(run.steps) + 3
    out = [b'#0 building with "default" instance using docker driver', b""]
    for number, title in enumerate(
        (
            "load build definition from Dockerfile",
            f"load metadata for docker.io/library/{run.base}",
            "load .dockerignore",
        ),
        start=1,
    ):
        out += [_b(f"#{number} [internal] {title}"), _b(f"#{number} DONE 0.{number}s"), b""]
    out += [
        _b(f"#4 [{stage}1/{total}] FROM docker.io/library/{run.base}@sha256:{_digest(run.base)}"),
        b"#4 DONE 0.0s",
        b"",
    ]
    out += [b"#5 [internal] load build context", b"#5 transferring context: 48.13kB done", b"#5 DONE 0.1s", b""]
    out += [_b(f"#6 [{stage}2/{total}] WORKDIR /srv/app"), b"#6 CACHED", b""]
    out += [_b(f"#7 [{stage}3/{total}] {run.copies}"), b"#7 DONE 0.1s", b""]
    main = list(_numbered(run.steps, stage, 8, total, 4))
    side = list(_numbered(run.parallel, "tools ", 8 + len(run.steps), len(run.parallel) + 1, 2))
    for _, chunk in sorted(main + side, key=lambda entry: entry[0]):
        out += chunk
    failed = next((s for s in [*run.steps, *run.parallel] if s.status), None)
    if failed is None:
        return [
            *out,
            b"#20 exporting to image",
            b"#20 exporting layers 1.9s done",
            _b(f"#20 writing image sha256:{_digest(run.name)} done"),
            b"#20 DONE 2.0s",
        ]
    out += [b"------", _b(f" > [{stage}{_place(run, failed)}] RUN {failed.command}:")]
    out += [_b(f"{seconds + 0.2:.3f} ") + line for seconds, line in failed.lines[-10:]]
    number = 9 + 2 * len(run.steps)
    out += [
        b"------",
        _b(f"Dockerfile:{number}"),
        b"--------------------",
        _b(f"  {number - 1} |     "),
        _b(f"  {number} | >>> RUN {failed.command}"),
        b"--------------------",
    ]
    return [
        *out,
        _b(
            f'ERROR: failed to solve: process "/bin/sh -c {failed.command}" did not complete successfully: exit code: {failed.status}'
        ),
    ]


def _place(run: Run, failed: Step) -> str:
    if failed in run.steps:
        return f"{run.steps.index(failed) + 4}/{len(run.steps) + 3}"
    return f"{run.parallel.index(failed) + 2}/{len(run.parallel) + 1}"


def _numbered(steps: list[Step], stage: str, first: int, total: int, place: int) -> Iterator[tuple[float, list[bytes]]]:
    at = 0.0
    for offset, step in enumerate(steps):
        number = first + offset
        yield at, [_b(f"#{number} [{stage}{place + offset}/{total}] RUN {step.command}")]
        for seconds, line in step.lines:
            yield at + 0.2 + seconds, [_b(f"#{number} {seconds + 0.2:.3f} ") + line]
        at += step.seconds + 0.3
        if step.status:
            text = f'process "/bin/sh -c {step.command}" did not complete successfully: exit code: {step.status}'
            yield at, [_b(f"#{number} ERROR: {text}")]
            return
        yield at, [_b(f"#{number} DONE {step.seconds + 0.2:.1f}s"), b""]


_CLEAN = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]|^\d{4}-\d\d-\d\dT[\d:.]+Z |^#\d+ (?:\d+\.\d+ )?|^\d+\.\d{3} ")


def cleaned(line: bytes) -> str:
    """The line as a reader sees it: no colours, no stamps, what stands after the last carriage return."""
    text = line.rstrip(b"\r")
    for _ in range(2):
        text = _CLEAN.sub(b"", text)
    return text.rsplit(b"\r", 1)[-1].decode("utf-8", "replace")
