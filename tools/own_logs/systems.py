"""Compilers, linkers, machines, apt, git, curl, tests: failures that have little to do with conda."""

from __future__ import annotations

from pathlib import Path

from tools.own_logs.record import Cause, Scenario

ASSETS = Path("/srv/assets")


def _asset(name: str) -> bytes:
    path = ASSETS / name
    return path.read_bytes() if path.exists() else b""


GRID = "#include <stddef.h>\n\ndouble mean(const double *cells, size_t n)\n{\n    double sum = 0;\n    for (size_t i = 0; i < n; i++)\n        sum += cell[i];\n    return sum / n\n}\n"
MAKE = "CC = gcc\nCFLAGS = -O2 -Wall\nall: tiles\nmean.o: mean.c\n\t$(CC) $(CFLAGS) -c $<\ntiles: main.o mean.o\n\t$(CC) -o $@ $^ -lproj -lm\n"
GOOD = GRID.replace("cell[", "cells[").replace("/ n\n", "/ n;\n")
CMAKE = "cmake_minimum_required(VERSION 3.20)\nproject(tiles CXX)\nfind_package(Threads REQUIRED)\nfind_package(GDAL 3.4 REQUIRED)\nadd_library(tiles tiles.cpp)\n"
ABI = """#define NPY_NO_DEPRECATED_API NPY_1_7_API_VERSION
#include <Python.h>
#include <numpy/arrayobject.h>
static struct PyModuleDef m = {PyModuleDef_HEAD_INIT, "_fast", 0, -1, 0};
PyMODINIT_FUNC PyInit__fast(void) { import_array(); return PyModule_Create(&m); }
"""
CXX = '#include <iostream>\n#include <sstream>\n#include <string>\nint main() { std::ostringstream s; s << "x"; std::string t = std::move(s).str(); std::cout << t << s.view().size(); }\n'

