"""What of conda's network settings reaches the gateway, and that credentials do without being seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from envdoctor.channels.configuration import read_configuration
from envdoctor.channels.network import credentials, fetch_options
from envdoctor.channels.resolve import resolve_channels
from envdoctor.engine.client import Credential, FetchOptions
from envdoctor.engine.gateway import Gateway
from envdoctor.model.environment import ChannelLine
from envdoctor.model.names import NOARCH, Subdir, package_name
from envdoctor.model.place import Place
from tests.engine.channel_server import plain_channel, serving

SECRET = "Zq-secret-9"  # noqa: S105 - made up


def options(home: Path, condarc: str = "", **environ: str) -> FetchOptions:
    (home / ".condarc").write_text(condarc, "utf-8")
    return fetch_options(read_configuration(environ, home, None), [])


def test_without_settings_it_is_conda_s_defaults_but_fewer_retries(tmp_path: Path) -> None:
    assert options(tmp_path) == FetchOptions(connect_timeout=9.15, read_timeout=60, retries=1)


def test_settings_reach_the_gateway(tmp_path: Path) -> None:
    found = options(
        tmp_path,
        "remote_connect_timeout_secs: 2\nremote_read_timeout_secs: 5.5\nremote_max_retries: 4\nssl_verify: false\n"
        "offline: true\nrepodata_use_zst: false\nproxy_servers:\n  https: http://me:pw@proxy:3128\n",
        RATTLER_CACHE_DIR="/cache",
    )

    assert found == FetchOptions(
        offline=True,
        cache=Path("/cache/repodata"),
        proxies=(("https", "http://me:pw@proxy:3128"),),
        verify_tls=False,
        connect_timeout=2,
        read_timeout=5.5,
        retries=4,
        zstd=False,
    )
    assert "pw" not in repr(found)


def test_one_proxy_for_all_and_one_without_a_scheme(tmp_path: Path) -> None:
    assert options(tmp_path, "proxy_servers: {all: proxy:8080}\n").proxies == (
        ("http", "http://proxy:8080"),
        ("https", "http://proxy:8080"),
    )


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_trusted_certificates_come_from_the_setting_else_from_variables(tmp_path: Path, name: str) -> None:
    bundle, other = tmp_path / "ca.pem", tmp_path / "other.pem"
    bundle.touch()
    other.touch()

    assert options(tmp_path, f"ssl_verify: {bundle}\n", **{name: str(other)}).ca_bundle == bundle
    assert options(tmp_path, **{name: str(other)}).ca_bundle == other
    assert options(tmp_path, **{name: "/no/such.pem"}).ca_bundle is None
    assert options(tmp_path, "ssl_verify: truststore\n").ca_bundle is None
    assert options(tmp_path, "ssl_verify: no\n", **{name: str(other)}).ca_bundle is None


def test_credentials_are_found_wherever_a_channel_may_be_named(tmp_path: Path) -> None:
    (tmp_path / ".condarc").write_text(
        "channel_alias: https://a:1@alias\nchannels: [https://chan/t/tok-2/x]\n"
        "custom_channels: {own: 'https://c:3@custom'}\ncustom_multichannels: {all: ['https://d:$FOUR@multi/x']}\n"
        "default_channels: ['https://e:5@default/x']\n",
        "utf-8",
    )
    configuration = read_configuration({"FOUR": "4"}, tmp_path, None)

    found = credentials(configuration, ["conda-forge", "https://f:${FOUR}@line/x", "https://g:9@alias/other"])

    assert sorted((one.host, one.user, one.password, one.token) for one in found) == [
        ("alias", "g", "9", ""),
        ("chan", "", "", "tok-2"),
        ("custom", "c", "3", ""),
        ("default", "e", "5", ""),
        ("line", "f", "4", ""),
        ("multi", "d", "4", ""),
    ]


def test_a_token_in_a_variable_opens_the_channel_and_is_seen_nowhere(tmp_path: Path) -> None:
    configuration = read_configuration({"TOKEN": SECRET}, tmp_path, None)
    with serving(plain_channel("menu")) as server:
        opened = {f"/t/{SECRET}{path}": answer for path, answer in server.answers.items()}
        server.answers.clear()
        server.answers.update(opened)
        line = ChannelLine(text=f"{server.url}/t/$TOKEN/own", place=Place("environment.yml", 3))
        tiers = resolve_channels([line], [], configuration, subdir=Subdir("linux-64"))
        gateway = Gateway(fetch_options(configuration, [line.text], cache=tmp_path / "cache"))

        records = gateway.reachable(tiers, (Subdir("linux-64"), NOARCH), (package_name("menu"),))

    assert [record.file_name for record in records] == ["menu-1-0.conda"]
    assert SECRET not in repr(tiers) + records[0].url + str(records[0].channel)


def test_one_host_has_the_credential_that_is_named_first(tmp_path: Path) -> None:
    configuration = read_configuration({}, tmp_path, None)

    found = credentials(configuration, ["https://a:1@host/x", "https://b:2@host/y"])

    assert found == (Credential(host="host", user="a", password="1"),)  # noqa: S106 - made up
