"""The vault: captures in, the same bytes out, found by digest and by URL; hostile input; WARC that others accept."""

from __future__ import annotations

import gzip
import io
import tracemalloc
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from domain.errors import BusyError, InputError, VaultError
from evidence import warc
from evidence.vault import Vault
from tests.evidence.conftest import AT, accepted, png, store


def _check(folder: Path) -> None:
    """warcio reads every record and finds every digest right."""
    said = accepted(folder)
    assert "digest pass" in said
    assert "no digest" not in said


def test_round_trip(vault: Vault, tmp_path: Path) -> None:
    html = "<p>五常</p>".encode() * 300
    with vault.writer("r1", "a") as writer:
        page = store(writer, "https://x.example/p", gzip.compress(html), headers=[(b"Content-Encoding", b"gzip")])
        picture = store(writer, "https://x.example/i.png", png(), "image/png")
        empty = store(writer, "https://x.example/e", b"", status=204, reason="No Content", headers=[])
        large = store(writer, "https://x.example/large", bytes(range(256)) * 3000, "application/zip")
        for capture in (page, picture, empty, large):  # while the writer is open
            assert vault.find(capture.digest) == capture
            assert vault.captured("r1", capture.url) == capture
    fresh = Vault(str(tmp_path / "vault"))
    assert fresh.read(page.digest) == gzip.compress(html)
    assert fresh.decoded(page.digest) == html
    assert fresh.decoded(picture.digest) == png()
    assert fresh.read(large.digest) == bytes(range(256)) * 3000
    assert fresh.read(empty.digest) == b""
    assert fresh.headers(page) == [(b"content-encoding", b"gzip")]
    with pytest.raises(InputError, match="上限"):
        fresh.decoded(page.digest, limit=100)
    assert (page.media_type, picture.media_type, picture.status, empty.status) == ("", "image/png", 200, 204)
    _check(tmp_path / "vault")


def test_what_warcio_reads_is_what_was_received(vault: Vault, tmp_path: Path) -> None:
    body = b"hello " * 100
    headers = [(b"Content-Type", b"text/plain"), (b"Set-Cookie", b"a=1"), (b"Set-Cookie", b"b=2"), (b"X-\xe9", b"\xe9")]
    with vault.writer("r1", "a") as writer:
        capture = store(writer, "http://x.example/路径?q=é", body, headers=headers, status=404, reason="Not Found")
    with (tmp_path / "vault" / capture.warc).open("rb") as stream:
        seen = []
        for record in ArchiveIterator(stream):
            http = record.http_headers
            seen.append(record.rec_type)
            if record.rec_type == "response":
                assert http.statusline == "404 Not Found"
                assert [(n, v) for n, v in http.headers if n == "Set-Cookie"] == [
                    ("Set-Cookie", "a=1"),
                    ("Set-Cookie", "b=2"),
                ]
                assert (
                    record.rec_headers.get_header("WARC-Target-URI") == "http://x.example/%E8%B7%AF%E5%BE%84?q=%C3%A9"
                )
                assert record.rec_headers.get_header("WARC-Date") == "2026-11-24T01:30:05.123456Z"
                assert record.rec_headers.get_header("WARC-IP-Address") == "127.0.0.1"
                assert record.raw_stream.read() == body
            elif record.rec_type == "request":
                assert http.protocol == "GET"
                assert http.statusline == "/%E8%B7%AF%E5%BE%84?q=%C3%A9 HTTP/1.1"
                assert http.get_header("Host") == "x.example"
    assert seen == ["warcinfo", "response", "request"]


def test_chunked_is_renamed_and_a_wrong_length_too(vault: Vault) -> None:
    headers = [(b"transfer-encoding", b"chunked"), (b"Content-Length", b"999"), (b"Content-Length", b"3")]
    with vault.writer("r1", "a") as writer:
        capture = store(writer, "http://x.example/", b"abc", headers=headers)
    assert vault.headers(capture) == [
        (b"x-archive-orig-transfer-encoding", b"chunked"),
        (b"x-archive-orig-content-length", b"999"),
        (b"content-length", b"3"),
    ]


