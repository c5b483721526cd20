"""Records over the network, and one clear sentence for everything that can go wrong there.

Every test talks to a real server on this machine.
"""

from __future__ import annotations

import json
import os
import subprocess
from contextlib import closing
from pathlib import Path
from socket import socket
from typing import TYPE_CHECKING, Any

import pytest

from envdoctor.engine.client import Credential
from envdoctor.engine.gateway import FetchOptions, Gateway
from envdoctor.errors import RecordsError
from envdoctor.model.channels import Channel, ChannelTier
from envdoctor.model.names import NOARCH, Subdir, package_name
from tests.engine.channel_server import Answer, plain_channel, repodata, serving, sharded_channel, zstd

if TYPE_CHECKING:
    from tests.conftest import ChannelFactory

LINUX = Subdir("linux-64")
PLAIN = "/own/linux-64/repodata.json"
NAMES = (package_name("menu"),)


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [*os.environ]:
        if name.lower().endswith("_proxy") or name in {"SSL_CERT_FILE", "RATTLER_AUTH_FILE", "NETRC"}:
            monkeypatch.delenv(name)


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def tiers(*urls: str) -> tuple[ChannelTier, ...]:
    names = [url.rstrip("/").rpartition("/")[2] for url in urls]
    return tuple(
        ChannelTier(name=name, members=(Channel(name=name, url=f"{url.rstrip('/')}/"),))
        for name, url in zip(names, urls, strict=True)
    )


def gateway(cache: Path, **options: Any) -> Gateway:
    return Gateway(FetchOptions(cache=cache, **{"retries": 0, "connect_timeout": 3, "read_timeout": 3} | options))


def fetched(records: Gateway, *urls: str) -> list[str]:
    return [record.file_name for record in records.reachable(tiers(*urls), (LINUX, NOARCH), NAMES)]


def sentence(records: Gateway, *urls: str) -> str:
    with pytest.raises(RecordsError) as raised:
        fetched(records, *urls)
    assert "\n" not in raised.value.message
    return raised.value.message


def test_plain_repodata_is_read(cache: Path) -> None:
    with serving(plain_channel("menu", "icons", "other")) as server:
        records = gateway(cache)

        assert fetched(records, f"{server.url}/own") == ["icons-1-0.conda", "menu-1-0.conda", "other-1-0.conda"]
        named = records.seen_elsewhere(tiers(f"{server.url}/own"), (LINUX, NOARCH), NAMES)
        assert [record.file_name for record in named] == ["menu-1-0.conda"]
        assert records.names(tiers(f"{server.url}/own"), (LINUX, NOARCH)) == {"menu", "icons", "other"}
        assert records.notices == ()


def test_zstd_is_asked_for_first(cache: Path) -> None:
    answers = {f"{path}.zst": Answer(body=zstd(answer.body)) for path, answer in plain_channel("menu").items()}
    with serving(answers) as server:
        assert fetched(gateway(cache), f"{server.url}/own") == ["menu-1-0.conda"]
        assert server.asked_for("/linux-64/repodata.json") == []


def test_only_the_shards_that_matter_are_fetched(cache: Path) -> None:
    with serving(sharded_channel("menu", "icons")) as server:
        assert fetched(gateway(cache), f"{server.url}/own") == ["icons-1-0.conda", "menu-1-0.conda"]
        assert server.asked_for("repodata.json") == []
    with serving(sharded_channel("lonely", "menu")) as server:
        assert fetched(gateway(cache), f"{server.url}/own") == ["menu-1-0.conda"]
        assert len([path for path, _ in server.requests if "/shards/" in path]) == 1


def test_what_has_not_changed_is_not_sent_again(cache: Path) -> None:
    headers = {"ETag": '"one"', "Cache-Control": "max-age=0"}
    with serving(plain_channel("menu", **headers)) as server:
        for _ in range(2):
            assert fetched(gateway(cache), f"{server.url}/own") == ["menu-1-0.conda"]
        first, second = server.asked_for("/linux-64/repodata.json")
        assert "if-none-match" not in first
        assert second["if-none-match"] == '"one"'