SYSTEMS = [
    Scenario(
        "make-gcc-german", ["make"], ["make", "gcc"], frame="shell", layer="gcc", env={"LANG": "de_DE.UTF-8", "LANGUAGE": "de"},
        files={"mean.c": GRID, "main.c": "int main(void) { return 0; }\n", "Makefile": MAKE},
        causes=[Cause("compile-error", r"mean\.c:7:16: (Fehler|error)", "mean.c line 7 names cell, which is cells; line 8 lacks a semicolon", end=r"mean\.c:8:\d+: (Fehler|error)", facts={"file": "mean.c", "line": 7})],
        consequences=r"make: \*\*\*", tags=["locale-de", "not-conda"], made="gcc 12 and make of Debian 12 in German"),
    Scenario(
        "jenkins-ld-cannot-find-french", ["make"], ["jenkins", "make", "gcc"], frame="jenkins", layer="gcc", env={"LANG": "fr_FR.UTF-8", "LANGUAGE": "fr"},
        files={"mean.c": GOOD, "main.c": "int main(void) { return 0; }\n", "Makefile": MAKE},
        causes=[Cause("compile-error", r"ld(\.bfd)?\s*: .*-lproj", "libproj is not installed for the linker: libproj-dev, or the lib folder of the environment with -L", also=("pip-headers",), facts={"library": "proj"})],
        consequences=r"make: \*\*\*|collect2|script returned", tags=["locale-fr", "not-conda"], made="gcc 12, GNU ld and make of Debian 12 in French"),
    Scenario(
        "buildkit-cmake-no-gdal", ["cmake -S . -B build && cmake --build build"], ["docker-buildkit", "cmake"], frame="buildkit", layer="gcc", base="debian:12",
        files={"CMakeLists.txt": CMAKE, "tiles.cpp": "int tiles() { return 1; }\n"},
        causes=[Cause("compile-error", r"Could NOT find GDAL", "install the headers of GDAL (libgdal-dev, or libgdal in the environment with CMAKE_PREFIX_PATH)",
                      start="CMake Error at", also=("pip-headers", "unknown"), facts={"package": "GDAL"}, repeats="Could NOT find GDAL|CMake Error")],
        consequences="Configuring incomplete|did not complete", tags=["not-conda"], made="cmake 3.25, gcc 12 in Debian 12"),
    Scenario(
        "gitlab-cython-own-code", ["pip install ."], ["gitlab", "pip", "cython"], frame="gitlab", layer="gcc", env={"PATH": "/opt/tools/pip24/bin:/usr/bin:/bin"},
        files={"pyproject.toml": '[build-system]\nrequires = ["setuptools<81", "cython==3.0.11"]\nbuild-backend = "setuptools.build_meta"\n[project]\nname = "tiles"\nversion = "0.2.0"\n',
               "setup.py": "from setuptools import setup\nfrom Cython.Build import cythonize\nsetup(ext_modules=cythonize('tiles.pyx'))\n",
               "tiles.pyx": "cdef double area(double w, double h):\n    cdef int n = 0\n    return w * hight\n\ndef total(list xs):\n    return sum(area(*x) for x in xs)\n"},
        causes=[Cause("compile-error", r"tiles\.pyx:3:15: undeclared name", "tiles.pyx line 3 says hight and means h", start="Error compiling Cython file", end=r"tiles\.pyx:6:19", also=("pip-build-backend",),
                      facts={"file": "tiles.pyx", "line": 3})],
        consequences="CompileError|did not run successfully|subprocess-exited|Job failed", made="pip 24.0, Cython 3.0.11"),
    Scenario(
        "docker-numpy1-extension", ["pip install -q numpy==2.2.6 && python -c 'import _fast'"], ["docker-classic", "pip", "python"], frame="classic", layer="gcc",
        env={"PATH": "/opt/tools/pip24/bin:/usr/bin:/bin", "PYTHONPATH": "/srv/app"}, files={"fast.c": ABI},
        setup="PATH=/opt/tools/pip24/bin:/usr/bin:/bin; pip install -q numpy==1.26.4; cd /srv/app; gcc -shared -fPIC -I/usr/include/python3.11 "
              "-I$(python -c 'import numpy; print(numpy.get_include())') fast.c -o _fast.so; rm fast.c",
        causes=[Cause("numpy2-abi", r"A module that was compiled using NumPy 1", "build the extension _fast against numpy 2, or keep numpy below 2", end="NumPy 2", facts={"package": "numpy"}, repeats="compiled using NumPy 1")],
        consequences="ImportError|non-zero code|_ARRAY_API", tags=["traceback"], made="an extension built here against numpy 1.26.4, run with 2.2.6"),
    Scenario(
        "gitlab-glibcxx-of-older-libstdcxx", ["./bin/report"], ["gitlab", "ld.so"], frame="gitlab", layer="gcc", files={"x.cpp": CXX, "/opt/conda/envs/tiles/lib/libstdc++.so.6": _asset("old/usr/lib/x86_64-linux-gnu/libstdc++.so.6.0.28")},
        setup="mkdir -p /srv/app/bin && cd /srv/app && g++ -std=c++20 -O0 x.cpp -o bin/report && rm x.cpp", env={"LD_LIBRARY_PATH": "/opt/conda/envs/tiles/lib"},
        causes=[Cause("glibcxx", r"version `GLIBCXX_3\.4\.\d+' not found", "the libstdc++ of the environment is older than the compiler: install libstdcxx-ng of its age", facts={"symbol": "GLIBCXX_3.4.29"}, end="GLIBCXX")],
        consequences="Job failed", made="a program of gcc 12 under the libstdc++ of gcc 10 (Debian 11)"),
    Scenario(
        "github-glibc-of-newer-distribution", ["./vendor/datamash --version"], ["github-actions", "ld.so"], frame="github", files={"vendor/datamash": _asset("datamash")}, setup="chmod +x /srv/app/vendor/datamash",
        causes=[Cause("system-virtual", r"version `GLIBC_2\.38' not found", "the program was built for glibc 2.38: take a newer image, or a build for this one", also=("glibcxx", "unknown"), facts={"symbol": "GLIBC_2.38"})],
        consequences="Process completed", made="a program of Debian 13 in Debian 12"),
    Scenario(
        "classic-arm-binary", ["./vendor/busybox echo ready"], ["docker-classic", "sh"], frame="classic", files={"vendor/busybox": _asset("busybox")}, setup="chmod +x /srv/app/vendor/busybox",
        causes=[Cause("docker-arch", r"[Ee]xec format error", "vendor/busybox is a program for arm64: take the one for amd64", facts={"file": "vendor/busybox"})],
        consequences="non-zero code", made="an arm64 busybox on amd64"),
    Scenario(
        "azure-arm-binary-bash", ["vendor/busybox wget -q -O - http://get.lab.example/ok/simple/six/"], ["azure", "bash"], frame="azure", files={"vendor/busybox": _asset("busybox")}, setup="chmod +x /srv/app/vendor/busybox",
        causes=[Cause("docker-arch", r"cannot execute binary file", "vendor/busybox is a program for arm64: take the one for amd64", facts={"file": "vendor/busybox"})],
        consequences="Bash exited", ending="utf-16", made="an arm64 busybox on amd64; log as UTF-16"),
    Scenario(
        "buildkit-apt-no-such-package", ["apt-get update && apt-get install -y --no-install-recommends libgdal-dev python3.13-dev"], ["docker-buildkit", "apt"], frame="buildkit", base="debian:12-slim",
        causes=[Cause("apt", r"E: (Unable to locate package|Package '?)", "Debian 12 has no python3.13: take its 3.11 or a newer release", end="E: Couldn't find", facts={"package": "python3.13-dev"}, repeats="E: ")],
        consequences="did not complete", tags=["not-conda"], made="apt of Debian 12"),
    Scenario(
        "classic-apt-mirror-404", ["apt-get update && apt-get install -y gcc"], ["docker-classic", "apt"], frame="classic", layer="bare", base="debian:12",
        setup="rm -rf /etc/apt/sources.list.d/*; echo 'deb http://deb.lab.example/gone/debian bookworm main' > /etc/apt/sources.list",
        causes=[Cause("apt", r"^(E|Err|Erreur)\s?[ :]", "the mirror deb.lab.example has no bookworm: take another", end="E: ", also=("stale-mirror", "connection"), facts={"host": "deb.lab.example", "status": 404})],
        consequences="non-zero code", tags=["not-conda"], made="apt of Debian 12 against 127.0.0.1"),
    Scenario(
        "gitlab-apt-german-unknown-package", ["apt-get install -y graphviz-devel"], ["gitlab", "apt"], frame="gitlab", base="debian:12", env={"LANG": "de_DE.UTF-8", "LANGUAGE": "de"},
        causes=[Cause("apt", r"^E: ", "the package is named libgraphviz-dev in Debian", facts={"package": "graphviz-devel"})],
        consequences="Job failed", tags=["locale-de", "not-conda"], made="apt of Debian 12 in German"),
    Scenario(
        "azure-apt-unsigned", ["apt-get update"], ["azure", "apt"], frame="azure", layer="slim",
        setup="rm -rf /etc/apt/trusted.gpg.d/* /etc/apt/sources.list.d/*; echo 'deb [signed-by=/usr/share/keyrings/none.gpg] http://deb.debian.org/debian bookworm main' > /etc/apt/sources.list; rm -rf /var/lib/apt/lists/*",
        causes=[Cause("apt", r"(NO_PUBKEY|not signed|couldn't be verified)", "apt has no key for this archive: install it where signed-by looks", start="GPG error|NO_PUBKEY|W:", end="E: The repository", facts={"url": "http://deb.debian.org/debian"})],
        consequences="Bash exited", tags=["not-conda"], made="apt of Debian 12 without the key"),
    Scenario(
        "jenkins-apt-refused-chinese", ["apt-get update", "apt-get install -y libproj-dev"], ["jenkins", "apt"], frame="jenkins", env={"LANG": "zh_CN.UTF-8", "LANGUAGE": "zh_CN"},
        setup="rm -rf /etc/apt/sources.list.d/* /var/lib/apt/lists/*; echo 'deb http://deb.lab.example:8081/debian bookworm main' > /etc/apt/sources.list",
        causes=[Cause("apt", r"(错误|Err|连接|refused|connect).*", "nothing listens at deb.lab.example:8081", after=r"\+ apt-get update", also=("connection",), end="W:|E:", facts={"host": "deb.lab.example:8081"})],
        consequences="^E: 无法定位|script returned", tags=["locale-zh", "not-conda"], made="apt of Debian 12 in Chinese against a closed port"),
    Scenario(
        "gitlab-no-network-at-all", ["git clone --depth 1 https://git.corp.example/maps/mapkit.git"], ["gitlab", "git"], frame="gitlab", unshared=True,
        causes=[Cause("dns", r"fatal: unable to access", "the runner has no name service: look at its network", also=("connection",), facts={"host": "git.corp.example"})],
        consequences="Job failed", tags=["not-conda"], made="git 2.39 without a network"),
    Scenario(
        "circleci-git-token-refused", ["git clone https://deploy:glpat-Erfund3n-5Kq8Wv@get.lab.example/private/maps/mapkit.git"], ["circleci", "git"], frame="circleci", env={"GIT_SSL_NO_VERIFY": "1", "GIT_TERMINAL_PROMPT": "0"},
        secrets=["glpat-Erfund3n-5Kq8Wv"],
        causes=[Cause("auth", r"fatal: Authentication failed", "the server refuses the token: renew it", facts={"host": "get.lab.example"})],
        consequences="exit status", tags=["secret", "not-conda"], made="git 2.39 against a server that answers 401"),
    Scenario(
        "buildkit-curl-own-certificate", ["curl -fsSLO https://get.lab.example/ok/Miniforge3-Linux-x86_64.sh && bash Miniforge3-Linux-x86_64.sh -b -p /opt/conda"], ["docker-buildkit", "curl"], frame="buildkit", base="debian:12-slim",
        causes=[Cause("tls", r"curl: \(60\)", "the server shows a certificate of its own: add its CA to the image", facts={"host": "get.lab.example"}, repeats=r"curl: \(60\)")],
        consequences="did not complete", made="curl 7.88 against 127.0.0.1"),
    Scenario(
        "docker-installer-404-into-bash", ["curl -sL http://get.lab.example/gone/Mambaforge-Linux-x86_64.sh -o /tmp/install.sh && bash /tmp/install.sh -b -p /opt/conda; /opt/conda/bin/conda --version"], ["docker-classic", "curl", "bash"],
        frame="classic", base="debian:12-slim",
        causes=[Cause("conda-missing", r"syntax error near unexpected token", "the address gives an error page (404), no installer: take Miniforge's address and curl -f",
                      end="<html>", also=("channel-404", "syntax-error", "server-error", "unknown"), facts={"url": "http://get.lab.example/gone/Mambaforge-Linux-x86_64.sh"})],
        consequences="not found|No such file|non-zero code", tags=["cause-not-printed"], made="curl 7.88 and bash, server on 127.0.0.1"),
    Scenario(
        "github-pytest-one-fails", ["python -m pytest -q tests"], ["github-actions", "pytest"], frame="github", env={"PATH": "/tmp/venv/bin:/usr/bin:/bin"},
        files={"tests/test_tiles.py": "import warnings\n\ndef test_error_message_is_short():\n    warnings.warn('ResolvePackageNotFound is old', UserWarning)\n\ndef test_area():\n    assert round(2.5) == 3\n\ndef test_conda_solver_fails_cleanly():\n    pass\n"},
        causes=[Cause("test-failure", r"assert 2 == 3", "test_area fails: round(2.5) is 2 in Python 3", start="_+ test_area _+", end=r"tests/test_tiles\.py:7: AssertionError", repeats="FAILED tests", facts={"test": "tests/test_tiles.py::test_area"})],
        consequences=r"1 failed|Process completed", tags=["not-conda"], made="pytest 9"),
    Scenario(
        "gitlab-python-syntax", ["python3 -m tiles.build --all"], ["gitlab", "python"], frame="gitlab",
        files={"tiles/__init__.py": "", "tiles/build.py": "import sys\n\ndef main(argv)\n    print(argv)\n\nmain(sys.argv)\n"},
        causes=[Cause("syntax-error", r"SyntaxError", "tiles/build.py line 3 lacks its colon", start=r'File .*tiles/build\.py", line 3', facts={"file": "tiles/build.py", "line": 3})],
        consequences="Job failed", tags=["traceback", "not-conda"], made="Python 3.11"),
    Scenario(
        "classic-oom-in-python", ["ulimit -v 900000; python3 -c 'import json; rows = [\"x\" * 1000] and [bytearray(10_000_000) for _ in range(400)]'"], ["docker-classic", "python"], frame="classic",
        causes=[Cause("oom", r"MemoryError", "the step needs more memory than it may have", facts={})],
        consequences="non-zero code", tags=["traceback", "not-conda"], made="Python 3.11 under ulimit -v"),
    Scenario(
        "buildkit-killed-step", ["python3 -m compileall -q /usr/lib/python3.11/json && python3 convert.py"], ["docker-buildkit", "python"], frame="buildkit",
        files={"convert.py": "import os, signal\nprint('reading 48 tiles', flush=True)\nprint('tile 17 of 48', flush=True)\nos.kill(os.getpid(), signal.SIGKILL)\n"},
        causes=[Cause("oom", r"Killed", "the kernel ended the step (137): give the build more memory", facts={"exit": 137}, repeats="Killed")],
        consequences="did not complete|exit code: 137", tags=["not-conda"], made="a program that ends itself with SIGKILL, as the kernel would"),
    Scenario(
        "docker-daemon-absent", ["docker build -t tiles ."], ["gitlab", "docker"], frame="gitlab", base="docker:28-cli", env={"PATH": "/usr/local/lib/own_bin:/usr/bin:/bin"},
        setup="true", files={"Dockerfile": "FROM debian:12\n"},
        causes=[Cause("docker-daemon", r"Cannot connect to the Docker daemon|failed to connect to the docker API", "no docker daemon runs on this runner: add the dind service or mount the socket", facts={})],
        consequences="Job failed", tags=["not-conda"], made="docker client without a daemon"),
    Scenario(
        "jenkins-script-wrong-shell", ["sh ci/build.sh"], ["jenkins", "sh"], frame="jenkins", files={"ci/build.sh": 'set -eu\nenvs=(base gpu)\nfor e in "${envs[@]}"; do echo $e; done\n'},
        causes=[Cause("syntax-error", r"Syntax error: \"\(\" unexpected", "the script is for bash and runs under sh: call bash ci/build.sh", facts={"file": "ci/build.sh", "line": 2})],
        consequences="script returned", tags=["not-conda"], made="dash"),
    Scenario(
        "github-write-to-system-prefix", ["mkdir -p ~/.cache && python3 -m compileall -q . && install -m 755 run.sh /opt/conda/bin/run-tiles"], ["github-actions", "install"], frame="github", user="ci",
        files={"run.sh": "#!/bin/sh\n", "/opt/conda/bin/.keep": ""},
        causes=[Cause("permissions", r"Permission denied", "the user of the job may not write to /opt/conda: install into a folder of its own", facts={"file": "/opt/conda/bin/run-tiles"})],
        consequences="Process completed", tags=["not-conda"], made="install of coreutils as another user"),
    Scenario(
        "gitlab-undefined-symbol", ["python3 -c 'import _mean; print(_mean)'"], ["gitlab", "python"], frame="gitlab", layer="gcc",
        files={"m.c": '#include <Python.h>\ndouble grid_mean(double);\nstatic PyObject *f(PyObject *s, PyObject *a) { return PyFloat_FromDouble(grid_mean(1.0)); }\nstatic PyMethodDef d[] = {{"f", f, METH_NOARGS, 0}, {0}};\n'
                      'static struct PyModuleDef m = {PyModuleDef_HEAD_INIT, "_mean", 0, -1, d};\nPyMODINIT_FUNC PyInit__mean(void) { return PyModule_Create(&m); }\n'},
        setup="cd /srv/app && gcc -shared -fPIC -Wl,-z,now -I/usr/include/python3.11 m.c -o _mean.so && rm m.c",
        causes=[Cause("unknown", r"undefined symbol: grid_mean", "_mean.so was linked without the library that holds grid_mean", also=("compile-error", "glibcxx", "mixed-channels"), facts={"symbol": "grid_mean"})],
        consequences="Job failed", tags=["traceback", "not-conda"], made="an extension linked without its library"),
    Scenario(
        "github-npm-self-signed-chain", ["npm ci"], ["github-actions", "npm"], frame="github", env={"PATH": "/usr/local/lib/own_bin:/usr/bin:/bin"},
        setup="ln -s /usr/lib/node_modules/npm/bin/npm-cli.js /usr/bin/npm",
        files={"package.json": '{"name": "map-ui", "version": "1.0.0", "dependencies": {"left-pad": "1.3.0"}}\n', "package-lock.json": '{"name": "map-ui", "version": "1.0.0", "lockfileVersion": 3, "requires": true, "packages": {"": {"name": "map-ui", "version": "1.0.0"}}}\n'},
        causes=[Cause("tls", r"SELF_SIGNED_CERT_IN_CHAIN", "a proxy between shows a certificate of its own: give npm its CA (cafile)", end="self-signed certificate in certificate chain", facts={"host": "registry.npmjs.org"})],
        consequences="Process completed|complete log", tags=["not-conda"], made="npm of Node"),
    Scenario(
        "gitlab-npm-script-syntax", ["npm run build"], ["gitlab", "npm", "node"], frame="gitlab", base="node:22", env={"PATH": "/usr/local/lib/own_bin:/usr/bin:/bin"},
        setup="ln -s /usr/lib/node_modules/npm/bin/npm-cli.js /usr/bin/npm",
        files={"package.json": '{"name": "map-ui", "version": "1.0.0", "scripts": {"build": "node build.js"}}\n', "build.js": "const tiles = [1, 2, 3;\nconsole.log(tiles);\n"},
        causes=[Cause("syntax-error", r"SyntaxError", "build.js line 1 lacks its closing bracket", start=r"build\.js:1", facts={"file": "build.js", "line": 1})],
        consequences="Job failed|npm (error|ERR!)", tags=["not-conda"], made="npm of Node"),
]  # fmt: skip