HOSTILE = [
    (b"X", b"a\r\nSet-Cookie: evil=1"),
    (b"X\r\nEvil", b"1"),
    (b"", b"empty"),
    (b"A:B", b"c"),
    (b"X-Nul", b"\0\0"),
    (b" folded", b"\t x"),
    (b"Latin", bytes(range(128, 256))),
    (b"Blank", b"a\n\n<html>smuggled"),
]


def test_hostile_headers_stay_inside_their_line(vault: Vault, tmp_path: Path) -> None:
    with vault.writer("r1", "a") as writer:
        capture = store(writer, "http://x.example/h", b"body", headers=HOSTILE, reason="OK\r\nX-Injected: 1\r\n\r\n")
        store(writer, "http://x.example/s", b"body2", status=999_999_999, reason="\udc80", headers=[])
        store(writer, "http://x.example/ip", b"body3", ip="not an address\r\nX: y")
        store(writer, "http://x.example/v", b"body4", protocol="HTTP/9\r\nX: y")
        store(writer, "http://x.example/t", b"body5", headers=[(b"Content-Type", b"\xff\r\n\0; charset=x")] * 2)
    names = [name for name, _ in vault.headers(capture)]
    assert len(names) == len(HOSTILE)
    assert b"x-injected" not in names
    assert b"set-cookie" not in names
    assert vault.read(capture.digest) == b"body"
    _check(tmp_path / "vault")


def test_any_response_is_stored_and_read_back(vault: Vault, tmp_path: Path) -> None:
    with vault.writer("r1", "any") as writer:

        @settings(max_examples=200, deadline=None)
        @given(
            headers=st.lists(st.tuples(st.binary(max_size=20), st.binary(max_size=60)), max_size=8),
            reason=st.text(max_size=20),
            path=st.text(max_size=30),
            body=st.binary(max_size=200),
            status=st.integers(-5, 10**6),
        )
        def one(headers: list[tuple[bytes, bytes]], reason: str, path: str, body: bytes, status: int) -> None:
            url = f"http://x.example/{path}"
            capture = store(writer, url, body, headers=headers, reason=reason, status=status)
            assert vault.read(capture.digest) == body
            assert vault.captured("r1", url) == capture

        one()
    _check(tmp_path / "vault")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"url": "file:///etc/passwd"}, "http"),
        ({"url": "data:text/html,x"}, "http"),
        ({"url": "x" * 100_000}, "长达"),
        ({"url": "http://"}, "http"),
        ({"method": "GET / HTTP/1.1\r\nX: y"}, "方法"),
        ({"at": datetime(2026, 1, 1)}, "时区"),
        ({"headers": [(b"X", b"y" * 300_000)]}, "响应头"),
    ],
)
def test_refused(vault: Vault, tmp_path: Path, changes: dict[str, object], said: str) -> None:
    arguments = {"url": "http://x.example/", "body": b"", **changes}
    with vault.writer("r1", "a") as writer:
        with pytest.raises(VaultError, match=said):
            store(writer, **arguments)  # type: ignore[arg-type]
        store(writer, "http://x.example/after", b"the writer is still usable")
    _check(tmp_path / "vault")


@pytest.mark.parametrize("name", ["..", "../x", "a/b", "", "a\0b", ".x", "名", "-", "a" * 101])
def test_names_cannot_choose_a_path(vault: Vault, name: str) -> None:
    with pytest.raises(VaultError, match="文件名"):
        vault.writer(name, "a")
    with pytest.raises(VaultError, match="文件名"):
        vault.writer("r1", name)
    with pytest.raises(VaultError, match="文件名"):
        vault.captured(name, "http://x.example/")


@pytest.mark.parametrize(
    "digest", ["", "sha256:", "sha256:" + "g" * 64, "sha1:" + "a" * 40, "../../x", "sha256:" + "A" * 64]
)
def test_what_is_not_a_digest(vault: Vault, digest: str) -> None:
    for call in (vault.read, vault.find, vault.has, vault.captures, vault.decoded):
        with pytest.raises(VaultError, match="不是证据摘要"):
            call(digest)


