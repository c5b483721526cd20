"""Green builds, silent failures, two faults in one log, and faults with tempting wrong lines."""

from __future__ import annotations

from tools.own_logs.conda_family import CHANNEL, LOCK, SOLVE_SETUP, TOOL
from tools.own_logs.python_tools import INDEX, QUIET
from tools.own_logs.record import Cause, Scenario

PIP = {"PATH": "/opt/tools/pip24/bin:/usr/local/bin:/usr/bin:/bin"}
PYTEST = {"PATH": "/tmp/venv/bin:/usr/bin:/bin"}

SEVERAL = [
    Scenario(
        "green-gitlab-pip-retries", [f"pip install --retries 5 {QUIET} -i {INDEX}/flaky/simple idna==3.10 six==1.17.0", "python -c 'import idna, six; print(six.__version__)'"], ["gitlab", "pip"], env=PIP, frame="gitlab",
        tags=["nothing-failed", "trap"], not_causes=[("connection broken", "the retries succeeded")], made="pip 24.0 against a server that drops the first two requests"),
    Scenario(
        "green-github-alarming-test-names", ["python -m pytest -v tests"], ["github-actions", "pytest"], frame="github", env=PYTEST,
        files={"tests/test_errors.py": "import pytest, warnings\n\n@pytest.mark.parametrize('text', ['ResolutionImpossible', 'CondaHTTPError 404', 'No space left on device', 'Killed', 'PackagesNotFoundError'])\n"
               "def test_error_is_explained(text, capsys):\n    print('ERROR:', text)\n\n@pytest.mark.xfail(reason='ERROR: solver fails on Windows')\ndef test_solving_environment_failed():\n    assert False\n\n"
               "@pytest.mark.skip(reason='conda: command not found')\ndef test_with_conda():\n    pass\n\ndef test_fatal_error_header_missing():\n    warnings.warn('fatal error: Python.h: No such file or directory')\n"},
        tags=["nothing-failed", "trap"], not_causes=[("the messages in test names and warnings", "all tests passed, one failed as expected")], made="pytest 9"),
    Scenario(
        "green-buildkit-apt-debconf", ["apt-get update -q && apt-get install -y --no-install-recommends procps less tzdata && rm -rf /var/lib/apt/lists/*", "python3 -c 'print(\"error rate 0.0, failed 0\")'"], ["docker-buildkit", "apt"],
        frame="buildkit", env={"TERM": "dumb"}, tags=["nothing-failed", "trap"], not_causes=[("debconf: unable to initialize frontend", "a note of every build without a terminal")], made="apt of Debian 12"),
    Scenario(
        "green-jenkins-gcc-warnings", ["make -j1"], ["jenkins", "make", "gcc"], frame="jenkins", layer="gcc",
        files={"Makefile": "CFLAGS = -O2 -Wall -Wextra\nall: errors.o fail.o\n", "errors.c": '#include <stdio.h>\nint error_count(int *fatal_error) { int unused_error; unsigned n = 3; if (n > -1) printf("%d\\n", n == 3); return *fatal_error; }\n',
               "fail.c": "int fail(int a) { int failed; if (a) failed = 1; return failed; }\n"},
        tags=["nothing-failed", "not-conda"], made="gcc 12", not_causes=[("the warnings", "make ended with 0")]),
    Scenario(
        "green-classic-pip-falls-back-to-older", ["pip install --no-cache-dir six==1.17.0 && pip uninstall -y no-such-package && pip check"], ["docker-classic", "pip"], frame="classic", env={"PATH": "/opt/tools/pip22/bin:/usr/bin:/bin"},
        tags=["nothing-failed"], not_causes=[("WARNING: Skipping no-such-package", "a warning only")], made="pip 22.3.1"),
    Scenario(
        "green-azure-which-conda", ["command -v conda || echo 'conda not found, using venv'", "python3 -m venv --without-pip .venv && .venv/bin/python -c 'print(\"0 errors\")'"], ["azure", "bash"], frame="azure",
        tags=["nothing-failed"], not_causes=[("conda not found", "the script says so itself and takes venv")], made="bash"),
    Scenario(
        "silent-buildkit-pip-or-true", [f"pip install {QUIET} -i {INDEX}/ok/simple shapegrid==3.0.0 || true", "python -c 'print(1)'"], ["docker-buildkit", "pip"], frame="buildkit", env=PIP,
        causes=[Cause("pip-no-match", r"Could not find a version that satisfies", "the index has shapegrid 1.4.0 and 2.1.0; and take || true away", end="No matching distribution", facts={"package": "shapegrid", "version": "3.0.0"})],
        tags=["silent-failure"], made="pip 24.0 against 127.0.0.1"),
    Scenario(
        "silent-github-solver-behind-tee", [f"env-solve {CHANNEL} python=3.11 gdal=3.6 'numpy>=2' 2>&1 | tee solve.log", "echo done"], ["github-actions", "py-rattler"], frame="github", env=LOCK, files=TOOL, setup=SOLVE_SETUP,
        causes=[Cause("conflict", r"Cannot solve", "gdal 3.6.2 needs numpy below 2; and set -o pipefail, for tee hides the exit status", end="no candidates", facts={"packages": ["gdal=3.6", "numpy>=2"]})],
        tags=["silent-failure"], made="py-rattler 0.28 in a small script, behind a pipe"),
    Scenario(
        "silent-gitlab-resolver-complains", ["pip install -q requests==2.32.5", "pip install urllib3==1.20", "python -c 'import requests' || echo 'no requests, going on'"], ["gitlab", "pip"], frame="gitlab", env=PIP,
        causes=[Cause("pip-resolution", r"pip's dependency resolver does not currently take into account", "requests 2.32.5 needs urllib3 1.21.1 or newer: name both in one pip install",
                      end="which is incompatible", facts={"packages": ["requests==2.32.5", "urllib3==1.20"]}, also=("pip-overwrites",))],
        consequences="^ImportError", tags=["silent-failure"], made="pip 24.0 against PyPI"),
    Scenario(
        "two-gitlab-index-then-tests", ["pip install --retries 0 -i https://pypi.lab.example/ok/simple tqdm || echo 'tqdm skipped'", "PYTHONPATH=/srv/app python3 -m unittest -v check_tiles"], ["gitlab", "pip", "unittest"], frame="gitlab", env=PIP,
        files={"check_tiles.py": "import unittest\n\nclass Tiles(unittest.TestCase):\n    def test_area(self):\n        self.assertEqual(3 * 4, 13)\n    def test_error(self):\n        pass\n"},
        causes=[Cause("tls", r"CERTIFICATE_VERIFY_FAILED", "give pip the CA of the index", facts={"host": "pypi.lab.example"}),
                Cause("test-failure", r"AssertionError: 12 != 13", "test_area expects 13", start="FAIL: test_area", facts={"test": "test_area"})],
        consequences="from versions: none|No matching|FAILED|Job failed", tags=["two-causes"], made="pip 24.0 against TLS on 127.0.0.1, unittest"),
    Scenario(
        "two-buildkit-interleaved-stages", ["pip install --no-binary :all: psutil==5.9.8"], ["docker-buildkit", "pip", "apt"], frame="buildkit", env=PIP,
        parallel=["apt-get update && apt-get install -y --no-install-recommends less", "apt-get install -y proj-devel || echo 'built without PROJ'"],
        causes=[Cause("pip-compiler", r"because gcc is not installed", "install gcc and python3-dev in this stage, or take the wheel", end="No such file or directory: 'x86_64-linux-gnu-gcc'", facts={"package": "psutil"}, repeats="No such file or directory: 'x86_64"),
                Cause("apt", r"E: Unable to locate package proj-devel", "the package is named libproj-dev in Debian", facts={"package": "proj-devel"})],
        consequences="Failed building wheel|Could not build wheels|did not complete", tags=["two-causes", "interleaved"], made="pip 24.0 and apt, two stages put together by their time"),
    Scenario(
        "two-make-keep-going", ["make -k"], ["make", "gcc"], frame="circleci", layer="gcc",
        files={"Makefile": "all: a.o tool\na.o: a.c\n\tgcc -c a.c\ntool: b.c\n\tgcc -o tool b.c -lgdal\n", "a.c": "#include <proj.h>\nint x;\n", "b.c": "int main(void) { return 0; }\n"},
        causes=[Cause("compile-error", r"fatal error: proj\.h: No such file", "install the headers of PROJ", also=("pip-headers",), facts={"header": "proj.h"}),
                Cause("compile-error", r"cannot find -lgdal", "install the library GDAL", also=("pip-headers",), facts={"library": "gdal"})],
        consequences=r"make: \*\*\*|collect2|compilation terminated|exit status", tags=["two-causes", "not-conda"], made="gcc 12 and make -k"),
    Scenario(
        "two-jenkins-solver-and-yaml", [f"env-solve {CHANNEL} python=3.12 rasterio=1.3.9 || true", "python -m envdoctor check environment.yml || true", "exit 3"], ["jenkins", "py-rattler", "envdoctor"],
        env={**LOCK, "PYTHONPATH": "/srv/envdoctor"}, frame="jenkins", files={**TOOL, "environment.yml": "name: tiles\nchannels: [conda-forge]\ndependencies:\n  - python=3.12\n  - numpy=1.26=\n  - 'gdal >=3.6,,<4'\n"}, setup=SOLVE_SETUP,
        causes=[Cause("conflict", r"Cannot solve", "rasterio 1.3.9 is there for Python 3.11 only", end="no candidates", facts={"packages": ["python=3.12", "rasterio=1.3.9"]}, also=("python-unsupported",)),
                Cause("spec-syntax", r"(gdal|numpy).*", "a line of environment.yml is no spec", after="envdoctor check", facts={"file": "environment.yml"})],
        consequences="script returned", tags=["two-causes"], made="py-rattler 0.28 and envdoctor"),
    Scenario(
        "github-secret-in-traced-script", ["bash -x ci/fetch.sh"], ["github-actions", "bash", "curl"], frame="github",
        files={"ci/fetch.sh": 'set -e\nexport FEED_TOKEN=ghx_9aErfundenQ2w7R5t\ncurl -fsS -H "Authorization: Bearer $FEED_TOKEN" http://conda.lab.example/closed/t/linux-64/repodata.json -o repodata.json\n'},
        secrets=["ghx_9aErfundenQ2w7R5t"],
        causes=[Cause("auth", r"curl: \(22\) The requested URL returned error: 403", "the channel refuses the token: renew it (and take set -x away: the log shows it)", facts={"status": 403})],
        consequences="Process completed", tags=["secret"], made="curl 7.88 and bash -x against 127.0.0.1"),
    Scenario(
        "gitlab-noise-far-above", ['for i in $(seq 1 260); do echo "WARNING: tile $i: retry after error 503 (recovered)"; done', "pip install -q six==1.17.0 && python -c 'import six, geotiles'"], ["gitlab", "python"], frame="gitlab", env=PIP,
        causes=[Cause("unknown", r"ModuleNotFoundError: No module named 'geotiles'", "nothing installs geotiles: add it to the environment", also=("pip-no-match", "package-missing", "env-missing"), facts={"package": "geotiles"})],
        not_causes=[("error 503", "the program's own words: recovered")], consequences="Job failed", tags=["traceback", "trap"], ending="gz", made="a shell loop, Python 3.11"),
    Scenario(
        "buildkit-first-stage-green-cut", ["apt-get update && apt-get install -y --no-install-recommends less procps", "pip install --retries 1 --timeout 2 " + f"{QUIET} -i {INDEX}/slow/simple PyYAML==6.0.2 six"], ["docker-buildkit", "apt", "pip"], frame="buildkit", env=PIP, keep=66,
        causes=[Cause("timeout", r"[Rr]ead timed out", "the index does not answer in time", facts={"host": "pypi.lab.example"}, end="Max retries|[Rr]ead timed out", repeats="[Rr]ead timed out")],
        consequences="did not complete", tags=["truncated"], made="pip 24.0 against a server that does not answer; cut"),
    Scenario(
        "classic-long-apt-then-mysqlclient", ["apt-get update && apt-get install -y --no-install-recommends gcc g++ make python3-dev pkg-config", "pip install mysqlclient==2.2.4"], ["docker-classic", "apt", "pip"], frame="classic", env=PIP,
        causes=[Cause("pip-headers", r"Can not find valid pkg-config name", "install libmariadb-dev (conda: mysql-connector-c)", start="Trying pkg-config", end="Specify MYSQLCLIENT", facts={"package": "mysqlclient"}, also=("pip-build-backend",))],
        consequences="Getting requirements to build wheel did not run|exit status|non-zero code", tags=["traceback"], not_causes=[("no compiler", "gcc was installed in the step before")], made="apt and pip 24.0 in Debian 12"),
    Scenario(
        "circleci-far-above-then-import", [f"pip install {QUIET} -i {INDEX}/ok/simple 'geotiles==1.1.0' 2>&1 | tail -n 2", "for i in $(seq 1 180); do python3 -c \"print('tests/test_tiles.py::test_tile_$i PASSED')\"; done", "python -c 'import geotiles; print(geotiles.__version__)'"],
        ["circleci", "pip", "python"], frame="circleci", env=PIP,
        causes=[Cause("pip-no-match", r"Could not find a version that satisfies", "the index has geotiles 1.0.2 only; and set pipefail, for tail hides the exit status", end="No matching distribution", facts={"package": "geotiles", "version": "1.1.0"})],
        consequences="ModuleNotFoundError|exit status 1", tags=["cause-far-above", "silent-failure"], made="pip 24.0 against 127.0.0.1, Python 3.11"),
]  # fmt: skip
