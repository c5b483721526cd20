"""Lockfiles of every format as values: what is in them, what must not be, and what is said of broken ones."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envdoctor.errors import InputError
from envdoctor.lockfile.read import looks_like_lockfile, read_lockfile
from envdoctor.model.lockfile import LockedPackage, LockFormat, Manager
from envdoctor.model.names import Subdir

MD5, SHA = "0123456789abcdef" * 2, "0123456789abcdef" * 4

CONDA_LOCK = f"""\
# a comment
version: 1
metadata:
  content_hash: {{linux-64: {SHA}}}
  channels:
  - url: https://user:word@repo.example.com/t/tk-123/conda-forge
    used_env_vars: []
  platforms: [linux-64]
  sources: [environment.yml]
  custom_metadata:
    envdoctor.virtual_packages.linux-64: __cuda=11.4,__glibc=2.28
    envdoctor.not_locked: '[{{"text": "-e .", "place": "environment.yml:9", "reason": "editable"}}]'
package:
- name: numpy
  version: 1.26.4
  manager: conda
  platform: linux-64
  dependencies: {{python: '>=3.12,<3.13.0a0', libblas: '>=3.9.0,<4.0a0'}}
  url: https://user:word@repo.example.com/t/tk-123/conda-forge/linux-64/numpy-1.26.4-py312heda63a1_0.conda
  hash: {{md5: {MD5}, sha256: {SHA}}}
  category: main
  optional: false
- name: numpy
  version: 1.26.4
  manager: conda
  platform: linux-64
  dependencies: {{python: '>=3.12,<3.13.0a0', libblas: '>=3.9.0,<4.0a0'}}
  url: https://user:word@repo.example.com/t/tk-123/conda-forge/linux-64/numpy-1.26.4-py312heda63a1_0.conda
  hash: {{md5: {MD5}, sha256: {SHA}}}
  category: dev
  optional: true
- name: requests
  version: 2.32.3
  manager: pip
  platform: linux-64
  dependencies: {{idna: '>=2.5,<4'}}
  url: https://user:word@files.example.com/requests-2.32.3-py3-none-any.whl
  hash: {{sha256: {SHA}}}
  category: main
  optional: false
"""

PIXI = f"""\
version: 6
environments:
  default:
    channels:
    - url: https://user:word@repo.example.com/t/tk-123/conda-forge/
    packages:
      linux-64:
      - conda: https://user:word@repo.example.com/t/tk-123/conda-forge/linux-64/numpy-1.26.4-py312heda63a1_0.conda
      - conda: https://repo.example.com/conda-forge/noarch/tzdata-2026c-h151e31d_0.conda
      - pypi: https://user:word@files.example.com/requests-2.32.3-py3-none-any.whl
packages:
- conda: https://user:word@repo.example.com/t/tk-123/conda-forge/linux-64/numpy-1.26.4-py312heda63a1_0.conda
  sha256: {SHA}
  md5: {MD5}
  depends: ['python >=3.12,<3.13.0a0', 'python_abi 3.12.* *_cp312']
- conda: https://repo.example.com/conda-forge/noarch/tzdata-2026c-h151e31d_0.conda
- pypi: https://user:word@files.example.com/requests-2.32.3-py3-none-any.whl
  name: requests
  version: 2.32.3
  sha256: {SHA}
  requires_dist: ["idna<4,>=2.5"]