def test_missing(vault: Vault) -> None:
    nowhere = "sha256:" + "0" * 64
    assert not vault.has(nowhere)
    assert vault.captures(nowhere) == []
    assert vault.captured("r1", "http://x.example/") is None
    assert vault.captured("r1", "mailto:x@y") is None
    with pytest.raises(VaultError, match="没有摘要"):
        vault.read(nowhere)


def test_damage_is_noticed_and_another_copy_helps(vault: Vault, tmp_path: Path) -> None:
    body = bytes(range(256)) * 100
    with vault.writer("r1", "a") as writer:
        first = store(writer, "http://x.example/1", body, "image/jpeg")
    segment = tmp_path / "vault" / first.warc
    data = bytearray(segment.read_bytes())
    data[first.offset + 20_000] ^= 1
    segment.write_bytes(data)
    with pytest.raises(VaultError, match=r"损坏|改动"):
        vault.read(first.digest)
    with vault.writer("r2", "a") as writer:
        store(writer, "http://x.example/1", body, "image/jpeg", at=AT + timedelta(days=1))
    assert vault.read(first.digest) == body
    segment.unlink()
    assert vault.read(first.digest) == body


def test_last_capture_of_a_url_and_first_of_a_digest(vault: Vault) -> None:
    with vault.writer("r1", "a") as writer:
        first = store(writer, "http://x.example/", b"same")
        second = store(writer, "http://x.example/", b"same", at=AT + timedelta(seconds=1))
        assert vault.captured("r1", "http://x.example/") == second
        third = store(writer, "http://x.example/", b"changed", at=AT + timedelta(seconds=2))
    assert vault.captured("r1", "http://x.example/") == third
    assert vault.captured("r2", "http://x.example/") is None
    assert vault.find(first.digest) == first
    assert vault.captures(first.digest) == [first, second]


def test_segments(vault: Vault, tmp_path: Path) -> None:
    with vault.writer("r1", "a", segment_size=2000) as writer:
        captures = [store(writer, f"http://x.example/{n}", b"%d" % n * 300) for n in range(20)]
    assert len({capture.warc for capture in captures}) > 3
    with vault.writer("r1", "a", segment_size=2000) as writer:
        captures.append(store(writer, "http://x.example/more", b"more"))
    for capture in captures:
        assert vault.read(capture.digest)
        assert vault.captured("r1", capture.url) == capture
        info = warc.parse(warc.unfold(vault.warcinfo(capture), limit=10_000))
        response = warc.parse(warc.unfold(vault.record(capture), limit=10_000))
        request = warc.parse(warc.unfold(vault.request(capture), limit=10_000))
        assert info.fields["warc-record-id"] == response.fields["warc-warcinfo-id"]
        assert request.fields["warc-concurrent-to"] == response.fields["warc-record-id"]
    _check(tmp_path / "vault")


def test_same_run_same_bytes(tmp_path: Path) -> None:
    written = []
    for name in ("one", "two"):
        with Vault(tmp_path / name).writer("r1", "a") as writer:
            capture = store(writer, "http://x.example/", b"x" * 5000)
        written.append((tmp_path / name / capture.warc).read_bytes())
    assert written[0] == written[1]


def test_one_writer_a_name(vault: Vault) -> None:
    with vault.writer("r1", "a"):
        with pytest.raises(BusyError, match="另一个进程"):
            vault.writer("r1", "a")
        vault.writer("r1", "b").close()
    writer = vault.writer("r1", "a")
    writer.close()
    writer.close()
    with pytest.raises(VaultError, match="已关闭"):
        store(writer, "http://x.example/", b"")


def test_imported_files(vault: Vault, tmp_path: Path) -> None:
    data = "名称\n五常\n".encode("gbk")
    source = tmp_path / "in.csv"
    source.write_bytes(data)
    first = vault.put_file(data, name="../../etc/passwd", media_type="text/csv", at=AT)
    assert first.url == "file:///passwd"
    assert vault.put_file(source, name="../../etc/passwd", media_type="text/csv", at=AT) == first
    later = vault.put_file(io.BytesIO(data), name="平台.csv", media_type="text/csv", at=AT + timedelta(days=1))
    assert vault.captures(first.digest) == [first, later]
    assert vault.find(first.digest + "#7") == first
    assert vault.read(later.digest) == vault.decoded(later.digest) == data
    assert source.read_bytes() == data
    assert sorted(path.name for path in (tmp_path / "vault").iterdir()) == ["blobs"]
    blob = tmp_path / "vault" / first.warc
    blob.write_bytes(data[:-1] + b"!")
    with pytest.raises(VaultError, match="改动"):
        vault.read(first.digest)


