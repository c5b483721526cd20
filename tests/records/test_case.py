"""A saved case replays to the same request and the same records, gives nothing away, and is refused when damaged."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envdoctor.engine.gateway import Gateway
from envdoctor.engine.specs import parse_spec
from envdoctor.errors import InputError, UsageError
from envdoctor.model.channels import Channel, ChannelPriority, ChannelTier, Origin
from envdoctor.model.names import NOARCH, Subdir, package_name
from envdoctor.model.place import Place
from envdoctor.model.records import VirtualPackage
from envdoctor.model.specs import Requirement
from envdoctor.model.target import Pin, Request, Target
from envdoctor.records.case import read_case, write_case
from envdoctor.records.world import World

if TYPE_CHECKING:
    from pathlib import Path

    from envdoctor.model.records import Record
    from tests.conftest import ChannelFactory

LINUX = Subdir("linux-64")


def request_on(url: str, *, text: str = "menu=15", channel: str = "own") -> Request:
    return Request(
        target=Target(
            subdir=LINUX,
            virtual_packages=(VirtualPackage(name=package_name("__cuda"), version="12.4", origin="--virtual-package"),),
        ),
        requirements=(
            Requirement(text=text, spec=parse_spec(text), place=Place("environment.yml", 6, 5)),
            Requirement(
                text="icons", spec=parse_spec("icons"), place=Place("dev.yml", 3), platforms=(LINUX,), optional=True
            ),
        ),
        wanted_channels=(None, (url,)),
        pins=(Pin(text="intl<5", spec=parse_spec("intl<5"), origin=Origin(text="/home/ada/.condarc:3")),),
        tiers=(
            ChannelTier(
                name=channel,
                members=(Channel(name=channel, url=url),),
                written=(channel,),
                place=Place("environment.yml", 2),
            ),
        ),
        priority=ChannelPriority.FLEXIBLE,
        exclude_newer=1_700_000_000_000,
    )


def without_addresses(world: World) -> list[Record]:
    records = sorted(world.all_records(), key=lambda record: (record.subdir, record.filename))
    return [replace(record, url="") for record in records]


@pytest.fixture
def url(make_channel: ChannelFactory) -> str:
    return make_channel(
        [
            {"name": "menu", "version": "15", "depends": ["dropdown >=2"], "timestamp": 1_600_000_000_000},
            {"name": "menu", "version": "14", "depends": ["dropdown 1.*"], "constrains": ["intl <6"], "size": 17},
            {"name": "dropdown", "version": "2.0", "build": "py310_3", "sha256": "ab" * 32},
            {"name": "dropdown", "version": "1.8", "noarch": "python", "license": "MIT"},
            {"name": "icons", "version": "1", "subdir": "linux-64"},
        ]
    )


def test_a_case_replays_to_the_same_request_and_records(url: str, tmp_path: Path) -> None:
    request = request_on(url)
    world = World(request, Gateway())
    case = tmp_path / "case.json"

    write_case(case, request, world.all_records())
    replayed = read_case(case, tmp_path / "replayed")

    (member,) = replayed.tiers[0].members
    assert member.url.startswith((tmp_path / "replayed").as_uri())
    assert replayed.wanted_channels == (None, (member.url,))
    assert replace(replayed, tiers=request.tiers, wanted_channels=request.wanted_channels) == request
    assert without_addresses(World(replayed, Gateway())) == without_addresses(world)


def test_the_same_world_gives_the_same_bytes_in_any_order(url: str, tmp_path: Path) -> None:
    request = request_on(url)
    records = World(request, Gateway()).all_records()

    write_case(tmp_path / "a.json", request, records)
    write_case(tmp_path / "b.json", request, records[::-1])

    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    assert [path.name for path in tmp_path.glob("*.part")] == []


def test_a_replayed_case_can_be_saved_again(url: str, tmp_path: Path) -> None:
    request = request_on(url)
    write_case(tmp_path / "a.json", request, World(request, Gateway()).all_records())

    again = read_case(tmp_path / "a.json", tmp_path / "folder")
    write_case(tmp_path / "b.json", again, World(again, Gateway()).all_records())

    first, second = (json.loads((tmp_path / name).read_text("utf-8")) for name in ("a.json", "b.json"))
    assert [record[1:] for record in first["records"]] == [record[1:] for record in second["records"]]


def test_a_case_holds_no_credential(url: str, tmp_path: Path) -> None:
    secret = "Zq-secret-9"  # noqa: S105 - made up
    request = request_on(url)
    line = replace(request.requirements[0], text=f"https://me:{secret}@host/own::menu=15")
    spec = replace(line.spec, channel=f"https://host/t/{secret}/own")
    tier = replace(request.tiers[0], written=(f"https://me:{secret}@host/own",))
    request = replace(request, requirements=(replace(line, spec=spec), request.requirements[1]), tiers=(tier,))

    write_case(tmp_path / "case.json", request, World(request, Gateway()).all_records())

    assert secret not in (tmp_path / "case.json").read_text("utf-8")


def test_a_channel_without_records_is_still_there(url: str, tmp_path: Path) -> None:
    request = request_on(url)
    empty = ChannelTier(name="empty", members=(Channel(name="empty", url="https://host/empty/"),))
    write_case(tmp_path / "case.json", replace(request, tiers=(*request.tiers, empty)), ())

    replayed = read_case(tmp_path / "case.json", tmp_path / "folder")

    assert Gateway().names(replayed.tiers, (LINUX, NOARCH)) == frozenset()


def test_what_cannot_be_written_or_read_is_told(url: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        write_case(tmp_path / "no" / "case.json", request_on(url), ())
    with pytest.raises(InputError, match="cannot be read"):
        read_case(tmp_path / "none.json", tmp_path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no case, or a damaged one"),
        ('{"envdoctor_case": 1,', "no case, or a damaged one"),
        ("[]", "no case"),
        ('{"platforms": []}', "no case"),
        ('{"envdoctor_case": 2}', "version 2"),
        ('{"envdoctor_case": 1}', "a map with 'request'"),
        ('{"envdoctor_case": 1, "request": []}', "should be a map"),
    ],
)
def test_what_is_no_case_gets_one_sentence(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "case.json"
    path.write_text(text, "utf-8")

    with pytest.raises(InputError) as raised:
        read_case(path, tmp_path / "folder")

    assert words in raised.value.message
    assert raised.value.place is not None
    assert raised.value.place.file == str(path)


JUNK = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=3), st.just([]), st.just({}), st.just([1]))


@given(st.data())
def test_no_damage_ends_in_a_traceback(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    request = request_on("https://host/own/")
    path = folder / "case.json"
    write_case(path, request, ())
    document = json.loads(path.read_text("utf-8"))
    document["records"] = [
        ["https://host/own/", "linux-64", "a-1-0.conda", {"name": "a", "version": "1", "build": "0"}]
    ]
    document["records"][0][3] |= {"build_number": 0, "depends": [], "constrains": []}
    damage(document, data)
    path.write_text(json.dumps(document), "utf-8")

    with contextlib.suppress(InputError):
        assert isinstance(read_case(path, folder / "channels"), Request)


def damage(value: Any, data: st.DataObject) -> None:
    """Replace one value somewhere by something else."""
    while True:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        key = data.draw(st.sampled_from(keys))
        below = value[key]
        if not isinstance(below, dict | list) or not below or data.draw(st.booleans()):
            value[key] = data.draw(JUNK)
            return
        value = below
