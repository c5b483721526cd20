from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from envdoctor.errors import DisagreementError, EnvdoctorError, InputError, RecordsError
from envdoctor.model.environment import EnvironmentSpec
from envdoctor.model.outcome import Kind
from envdoctor.model.place import Place
from envdoctor.model.specs import MatchSpec
from envdoctor.report.json import render_error_json, render_json
from tests.report.diagnoses import DIAGNOSES, SECRET

if TYPE_CHECKING:
    from collections.abc import Iterator

    from syrupy.assertion import SnapshotAssertion

DOCS = Path(__file__).parents[2] / "docs"
SCHEMA: dict[str, Any] = json.loads(files("envdoctor.report").joinpath("explain.schema.json").read_text("utf-8"))


def closed(schema: Any) -> Any:
    """The schema without its tolerance of fields to come, so that a field which it does not describe is found."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    shut = {"additionalProperties": False} if schema.get("type") == "object" else {}
    return {key: closed(value) for key, value in schema.items()} | shut


def validator(schema: dict[str, Any]) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$defs"]["conflict"]["properties"]["kind"]["enum"] == [kind.value for kind in Kind]


def test_every_diagnosis_is_as_the_schema_says(name: str) -> None:
    value = json.loads(render_json(DIAGNOSES[name]))
    validator(SCHEMA).validate(value)
    validator(closed(SCHEMA)).validate(value)


@pytest.mark.parametrize("name", ["two_lines", "took_part", "halves", "fixed"])
def test_json_is_as_agreed(name: str, snapshot: SnapshotAssertion) -> None:
    assert render_json(DIAGNOSES[name]) == snapshot


def test_a_wrong_value_is_refused() -> None:
    value = json.loads(render_json(DIAGNOSES["two_lines"]))
    value["platforms"][0]["conflicts"][0]["kind"] = "bad luck"
    with pytest.raises(jsonschema.ValidationError):
        validator(SCHEMA).validate(value)


def test_the_skeleton_is_as_published() -> None:
    value = json.loads(render_json(DIAGNOSES["two_lines"]))
    assert value["schema_version"] == 1
    (platform,) = value["platforms"]
    assert platform["platform"] == "linux-64"
    assert platform["solvable"] is False
    (conflict,) = platform["conflicts"]
    assert conflict["kind"] == "transitive-clash"
    assert conflict["meeting_point"] == "lz4-c"
    assert [(line["requirement"], line["file"], line["line"]) for line in conflict["core"]] == [
        ("gdal=3.8", "environment.yml", 6),
        ("pyarrow=20", "environment.yml", 9),
    ]
    assert conflict["headline"].startswith("gdal=3.8 (line 6) and pyarrow=20 (line 9)")
    assert [[step["step"] for step in chain] for chain in conflict["chains"]] == [
        ["line", "package", "package", "package"],
        ["line", "package", "package", "package"],
    ]
    assert conflict["facts"][0] == {"fact": "depends", "source": "gdal", "target": "libgdal"}


def test_each_core_is_an_entry_of_its_own() -> None:
    (platform,) = json.loads(render_json(DIAGNOSES["exported"]))["platforms"]
    assert len(platform["conflicts"]) == 31
    assert {conflict["reason"] for conflict in platform["conflicts"]} == {"exported"}


def test_lines_of_several_conflicts_are_named_with_them() -> None:
    (platform,) = json.loads(render_json(DIAGNOSES["overlapping"]))["platforms"]
    assert [(line["requirement"], line["conflicts"]) for line in platform["shared_lines"]] == [("numpy<2", [0, 1, 2])]
    assert platform["complete"] is False


def test_a_file_whose_halves_clash_is_not_solvable() -> None:
    value = json.loads(render_json(DIAGNOSES["halves"]))
    assert value["solvable"] is False
    assert value["platforms"][0]["solvable"] is True
    (conflict,) = value["pip_conflicts"]
    assert conflict["pip_lines"] == [
        {"requirement": "numpy>=2", "file": "environment.yml", "line": 14, "column": 9},
    ]


def words_of(value: object) -> Iterator[str]:
    """Every text of a diagnosis, but those of the environment that are not about the verdict."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from words_of(part)
    elif is_dataclass(value) and not isinstance(value, (EnvironmentSpec, MatchSpec)):
        for field in fields(value):
            if field.name not in {"written", "specifier", "category", "kind"}:
                yield from words_of(getattr(value, field.name))


def leaves_of(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from leaves_of(part)
    elif isinstance(value, dict):
        for part in value.values():
            yield from leaves_of(part)


@pytest.mark.parametrize("name", sorted(set(DIAGNOSES) - {"hostile"}))
def test_json_holds_every_word_of_a_diagnosis(name: str) -> None:
    said = set(leaves_of(json.loads(render_json(DIAGNOSES[name]))))
    assert {word for word in words_of(DIAGNOSES[name]) if word} - said == set()


def test_the_form_is_the_same_on_every_machine(name: str) -> None:
    text = render_json(DIAGNOSES[name])
    assert text == render_json(DIAGNOSES[name])
    assert text.endswith("}\n")
    assert "\r" not in text
    assert text.encode("utf-8").decode("utf-8") == text
    assert json.dumps(json.loads(text), ensure_ascii=False, indent=2) + "\n" == text


def test_no_secret_is_told() -> None:
    text = render_json(DIAGNOSES["hostile"])
    assert SECRET.split("@")[1].split("/")[0] in text
    assert "hunter2" not in text
    assert "to-12345" not in text


@pytest.mark.parametrize(
    ("error", "place"),
    [
        (InputError("there is no 'dependencies'", place=Place("environment.yml", 3, 7)), ("environment.yml", 3, 7)),
        (InputError("it is empty", place=Place("environment.yml")), ("environment.yml", None, None)),
        (RecordsError(f"{SECRET} answers 401"), (None, None, None)),
        (DisagreementError("the engines contradict each other"), (None, None, None)),
    ],
)
def test_errors_are_told_as_the_schema_says(
    error: EnvdoctorError, place: tuple[str | None, int | None, int | None]
) -> None:
    text = render_error_json(error)
    value = json.loads(text)
    validator(closed(SCHEMA)).validate(value)
    assert set(value) == {"schema_version", "error"}
    assert (value["error"]["file"], value["error"]["line"], value["error"]["column"]) == place
    assert "hunter2" not in text
    assert value["error"]["message"].split()[-1] == error.message.split()[-1]


def test_the_page_describes_every_field() -> None:
    page = (DOCS / "json.md").read_text("utf-8")
    names = {name for part in SCHEMA["$defs"].values() for name in part.get("properties", ())}
    assert {name for name in names if f"`{name}`" not in page} == set()