def test_a_large_file_is_streamed(vault: Vault) -> None:
    class Endless(io.RawIOBase):
        left = 200 * 1024 * 1024

        def read(self, size: int = -1) -> bytes:
            take = min(size, self.left)
            self.left -= take
            return bytes(take)

    tracemalloc.start()
    capture = vault.put_file(Endless(), name="large.bin", media_type="application/octet-stream", at=AT)  # type: ignore[arg-type]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert capture.size == 200 * 1024 * 1024
    assert peak < 16 * 1024 * 1024
    with vault.open(capture.digest) as stream:
        assert stream.read(10) == bytes(10)


def test_a_store_that_is_not_a_folder(tmp_path: Path) -> None:
    """An object store: segments are uploaded whole, what still grows is found in the spool."""
    import fsspec

    url = f"memory://bucket-{tmp_path.name}/vault"
    with pytest.raises(VaultError, match="暂存"):
        Vault(url).writer("r1", "a")
    spool = tmp_path / "spool"
    vault = Vault(url, spool=spool)
    register = vault.put_file(b"a,b", name="a.csv", media_type="text/csv", at=AT)
    with vault.writer("r1", "a", segment_size=1500) as writer:
        captures = [store(writer, f"http://x.example/{n}", b"%d" % n * 300) for n in range(6)]
        assert all(vault.find(capture.digest) == capture for capture in captures)
        assert all(vault.read(capture.digest) for capture in captures)
    assert not list(spool.rglob("*.gz"))
    fresh = Vault(url)
    for capture in captures:
        assert fresh.read(capture.digest)
        assert fresh.captured("r1", capture.url) == capture
    assert fresh.read(register.digest) == b"a,b"
    with vault.writer("r1", "a", segment_size=1500) as writer:
        more = store(writer, "http://x.example/more", b"more")
    assert more.warc not in {capture.warc for capture in captures}
    assert Vault(url).read(more.digest) == b"more"
    assert fsspec.filesystem("memory").exists(url.removeprefix("memory:/") + "/" + more.warc)


def test_upload_that_was_interrupted_is_made_up_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"memory://bucket-{tmp_path.name}/vault"
    vault = Vault(url, spool=tmp_path / "spool")
    with monkeypatch.context() as patched:
        patched.setattr(Vault, "_upload", lambda self, folder, segment: None)
        with vault.writer("r1", "a", segment_size=800) as writer:
            captures = [store(writer, f"http://x.example/{n}", b"%d" % n * 300) for n in range(4)]
    assert not any(Vault(url).has(capture.digest) for capture in captures)
    vault.writer("r1", "a").close()
    assert all(Vault(url).read(capture.digest) for capture in captures)
    assert len({capture.warc for capture in captures}) == 4


def test_index_is_read_once(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    from evidence.store import Store

    with vault.writer("r1", "a") as writer:
        captures = [store(writer, f"http://x.example/{n}", b"%d" % n) for n in range(50)]
        read = 0
        original = Store.read

        def counting(self: Store, path: str, offset: int = 0, length: int | None = None) -> bytes:
            nonlocal read
            data = original(self, path, offset, length)
            read += len(data) if path.endswith(".jsonl") and (length or 0) != 1024 else 0
            return data

        monkeypatch.setattr(Store, "read", counting)
        for _ in range(3):
            for capture in captures:
                assert vault.captured("r1", capture.url) == capture
        size = read
        store(writer, "http://x.example/new", b"new")
        assert vault.captured("r1", "http://x.example/new") is not None
        assert 0 < read - size < 600
    assert replace(captures[0], offset=0) != captures[0]
