"""Failures of conda-lock, py-rattler and envdoctor, and of shells that look for conda."""

from __future__ import annotations

from tools.own_logs.record import Cause, Scenario

CHANNEL = "http://conda.lab.example/ok/chan"
LOCK = {"PATH": "/tmp/venv/bin:/usr/local/bin:/usr/bin:/bin", "NO_COLOR": "1", "COLUMNS": "120"}
SOLVE = '''#!/tmp/venv/bin/python
"""Solve the specs of the command line with py-rattler, as a build script of a project may do."""
import asyncio, sys
from rattler import Gateway, MatchSpec, VirtualPackage, solve
channel, *specs = sys.argv[1:]
print(f"Solving {', '.join(specs)} from {channel}", flush=True)
async def main():
    records = await solve([channel], specs, platforms=["linux-64", "noarch"],
                          virtual_packages=VirtualPackage.detect() and [v.into_generic() for v in VirtualPackage.detect()])
    for record in sorted(records, key=lambda r: r.name.normalized):
        print(f"  {record.name.normalized} {record.version} {record.build}")
try:
    asyncio.run(main())
except Exception as error:
    print(f"error: {error}", file=sys.stderr)
    sys.exit(1)
'''
TOOL = {"/usr/local/bin/env-solve": SOLVE}
SOLVE_SETUP = "chmod +x /usr/local/bin/env-solve"


def _env(*lines: str, name: str = "tiles", channels: str = CHANNEL) -> str:
    return f"name: {name}\nchannels:\n  - {channels}\ndependencies:\n" + "".join(f"  - {line}\n" for line in lines)


