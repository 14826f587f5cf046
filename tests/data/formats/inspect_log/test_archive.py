"""The container is read as any ZIP tool would, and a file that lies about itself is refused."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
import zlib

import pytest
import zstandard

from data.formats.inspect_log import archive as archives
from data.formats.inspect_log import salvage
from data.formats.inspect_log.archive import (
    CENTRAL,
    END,
    LOCAL,
    Archive,
    Damaged,
    Entry,
    TooLarge,
    open_directory,
    unpack,
)

DATA = b'{"a": 1}' * 1000


def member(data=DATA, packed=None, method=0, **more):
    """What the directory says of a member, and its bytes."""
    packed = data if packed is None else packed
    fields = {"method": method, "crc": zlib.crc32(data), "packed": len(packed), "size": len(data), "flags": 0}
    return {**fields, **more}, packed


def zipped(*members, before=b""):
    body, directory = bytearray(before), bytearray()
    for name, (f, packed) in members:
        offset, encoded = len(body) - len(before), name.encode()
        numbers = f["crc"], f["packed"], f["size"]
        body += (
            LOCAL.pack(b"PK\3\4", 45, f["flags"], f["method"], 0, 0, *numbers, len(encoded), 0)
            + encoded
            + packed
        )
        directory += CENTRAL.pack(
            b"PK\1\2", 45, 45, f["flags"], f["method"], 0, 0, *numbers, len(encoded), 0, 0, 0, 0, 0, offset
        )  # fmt: skip
        directory += encoded
    n = len(members) & 0xFFFF
    return bytes(body + directory) + END.pack(
        b"PK\5\6", 0, 0, n, n, len(directory), len(body) - len(before), 0
    )


def opened(data):
    file = io.BytesIO(data)
    return Archive(file, open_directory(file))


def by_library(write, **options):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", **options) as archive:
        write(archive)
    return file.getvalue()


def zstd(data, **options):
    return zstandard.ZstdCompressor(**options).compress(data)


def streamed(data):
    """As Inspect does it: the frame does not say how much it holds."""
    compressor = zstandard.ZstdCompressor().compressobj()
    return compressor.compress(data) + compressor.flush()


@pytest.mark.parametrize(
    ("method", "packed"),
    [
        (0, DATA),
        (8, zlib.compress(DATA, wbits=-15)),
        (93, zstd(DATA)),
        (93, streamed(DATA)),
        (93, streamed(DATA[:300]) + streamed(DATA[300:500]) + zstd(DATA[500:])),
        (93, zstd(DATA[:300]) + zstd(DATA[300:])),
    ],
    ids=["stored", "deflate", "zstd", "zstd streamed", "many frames", "many frames with sizes"],
)
def test_every_compression(method, packed):
    assert opened(zipped(("x", member(packed=packed, method=method)))).read("x") == DATA


@pytest.mark.parametrize("method", [0, 8, 93])
def test_empty_members(method):
    packed = {0: b"", 8: zlib.compress(b"", wbits=-15), 93: streamed(b"")}[method]
    assert opened(zipped(("x", member(b"", packed, method)))).read("x") == b""


def test_members_in_any_order():
    archive = opened(
        zipped(("header.json", member(b"1")), ("summaries.json", member(b"22")), ("z", member(b"333")))
    )
    assert [archive.read(n) for n in ("z", "header.json", "summaries.json")] == [b"333", b"1", b"22"]


def test_the_last_member_of_a_name_wins():
    archive = opened(zipped(("x", member(b"old")), ("y", member(b"y")), ("x", member(b"new"))))
    assert archive.read("x") == b"new"


def test_a_name_inside_a_longer_name_is_not_it():
    archive = opened(zipped(("x", member(b"1")), ("samples/x", member(b"2")), ("x.json", member(b"3"))))
    assert archive.read("x") == b"1"
    assert "samples" not in archive


def test_names_of_all_members():
    names = ["_journal/start.json", "samples/a/b é 😀_epoch_1.json"]
    assert opened(zipped(*((n, member()) for n in names))).directory.names() == names


def test_local_headers_may_be_longer_than_the_directory_says():
    def write(archive):
        with archive.open("x", "w", force_zip64=True) as file:
            file.write(DATA)

    assert opened(by_library(write)).read("x") == DATA


def test_zip64_directory():
    """As if the archive were past 4 GiB: every number that can be wide is."""
    data = zipped(("x", member()))
    at = data.rindex(b"PK\1\2")
    body, entry, end = data[:at], bytearray(data[at : data.rindex(b"PK\5\6")]), data[data.rindex(b"PK\5\6") :]
    struct.pack_into("<2I", entry, 20, 0xFFFFFFFF, 0xFFFFFFFF)
    struct.pack_into("<I", entry, 42, 0xFFFFFFFF)
    struct.pack_into("<H", entry, 30, 28)
    entry += struct.pack("<2H3Q", 1, 24, len(DATA), len(DATA), 0)
    record = struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, len(entry), len(body))
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, len(body) + len(entry), 1)
    end = end[:8] + b"\xff" * 12 + end[20:]
    assert opened(body + bytes(entry) + record + locator + end).read("x") == DATA


def test_more_members_than_the_end_record_can_count():
    members = [(f"samples/{n}", member(b"")) for n in range(65_535)]
    archive = opened(zipped(("header.json", member(b"h")), *members))
    assert archive.read("header.json") == b"h"
    assert len(archive.directory.names()) == 65_536


def test_bytes_before_the_archive():
    assert opened(zipped(("x", member()), before=b"#!/bin/sh\n")).read("x") == DATA


def test_a_comment_after_the_archive():
    def write(archive):
        archive.writestr("x", DATA)
        archive.comment = b"PK\5\6 is how this ends"

    assert opened(by_library(write)).read("x") == DATA


def test_a_flipped_bit_is_noticed():
    data = bytearray(zipped(("x", member())))
    data[100] ^= 1
    with pytest.raises(Damaged, match="x is not what was written"):
        opened(bytes(data)).read("x")


@pytest.mark.parametrize("method", [8, 93])
def test_members_that_hold_more_than_they_declare(method):
    packed = {8: zlib.compress(bytes(10_000_000), wbits=-15), 93: streamed(bytes(10_000_000))}[method]
    with pytest.raises(Damaged, match="x is not what was written"):
        opened(zipped(("x", member(bytes(1000), packed, method)))).read("x")


def test_a_frame_that_declares_more_than_the_directory_is_not_believed():
    compressor = zstandard.ZstdCompressor().compressobj(size=1 << 50)
    lie = compressor.compress(bytes(1000)) + compressor.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
    assert zstandard.frame_content_size(lie) == 1 << 50
    with pytest.raises(Damaged):
        opened(zipped(("x", member(bytes(2000), lie, 93)))).read("x")


def test_members_above_the_limit_are_not_unpacked():
    entry = Entry("summaries.json", 0, 8, 0, 10, (4 << 30) + 1, 0)
    with pytest.raises(TooLarge, match="4,294,967,297"):
        unpack(entry, b"")


def test_encrypted_members():
    with pytest.raises(Damaged, match="encrypted"):
        opened(zipped(("x", member(flags=1)))).read("x")


def test_unknown_compression():
    with pytest.raises(Damaged, match="method 12"):
        opened(zipped(("x", member(method=12)))).read("x")


@pytest.mark.parametrize("method", [8, 93])
def test_rubbish_instead_of_compressed_data(method):
    with pytest.raises(Damaged, match="x"):
        opened(zipped(("x", member(packed=b"\xff" * 50, method=method)))).read("x")


def test_missing_members():
    with pytest.raises(Damaged, match="y is missing"):
        opened(zipped(("x", member()))).read("y")


@pytest.mark.parametrize("size", [0, 3, 21, 22, 100, 5000])
def test_a_file_without_a_directory(size):
    with pytest.raises(Damaged):
        opened(zipped(("x", member()))[:size])


def test_salvage_finds_what_is_whole():
    data = zipped(("a", member(b"1")), ("b", member()), ("a", member(b"2")), ("cut", member()))
    file = io.BytesIO(data[: data.index(b"cut") + 100])
    found = salvage.members(file)
    archive = Archive(file, found)
    assert found.names() == ["a", "b"]
    assert (archive.read("a"), archive.read("b")) == (b"2", DATA)


def test_salvage_reads_wide_local_headers():
    def write(archive):
        for name in "xy":
            with archive.open(name, "w", force_zip64=True) as file:
                file.write(DATA)

    assert salvage.members(io.BytesIO(by_library(write))).names() == ["x", "y"]


def test_salvage_stops_where_sizes_are_not_told():
    file, told = io.BytesIO(), member(packed=DATA)
    streaming = {**told[0], "flags": 8, "packed": 0}, DATA
    file.write(zipped(("a", member(b"1")), ("b", streaming)))
    assert salvage.members(file).names() == ["a"]


def test_agrees_with_the_library_on_what_it_writes():
    def write(archive):
        with warnings.catch_warnings(action="ignore"):
            for n in range(50):
                archive.writestr(f"samples/{n % 40}", str(n) * n)

    data = by_library(write, compression=zipfile.ZIP_DEFLATED)
    ours, theirs = opened(data), zipfile.ZipFile(io.BytesIO(data))
    assert ours.directory.names() == theirs.namelist()
    assert all(ours.read(n) == theirs.read(n) for n in theirs.namelist())


def test_a_large_member_is_unpacked_piece_by_piece_and_never_beyond_its_size(monkeypatch):
    monkeypatch.setattr(archives, "PIECE", 100)
    data = bytes(range(256)) * 400
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    packed = packer.compress(data) + packer.flush()
    assert archives._inflate(archives.Method.DEFLATE, packed, len(data)) == data
    assert len(archives._inflate(archives.Method.DEFLATE, packed, 1_000)) == 1_001
