"""Run the scenarios of own_logs in a fresh Debian root each, record what the tools print, write log and answer.

    python -m tools.own_logs.record [NAME ...]

Needs root, overlayfs, and the layers described in README.md. The answer's line numbers are found by the patterns that
stand beside each scenario, and were then read by eye in every log.
"""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tools.own_logs import frames

TARGET = Path(__file__).parents[2] / "tests" / "logs" / "own"
LAYERS = {"bare": "/srv/root", "slim": "/srv/L/slim:/srv/root", "gcc": "/srv/L/gcc:/srv/L/slim:/srv/root"}
BINDS = ("/tmp/venv", "/root/.pyenv/versions", "/usr/local/lib/own_bin", "/usr/lib/node_modules", "/srv/envdoctor")
HOSTS = "127.0.0.1 localhost pypi.lab.example conda.lab.example get.lab.example proxy.lab.example deb.lab.example\n"
REPLACED = (
    (re.compile(rb"/root/\.pyenv/versions/(3\.\d+)\.\d+"), rb"/usr/local"),
    (re.compile(rb"/tmp/venv"), rb"/opt/conda-lock"),
    (re.compile(rb"/srv/envdoctor"), rb"/opt/envdoctor"),
    (re.compile(rb"/srv/L/m_\d+"), rb""),
)


@dataclass
class Cause:
    """One right answer: the first line that matches `line` is the cause; `start`, `end` widen the accepted range."""

    kind: str
    line: str
    fix: str
    start: str = ""
    end: str = ""
    after: str = ""
    also: tuple[str, ...] = ()
    repeats: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass
class Scenario:
    """One log. `commands` run one after the other until one fails; `setup` runs before, unseen."""

    name: str
    commands: list[str]
    tools: list[str]
    causes: list[Cause] = field(default_factory=list)
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    frame: str = "bare"
    layer: str = "slim"
    setup: str = ""
    user: str = "root"
    env: dict[str, str] = field(default_factory=dict)
    unshared: bool = False
    parallel: list[str] = field(default_factory=list)
    consequences: str = ""
    not_causes: list[tuple[str, str]] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    made: str = ""
    shell: str = ""
    ending: str = "lf"
    base: str = "python:3.11-slim-bookworm"
    keep: int = 0
    go_on: bool = False


def record(scenario: Scenario) -> frames.Run:
    """Run everything in an overlay that is thrown away afterwards."""
    identity = f"{os.getpid()}{abs(hash(scenario.name)) % 10**6}"
    upper, work, root = (f"/srv/L/{part}_{identity}" for part in ("u", "w", "m"))
    for folder in (upper, work, root):
        Path(folder).mkdir(parents=True)
    options = f"lowerdir={LAYERS[scenario.layer]},upperdir={upper},workdir={work}"
    subprocess.run(["mount", "-t", "overlay", "overlay", "-o", options, root], check=True)
    mounted = [root]
    try:
        for source in ("/proc", "/dev", *BINDS):
            if Path(source).exists():
                Path(root + source).mkdir(parents=True, exist_ok=True)
                subprocess.run(["mount", "--rbind", source, root + source], check=True)
                mounted.append(root + source)
        Path(root, "etc/hosts").write_text(HOSTS)
        Path(root, "srv/app").mkdir(parents=True, exist_ok=True)
        for name, content in scenario.files.items():
            path = Path(root, "srv/app", name) if not name.startswith("/") else Path(root + name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        subprocess.run(["chown", "-R", "1000:1000", root + "/srv/app"], check=True)
        if scenario.setup:
            done = _start(scenario, root, "set -e; " + scenario.setup, "/bin/bash", "root", False).communicate()[0]
            Path(f"/tmp/own_logs_setup_{scenario.name}").write_bytes(done)
        run = frames.Run(name=scenario.name, base=scenario.base, steps=_steps(scenario, root, scenario.commands))
        run.parallel = _steps(scenario, root, scenario.parallel)
        return run
    finally:
        for place in reversed(mounted):
            subprocess.run(["umount", "-R", "-l", place], check=False)
        for folder in (upper, work, root):
            shutil.rmtree(folder, ignore_errors=True)


def _start(
    scenario: Scenario, root: str, command: str, shell: str, user: str, unshared: bool
) -> subprocess.Popen[bytes]:
    home = "/root" if user == "root" else "/home/ci"
    env = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": home, "PIP_CONFIG_FILE": "/dev/null",
           "SSL_CERT_FILE": "/etc/ssl/certs/ca-certificates.crt", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "LANG": "C.UTF-8",
           "REQUESTS_CA_BUNDLE": "/etc/ssl/certs/ca-certificates.crt", "PIP_ROOT_USER_ACTION": "ignore"}  # fmt: skip
    env |= scenario.env
    call = ["/usr/sbin/chroot", f"--userspec={user}", root, shell, "-c", f"cd /srv/app && {command}"]
    if unshared:
        call = ["/usr/bin/unshare", "-n", *call]
    return subprocess.Popen(call, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)


