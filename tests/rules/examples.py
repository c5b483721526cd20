"""For each rule a file in which it speaks, and one that is nearly the same and in which it does not."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

from envdoctor.channels.builtin import built_in_channel_url

HEAD = "channels: [conda-forge]\n"


def deps(*lines: str, head: str = HEAD) -> str:
    """A file with these lines."""
    return head + "dependencies:\n" + "".join(f"  - {line}\n" for line in lines)


def pip(*lines: str, conda: tuple[str, ...] = ("python=3.13", "pip")) -> str:
    """A file with these pip lines."""
    return deps(*conda) + "  - pip:\n" + "".join(f"    - {line}\n" for line in lines)


def sample(*lines: str, names: str = "envdoctor-sample") -> str:
    """A file that the embedded channel can resolve."""
    return deps(*lines, head=f"channels: [{names}]\nplatforms: [linux-64]\n")


def platforms(names: str, *lines: str) -> str:
    """A file for these platforms."""
    return deps(*lines, head=f"{HEAD}platforms: [{names}]\n")


def channels(names: str) -> str:
    """A file with these channels."""
    return deps("numpy", head=f"channels: [{names}]\n")


NUMPY = "numpy-2.2.0-py313_0.conda"


def lock(  # noqa: PLR0913 - what a lock is made of
    url: str = f"https://conda.example.org/conda-forge/linux-64/{NUMPY}",
    digest: str = "sha256: " + "0" * 64,
    *,
    listed: str = "linux-64",
    manager: str = "conda",
    further: str = "",
    notes: str = "",
    sources: str = "environment.yml",
    depends: str = "{}",
) -> str:
    """A conda-lock.yml with one package."""
    return (
        "version: 1\nmetadata:\n  content_hash:\n    linux-64: '0'\n  channels:\n  - url: conda-forge\n"
        f"    used_env_vars: []\n  platforms: [{listed}]\n  sources: [{sources}]\n{notes}package:\n{further}"
        f"- name: numpy\n  version: 2.2.0\n  manager: {manager}\n  platform: linux-64\n  dependencies: {depends}\n"
        f"  url: {url}\n  hash:\n    md5: {'0' * 32}\n    {digest}\n  category: main\n  optional: false\n"
    )


PYTHON = (
    "- name: python\n  version: 3.13.0\n  manager: conda\n  platform: linux-64\n  dependencies: {}\n"
    "  url: https://conda.example.org/conda-forge/linux-64/python-3.13.0-0.conda\n"
    f"  hash: {{md5: {'0' * 32}, sha256: {'0' * 64}}}\n  category: main\n  optional: false\n"
)
NOTES = (
    "  custom_metadata:\n    envdoctor.not_locked: "
    """'[{"text": "-e .", "place": "environment.yml:9", "reason": "an editable install"}]'\n"""
)

RECORDS = (
    {"name": "python", "version": "3.13.0"},
    {"name": "python", "version": "3.14.0"},
    {"name": "wheelwright", "version": "1.0", "depends": ["python >=3.13,<3.14.0a0"]},
    {"name": "newest", "version": "1.0", "depends": ["python >=3.14,<3.15.0a0"]},
    {"name": "pure", "version": "1.0", "depends": ["python >=3.13"]},
    {"name": "pytorch", "version": "2.4.0", "build": "cpu_generic_py313_0"},
    {"name": "pytorch", "version": "2.4.0", "build": "cuda126_py313_1", "depends": ["__cuda"]},
    {"name": "cuda-version", "version": "12.6"},
    {"name": "libboost", "version": "1.88.0"},
    {"name": "libboost", "version": "1.90.0"},
    {"name": "early", "version": "1.0", "depends": ["libboost >=1.90,<1.91"]},
    {"name": "late", "version": "1.0", "depends": ["libboost >=1.88,<1.89"]},
    {"name": "fast", "version": "1.0", "depends": ["_x86_64-microarch-level >=3"]},
    {"name": "plain", "version": "1.0", "depends": ["_x86_64-microarch-level >=1"]},
    {"name": "old", "version": "1.0", "depends": ["__archspec 1.* x86_64_v2"]},
    {"name": "new", "version": "1.0", "depends": ["__archspec 1.* x86_64_v3"]},
    {"name": "_x86_64-microarch-level", "version": "3"},
    {"name": "numpy", "version": "2.2.0", "build": "py313_0"},
)
"""What the channel `./channel` has in the tests of the rules."""


def own(*lines: str) -> str:
    """A file that the channel of the tests can resolve."""
    return deps(*lines, head="channels: [./channel]\nplatforms: [linux-64]\n")


NUMPY_AGAIN = (
    "- name: numpy\n  version: 1.26.4\n  manager: conda\n  platform: linux-64\n  dependencies: {}\n"
    "  url: https://conda.example.org/conda-forge/linux-64/numpy-1.26.4-py313_0.conda\n"
    f"  hash: {{md5: {'0' * 32}, sha256: {'0' * 64}}}\n  category: dev\n  optional: true\n"
)


def noted(*lines: str) -> str:
    """What envdoctor notes in a lock of these lines."""
    texts = ", ".join(f'["{line}", null]' for line in lines)
    return f"  custom_metadata:\n    envdoctor.lines: '[{texts}]'\n"


def built_from(inputs: str, notes: str = "") -> str:
    """A lock of numpy alone, from the file `inputs`."""
    return lock(sources=inputs, notes=notes)


def in_channel() -> str:
    """A lock of one package as the embedded channel has it."""
    address = f"{built_in_channel_url()}noarch/"
    repodata = json.loads((Path(urlsplit(address).path) / "repodata.json").read_text("utf-8"))
    filename, record = next(one for one in repodata["packages.conda"].items() if one[1]["name"] == "cuda-version")
    text = built_from("inputs.yml", noted("cuda-version=11.8")).replace(
        "numpy\n  version: 2.2.0", "cuda-version\n  version: '11.8'"
    )
    text = text.replace(f"https://conda.example.org/conda-forge/linux-64/{NUMPY}", address + filename)
    return text.replace("0" * 64, record["sha256"]).replace(f"    md5: {'0' * 32}\n", "")


EXPORT = deps(*(f"tool{number}=1.{number}=h0123abc_{number}" for number in range(20)))

EXAMPLES: dict[str, tuple[str | bytes, str | bytes]] = {
    "EF101": (deps("numpy") + "prefix: /home/ada/envs/geo\n", deps("numpy") + "# prefix: /home/ada/envs/geo\n"),
    "EF102": (deps("numpy") + "dependecies: []\n", deps("numpy") + "platforms: [linux-64]\n"),
    "EF103": ("just: a mapping\n", deps("numpy")),
    "EF104": (deps("numpy") + "channels: [defaults]\n", deps("numpy")),
    "EF105": (deps("3.10"), deps("python=3.10")),
    "EF106": ("dependencies:\n\t- numpy\n", "dependencies:\n  - numpy\n"),
    "EF107": (deps("python={{ python }}"), deps("python=3.13")),
    "EF108": (b"# caf\xe9\ndependencies:\n  - numpy\n", "# café\ndependencies:\n  - numpy\n"),
    "EF109": (deps("dataclasses  # [py<37]"), deps("dataclasses  # see [1]")),
    "EF110": (deps("numpy", "appnope  # [osx]"), deps("numpy", "appnope  # for macOS")),
    "EF111": (deps("pip") + "  - pip:\n    - six\n  - pip:\n    - tqdm\n", pip("six", "tqdm")),
    "EF112": (deps("pip") + "  - pip:\n", pip("six")),
    "EF113": (
        deps("numpy") + "variables:\n  API_TOKEN: 3f9a8b7c\n",
        deps("numpy") + "variables:\n  API_TOKEN: $API_TOKEN\n  TOKENIZERS_PARALLELISM: 'false'\n",
    ),
    "EF114": (HEAD + "dependencies: []\n", deps("numpy")),
    "ES101": (deps("numpy=1.26.4=py312heda63a1_0"), deps("numpy=1.26.4=py312*", "libblas=*=*mkl", "blas=1.0=mkl")),
    "ES102": (EXPORT, deps(*(f"tool{number}=1.{number}" for number in range(20)))),
    "ES103": (deps("numpy", "numpy"), deps("numpy  # [linux]", "numpy>=2  # [osx]")),
    "ES104": (deps("python=3.12", "python==3.11.4"), deps("python=3.11", "python==3.11.4")),
    "ES105": (deps("numpy>=2,<1.26"), deps("numpy>=1.26,<2")),
    "ES106": (deps("python==3.12"), deps("python==3.12.4")),
    "ES107": (deps("numpy=1.2*"), deps("numpy=1.2.*")),
    "ES108": (deps("numpy>=1.26.*"), deps("numpy>=1.26")),
    "ES109": (deps("python=3.13=*_cpython"), deps("python=3.12=*_cpython")),
    "ES110": (pip("requests", conda=("pip",)), pip("requests")),
    "ES111": (
        pip("numpy==1.26.4", conda=("python>=3.10", "pip")),
        pip("numpy==1.26.4", conda=("python>=3.10,<3.13", "pip")),
    ),
    "ES112": (deps("pytorch::pytorch"), deps("conda-forge::pytorch")),
    "ES113": (platforms("linux-64, win-64", "ucrt"), platforms("win-64", "ucrt")),
    "EC101": (channels("defaults"), channels("conda-forge, nodefaults")),
    "EC102": (deps("numpy", head=""), deps("conda-forge::numpy", head="")),
    "EC103": (channels("conda-forge, defaults"), channels("conda-forge, nodefaults")),
    "EC104": (channels("bioconda, conda-forge"), channels("conda-forge, bioconda")),
    "EC105": (channels("bioconda"), channels("conda-forge, bioconda")),
    "EC106": (channels("conda-forge, bioconda, conda-forge"), channels("conda-forge, bioconda")),
    "EC107": (channels("http://conda.example.org/stable"), channels("http://localhost/stable")),
    "EC108": (
        channels("https://conda.example.org/t/ab-1234567890/private"),
        channels("https://conda.example.org/t/$TOKEN/private"),
    ),
    "EC109": (channels("pytorch, conda-forge"), channels("nvidia, conda-forge")),
    "EC110": (
        channels("https://mirrors.example.org/anaconda/pkgs/conda-forge"),
        channels("https://mirrors.example.org/anaconda/cloud/conda-forge"),
    ),
    "EC111": (channels("file:///home/ada/channel"), channels("https://conda.example.org/channel")),
    "EC112": (channels("conda-forge/label/broken, conda-forge"), channels("conda-forge/label/rust_dev, conda-forge")),
    "EP101": (deps("python=3.8"), deps("python>=3.8")),
    "EP102": (deps("python=3.9"), deps("python=3.12")),
    "EP103": (deps("python=3.11"), deps("python=3.13")),
    "EP104": (deps("python=3.13=*_cp313t"), deps("python=3.13=*_cp313")),
    "EP105": (deps("pep8"), deps("pycodestyle")),
    "EP106": (deps("torch"), deps("pytorch")),
    "EP107": (deps("python=3"), deps("python>=3")),
    "EA101": (deps("openmpi", "mpich"), deps("openmpi", "openmpi-mpicc")),
    "EA102": (deps("libblas=*=*mkl", "nomkl"), deps("libblas=*=*openblas", "nomkl")),
    "EA103": (deps("openssl=1.1.1"), deps("openssl=3.5")),
    "EG101": (deps("cudatoolkit=12.1"), deps("cudatoolkit=11.8")),
    "EG102": (deps("cudatoolkit=11.8", "cuda-version=12.4"), deps("cudatoolkit=11.8", "cuda-version=11.8")),
    "EG103": (deps("pytorch-cuda=12.1"), deps("pytorch::pytorch-cuda=12.1")),
    "EG104": (deps("pytorch=*=cpu*", "cudatoolkit=11.8"), deps("pytorch=*=cuda*", "cudatoolkit=11.8")),
    "EG105": (platforms("linux-64, osx-arm64", "cudatoolkit"), platforms("linux-64", "cudatoolkit")),
    "EG106": (deps("cuda-version=12.8"), deps("cuda-version=11.8")),
    "EG107": (deps("x86_64-microarch-level=4"), deps("x86_64-microarch-level=1")),
    "EI101": (pip("six", conda=("python=3.13",)), pip("six")),
    "EI102": (pip("numpy", conda=("python=3.13", "numpy", "pip")), pip("numpy")),
    "EI103": (
        pip("numpy>=2", conda=("python=3.13", "numpy=1.26", "pip")),
        pip("numpy>=1.26", conda=("python=3.13", "numpy=1.26", "pip")),
    ),
    "EI104": (pip("-e ."), pip("six")),
    "EI105": (pip("six"), pip("six==1.17.0")),
    "EI106": (pip("pandas"), pip("pandas", conda=("python=3.13", "pandas", "pip"))),
    "EI107": (
        pip("--index-url https://ada:hunter2@pypi.example.org/simple"),
        pip("--index-url https://pypi.example.org/simple"),
    ),
    "EI108": (
        pip("pyqt5", conda=("python=3.13", "qt-main", "pip")),
        pip("pyqt5", conda=("python=3.13", "pip")),
    ),
    "EI109": (
        pip("shapely==2.0.1", conda=("python=3.13", "numpy>=2", "pip")),
        pip("shapely==2.0.4", conda=("python=3.13", "numpy>=2", "pip")),
    ),
    "EL101": (
        f"@EXPLICIT\nhttps://conda.example.org/linux-64/{NUMPY}\n",
        f"@EXPLICIT\nhttps://conda.example.org/linux-64/{NUMPY}#{'0' * 64}\n",
    ),
    "EL102": (
        f"@EXPLICIT\nhttps://conda.example.org/linux-64/{NUMPY}#{'0' * 32}\n",
        f"@EXPLICIT\nhttps://conda.example.org/linux-64/{NUMPY}#sha256:{'0' * 64}\n",
    ),
    "EL103": (
        lock(f"https://ada:hunter2@conda.example.org/linux-64/{NUMPY}"),
        lock(f"https://conda.example.org/linux-64/{NUMPY}"),
    ),
    "EL104": (lock(listed="linux-64, osx-arm64"), lock()),
    "EL105": (lock(notes=NOTES), lock()),
    "EL106": (lock(f"http://conda.example.org/linux-64/{NUMPY}"), lock()),
    "EL107": (lock(manager="pip"), lock(manager="pip", further=PYTHON)),
    "EL108": (lock(depends="{__glibc: '>=2.39'}"), lock(depends="{__glibc: '>=2.17'}")),
    "EL109": (lock(f"https://conda.example.org/other/linux-64/{NUMPY}"), lock()),
    "EL110": (lock(further=NUMPY_AGAIN), lock(further=PYTHON)),
    "EL111": (built_from("inputs.yml", noted("numpy=1.26")), built_from("inputs.yml", noted("numpy=2.2"))),
    "EL112": (built_from("inputs.yml", noted("numpy=2.2")), in_channel()),
    "ER101": (sample("pandsa"), sample("pandas")),
    "ER102": (sample("pandas=2.9"), sample("pandas=2.2")),
    "ER103": (sample("numpy=1.26.4=none_0"), sample("numpy=1.26.4")),
    "ER104": (sample("pywin32"), sample("numpy")),
    "ER105": (sample("gdal=3.8", "pyarrow=20"), sample("gdal=3.8")),
    "ER106": (
        sample("flask>=3", names="envdoctor-sample-extra, envdoctor-sample"),
        sample("flask>=3", names="envdoctor-sample, envdoctor-sample-extra"),
    ),
    "ER107": (sample("pytorch=2.4=cuda*"), sample("numpy")),
    "ER108": (sample("deepdiff=9.1"), sample("deepdiff=9.0")),
    "ER109": (sample("numpy"), sample("numpy=1.26")),
    "ER110": (sample("python=3.11", "numpy=1.26", "pandas"), sample("python=3.11", "pandas")),
    "ER111": (own("cuda-version=12", "pytorch"), own("pytorch")),
    "ER112": (own("early", "late"), own("early", "libboost=1.90")),
    "ER113": (own("python=3.13", "wheelwright"), own("python=3.13", "pure")),
    "ER114": (own("fast"), own("plain")),
}

BESIDE = {
    "EL111": deps("numpy=2.2"),
    "EL112": own("numpy=2.2", "cuda-version=11.8").replace("./channel", "envdoctor-sample"),
}
"""What stands in `inputs.yml` beside the example of a rule."""

TARGETS = {"EG106": ("__cuda=11.4",), "EL108": ("__glibc=2.31",), "ER111": ("__linux=5.10",)}
"""Virtual packages that are stated; else a driver of any version."""

LATER = {"ER109": "2040-01-01"}
"""Days for rules that wait for time to pass."""
