from __future__ import annotations

import pytest

from crawlers.addresses import authority, literal, never, public, refusal


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("0x7f.0.0.1", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("[::1]", "::1"),
        ("169.254.169.254.", "169.254.169.254"),
        ("shop.example", ""),
        ("1.2.3.4.5", ""),
        ("256.1.1.1", ""),
    ],
)
def test_literal_addresses_in_every_disguise(host: str, address: str) -> None:
    assert literal(host) == address


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://10.1.2.3/",
        "http://192.168.0.1/",
        "http://172.16.0.9:8080/x",
        "http://100.64.1.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[fc00::1]/",
        "http://localhost:9200/_search",
        "http://printer.local/",
        "http://metadata.google.internal/",
        "http://169.254.169.254/latest",
        "http://100.100.100.200/latest",
        "http://0.0.0.0/",
        "http://224.0.0.1/",
        "file:///etc/passwd",
        "data:text/html,x",
        "ftp://shop.example/",
        "javascript:alert(1)",
        "http:///nohost",
        "http://[bad/",
    ],
)
def test_refused(url: str) -> None:
    assert refusal(url)


@pytest.mark.parametrize("url", ["http://shop.example/", "https://8.8.8.8/", "https://[2001:4860:4860::8888]/x"])
def test_public_addresses_pass(url: str) -> None:
    assert refusal(url) == ""


def test_a_named_private_address_passes_and_its_neighbour_does_not() -> None:
    allowed = frozenset({"127.0.0.1:8000"})
    assert refusal("http://127.0.0.1:8000/x", allowed) == ""
    assert refusal("http://127.0.0.1:9200/x", allowed)
    assert refusal("http://169.254.169.254/", frozenset({"169.254.169.254:80"}))


def test_a_named_private_name_passes_on_its_own_port_only() -> None:
    allowed = frozenset({"shop.lan:8000"})
    assert refusal("http://shop.lan:8000/x", allowed) == ""
    assert "端口" in refusal("http://shop.lan:22/x", allowed)
    assert refusal("http://other.example/", allowed) == ""


def test_kinds_of_addresses() -> None:
    assert never("169.254.1.1")
    assert never("fe80::1%eth0")
    assert not never("10.0.0.1")
    assert public("1.1.1.1")
    assert not public("64:ff9b::7f00:1")
    assert authority("https://Shop.Example/x") == "shop.example:443"
    assert authority("http://a:99999/") == ""
