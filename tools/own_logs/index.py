"""Fill the folder that server.py serves: a few wheels of PyPI, and a conda channel of empty packages."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

ROOT = Path(sys.argv[1])
WHEELS = ("six==1.17.0", "idna==3.10", "certifi==2025.8.3", "urllib3==2.5.0", "charset-normalizer==3.4.3",
          "requests==2.32.5", "tqdm==4.67.1", "PyYAML==6.0.2", "numpy==2.2.6")  # fmt: skip


def package(
    name: str, version: str, build: str = "0", depends: tuple[str, ...] = (), subdir: str = "linux-64"
) -> tuple[str, dict[str, Any]]:
    """Name of the file and record of an empty package."""
    record = {"name": name, "version": version, "build": build, "build_number": 0, "depends": list(depends), "subdir": subdir,
              "md5": "0" * 32, "sha256": "0" * 64, "size": 1000, "timestamp": 1_750_000_000_000}  # fmt: skip
    return f"{name}-{version}-{build}.conda", record


CHANNEL = [
    *(package("python", v, "h0_cpython", ("libzlib",)) for v in ("3.9.21", "3.10.16", "3.11.13", "3.12.11")),
    package("libzlib", "1.3.1"), package("zlib", "1.3.1", "0", ("libzlib 1.3.1",)),
    *(package("numpy", v, f"py{p}_0", (f"python >=3.{p[1:]},<3.{int(p[1:]) + 1}.0a0",))
      for v, p in (("1.26.4", "310"), ("1.26.4", "311"), ("1.26.4", "312"), ("2.1.3", "311"), ("2.1.3", "312"))),
    package("gdal", "3.6.2", "py311_4", ("python >=3.11,<3.12.0a0", "libgdal 3.6.2", "numpy >=1.23,<2")),
    package("libgdal", "3.6.2", "4", ("proj >=9.1,<9.2",)), package("libgdal", "3.9.1", "1", ("proj >=9.4,<9.5",)),
    package("gdal", "3.9.1", "py312_1", ("python >=3.12,<3.13.0a0", "libgdal 3.9.1", "numpy >=1.26,<3")),
    package("proj", "9.1.1"), package("proj", "9.4.1"),
    package("rasterio", "1.3.9", "py311_0", ("python >=3.11,<3.12.0a0", "libgdal >=3.6.2,<3.7.0a0", "numpy >=1.23,<2")),
    package("xtensor-gpu", "0.8.0", "cuda126_0", ("__cuda >=12.6", "libzlib")),
    package("newsys", "2.0.0", "0", ("__glibc >=2.41", "libzlib")),
    package("osmgraph", "4.0.0", "pyhd_0", ("python >=3.10", "networkx >=3.1"), "noarch"),
    package("networkx", "3.4.2", "pyhd_0", ("python >=3.10",), "noarch"),
    package("networkx", "2.8.8", "pyhd_0", ("python >=3.8",), "noarch"),
    package("pip", "25.2", "pyhd_0", ("python >=3.9",), "noarch"),
]  # fmt: skip


def wheel(name: str, version: str, requires: tuple[str, ...] = ()) -> None:
    """An empty wheel with metadata."""
    info = f"{name}-{version}.dist-info"
    needs = "".join(f"Requires-Dist: {text}\n" for text in requires)
    folder = ROOT / "simple" / name
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        archive.writestr(f"{name}.py", "")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}")
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: own\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")


def main() -> None:
    """Fill the folder."""
    for version in ("1.4.0", "2.1.0"):
        wheel("shapegrid", version)
    wheel("geotiles", "1.0.2", ("shapegrid<2",))
    for requirement in WHEELS:
        name = requirement.partition("==")[0].lower()
        folder = ROOT / "simple" / name
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(folder), requirement], check=True
        )
    for subdir in ("linux-64", "noarch"):
        chosen = {name: record for name, record in CHANNEL if record["subdir"] == subdir}
        folder = ROOT / "chan" / subdir
        folder.mkdir(parents=True, exist_ok=True)
        value = {"info": {"subdir": subdir}, "packages": {}, "packages.conda": chosen, "repodata_version": 1}
        (folder / "repodata.json").write_text(json.dumps(value))


if __name__ == "__main__":
    main()
