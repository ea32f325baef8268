"""Where a request may go: http(s) only, and into a private network only where the platform names that very address.

The check is made twice: on the URL (literal addresses), and by the resolver on what a name resolves to at the moment
of the connection, so that DNS rebinding does not help.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}
#: Never reachable, whatever a platform allows: link-local (cloud metadata), multicast, reserved, unspecified.
_METADATA = ("169.254.169.254", "100.100.100.200", "fd00:ec2::254", "168.63.129.16", "192.0.0.192")

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def _plain(address: _Address) -> _Address:
    """The IPv4 address inside a mapped, 6to4 or NAT64 IPv6 one."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        return inner or address
    return address


def never(address: str) -> bool:
    """True for an address that no platform may allow: metadata services, link-local, multicast, unspecified."""
    ip = _plain(ipaddress.ip_address(address.partition("%")[0]))
    return str(ip) in _METADATA or ip.is_link_local or ip.is_multicast or ip.is_unspecified


def public(address: str) -> bool:
    """True for an address of the public internet (100.64.0.0/10, documentation and benchmark nets are not)."""
    return _plain(ipaddress.ip_address(address.partition("%")[0])).is_global and not never(address)


def literal(host: str) -> str:
    """The address that ``host`` writes, also as inet_aton reads it (127.1, 0x7f000001, 2130706433); "" for a name."""
    host = host.strip("[]").rstrip(".").partition("%")[0]
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    parts = host.split(".")
    try:
        numbers = [
            int(part, 0 if not part.startswith("0") or part[1:2] in "xX" or part == "0" else 8) for part in parts
        ]
    except ValueError:
        return ""
    if not 1 <= len(numbers) <= 4 or any(n < 0 for n in numbers) or any(n > 255 for n in numbers[:-1]):
        return ""
    last_bits = 8 * (5 - len(numbers))
    if numbers[-1] >= 1 << last_bits:
        return ""
    value = numbers[-1]
    for place, number in enumerate(numbers[:-1]):
        value |= number << (8 * (3 - place))
    return str(ipaddress.IPv4Address(value))


def authority(url: str) -> str:
    """``host:port`` of a URL, lower case, with the scheme's port when none is written; "" without a usable host."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    return f"{host.lower()}:{port or _PORTS.get(parts.scheme, 0)}" if host else ""


def refusal(url: str, allowed: Iterable[str] = ()) -> str:
    """Why a URL may not be requested, as a Chinese clause; "" when it may.

    ``allowed`` are the ``host:port`` pairs that may be private because the platform names them.
    """
    scheme = url.partition(":")[0].lower()
    if scheme not in _PORTS:
        return f"协议 {scheme[:20]}: 不跟随，只访问 http 与 https"
    where = authority(url)
    if not where:
        return "网址没有可用的主机名"
    host = where.rpartition(":")[0]
    address = literal(host)
    if address and never(address):
        return f"{host} 是链路本地或元数据地址，任何平台都不得访问"
    if where in allowed:
        return ""
    if not address and any(pair.rpartition(":")[0] == host for pair in allowed):
        # the resolver sees names without ports: of a name that may be private only the ports that are named
        return f"{where} 的端口未列入平台允许的内网地址"
    if (address and not public(address)) or host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return f"{where} 是本机或内网地址，平台未允许访问"
    return ""