def test_a_server_that_forbids_all_but_plain_repodata_is_enough(cache: Path) -> None:
    forbidden = {
        f"/own/{subdir}/{form}": Answer(status=status)
        for subdir in (LINUX, NOARCH)
        for form, status in {"repodata_shards.msgpack.zst": 403, "repodata.json.zst": 500}.items()
    }
    with serving(plain_channel("menu") | forbidden) as server:
        assert fetched(gateway(cache), f"{server.url}/own") == ["menu-1-0.conda"]


def test_a_damaged_form_is_passed_over_for_a_sound_one(cache: Path) -> None:
    damaged = {f"{PLAIN}.zst": Answer(body=zstd(repodata("linux-64", "menu"))[:-9])}
    with serving(plain_channel("menu", "icons") | damaged) as server:
        assert fetched(gateway(cache), f"{server.url}/own") == ["icons-1-0.conda", "menu-1-0.conda"]


WHOLE = repodata("linux-64", "menu", "icons")


@pytest.mark.parametrize(
    "body",
    [
        WHOLE[:-1],
        WHOLE[: len(WHOLE) // 2],
        WHOLE + b"{}",
        b"",
        b"[]",
        b'{"packages": []}',
        b'{"packages": {}, "packages.conda": {"menu-1-0.conda": {"name": "menu"}}}',
        WHOLE.replace(b'"build_number": 0', b'"build_number": "x"'),
    ],
)
def test_damaged_repodata_is_refused_by_name(cache: Path, body: bytes) -> None:
    with serving(plain_channel("menu") | {PLAIN: Answer(body=body)}) as server:
        message = sentence(gateway(cache), f"{server.url}/own")

        assert message.startswith(f"{server.url}{PLAIN} is damaged or cut short, so none of it is used")


def test_repodata_that_ends_too_soon_is_refused(cache: Path) -> None:
    with serving(plain_channel("menu") | {PLAIN: Answer(body=WHOLE, promised=99)}) as server:
        assert f"{PLAIN} is damaged or cut short" in sentence(gateway(cache), f"{server.url}/own")


def test_the_damaged_channel_is_told_from_the_sound_one(cache: Path, make_channel: ChannelFactory) -> None:
    sound = make_channel([{"name": "menu"}], name="sound")
    damaged = make_channel([{"name": "menu"}], name="damaged")
    path = Path(damaged.removeprefix("file://")) / "linux-64" / "repodata.json"
    path.write_text(path.read_text("utf-8")[:-5], "utf-8")

    assert sentence(gateway(cache), sound, damaged).startswith(f"{damaged}linux-64/repodata.json is damaged")


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "wants to know who asks (HTTP 401)"),
        (403, "refuses access (HTTP 403)"),
        (407, "wants a password (HTTP 407)"),
        (418, "answers HTTP 418"),
        (429, "too many requests (HTTP 429)"),
        (500, "a fault of its own (HTTP 500)"),
        (503, "a fault of its own (HTTP 503)"),
    ],
)
def test_a_refusal_is_told_with_its_number(cache: Path, status: int, words: str) -> None:
    with serving({"*": Answer(status=status)}) as server:
        message = sentence(gateway(cache), f"{server.url}/own")

        assert message.startswith(f"{server.url}/own/")
        assert words in message


def test_a_channel_that_is_not_there_is_told(cache: Path) -> None:
    with serving({}) as server:
        assert sentence(gateway(cache), f"{server.url}/nvidai").startswith(
            f"there is no channel at {server.url}/nvidai/"
        )


def test_a_channel_without_noarch_is_told(cache: Path) -> None:
    with serving({PLAIN: plain_channel("menu")[PLAIN]}) as server:
        assert f"{server.url}/own/ has no noarch/repodata.json" in sentence(gateway(cache), f"{server.url}/own")


def test_a_missing_platform_is_a_notice_and_no_failure(cache: Path) -> None:
    answers = {"/own/noarch/repodata.json": Answer(body=repodata("noarch", "menu"))}
    with serving(answers) as server:
        records = gateway(cache)

        assert fetched(records, f"{server.url}/own") == ["menu-1-0.conda"]
        assert [str(notice) for notice in records.notices] == [
            "the channel own has no packages for linux-64, only noarch ones"
        ]