def _steps(scenario: Scenario, root: str, commands: list[str]) -> list[frames.Step]:
    shell = scenario.shell or ("/bin/sh" if scenario.frame in ("buildkit", "classic") else "/bin/bash")
    strict = (
        "set -e; " if shell == "/bin/bash" and scenario.frame in ("github", "circleci", "gitlab", "jenkins") else ""
    )
    steps: list[frames.Step] = []
    for command in commands:
        step, began = frames.Step(command=command), time.monotonic()
        process = _start(scenario, root, strict + command, shell, scenario.user, scenario.unshared)
        assert process.stdout
        for printed in process.stdout:
            line = printed
            for pattern, text in REPLACED:
                line = pattern.sub(text, line)
            if scenario.frame not in ("buildkit", "classic", "gitlab", "circleci"):
                line = line.replace(b"/root/", b"/home/ci/")
            step.lines.append((time.monotonic() - began, line.rstrip(b"\n")))
        step.status, step.seconds = process.wait(), time.monotonic() - began
        step.status = 128 - step.status if step.status < 0 else step.status
        steps.append(step)
        if step.status and not scenario.go_on:
            break
    return steps


def find(lines: list[str], pattern: str, after: int = 0) -> int:
    """The number (from 1) of the first line at or behind `after` that matches."""
    for number, line in enumerate(lines, start=1):
        if number >= after and re.search(pattern, line):
            return number
    raise LookupError(pattern)


def answer(scenario: Scenario, run: frames.Run, lines: list[str], log: str) -> dict[str, Any]:
    """The answer file as data."""
    causes, taken = [], set()
    for cause in scenario.causes:
        after = find(lines, cause.after) if cause.after else 0
        first = find(lines, cause.line, after)
        low = find(lines, cause.start, after) if cause.start else first
        high = find(lines, cause.end, first) if cause.end else first
        repeats = [
            n for n, line in enumerate(lines, 1) if cause.repeats and n > high and re.search(cause.repeats, line)
        ]
        taken |= {first, *range(low, high + 1), *repeats}
        entry: dict[str, Any] = {"class": cause.kind, "lines": [first], "accept": [low, high]}
        if cause.also:
            entry["also_accept"] = list(cause.also)
        if repeats:
            entry["repeats"] = repeats
        facts = dict(cause.facts)
        if scenario.secrets and cause is scenario.causes[0]:
            facts["secrets"] = scenario.secrets
        causes.append({**entry, "facts": facts, "fix": cause.fix})
    wrong = [n for n, line in enumerate(lines, 1)
             if scenario.consequences and n not in taken and re.search(scenario.consequences, line)]  # fmt: skip
    return {
        "log": log,
        "outcome": "failed" if run.status and not (scenario.go_on and not run.steps[-1].status) else "succeeded",
        "tools": scenario.tools,
        "causes": causes,
        "consequences": wrong,
        "not_causes": [{"what": what, "why": why} for what, why in scenario.not_causes],
        **({"secrets": scenario.secrets} if scenario.secrets and not causes else {}),
        "source": [f"own run: {scenario.made}"],
        "origin": "generated",
        "tags": scenario.tags,
    }


def write(scenario: Scenario) -> None:
    run = record(scenario)
    out = getattr(frames, scenario.frame)(run)
    if scenario.keep:
        out = out[: scenario.keep]
    lines = [frames.cleaned(line) for line in out]
    name = f"{scenario.name}.log" + (".gz" if scenario.ending == "gz" else "")
    ending = b"\r\n" if scenario.ending == "crlf" else b"\n"
    data = ending.join(out) + ending
    if scenario.ending == "utf-16":
        data = data.decode("utf-8", "replace").encode("utf-16")
    if scenario.ending == "gz":
        data = gzip.compress(data, mtime=0)
    TARGET.mkdir(parents=True, exist_ok=True)
    (TARGET / name).write_bytes(data)
    Path(f"/tmp/own_logs_{scenario.name}.txt").write_bytes(b"\n".join(out))
    try:
        value = answer(scenario, run, lines, name)
    except LookupError as error:
        print(f"{scenario.name}: status {run.status}, NO LINE for {error}", flush=True)
        return
    (TARGET / f"{scenario.name}.expect.yaml").write_text(
        yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=120)
    )
    shown = [(c["class"], c["lines"][0], lines[c["lines"][0] - 1][:90]) for c in value["causes"]]
    print(f"{scenario.name}: {value['outcome']} {run.status} {len(out)} lines {len(data)} bytes {shown}", flush=True)


def main() -> None:
    from tools.own_logs.scenarios import SCENARIOS

    asked = set(sys.argv[1:])
    for scenario in SCENARIOS:
        if not asked or scenario.name in asked:
            write(scenario)


if __name__ == "__main__":
    main()
