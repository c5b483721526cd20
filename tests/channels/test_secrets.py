"""No credential gets through, whatever it looks like and wherever it stands."""

from __future__ import annotations

import string
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envdoctor.channels.secrets import redact, split_credential

SECRET = st.text(alphabet=string.ascii_letters + string.digits + "-_", min_size=8, max_size=20).map(lambda s: f"Zq{s}9")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://user:password@host/channel", "https://***@host/channel"),
        ("https://key@host/channel", "https://***@host/channel"),
        ("http://user:p%40ss@proxy:3128", "http://***@proxy:3128"),
        ("user:password@proxy:3128", "***@proxy:3128"),
        ("https://user:p@ss@host/x", "https://***@host/x"),
        ("https://user:pa/ss@host/x", "https://***@host/x"),
        ("https://conda.anaconda.org/t/ab-12/own/linux-64", "https://conda.anaconda.org/t/***/own/linux-64"),
        ("conda.anaconda.org/t/ab-12/own", "conda.anaconda.org/t/***/own"),
        ("https://host/x?a=1&access_token=abc&b=2", "https://host/x?a=1&access_token=***&b=2"),
        ("https://host/x?X-Amz-Signature=abc", "https://host/x?X-Amz-Signature=***"),
        (
            "could not fetch https://u:p@h/x, nor https://v:q@h/y",
            "could not fetch https://***@h/x, nor https://***@h/y",
        ),
    ],
)
def test_credentials_are_hidden(text: str, shown: str) -> None:
    assert redact(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "https://conda.anaconda.org/conda-forge/linux-64/repodata.json",
        "https://host:8080/channel@1/x",
        "file:///home/t/channel",
        "git+ssh://git@github.com/owner/project",
        "write to somebody@example.org: thanks",
        "numpy >=1.2,<2 (line 3)",
    ],
)
def test_what_holds_no_credential_stays(text: str) -> None:
    assert redact(text) == text


@given(SECRET, SECRET)
def test_no_part_of_a_secret_is_left(user: str, password: str) -> None:
    texts = (
        f"see https://{user}:{password}@host.example:8443/a/b for more",
        f"https://{quote(user + '@/:', safe='')}:{quote(password + '@/:', safe='')}@host/",
        f"https://conda.anaconda.org/t/{password}/channel",
        f"host.example/t/{password}/channel",
        f"https://host/x?token={password}",
        f"{user}:{password}@proxy:3128",
    )
    for text in texts:
        shown = redact(text)
        assert password not in shown
        assert redact(shown) == shown


@given(SECRET)
def test_a_credential_leaves_its_address_and_its_repr(secret: str) -> None:
    for url in (f"https://me:{secret}@host/channel", f"https://host/t/{secret}/channel"):
        bare, credential = split_credential(url)

        assert bare == "https://host/channel"
        assert credential is not None
        assert secret in (credential.password, credential.token)
        assert secret not in repr(credential)


def test_an_address_without_credentials_stays() -> None:
    assert split_credential("file:///home/t/channel") == ("file:///home/t/channel", None)
    assert split_credential("https://host/channel") == ("https://host/channel", None)
