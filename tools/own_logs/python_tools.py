"""Failures of pip, uv, poetry, pdm and pipenv."""

from __future__ import annotations

from tools.own_logs.record import Cause, Scenario


def _pip(version: int, **more: str) -> dict[str, str]:
    return {"PATH": f"/opt/tools/pip{version}/bin:/usr/local/bin:/usr/bin:/bin", **more}


INDEX = "http://pypi.lab.example"
QUIET = "--trusted-host pypi.lab.example"

PYTHON_TOOLS = [
    Scenario(
        "gitlab-scanpy-version-never-existed", ["pip install -r requirements.txt"], ["gitlab", "pip"],
        files={"requirements.txt": "tqdm==4.67.1\nanndata>=0.10\nscanpy==1.19.7\nleidenalg\n"}, env=_pip(22), frame="gitlab",
        causes=[Cause("pip-no-match", r"Could not find a version that satisfies the requirement scanpy==1\.19\.7",
                      "scanpy has no release 1.19.7: take one of the versions in the list",
                      end="No matching distribution found", facts={"package": "scanpy", "version": "1.19.7"})],
        consequences="Job failed", made="pip 22.3.1 against PyPI"),
    Scenario(
        "buildkit-numpy-needs-newer-python", ["pip install --no-cache-dir contourpy==1.3.3 numpy==2.5.0"], ["docker-buildkit", "pip"],
        env=_pip(24), frame="buildkit",
        causes=[Cause("pip-requires-python", r"Ignored the following versions that require a different python",
                      "numpy 2.5.0 needs a newer Python than 3.11: take a newer base image or an older numpy",
                      end="No matching distribution found", also=("pip-no-match",), repeats=r"^ERROR: (Could not|No matching)|Ignored the following",
                      facts={"package": "numpy", "version": "2.5.0"})],
        consequences="did not complete successfully", made="pip 24.0, Python 3.11, against PyPI"),
    Scenario(
        "github-tensorflow-against-numpy2", ["python -m pip install -r requirements/train.txt"], ["github-actions", "pip"],
        files={"requirements/train.txt": "tensorflow-cpu==2.15.1\nnumpy==2.0.2\nscikit-learn==1.5.2\n"}, env=_pip(26), frame="github",
        causes=[Cause("pip-resolution", r"Cannot install .* because these package versions have conflicting",
                      "tensorflow-cpu 2.15.1 needs numpy below 2: take numpy 1.26 or a newer tensorflow",
                      end="ResolutionImpossible", facts={"packages": ["tensorflow-cpu==2.15.1", "numpy==2.0.2"]})],
        consequences="Process completed with exit code", made="pip 26.0 against PyPI", ending="crlf"),
    Scenario(
        "azure-hash-of-another-wheel", ["pip install --require-hashes --no-deps -r locked.txt"], ["azure", "pip"],
        files={"locked.txt": "six==1.17.0 --hash=sha256:4721f391ed90541fddacab5acf947aa0d3dc7d27b2e1e8eda2be8970586c3274\n"
                             "idna==3.10 --hash=sha256:1b1ed2ba4dd0b1d2b5ef9a1a24bc65ea9e3b1d4b94bc2d05d7d2ee2f0a1cb4f7\n"},
        env=_pip(24), frame="azure",
        causes=[Cause("checksum", r"THESE PACKAGES DO NOT MATCH THE HASHES",
                      "the hash of idna 3.10 in locked.txt is not that of the wheel on PyPI: renew the locked file",
                      end=r"Got\s+[0-9a-f]{64}", facts={"package": "idna"})],
        consequences="Bash exited", made="pip 24.0 against PyPI, one hash altered"),
    Scenario(
        "classic-psycopg2-without-pg-config", ["pip install --no-cache-dir psycopg2==2.9.9"], ["docker-classic", "pip"],
        env=_pip(22), frame="classic", layer="gcc",
        causes=[Cause("pip-headers", r"Error: pg_config executable not found", "install libpq-dev, or take psycopg2-binary",
                      end="pg_config is required to build", also=("pip-build-backend",), facts={"package": "psycopg2", "program": "pg_config"})],
        consequences="metadata-generation-failed|returned a non-zero code|setup.py egg_info did not run", made="pip 22.3.1, Debian 12",
        not_causes=[("a fault of pip", "pip itself says: not a problem with pip")]),
    Scenario(
        "gitlab-psutil-no-compiler", ["pip install --no-binary :all: psutil==5.9.8"], ["gitlab", "pip"],
        env=_pip(22), frame="gitlab",
        causes=[Cause("pip-compiler", r"because gcc is not installed",
                      "no C compiler in the image: install gcc and python3-dev, or take the wheel",
                      end=r"No such file or directory: 'x86_64-linux-gnu-gcc'", facts={"package": "psutil"})],
        consequences="Failed building wheel|Job failed|Could not build wheels|legacy-install-failure", made="pip 22.3.1 in Debian 12 without gcc"),
    Scenario(
        "jenkins-pygraphviz-header", ["python3 --version", "pip install pygraphviz==1.14"], ["jenkins", "pip"],
        env=_pip(26), frame="jenkins", layer="gcc",
        causes=[Cause("pip-headers", r"fatal error: graphviz/cgraph\.h: No such file", "install libgraphviz-dev (conda: graphviz)",
                      facts={"header": "graphviz/cgraph.h", "package": "pygraphviz"})],
        consequences="command '.*gcc' failed|Failed building wheel|failed-wheel-build|script returned", made="pip 26.0, gcc 12, Debian 12"),
    Scenario(
        "buildkit-python-h-missing", ["pip install --no-cache-dir --no-binary :all: regex==2024.11.6"], ["docker-buildkit", "pip"],
        env=_pip(24), frame="buildkit", layer="gcc", setup="rm -rf /usr/include/python3.11 /usr/include/x86_64-linux-gnu/python3.11",
        causes=[Cause("pip-headers", r"fatal error: Python\.h: No such file", "install python3-dev beside gcc",
                      facts={"header": "Python.h", "package": "regex"}, repeats=r"fatal error: Python\.h")],
        consequences="command '.*gcc' failed|Failed building wheel|Could not build wheels|did not complete", made="pip 24.0, gcc 12 without python3-dev"),
    Scenario(
        "classic-tokenizers-rust", ["pip install tokenizers==0.10.3"], ["docker-classic", "pip"],
        env=_pip(24), frame="classic", layer="gcc", base="python:3.11-bookworm",
        causes=[Cause("pip-rust", r"error: can't find Rust compiler", "no wheel for Python 3.11: take a newer tokenizers, or install Rust",
                      end="Rust compiler", facts={"package": "tokenizers"})],
        consequences="Failed building wheel|Could not build wheels|non-zero code",
        not_causes=[("pip is too old", "the advice to update pip is a standing sentence; there is no wheel for this Python")],
        made="pip 24.0, Python 3.11"),
    Scenario(
        "circleci-pyyaml-cython3", ["pip install --progress-bar off 'PyYAML==5.4.1' requests"], ["circleci", "pip"],
        env=_pip(24), frame="circleci", layer="gcc",
        causes=[Cause("pip-build-backend", r"AttributeError: .*cython_sources", "PyYAML 5.4.1 cannot be built with Cython 3: take PyYAML 6.0.1 or newer",
                      facts={"package": "PyYAML", "version": "5.4.1"}, also=("tool-version",))],
        consequences="Getting requirements to build wheel did not run|exit status", tags=["traceback"], made="pip 24.0 against PyPI"),
    Scenario(
        "github-sklearn-old-name", ["pip install sklearn pandas"], ["github-actions", "pip"], env=_pip(26), frame="github",
        causes=[Cause("pip-build-backend", r"The 'sklearn' PyPI package is deprecated", "the package is named scikit-learn on PyPI",
                      end="SKLEARN_ALLOW_DEPRECATED|sklearn-pypi-package", facts={"package": "sklearn"}, also=("pip-no-match",))],
        consequences="Getting requirements to build wheel did not run|metadata-generation-failed|Process completed|Failed to build 'sklearn'", made="pip 26.0 against PyPI"),
    Scenario(
        "gitlab-git-requirement-without-git", ["pip install -r requirements-dev.txt"], ["gitlab", "pip"], env=_pip(24), frame="gitlab",
        files={"requirements-dev.txt": "six==1.17.0\ngeogrid @ git+https://git.lab.example/maps/geogrid@v0.4.1\n"},
        setup="rm -f /usr/bin/git",
        causes=[Cause("pip-git", r"Cannot find command 'git'", "the image has no git: install it, or require a release",
                      facts={"program": "git"}, repeats="Cannot find command 'git'")],
        consequences="Job failed", made="pip 24.0 in an image without git"),
    Scenario(
        "pip-git-tag-missing", ["pip install 'geogrid @ git+file:///srv/git/geogrid@v0.9.0'"], ["pip", "git"], env=_pip(26), frame="shell",
        setup="mkdir -p /srv/git/geogrid && cd /srv/git/geogrid && git init -q . && touch setup.py && git add . && "
              "git -c user.name=a -c user.email=a@b.example commit -qm one && git tag v0.4.1 && git config --system --add safe.directory '*'",
        causes=[Cause("pip-git", r"(pathspec 'v0\.9\.0' did not match|Did not find branch or tag 'v0\.9\.0')",
                      "the repository has no tag v0.9.0", end="pathspec", facts={"tag": "v0.9.0"})],
        consequences="git checkout -q v0.9.0 did not run|subprocess-exited", made="pip 26.0 and git against a repository on disk",
        not_causes=[("the build failed", "nothing was built; the check-out failed")]),
    Scenario(
        "github-git-host-unknown", ["pip install 'mapkit @ git+https://git.corp.example/maps/mapkit@main'"], ["github-actions", "pip", "git"],
        env=_pip(26), frame="github",
        causes=[Cause("dns", r"fatal: unable to access .*Could not resolve host", "git.corp.example is not known to this runner's name service",
                      also=("pip-git",), facts={"host": "git.corp.example"})],
        consequences="git clone .* did not run successfully|subprocess-exited|Process completed|Failed to build", made="pip 26.0, git 2.39"),
    Scenario(
        "buildkit-proxy-refuses", ["pip install --retries 2 --index-url https://pypi.org/simple pandas"], ["docker-buildkit", "pip"],
        env=_pip(24, https_proxy="http://proxy.lab.example:8443"), frame="buildkit",
        causes=[Cause("proxy", r"WARNING: Retrying.*(Cannot connect to proxy|ProxyError)", "nothing listens at the proxy of https_proxy: set the right one or none",
                      also=("connection",), end="WARNING: Retrying.*total=0", facts={}, repeats="ProxyError")],
        consequences=r"from versions: none|No matching distribution|did not complete", made="pip 24.0 with a proxy on a closed port",
        not_causes=[("pandas does not exist", "(from versions: none) means that the index was not reached")]),
    Scenario(
        "azure-proxy-wants-login", ["pip install --retries 1 numpy"], ["azure", "pip"],
        env=_pip(26, HTTPS_PROXY="http://proxy.lab.example:3128"), frame="azure",
        causes=[Cause("proxy", r"407", "the proxy asks for a login: give user and password in the proxy address",
                      also=("auth",), end=r"WARNING: Retrying.*total=0", facts={"status": 407}, repeats="407")],
        consequences=r"from versions: none|No matching distribution|Bash exited", made="pip 26.0 against a proxy on 127.0.0.1 that answers 407"),
    Scenario(
        "gitlab-own-certificate", ["pip install --retries 1 -i https://pypi.lab.example/ok/simple six"], ["gitlab", "pip"],
        env=_pip(22), frame="gitlab",
        causes=[Cause("tls", r"CERTIFICATE_VERIFY_FAILED", "the index uses a certificate of its own: give pip its CA (PIP_CERT)",
                      end="WARNING: Retrying.*total=0", repeats="CERTIFICATE_VERIFY_FAILED", facts={"host": "pypi.lab.example"})],
        consequences=r"from versions: none|No matching distribution|Job failed", made="pip 22.3.1 against TLS on 127.0.0.1"),
    Scenario(
        "jenkins-index-password-wrong", [f"pip install {QUIET} -i http://robot:Zuf4ll-9x7QkPw@pypi.lab.example/private/simple wheelhouse-tools"],
        ["jenkins", "pip"], env=_pip(24), frame="jenkins", secrets=["Zuf4ll-9x7QkPw"],
        causes=[Cause("auth", r"401 Error, Credentials not correct", "the index refuses user and password", facts={"status": 401})],
        consequences=r"from versions: none|No matching distribution|script returned", tags=["secret"], made="pip 24.0 against an index that answers 401"),
    Scenario(
        "circleci-too-many-requests", [f"pip install {QUIET} -i {INDEX}/pypi/simple six==1.17.0 idna"], ["circleci", "pip"],
        env=_pip(24), frame="circleci",
        causes=[Cause("rate-limit", r"HTTP error 429", "the index limits requests: wait, or use a cache", end="because of HTTP error 429", facts={"status": 429})],
        consequences="exit status", made="pip 24.0 against an index that answers 429"),
    Scenario(
        "docker-index-503", [f"pip install --retries 1 {QUIET} -i {INDEX}/mirror/simple tqdm"], ["docker-buildkit", "pip"],
        env=_pip(26), frame="buildkit",
        causes=[Cause("server-error", r"from versions: none", "the index gave no answer that pip could use: open it by hand (it answers 503), try later or use another one",
                      end="No matching distribution", repeats="from versions: none|No matching", also=("connection", "pip-no-match"))],
        consequences="did not complete", tags=["cause-not-printed"],
        not_causes=[("there is no tqdm", "(from versions: none) means that the index was not reached or refused")],
        made="pip 26.0 against an index that answers 503"),
    Scenario(
        "gitlab-read-timeout", [f"pip install --timeout 2 --retries 1 {QUIET} -i {INDEX}/slow/simple PyYAML==6.0.2"], ["gitlab", "pip"],
        env=_pip(24), frame="gitlab",
        causes=[Cause("timeout", r"[Rr]ead timed out|ReadTimeout", "the index does not answer in time: raise --timeout or use a nearer one",
                      end="WARNING: Retrying.*total=0", repeats="[Tt]imed ?out", facts={"host": "pypi.lab.example"})],
        consequences="Job failed", tags=["traceback"], made="pip 24.0 against a server that does not answer"),
    Scenario(
        "pip-download-breaks-off", [f"pip install {QUIET} -i {INDEX}/big/simple numpy==2.2.6"], ["pip"], env=_pip(22), frame="shell",
        causes=[Cause("checksum", r"DO NOT MATCH THE HASHES", "the download broke off half way (8.4 of 16.8 MB): try again, look at the proxy or mirror between",
                      start=r"8\.4/16\.8", end="Got ", also=("connection", "timeout"), facts={"package": "numpy"})],
        not_causes=[("a requirements file with wrong hashes", "there is none; the hash is that of the index, and the bar stands at half")], made="pip 22.3.1 against a server that sends half of the wheel"),
    Scenario(
        "buildkit-no-space", ["pip install --no-cache-dir numpy==2.2.6 pandas==2.2.3"], ["docker-buildkit", "pip"], env=_pip(24), frame="buildkit",
        setup="mkdir -p /srv/small && mount -t tmpfs -o size=45m tmpfs /opt/tools/pip24/lib/python3.11/site-packages/../../../share 2>/dev/null || true; "
              "cp -a /opt/tools/pip24 /srv/small/ && mount -t tmpfs -o size=70m tmpfs /opt/tools/pip24 && cp -a /srv/small/pip24/. /opt/tools/pip24/",
        causes=[Cause("disk-full", r"No space left on device", "the disk is full while wheels are unpacked", facts={"errno": 28}, repeats="No space left")],
        consequences="did not complete", made="pip 24.0 into a tmpfs of 70 MB"),
    Scenario(
        "gitlab-venv-of-another-user", ["id", "pip install six==1.17.0"], ["gitlab", "pip"], env=_pip(26), frame="gitlab", user="ci",
        causes=[Cause("permissions", r"Permission denied", "the environment belongs to root: install as its owner, or into one of your own",
                      facts={"errno": 13}, end="Check the permissions")],
        consequences="Job failed", made="pip 26.0 as another user than the owner"),
    Scenario(
        "github-externally-managed", ["python3 -m pip install tqdm==4.67.1"], ["github-actions", "pip"], frame="github", layer="gcc",
        causes=[Cause("permissions", r"externally-managed-environment", "make an environment (venv or conda) and install there",
                      end="hint: See PEP 668", also=("pip-overwrites",), facts={})],
        consequences="Process completed", made="pip 23.0.1 of Debian 12"),
    Scenario(
        "gitlab-requirements-file-missing", ["pip install -r requirements/ci.txt"], ["gitlab", "pip"], env=_pip(26), frame="gitlab",
        files={"requirements.txt": "six\n"},
        causes=[Cause("file-missing", r"Could not open requirements file", "there is no requirements/ci.txt in the check-out", facts={"file": "requirements/ci.txt"})],
        consequences="Job failed", made="pip 26.0"),
    Scenario(
        "pip-legacy-marker-syntax", ["pip install -r requirements.txt"], ["pip"], env=_pip(26), frame="shell",
        files={"requirements.txt": "six==1.17.0\ntorch==1.13.*+cu117 ; python_version < '3.12\nnumpy=1.26.4\n"},
        causes=[Cause("spec-syntax", r"Expected a marker variable or quoted string", "the marker of torch lacks its closing quote", end=r"markers\.InvalidMarker:", facts={"marker": "python_version < '3.12"})], tags=["traceback"],
        not_causes=[("numpy=1.26.4 in line 3", "wrong too (single =), but pip stopped at line 2 and the log does not show it")], made="pip 26.0"),
    Scenario(
        "github-uv-llvmlite-guards-python", ["uv venv -q --python /usr/bin/python3 .venv && uv pip install --python .venv 'ipython==9.8.0' 'numba==0.56.4'"],
        ["github-actions", "uv"], env={"PATH": "/opt/tools/uv/bin:/usr/bin:/bin"}, frame="github",
        causes=[Cause("pip-requires-python", r"RuntimeError: Cannot install on Python version", "numba 0.56.4 and llvmlite 0.39.1 do not support Python 3.11: raise numba or lower Python",
                      also=("pip-build-backend", "python-unsupported"), facts={"package": "llvmlite", "version": "0.39.1"})],
        consequences="Process completed|Failed to build|build backend returned|Call to", tags=["traceback", "cause-far-below"], made="uv 0.13.8"),
    Scenario(
        "uv-no-such-version", ["uv pip install --system --target /tmp/t 'polars==0.99.1' tqdm"], ["uv"], env={"PATH": "/opt/tools/uv/bin:/usr/bin:/bin"},
        frame="circleci",
        causes=[Cause("pip-no-match", r"No solution found", "polars has no version 0.99.1", end=r"unsatisfiable", also=("pip-resolution",),
                      facts={"package": "polars", "version": "0.99.1"})],
        consequences="exit status", made="uv 0.13.8"),
    Scenario(
        "gitlab-uv-lock-stale", ["uv sync --locked"], ["gitlab", "uv"], env={"PATH": "/opt/tools/uv/bin:/usr/bin:/bin"}, frame="gitlab",
        files={"pyproject.toml": '[project]\nname = "tiles"\nversion = "0.1.0"\nrequires-python = ">=3.11"\ndependencies = ["six"]\n'},
        setup="cd /srv/app && PATH=/opt/tools/uv/bin:$PATH uv lock -q && sed -i 's/\"six\"/\"six\", \"idna\"/' pyproject.toml",
        causes=[Cause("lock-stale", r"lockfile.*needs to be updated", "pyproject.toml changed after uv.lock: run uv lock and commit it", facts={"file": "uv.lock"})],
        consequences="Job failed", made="uv 0.13.8"),
    Scenario(
        "gitlab-poetry-solving-failed", ["poetry lock --no-interaction"], ["gitlab", "poetry"], env={"PATH": "/opt/tools/poetry/bin:/usr/bin:/bin"}, frame="gitlab",
        files={"pyproject.toml": '[tool.poetry]\nname = "tiles"\nversion = "0.1.0"\ndescription = ""\nauthors = []\npackage-mode = false\n'
                                 '[tool.poetry.dependencies]\npython = "^3.11"\ngeotiles = "1.0.2"\nshapegrid = "^2.1"\n'
                                 '[[tool.poetry.source]]\nname = "lab"\nurl = "http://pypi.lab.example/ok/simple/"\npriority = "primary"\n'},
        causes=[Cause("pip-resolution", r"Because .*geotiles", "geotiles 1.0.2 needs shapegrid below 2: raise geotiles or lower shapegrid", end="version solving failed",
                      facts={"packages": ["geotiles 1.0.2", "shapegrid ^2.1"]})],
        consequences="Job failed", not_causes=[("the warnings on pyproject.toml", "deprecated fields do not stop poetry")], made="poetry 2.5.1"),
    Scenario(
        "docker-poetry-lock-stale", ["poetry install --no-interaction --no-root"], ["docker-classic", "poetry"], env={"PATH": "/opt/tools/poetry/bin:/usr/bin:/bin"},
        frame="classic", files={"pyproject.toml": '[project]\nname = "tiles"\nversion = "0.1.0"\nrequires-python = ">=3.11"\ndependencies = ["six"]\n'
                                 '[[tool.poetry.source]]\nname = "lab"\nurl = "http://pypi.lab.example/ok/simple/"\npriority = "primary"\n'},
        setup="cd /srv/app && PATH=/opt/tools/poetry/bin:$PATH poetry lock -q && sed -i 's/\"six\"/\"six\", \"idna\"/' pyproject.toml",
        causes=[Cause("lock-stale", r"pyproject.toml changed significantly", "run poetry lock and commit poetry.lock", end="to fix the lock file", facts={"file": "poetry.lock"})],
        consequences="non-zero code", made="poetry 2.5.1"),
    Scenario(
        "pdm-hishel-renamed", ["pdm lock"], ["pdm"], env={"PATH": "/opt/tools/pdm/bin:/usr/bin:/bin"}, frame="shell",
        files={"pyproject.toml": '[project]\nname = "tiles"\nversion = "0.1.0"\nrequires-python = ">=3.11"\ndependencies = ["six"]\n'},
        setup="cd /srv/app && PATH=/opt/tools/pdm/bin:$PATH pdm use -q /usr/bin/python3 || true",
        causes=[Cause("tool-version", r"AttributeError.*hishel", "pdm and the hishel beside it do not fit: pin hishel below the release without SyncSqliteStorage, or take another pdm",
                      facts={"package": "hishel"})],
        made="pdm 2.29.4 as pip installed it on 2026-11-25"),
    Scenario(
        "jenkins-pipenv-lock-out-of-date", ["pipenv install --deploy"], ["jenkins", "pipenv"], env={"PATH": "/opt/tools/pipenv/bin:/usr/bin:/bin", "NO_COLOR": "1"},
        frame="jenkins", files={"Pipfile": '[[source]]\nurl = "https://pypi.org/simple"\nverify_ssl = true\nname = "pypi"\n\n[packages]\nsix = "*"\n\n[requires]\npython_version = "3.11"\n'},
        setup="cd /srv/app && PATH=/opt/tools/pipenv/bin:$PATH pipenv lock -q && sed -i 's/six = .*/six = \"*\"\\nidna = \"*\"/' Pipfile",
        causes=[Cause("lock-stale", r"^(Your )?Pipfile\.lock|Pipfile.*out[ -]of[ -]date", "run pipenv lock and commit Pipfile.lock", end=r"^\([0-9a-f]{64}\)\.$", facts={"file": "Pipfile.lock"}, repeats="out of date|out-of-date")],
        consequences="script returned|Aborting deploy", made="pipenv 2026.10"),
]  # fmt: skip