"""

EXPLICIT = f"""\
# platform: linux-64
@EXPLICIT
https://user:word@repo.example.com/t/tk-123/conda-forge/linux-64/numpy-1.26.4-py312heda63a1_0.conda#{MD5}
https://repo.example.com/conda-forge/noarch/tzdata-2026c-h151e31d_0.conda#sha256:{SHA}
https://repo.example.com/conda-forge/noarch/ca-certificates-2026.7.22-hbd8a1cb_0.conda
# pip requests @ https://user:word@files.example.com/requests-2.32.3-py3-none-any.whl#sha256={SHA}
"""

EMPTY_PIXI = """\
version: 7
platforms: [{name: linux-64}]
environments: {default: {channels: [], packages: {}}}
packages: []
"""

LINUX = Subdir("linux-64")
NUMPY_URL = "https://repo.example.com/conda-forge/linux-64/numpy-1.26.4-py312heda63a1_0.conda"


def written(folder: Path, text: str, name: str = "lock") -> str:
    path = folder / name
    path.write_text(text, "utf-8")
    return str(path)


def test_conda_lock_file_is_read_with_what_envdoctor_notes_in_it(tmp_path: Path) -> None:
    found = read_lockfile(written(tmp_path, CONDA_LOCK))

    numpy, requests = found.packages
    assert found.format is LockFormat.CONDA_LOCK
    assert numpy == LockedPackage(
        name="numpy",
        version="1.26.4",
        platform=LINUX,
        url=NUMPY_URL,
        build="py312heda63a1_0",
        depends=("libblas >=3.9.0,<4.0a0", "python >=3.12,<3.13.0a0"),
        md5=MD5,
        sha256=SHA,
        categories=("dev", "main"),
    )
    assert (requests.manager, requests.sha256, requests.md5) == (Manager.PIP, SHA, None)
    assert [str(one) for one in dict(found.virtual_packages)[LINUX]] == ["__cuda=11.4", "__glibc=2.28"]
    assert [(one.text, one.place, one.reason) for one in found.not_locked] == [
        ("-e .", "environment.yml:9", "editable")
    ]
    assert (found.sources, found.platforms) == (("environment.yml",), (LINUX,))


def test_pixi_lock_keeps_the_builds_of_dependencies(tmp_path: Path) -> None:
    found = read_lockfile(written(tmp_path, PIXI))

    numpy, tzdata, requests = found.packages
    assert found.format is LockFormat.PIXI
    assert numpy.depends == ("python >=3.12,<3.13.0a0", "python_abi 3.12.* *_cp312")
    assert (numpy.url, numpy.md5, numpy.sha256, numpy.build) == (NUMPY_URL, MD5, SHA, "py312heda63a1_0")
    assert (tzdata.version, tzdata.build, tzdata.sha256) == ("2026c", "h151e31d_0", None)
    assert (requests.manager, requests.version, requests.sha256) == (Manager.PIP, "2.32.3", SHA)


def test_explicit_list_has_hashes_and_the_pip_packages_of_conda_lock(tmp_path: Path) -> None:
    found = read_lockfile(written(tmp_path, EXPLICIT))

    numpy, tzdata, certificates, requests = found.packages
    assert (found.format, found.platforms) == (LockFormat.EXPLICIT, (LINUX,))
    assert (numpy.name, numpy.version, numpy.build, numpy.depends) == ("numpy", "1.26.4", "py312heda63a1_0", None)
    assert (numpy.url, numpy.md5, numpy.sha256) == (NUMPY_URL, MD5, None)
    assert (tzdata.md5, tzdata.sha256) == (None, SHA)
    assert certificates.name == "ca-certificates"
    assert (requests.name, requests.version, requests.manager, requests.sha256) == (
        "requests",
        "2.32.3",
        Manager.PIP,
        SHA,
    )


def test_the_addresses_tell_the_platform_where_no_comment_does(tmp_path: Path) -> None:
    assert read_lockfile(written(tmp_path, EXPLICIT.replace("# platform: linux-64\n", ""))).platforms == (LINUX,)


@pytest.mark.parametrize(
    "text",
    [
        "# platform: linux-64\n@EXPLICIT\n",
        EMPTY_PIXI,
    ],
)
def test_a_lock_may_be_empty(tmp_path: Path, text: str) -> None:
    found = read_lockfile(written(tmp_path, text, "pixi.lock" if "version" in text else "list"))

    assert (found.platforms, found.packages) == ((LINUX,), ())


@pytest.mark.parametrize("text", [CONDA_LOCK, PIXI, EXPLICIT])
def test_no_secret_enters_the_value(tmp_path: Path, text: str) -> None:
    shown = repr(read_lockfile(written(tmp_path, text)))

    assert "word" not in shown
    assert "tk-123" not in shown


@pytest.mark.parametrize("text", [CONDA_LOCK, PIXI, EXPLICIT])
def test_lockfiles_are_told_by_what_they_hold(tmp_path: Path, text: str) -> None:
    assert looks_like_lockfile(written(tmp_path, text))


@pytest.mark.parametrize(
    "text",
    [
        "name: x\ndependencies: [numpy]\n",
        "numpy=1.26\nscipy\n",
        "package: {name: x}\nrequirements: {run: []}\nmetadata: 1\n",
        "",
        "services: {}\n",
    ],
)
def test_other_files_are_no_lockfiles(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, text)

    assert not looks_like_lockfile(path)
    with pytest.raises(InputError, match="this is no lockfile"):
        read_lockfile(path)


def test_what_is_not_there_is_no_lockfile(tmp_path: Path) -> None:
    assert not looks_like_lockfile(str(tmp_path))
    assert not looks_like_lockfile("no-such-file")
    with pytest.raises(InputError, match="no-such-file: the lockfile cannot be read"):
        read_lockfile("no-such-file")


BROKEN = {
    "broken YAML": ("conda-lock.yml", "version: 1\npackage: [\n", ":3:1: the lock is broken YAML"),
    "no version": ("conda-lock.yml", "metadata: {}\npackage: []\n", "there is no `version:`"),
    "later version": ("conda-lock.yml", "# x\nversion: 3\nmetadata: {}\n", ":2: this is no lock .*3 was found"),
    "no url": ("conda-lock.yml", CONDA_LOCK.replace("  url: https://user:word@files", "  x: "), ":32: .*lacks 'url'"),
    "bad manager": ("conda-lock.yml", CONDA_LOCK.replace("manager: pip", "manager: cargo"), ":32: .*'cargo'"),
    "no line of packages": ("conda-lock.yml", CONDA_LOCK.replace("package:", "packages:"), "`package` is no list"),
    "newer pixi.lock": ("pixi.lock", "version: 99\nenvironments: {}\npackages: []\n", "version 99"),
    "broken pixi.lock": ("pixi.lock", "version: 6\nenvironments: {\n", "pixi.lock:3: .*pixi.lock that can be read"),
    "pixi.lock without default": ("pixi.lock", PIXI.replace("default:", "one:").replace("packages:\n- ", "  two:\n    "
        "channels: []\n    packages: {}\npackages:\n- "), r"\(one, two\) none is called default"),
    "no hash": ("list", EXPLICIT.replace(MD5, "12"), ":3:1: `#12` is no hash"),
    "no address": ("list", EXPLICIT + "numpy=1.26\n", ":7:1: `numpy=1.26` is no address"),
    "two platforms": (
        "list",
        f"@EXPLICIT\nhttps://e.com/c/linux-64/a-1-0.conda\nhttps://e.com/c/win-64/b-1-0.conda#{MD5}\n",
        "this package is of .*is of one platform",
    ),
    "all noarch": ("list", "@EXPLICIT\nhttps://e.com/c/noarch/a-1-0.conda\n", "# platform: linux-64"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_lockfile_is_one_sentence_with_its_place(tmp_path: Path, kind: str) -> None:
    name, text, sentence = BROKEN[kind]
    path = written(tmp_path, text, name)

    assert looks_like_lockfile(path)
    with pytest.raises(InputError, match=sentence) as caught:
        read_lockfile(path)
    assert str(caught.value).startswith(path)
    assert "\n" not in str(caught.value)
    assert "word" not in str(caught.value)


@settings(max_examples=400)
@given(data=st.data(), text=st.sampled_from([CONDA_LOCK, PIXI, EXPLICIT]))
def test_whatever_stands_in_a_lock_it_is_read_or_refused_in_one_sentence(data: st.DataObject, text: str) -> None:
    """Lines lost, doubled, or with other words in them, as merges and editors leave them."""
    rows = text.splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        number = data.draw(st.integers(0, len(rows) - 1))
        row = rows[number]
        word = data.draw(st.sampled_from(["", "[", "null", "- x", "7", "<<<<<<<", "a: b", "é\x07", "https://[x/y"]))
        rows[number : number + 1] = data.draw(
            st.sampled_from([[], [row, row], [word], [row[: len(row) // 2] + word], [row + word]])
        )
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder), "\n".join(rows), "pixi.lock" if text is PIXI else "x-conda-lock.yml")
        if text is EXPLICIT:
            path = written(Path(folder), "@EXPLICIT\n" + "\n".join(rows), "list")
        try:
            found = read_lockfile(path)
        except InputError as error:
            assert "\n" not in str(error)  # noqa: PT017 - both outcomes are right
            assert "word@" not in str(error)  # noqa: PT017
        else:
            assert "word@" not in repr(found)


def test_conda_lock_sees_the_same_packages(tmp_path: Path) -> None:
    pytest.importorskip("conda_lock", reason="needs the extra `lock`")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from conda_lock.lockfile import parse_conda_lock_file  # noqa: PLC0415 - an extra

    path = written(tmp_path, CONDA_LOCK)
    theirs = parse_conda_lock_file(Path(path))

    assert [
        (one.name, one.version, one.manager, one.platform, one.hash.md5, one.hash.sha256, tuple(sorted(one.categories)))
        for one in theirs.package
    ] == [
        (one.name, one.version, one.manager.value, one.platform, one.md5, one.sha256, one.categories)
        for one in read_lockfile(path).packages
    ]
    assert [dict(one.dependencies) for one in theirs.package] == [
        dict(text.split(" ", 1) for text in one.depends or ()) for one in read_lockfile(path).packages
    ]
