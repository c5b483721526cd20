"""Embed the dated facts of ../shared/knowledge that envdoctor states, as compact JSON, the same bytes each time.

    python tools/embed_knowledge.py [OUT]

Each table keeps `as_of` (the day of its newest source), `source` and `how` of the file that it was made from. What no
explanation can use is left out: settings of the build, closed migrations that changed no pin, patches that set no
bound. Running it again is needed only when ../shared/knowledge has changed.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "knowledge"
OUT = ROOT / "src" / "envdoctor" / "knowledge" / "data"

Table = dict[str, Any]

PATCH_OPERATIONS = ("add", "replace", "tighten")
"""Operations that can leave a bound behind; the others take one away."""


def main(out: Path) -> None:
    """Write every table to the folder `out`."""
    out.mkdir(parents=True, exist_ok=True)
    names = json.loads((SHARED / "names.json").read_text("utf-8"))
    renames = read("renames.yaml")
    tables = {
        "conda_forge_names": dated(names, names=front_coded(sorted(names["conda_forge_names"].split()))),
        "pypi_names": pypi_names(names, renames),
        "import_names": dated(names, to_conda=names["import_to_conda"]),
        "other_channels": other_channels(names, renames),
        "renames": dated(renames, renames=renamed(renames), archived=renames["archived_feedstocks"]),
        "platforms": platforms(read("package_ecosystems.yaml")),
        "pins": pins(read("pins.yaml"), read("migrations.yaml")),
        "patches": patches(read("patches.yaml")),
        "python": python(read("python.yaml")),
        "images": images(read("images.yaml")),
        "channels": channels(read("channels.yaml")),
    }
    for name, table in tables.items():
        (out / f"{name}.json").write_text(compact(table), "utf-8", newline="\n")


def channels(origin: Table) -> Table:
    """Return the channels that no longer move, without those for which only memory speaks."""
    ended = {
        name: {key: row[key] for key in ("status", "since", "last", "replaced_by", "symptom", "source") if key in row}
        for name, row in origin["channels"].items()
        if row.get("status") in {"frozen", "dead", "legacy"} and row.get("source") != "memory"
    }
    return dated(origin, ended={name: {key: str(value) for key, value in row.items()} for name, row in ended.items()})


def read(name: str) -> Table:
    """Return a YAML file of the knowledge."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    table: Table = yaml.load((SHARED / name).read_text("utf-8"), loader)  # noqa: S506 - both loaders are safe ones
    return table


def dated(origin: Table, **content: object) -> Table:
    """Return a table with the day and the source of the file that it comes from."""
    source = origin["source"]
    head = {"as_of": origin["as_of"], "source": [source] if isinstance(source, str) else source, "how": origin["how"]}
    return head | content


