"""The laws of the house: who imports whom, how long things may grow, and that what the documents say is there."""

from __future__ import annotations

import ast
import re
import shlex
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "envdoctor"
MODULES = sorted(PACKAGE.rglob("*.py"))
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "benchmarks").rglob("*.md")])
ROOMS = sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))

MODULE_LINES = 400
FUNCTION_LINES = 80


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_no_room_imports_what_lies_after_it() -> None:
    done = run(str(Path(sys.executable).with_name("lint-imports")), "--no-cache")

    assert done.returncode == 0, done.stdout + done.stderr


def test_every_foreign_library_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked_for = [*project["dependencies"], *project["optional-dependencies"]["lock"]]
    declared = {canonicalize_name(Requirement(text).name) for text in asked_for}
    providers = packages_distributions()

    undeclared = {
        f"{where(path)}: {library}"
        for path in MODULES
        for library in imported_libraries(path) - {"envdoctor"} - sys.stdlib_module_names
        if not declared & {canonicalize_name(provider) for provider in providers.get(library, [])}
    }
    assert sorted(undeclared) == []


def test_every_module_stays_short() -> None:
    long = [f"{where(path)}: {count}" for path in MODULES if (count := line_count(path)) > MODULE_LINES]

    assert long == []


def test_every_function_stays_short() -> None:
    long = [
        f"{where(path)}:{node.lineno} {node.name}: {length} lines"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES
    ]

    assert long == []


def test_only_commands_catch_whatever_comes() -> None:
    broad = [
        f"{where(path)}:{handler.lineno}"
        for path in MODULES
        if path.relative_to(PACKAGE).parts[0] != "cli"
        for handler in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(handler, ast.ExceptHandler) and catches_all(handler)
    ]

    assert broad == []


@pytest.mark.parametrize(
    ("clause", "broad"),
    [
        ("except:", True),
        ("except Exception:", True),
        ("except (OSError, BaseException) as error:", True),
        ("except builtins.Exception:", True),
        ("except OSError:", False),
        ("except (KeyError, rattler.exceptions.GatewayError):", False),
    ],
)
def test_a_broad_except_is_seen_in_every_form(clause: str, *, broad: bool) -> None:
    (statement,) = ast.parse(f"try:\n    pass\n{clause}\n    pass\n").body
    assert isinstance(statement, ast.Try)

    assert catches_all(statement.handlers[0]) is broad


def test_the_checks_run_the_test_command_of_the_readme() -> None:
    (command,) = re.findall(r'^readonly TEST_COMMAND="(.+)"$', (ROOT / ".ci/run").read_text("utf-8"), re.MULTILINE)

    assert command in [line for block in shell_blocks(ROOT / "README.md") for line in block]
    assert shlex.split(command)[-3:] == ["pytest", "-n", "2"]


def test_the_readme_sets_everything_up_with_two_commands() -> None:
    explain, test = shell_blocks(ROOT / "README.md")[:2]

    assert (len(explain), len(test)) == (1, 1)
    *_, program, command, sample = shlex.split(explain[0])
    assert (program, command) == ("envdoctor", "explain")
    assert (ROOT / sample).is_file()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_to_a_file(page: Path) -> None:
    dead = [target for target in links(page) if not (page.parent / target).exists()]

    assert dead == []


def test_the_map_of_the_house_names_every_room() -> None:
    plan = (ROOT / "docs/architecture.md").read_text("utf-8")

    assert [room for room in ROOMS if f"`{room}/`" not in plan] == []


def test_the_map_of_the_house_has_the_order_of_the_contract() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    (layers,) = (contract["layers"] for contract in contracts if contract["type"] == "layers")
    plan = (ROOT / "docs/architecture.md").read_text("utf-8")
    (table,) = re.findall(r"^## Rooms$(.+?)^## ", plan, re.MULTILINE | re.DOTALL)

    in_order = [name for layer in layers for name in layer.split(" | ") if name not in {"errors", "files"}]
    assert re.findall(r"^\| `(\w+)/`", table, re.MULTILINE) == in_order


def where(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def line_count(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def catches_all(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(ast.unparse(name).rsplit(".", 1)[-1] in {"Exception", "BaseException"} for name in caught)


def imported_libraries(path: Path) -> set[str]:
    """The top-level names that a module imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module.partition(".")[0])
    return names


def links(page: Path) -> Iterator[str]:
    """The files that a page links to, relative to it; addresses and places within the page left out."""
    prose = re.sub(r"^(```|~~~).*?^\1|`[^`\n]*`", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(\s*<?([^)>\s]+)", prose):
        path = target.partition("#")[0]
        if path and not re.match(r"[a-z][a-z0-9+.-]*:", path):
            yield path


def shell_blocks(page: Path) -> list[list[str]]:
    """The lines of each block of shell commands."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return [block.splitlines() for block in blocks]