def test_a_web_page_is_no_repodata(cache: Path) -> None:
    page = Answer(body=b"<!DOCTYPE html><title>Log in</title>", headers={"Content-Type": "text/html"})
    with serving({"*": page}) as server:
        assert "a web page instead of records" in sentence(gateway(cache), f"{server.url}/own")


def test_a_server_that_refuses_the_connection_is_told(cache: Path) -> None:
    with closing(socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        message = sentence(gateway(cache), f"http://127.0.0.1:{taken.getsockname()[1]}/own")

    assert "the server 127.0.0.1 refuses the connection" in message


def test_a_host_that_nobody_knows_is_told(cache: Path) -> None:
    message = sentence(gateway(cache), "http://no-such-host.invalid/own")

    assert "the host name of the server no-such-host.invalid is not known (DNS)" in message


def test_a_server_that_hangs_up_is_told(cache: Path) -> None:
    with serving({"*": Answer(reset=True)}) as server:
        assert "breaks the connection off" in sentence(gateway(cache), f"{server.url}/own")


def test_a_silent_server_is_given_up(cache: Path) -> None:
    with serving({"*": Answer(delay=4)}) as server:
        message = sentence(gateway(cache, connect_timeout=0.2, read_timeout=0.3), f"{server.url}/own")

        assert "the server 127.0.0.1 does not answer in time (0.3 s)" in message


def test_a_slow_server_is_waited_for(cache: Path) -> None:
    slow = {path: Answer(body=answer.body, delay=0.5) for path, answer in plain_channel("menu").items()}
    with serving(slow) as server:
        records = gateway(cache, connect_timeout=0.1, read_timeout=2)

        assert fetched(records, f"{server.url}/own") == ["menu-1-0.conda"]


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A made-up authority, and a server's certificate of it together with its key."""
    folder = tmp_path_factory.mktemp("certificates")
    new_key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:FALSE\n", "utf-8")
    is_authority = "-addext basicConstraints=critical,CA:TRUE"
    for command in (
        f"req -x509 {new_key} -keyout ca.key -out ca.pem -days 2 -subj /CN=authority {is_authority}",
        f"req {new_key} -keyout server.key -out server.csr -subj /CN=server",
        "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out server.pem",
    ):
        try:
            subprocess.run(["openssl", *command.split()], cwd=folder, check=True, capture_output=True)  # noqa: S607
        except FileNotFoundError:
            pytest.skip("there is no openssl to make certificates with")
    both = folder / "both.pem"
    both.write_bytes((folder / "server.pem").read_bytes() + (folder / "server.key").read_bytes())
    return folder / "ca.pem", both


def test_a_certificate_that_nobody_trusts_is_told(cache: Path, certificates: tuple[Path, Path]) -> None:
    with serving(plain_channel("menu"), certificates[1]) as server:
        message = sentence(gateway(cache), f"{server.url}/own")

        assert "the certificate of 127.0.0.1 is not trusted (TLS: " in message


def test_a_bundle_of_certificates_makes_it_trusted_and_so_does_looking_away(
    cache: Path, certificates: tuple[Path, Path]
) -> None:
    authority, own = certificates
    with serving(plain_channel("menu"), own) as server:
        assert fetched(gateway(cache / "a", ca_bundle=authority), f"{server.url}/own") == ["menu-1-0.conda"]
        assert fetched(gateway(cache / "b", verify_tls=False), f"{server.url}/own") == ["menu-1-0.conda"]
        assert "SSL_CERT_FILE" not in os.environ


def test_tls_where_there_is_none_is_told(cache: Path) -> None:
    with serving(plain_channel("menu")) as server:
        assert "(TLS)" in sentence(gateway(cache), f"{server.url.replace('http:', 'https:')}/own")


def test_a_proxy_is_used_and_its_password_stays_secret(cache: Path) -> None:
    with serving({"*": Answer(status=407)}) as proxy:
        secret = "Zq-secret-9"  # noqa: S105 - made up
        address = proxy.url.replace("://", f"://me:{secret}@")
        message = sentence(gateway(cache, proxies=(("http", address),)), "http://channels.example/own")

        assert f"the proxy {proxy.url.removeprefix('http://')} wants a password (HTTP 407)" in message
        assert secret not in message
        assert proxy.requests[0][0].startswith("http://channels.example/own/")
        assert proxy.requests[0][1]["proxy-authorization"].startswith("Basic ")


def test_a_proxy_that_is_not_there_is_told_as_the_proxy(cache: Path) -> None:
    with closing(socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        proxy = f"127.0.0.1:{taken.getsockname()[1]}"
        message = sentence(gateway(cache, proxies=(("http", f"http://{proxy}"),)), "http://channels.example/own")

    assert f"the proxy {proxy} refuses the connection; check proxy_servers" in message


def test_credentials_reach_their_host_and_no_message(cache: Path) -> None:
    secret = "Zq-secret-9"  # noqa: S105 - made up
    with serving(plain_channel("menu")) as server:
        basic = Credential(host="127.0.0.1", user="me", password=secret)
        assert fetched(gateway(cache, credentials=(basic,)), f"{server.url}/own") == ["menu-1-0.conda"]
        assert all(headers["authorization"].startswith("Basic ") for _, headers in server.requests)
    with serving({"*": Answer(status=403)}) as server:
        token = Credential(host="127.0.0.1", token=secret)
        message = sentence(gateway(cache, credentials=(token,)), f"{server.url}/own")
        assert secret not in message
        assert all(path.startswith(f"/t/{secret}/own/") for path, _ in server.requests)
    assert "RATTLER_AUTH_FILE" not in os.environ


def test_credentials_of_the_users_own_file_stay_in_force(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "auth.json"
    own.write_text(json.dumps({"127.0.0.1": {"BearerToken": "abc"}}), "utf-8")
    monkeypatch.setenv("RATTLER_AUTH_FILE", str(own))
    other = Credential(host="elsewhere.example", user="me", password="x")  # noqa: S106 - made up
    with serving(plain_channel("menu")) as server:
        assert fetched(gateway(cache, credentials=(other,)), f"{server.url}/own") == ["menu-1-0.conda"]
        assert server.requests[0][1]["authorization"] == "Bearer abc"
    assert os.environ["RATTLER_AUTH_FILE"] == str(own)


@pytest.mark.parametrize("answers", [plain_channel("menu"), sharded_channel("menu")], ids=["plain", "sharded"])
def test_offline_takes_the_copy_and_says_how_old_it_is(cache: Path, answers: dict[str, Answer]) -> None:
    with serving(answers) as server:
        url = f"{server.url}/own"
        fetched(gateway(cache), url)
        count = len(server.requests)
        records = gateway(cache, offline=True)

        assert fetched(records, url) == ["menu-1-0.conda"]
        assert len(server.requests) == count
    for path in cache.rglob("*.*"):
        then = path.stat().st_mtime - 3 * 86_400 - 60
        os.utime(path, (then, then))
    (first, second) = [str(notice) for notice in records.notices]
    assert first.startswith("offline: the records of own for linux-64 are a copy of ")
    assert first.endswith(", 3 days old")
    assert "noarch" in second


def test_offline_without_a_copy_is_told(cache: Path) -> None:
    with serving(plain_channel("menu")) as server:
        message = sentence(gateway(cache, offline=True), f"{server.url}/own")

        assert server.requests == []
    assert message.startswith(f"the cache has no copy of {server.url}/own/noarch/repodata.json")
    assert "--offline" in message


def test_when_the_network_fails_a_copy_is_offered(cache: Path) -> None:
    with serving(plain_channel("menu")) as server:
        fetched(gateway(cache), f"{server.url}/own")

    message = sentence(gateway(cache), f"{server.url}/own")

    assert "refuses the connection" in message
    assert "; --offline takes the copy of " in message


def test_a_folder_that_is_no_channel_is_told(cache: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    assert "the folder does not exist" in sentence(gateway(cache), (tmp_path / "none").as_uri())
    assert "has no noarch/repodata.json" in sentence(gateway(cache), (tmp_path / "empty").as_uri())


def test_a_folder_is_read_offline_too(cache: Path, make_channel: ChannelFactory) -> None:
    url = make_channel([{"name": "menu"}])

    assert fetched(gateway(cache, offline=True), url) == ["menu-1-0.conda"]
