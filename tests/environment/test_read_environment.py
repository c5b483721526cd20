"""Files, standard input and specs from the command line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from envdoctor.environment.read import default_file, read_environment, specs_and_files
from envdoctor.errors import InputError


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_file_is_read_whatever_its_encoding(here: Path) -> None:
    Path("e.yml").write_bytes("dependencies:\r\n  - größe=1 # ä\r\n".replace("größe", "numpy").encode("utf-16"))
    spec = read_environment(["e.yml"])
    assert [(line.text, str(line.place)) for line in spec.requirements] == [("numpy=1", "e.yml:2:5")]
    assert spec.sources == ("e.yml",)
    assert here.is_dir()


def test_specs_of_the_command_line_join_files(here: Path) -> None:
    (here / "e.yml").write_text("channels: [a]\ndependencies: [numpy>=1.26]\n")
    spec = read_environment(["e.yml"], specs=["numpy<2", "dask[array]"])
    assert [(line.text, str(line.place)) for line in spec.requirements] == [
        ("numpy>=1.26", "e.yml:2:16"),
        ("numpy<2", "<command line>"),
        ("dask[array]", "<command line>"),
    ]
    assert [notice.kind for notice in spec.notices] == ["extras-ignored"]
    assert spec.sources == ("e.yml", "<command line>")


def test_specs_alone(here: Path) -> None:
    assert here.is_dir()
    spec = read_environment([], specs=["numpy=2.2"])
    assert (spec.sources, spec.channels) == (("<command line>",), ())
    with pytest.raises(InputError) as caught:
        read_environment([], specs=["numpy>=1<2"])
    assert str(caught.value).startswith("<command line>: `numpy>=1<2` lacks a comma")


def test_standard_input() -> None:
    spec = read_environment(["-"], stdin=lambda: b"dependencies: [numpy]\n")
    assert str(spec.requirements[0].place) == "<standard input>:1:16"
    listed = read_environment(["-"], stdin=lambda: b"numpy\nscipy\n")
    assert [line.name for line in listed.requirements] == ["numpy", "scipy"]
    with pytest.raises(InputError, match="no standard input"):
        read_environment(["-"])


def test_requirements_files_are_found_beside_the_file_that_names_them(here: Path) -> None:
    (here / "sub" / "more").mkdir(parents=True)
    Path("sub/e.yml").write_text("dependencies:\n  - pip\n  - pip:\n    - -r more/r.txt\n")
    Path("sub/more/r.txt").write_text("numpy\n-r ../s.txt\n")
    Path("sub/s.txt").write_bytes("\ufeffscipy\r\n-r more/r.txt\r\n".encode())
    with pytest.raises(InputError, match="includes a file that includes itself"):
        read_environment(["sub/e.yml"])
    Path("sub/s.txt").write_bytes("\ufeffscipy\r\n".encode())
    spec = read_environment(["sub/e.yml"])
    assert [str(line.place) for line in spec.pip] == [
        "sub/e.yml:4:7",
        "sub/more/r.txt:1:1",
        "sub/more/r.txt:2:1",
        "sub/s.txt:1:1",
    ]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("gone.yml", "gone.yml: there is no such file"),
        ("folder", "folder: this is a folder, not a file; give `folder/environment.yml`"),
        ("empty-folder", "empty-folder: this is a folder, not a file; give the environment file in it"),
        ("a\0b", "the file cannot be read"),
    ],
)
def test_what_is_no_file_is_refused(here: Path, path: str, words: str) -> None:
    (here / "folder").mkdir()
    (here / "folder" / "environment.yml").touch()
    (here / "empty-folder").mkdir()
    with pytest.raises(InputError) as caught:
        read_environment([path])
    assert words in str(caught.value)


def test_an_endless_file_is_not_read_to_its_end() -> None:
    if not Path("/dev/zero").exists():
        pytest.skip("this system has no /dev/zero")
    with pytest.raises(InputError, match="larger than 4 MB"):
        read_environment(["/dev/zero"])


def test_the_default_file_of_a_folder(here: Path) -> None:
    assert default_file(".") is None
    for name in ("env.yml", "conda.yaml", "environment.yaml", "environment.yml"):
        Path(name).touch()
        assert default_file(".") == name
    assert default_file(str(here)) == str(here / "environment.yml")


def test_files_and_specs_are_told_apart(here: Path) -> None:
    for name in ("environment.yml", "numpy", "specs.txt"):
        (here / name).touch()
    arguments = [
        "environment.yml",
        "-",
        "numpy",
        "specs.txt",
        "numpy=2.2",
        "pandas",
        "conda-forge::gdal>=3",
        "r-base 4",
    ]
    arguments += ["https://example.org/c/noarch/x-1-0.conda", "python[version='>=3.10']", "a/b::c", "scipy>=1.yml"]
    files, specs = specs_and_files(arguments)
    assert files == ("environment.yml", "-", "numpy", "specs.txt")
    assert specs == tuple(arguments[4:])


@pytest.mark.parametrize("name", ["foo.yml", "foo.yaml", "sub/foo", "requirements.txt", "my env.yml", "C:\\x\\y"])
def test_the_name_of_a_missing_file_is_no_spec(here: Path, name: str) -> None:
    assert here.is_dir()
    with pytest.raises(InputError) as caught:
        specs_and_files([name])
    assert f"there is no file `{name}`" in caught.value.message


def test_reading_yaml_imports_nothing_slow() -> None:
    program = (
        "import sys\n"
        "from envdoctor.environment.read import read_environment\n"
        "read_environment(['-'], stdin=lambda: b'dependencies: [numpy, pip, pip: [x]]')\n"
        "slow = {'conda_lock', 'ruamel', 'rich', 'networkx', 'pydantic', 'jinja2', 'typer'}\n"
        "print(sorted(slow & set(sys.modules)))\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
