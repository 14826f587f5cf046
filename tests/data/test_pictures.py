"""Pictures are told by their bytes."""

import base64
import io
import struct

import pytest

from data import pictures
from data.pictures import LARGEST, picture

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4s2I", 13, b"IHDR", 3, 2) + b"\x08\x06\0\0\0"
GIF = b"GIF89a" + struct.pack("<2H", 3, 2) + b"\0\0\0"
JPEG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x0b\x08" + struct.pack(">2H", 2, 3) + b"\x01\x00\x00\x00"
RIFF = b"RIFF\x16\0\0\0WEBP"
WEBP = RIFF + b"VP8 \x0a\0\0\0\0\0\0\x9d\x01\x2a" + struct.pack("<2H", 3, 2)
LOSSLESS = RIFF + b"VP8L\x0a\0\0\0\x2f" + struct.pack("<I", 2 | 1 << 14) + bytes(5)
CANVAS = RIFF + b"VP8X\x0a\0\0\0\0\0\0\0" + (2).to_bytes(3, "little") + (1).to_bytes(3, "little")


def address(data, kind="image/png"):
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


@pytest.mark.parametrize(
    ("data", "kind"),
    [(PNG, "png"), (GIF, "gif"), (JPEG, "jpeg"), (WEBP, "webp"), (LOSSLESS, "webp"), (CANVAS, "webp")],
)
@pytest.mark.parametrize("said", ["image/png", "text/html", "image/svg+xml"])
def test_a_picture_is_what_its_bytes_are_whatever_the_log_calls_it(data, kind, said):
    assert picture(address(data, said)).address == address(data, f"image/{kind}")


@pytest.mark.parametrize(
    "text",
    [
        address(b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "image/svg+xml"),
        address(b"<script>alert(1)</script>"),
        address(b"%PDF-1.7"),
        address(PNG[:20]),
        "data:image/png;base64,not base64!",
        "data:image/png,%89PNG",
        "https://elsewhere.example/pixel.png",
        "javascript:alert(1)",
        "attachment://abc",
        "",
    ],
)
def test_what_is_no_picture_is_none(text):
    assert picture(text) is None


HUGE = {
    "png": PNG[:16] + struct.pack(">2I", 60_000, 60_000) + PNG[24:],
    "gif": GIF[:6] + struct.pack("<2H", 60_000, 60_000) + GIF[10:],
    "webp": WEBP[:26] + struct.pack("<2H", 16_000, 16_000),
    "webp, lossless": LOSSLESS[:21] + b"\xff" * 4 + LOSSLESS[25:],
    "webp, canvas": CANVAS[:24] + b"\xff" * 6,
    "webp, none of its kinds": RIFF + b"VP8Z" + bytes(40),
    "webp, cut off": CANVAS[:28],
}


@pytest.mark.parametrize("data", HUGE.values(), ids=HUGE)
def test_a_picture_that_would_unfold_beyond_measure_is_none(data):
    assert picture(address(data)) is None


def test_sizes_of_webp_are_those_that_were_written():
    Image = pytest.importorskip("PIL.Image")
    for lossless in (True, False):
        out = io.BytesIO()
        Image.new("RGB", (123, 45)).save(out, "WEBP", lossless=lossless)
        assert pictures._webp_size(out.getvalue()) == (123, 45)


def test_a_picture_of_too_many_bytes_is_none():
    assert picture(address(PNG + bytes(LARGEST))) is None