def compact(table: Table) -> str:
    """Return a table as JSON, one line for each of its parts, so that a change can be read."""
    lines = [f"{json.dumps(key)}:{line(value)}" for key, value in table.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def line(value: object) -> str:
    """Return a value as JSON without blanks, its keys sorted."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def front_coded(names: list[str]) -> str:
    """Return sorted names in a third less bytes: a letter for the number of characters shared with the name before.

    `a` means none, `b` one, up to `z` for 25.
    """
    coded, before = [], ""
    for name in names:
        shared = next((at for at, pair in enumerate(zip(before, name, strict=False)) if len({*pair}) > 1), len(before))
        shared = min(shared, 25)
        coded.append(chr(ord("a") + shared) + name[shared:])
        before = name
    return " ".join(coded)


def pypi_names(names: Table, renames: Table) -> Table:
    """Return PyPI → conda, the projects of conda names that several claim, and conda names that hold no Python.

    The claiming projects stand likeliest first; pypi_mapping.yaml has that order, with the likeliest one last.
    """
    to_pypi: dict[str, list[str]] = {}
    for text in (SHARED / "pypi_mapping.yaml").read_text("utf-8").splitlines():
        if not text.startswith("#"):
            ((project, entry),) = json.loads(f"{{{text}}}").items()
            to_pypi.setdefault(entry["conda_name"], []).insert(0, project)
    claimed = {conda: projects for conda, projects in to_pypi.items() if len(projects) > 1}
    no_python = sorted(row["from"].lower() for row in renames["renames"] if row.get("python") is False)
    return dated(names, to_conda=names["pypi_to_conda"], claimed=claimed, no_python=no_python)


def other_channels(names: Table, renames: Table) -> Table:
    """Return name → [[channel, name in it], …], for PyPI names and conda names that conda-forge does not have."""
    found: dict[str, set[tuple[str, str]]] = {}
    for channel, table in names["other_channels"].items():
        for project, conda in table.items():
            for name in [conda] if isinstance(conda, str) else conda:
                found.setdefault(project, set()).add((channel, name))
                found.setdefault(name, set()).add((channel, name))
    for row in renames["renames"]:
        if "channel" in row and row["to"]:
            found.setdefault(row["from"].lower(), set()).add((row["channel"], row["to"]))
    known = frozenset(names["conda_forge_names"].split())
    table = {name: sorted(places) for name, places in found.items() if name not in known}
    return dated(names | {"as_of": max(names["as_of"], renames["as_of"])}, channels=table)


def renamed(renames: Table) -> Table:
    """Return old name, in lower case as channels spell names → what is known about it."""
    return {row["from"].lower(): {key: row[key] for key in row if key != "from"} for row in renames["renames"]}


def platforms(ecosystems: Table) -> Table:
    """Return names bound to one platform, mutexes, and names that nobody asks for."""
    transitive = ecosystems["transitive"]
    return dated(
        ecosystems,
        platform_only=ecosystems["platform_only"],
        mutexes=ecosystems["mutexes"],
        transitive={key: transitive[key] for key in ("patterns", "roots_despite_pattern", "always")},
    )


def pins(history: Table, migrations: Table) -> Table:
    """Return package → its pins over time, with the migration behind each change, and the migrations still open."""
    ended: dict[tuple[str, str], list[Table]] = {}
    for migration in migrations["migrations"]:
        if migration["status"] == "closed" and migration.get("adopted"):
            for key in migration.get("values", {}):
                ended.setdefault((key, migration["closed"]), []).append(migration)
    table: dict[str, Table] = {}
    for key, pin in sorted(history["pins"].items()):
        if pin["package"] is not None:
            rows = [pin_row(row, key, ended.get((key, row["from"]), [])) for row in pin["history"]]
            table.setdefault(pin["package"], {})[key] = rows
    return dated(history, pins=table, open=open_migrations(history, migrations))


def pin_row(row: Table, key: str, ended: list[Table]) -> list[object]:
    """Return [day, values, {platform: values}, [migration, day it was added]] of one change, without an empty end.

    `ended` are the adopted migrations that closed on that day; the one whose values begin with the pin's is behind it.
    """
    values = values_of(row["values"] or [])
    elsewhere = {platform: values_of(other) for platform, other in row.get("except", {}).items()}
    behind = [
        [migration["name"], migration["added"]]
        for migration in ended
        if any(f"{new}.".startswith(f"{value}.") for new in values_of(migration["values"][key]) for value in values)
    ]
    whole = [row["from"], values, elsewhere, behind[0] if behind else []]
    while not whole[-1] and len(whole) > len(("day", "values")):
        whole.pop()
    return whole


def open_migrations(history: Table, migrations: Table) -> Table:
    """Return package → [[key, values, name, day it was added, paused], …] of the migrations that were open."""
    found: dict[str, list[object]] = {}
    for migration in migrations["migrations"]:
        if migration["status"] != "open":
            continue
        for key, values in sorted(migration.get("values", {}).items()):
            package = history["pins"].get(key, {}).get("package")
            if package is not None and isinstance(values, list):
                row = [key, values_of(values), migration["name"], migration["added"], migration.get("paused", False)]
                found.setdefault(package, []).append(row)
    return found


def values_of(values: list[str] | Table) -> list[str]:
    """Return the versions of a pin, each once, in order, without builds: `3.8.* *_cpython` is 3.8."""
    plain = values["values"] if isinstance(values, dict) else values
    return list(dict.fromkeys(value.split(" ")[0].removesuffix(".*") for value in plain))


def patches(history: Table) -> Table:
    """Return the patches that name their package and set a bound, each with only the changes that do."""
    rows = []
    for patch in history["patches"]:
        if "*" in str(patch["if"].get("name", "*")):
            continue
        changes = [change for change in patch["then"] if sets_a_bound(change)]
        if changes:
            rows.append({key: patch[key] for key in patch if key not in ("then", "refs")} | {"then": changes})
    return dated(history, patches=rows)


def images(facts: Table) -> Table:
    """Return what an image's C library and CUDA can be told from: distributions, tags of python, families of images."""
    distributions = {
        name: {key: row[key] for key in ("libc", "glibc", "codename") if key in row}
        for name, row in facts["distributions"].items()
    }
    suites = {
        tag: sorted({suite for _, suite in days if suite is not None}) for tag, days in facts["python_tags"].items()
    }
    return dated(
        facts, distributions=distributions, python_tags=suites, images=[family(row) for row in facts["images"]]
    )


def family(row: Table) -> Table:
    """Return one family of images: how its name is matched, its bases in time, and what its tags say."""
    base = row.get("base")
    kept: Table = {"match": row["match"]}
    if isinstance(base, str):
        kept["base"] = [base]
    elif isinstance(base, list):
        kept["base"] = [distribution for _, distribution in base]
    if "tag_base" in row:
        kept["tag_base"] = [
            {key: rule[key] for key in ("pattern", "base", "cuda", "glibc_layer") if key in rule}
            for rule in row["tag_base"]
        ]
    if "libc" in row:
        kept["libc"] = row["libc"]
    return kept


def sets_a_bound(change: Table) -> bool:
    """Whether a change can be the reason for a dependency that a record shows."""
    if change["field"] not in ("depends", "constrains") or change["op"] not in PATCH_OPERATIONS:
        return False
    bounds = any(key in change for key in ("spec", "new", "upper_bound"))
    return bounds and change.get("sense") not in ("loosen", "rename")


def python(history: Table) -> Table:
    """Return minor version → its dates."""
    return dated(history, versions=history["versions"], spec0=history["spec0"]["drop_after"])


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else OUT)