CONDA_FAMILY = [
    Scenario(
        "gitlab-rattler-gdal-numpy2", [f"env-solve {CHANNEL} python=3.11 gdal=3.6 'numpy>=2'"], ["gitlab", "py-rattler"], env=LOCK, frame="gitlab",
        files=TOOL, setup=SOLVE_SETUP, consequences="Job failed",
        causes=[Cause("conflict", r"Cannot solve", "gdal 3.6.2 needs numpy below 2: take gdal 3.9 with Python 3.12, or numpy 1.26",
                      end="no candidates", facts={"packages": ["gdal=3.6", "numpy>=2"]})],
        made="py-rattler 0.28 in a small script, channel on 127.0.0.1"),
    Scenario(
        "buildkit-rattler-two-gdal-lines", [f"env-solve {CHANNEL} python=3.12 rasterio=1.3.9 osmgraph"], ["docker-buildkit", "py-rattler"], env=LOCK, frame="buildkit",
        files=TOOL, setup=SOLVE_SETUP, consequences="did not complete",
        causes=[Cause("conflict", r"Cannot solve", "rasterio 1.3.9 is there for Python 3.11 only: take python=3.11 or another rasterio",
                      also=("python-unsupported",), end="no candidates", facts={"packages": ["python=3.12", "rasterio=1.3.9"]},
                      repeats="no candidates were|Cannot solve")],
        made="py-rattler 0.28 in a small script, channel on 127.0.0.1"),
    Scenario(
        "github-rattler-cuda", [f"env-solve {CHANNEL} python=3.11 xtensor-gpu"], ["github-actions", "py-rattler"], env=LOCK, frame="github",
        files=TOOL, setup=SOLVE_SETUP, consequences="Process completed",
        causes=[Cause("cuda-virtual", r"__cuda", "the runner has no GPU: set CONDA_OVERRIDE_CUDA for the solve", start="Cannot solve", end="__cuda", facts={"virtual": "__cuda"})],
        made="py-rattler 0.28 in a small script, channel on 127.0.0.1"),
    Scenario(
        "jenkins-rattler-glibc", [f"env-solve {CHANNEL} newsys"], ["jenkins", "py-rattler"], env=LOCK, frame="jenkins",
        files=TOOL, setup=SOLVE_SETUP, consequences="script returned",
        causes=[Cause("system-virtual", r"__glibc", "newsys needs glibc 2.41 or newer: take a newer base image", start="Cannot solve", end="__glibc", facts={"virtual": "__glibc"})],
        made="py-rattler 0.28 in a small script, channel on 127.0.0.1"),
    Scenario(
        "azure-rattler-channel-gone", ["env-solve http://conda.lab.example/ok/geo-archive python=3.11 gdal"], ["azure", "py-rattler"], env=LOCK, frame="azure",
        files=TOOL, setup=SOLVE_SETUP, consequences="Bash exited",
        causes=[Cause("channel-404", r"404|not found|error:", "the channel geo-archive does not exist on this server", end="404", facts={"url": "http://conda.lab.example/ok/geo-archive"})],
        made="py-rattler 0.28 in a small script, server on 127.0.0.1"),
    Scenario(
        "rattler-sign-in-page", ["env-solve http://conda.lab.example/guest/chan python=3.11"], ["py-rattler"], env=LOCK, frame="shell",
        files=TOOL, setup=SOLVE_SETUP,
        causes=[Cause("not-repodata", r"^error:", "the server answers with a web page (a sign-in page of the network) where repodata.json is expected",
                      end="Caused by|expected", facts={"url": "http://conda.lab.example/guest/chan"})],
        made="py-rattler 0.28 in a small script, server on 127.0.0.1"),
    Scenario(
        "gitlab-conda-lock-fetches-conda", ["conda-lock lock -p linux-64 -f environment.yml"], ["gitlab", "conda-lock"], env=LOCK, frame="gitlab",
        files={"environment.yml": _env("python=3.11", "gdal=3.6", "networkx")}, consequences="Job failed",
        causes=[Cause("dns", r"Request to .* failed", "conda-lock finds no conda and wants to fetch one, but this runner cannot resolve api.anaconda.org: install conda, or give --conda",
                      end=r"socket\.gaierror", also=("conda-missing", "connection"), repeats="Request to .* failed|NameResolutionError|gaierror", facts={"host": "api.anaconda.org"})],
        tags=["traceback"], made="conda-lock 4.0.3 without conda and without that name"),
    Scenario(
        "buildkit-conda-lock-render-no-lock", ["conda-lock render -k explicit -p linux-64 locks/conda-lock.yml"], ["docker-buildkit", "conda-lock"], env=LOCK, frame="buildkit",
        files={"environment.yml": _env("python=3.11")}, consequences="did not complete",
        causes=[Cause("file-missing", r"No such file|does not exist", "locks/conda-lock.yml is not in the image: copy it, or name the right path",
                      facts={"file": "locks/conda-lock.yml"}, repeats="No such file|does not exist")],
        made="conda-lock 4.0.3"),
    Scenario(
        "github-conda-lock-lock-of-future", ["conda-lock render -k explicit -p linux-64 conda-lock.yml"], ["github-actions", "conda-lock"], env=LOCK, frame="github",
        files={"conda-lock.yml": "version: 7\nmetadata:\n  content_hash: {}\npackage: []\n"}, consequences="Process completed",
        causes=[Cause("tool-version", r"UnknownLockfileVersion: ", "the lock has format 7, which this conda-lock does not know: take a newer conda-lock", start="raise UnknownLockfileVersion", also=("lock-stale",), facts={"version": 7})],
        tags=["traceback"], made="conda-lock 4.0.3"),
    Scenario(
        "jenkins-envdoctor-yaml-tab", ["python -m envdoctor check environment.yml"], ["jenkins", "envdoctor"], env={**LOCK, "PYTHONPATH": "/srv/envdoctor"}, frame="jenkins",
        files={"environment.yml": f"name: tiles\nchannels:\n  - {CHANNEL}\ndependencies:\n  - python=3.11\n\t- gdal\n"}, consequences="script returned",
        causes=[Cause("spec-syntax", r"tab|found character", "line 6 of environment.yml is indented with a tab: use blanks", facts={"file": "environment.yml", "line": 6})],
        made="envdoctor of this repository"),
    Scenario(
        "gitlab-envdoctor-package-missing", ["python -m envdoctor explain environment.yml -p linux-64"], ["gitlab", "envdoctor"], env={**LOCK, "PYTHONPATH": "/srv/envdoctor"}, frame="gitlab",
        files={"environment.yml": _env("python=3.11", "gdal=3.6", "geofast>=2.0", "networkx")}, consequences="Job failed",
        causes=[Cause("package-missing", r"geofast", "no channel of the file has geofast", end="geofast", facts={"package": "geofast"})],
        made="envdoctor of this repository, channel on 127.0.0.1"),
    Scenario(
        "circleci-envdoctor-channel-refused", ["python -m envdoctor explain environment.yml -p linux-64"], ["circleci", "envdoctor"], env={**LOCK, "PYTHONPATH": "/srv/envdoctor"}, frame="circleci",
        files={"environment.yml": _env("python=3.11", channels="http://conda.lab.example:8999/chan")}, consequences="exit status",
        causes=[Cause("connection", r"conda\.lab\.example:8999", "nothing listens at conda.lab.example:8999", facts={"host": "conda.lab.example"})],
        made="envdoctor of this repository against a closed port"),
    Scenario(
        "docker-yaml-script-bad-indent", ["python3 -c \"import yaml; print(yaml.safe_load(open('environment.yml'))['name'])\""], ["docker-classic", "python"], env=LOCK, frame="classic",
        files={"environment.yml": "name: tiles\nchannels:\n  - conda-forge\n dependencies:\n  - python=3.11\n", **TOOL}, setup=SOLVE_SETUP, consequences="non-zero code",
        causes=[Cause("spec-syntax", r"yaml\.(parser\.ParserError|scanner\.ScannerError)", "line 4 of environment.yml is indented by one blank too many",
                      end=r'in "environment.yml", line 4, column', facts={"file": "environment.yml", "line": 4})],
        tags=["traceback"], made="PyYAML 6"),
    Scenario(
        "github-envdoctor-explain-in-ci", ["python -m envdoctor explain environment.yml --platform linux-64"], ["github-actions", "envdoctor"],
        env={**LOCK, "PYTHONPATH": "/srv/envdoctor"}, frame="github", files={"environment.yml": _env("python=3.11", "gdal=3.6", "numpy>=2")}, consequences="Process completed",
        causes=[Cause("conflict", r"gdal=3.6 .line 6. needs numpy", "gdal 3.6 needs numpy below 2: take gdal 3.9 or numpy 1.26", start="does not solve", end="gdal=3.6 → numpy", facts={"packages": ["gdal=3.6", "numpy>=2"]})],
        made="envdoctor of this repository, channel on 127.0.0.1"),
    Scenario(
        "gitlab-envdoctor-utf16-file", ["python -m envdoctor explain environment.yml"], ["gitlab", "envdoctor"],
        env={**LOCK, "PYTHONPATH": "/srv/envdoctor"}, frame="gitlab", files={"environment.yml": b"\xff\xfe" + _env("python=3.11").encode("utf-16-le")[:-1]}, consequences="Job failed",
        causes=[Cause("encoding", r"UTF|utf|encod", "write environment.yml as UTF-8", facts={"file": "environment.yml"})],
        made="envdoctor of this repository"),
    Scenario(
        "gitlab-conda-not-found", ["conda --version", "conda env create -f environment.yml"], ["gitlab", "bash"], frame="gitlab", base="debian:12-slim", consequences="Job failed",
        causes=[Cause("conda-missing", r"conda: command not found", "the image has no conda: take a Miniforge image or install it", facts={"program": "conda"})], made="bash 5.2"),
    Scenario(
        "classic-micromamba-after-404", ["curl -L http://get.lab.example/gone/micromamba/linux-64/latest | tar -xj -C /usr/local bin/micromamba; micromamba --version"],
        ["docker-classic", "curl", "tar"], frame="classic", base="debian:12-slim", setup="apt-get install -y -q bzip2 >/dev/null 2>&1",
        causes=[Cause("channel-404", r"bzip2: \(stdin\) is not a bzip2 file", "the address answers 404 and its error page went into tar: use curl -f and a right address",
                      end="tar: Error is not recoverable", also=("server-error", "conda-missing", "unknown"), facts={"url": "http://get.lab.example/gone/micromamba/linux-64/latest"})],
        consequences="micromamba: not found|non-zero code", tags=["cause-not-printed"], made="curl 7.88 and tar in Debian 12, server on 127.0.0.1"),
    Scenario(
        "docker-source-under-dash", ["source activate tiles && python -c 'import numpy'"], ["docker-classic", "sh"], frame="classic", base="debian:12-slim",
        causes=[Cause("activate", r"source: not found", "RUN uses sh: use SHELL bash, or call the environment by its path", facts={"shell": "sh"})],
        consequences="non-zero code", made="dash 0.5"),
    Scenario(
        "azure-conda-hook-under-sh", ["sh ci/env.sh"], ["azure", "sh"], frame="azure",
        files={"ci/env.sh": "set -e\n. /opt/conda/etc/profile.d/conda.sh\nconda activate tiles\npytest -q\n"},
        causes=[Cause("activate", r"cannot open|can't open", "there is no conda.sh under /opt/conda on this agent", also=("conda-missing", "file-missing"), facts={"file": "/opt/conda/etc/profile.d/conda.sh"})],
        consequences="Bash exited", made="dash 0.5"),
    Scenario(
        "zh-conda-command-missing", ["conda activate tiles", "python train.py"], ["bash"], frame="shell", env={"LANG": "zh_CN.UTF-8", "LC_ALL": "zh_CN.UTF-8"},
        causes=[Cause("conda-missing", r"conda[::]", "conda is not on the PATH of this shell", also=("activate",), facts={"program": "conda"})],
        tags=["locale-zh"], made="bash 5.2 with zh_CN"),
]  # fmt: skip
