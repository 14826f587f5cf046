"""Pictures are told by their bytes."""

import base64
import struct

import pytest

from data.pictures import LARGEST, picture

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4s2I", 13, b"IHDR", 3, 2) + b"\x08\x06\0\0\0"
GIF = b"GIF89a" + struct.pack("<2H", 3, 2) + b"\0\0\0"
JPEG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x0b\x08" + struct.pack(">2H", 2, 3) + b"\x01\x00\x00\x00"
WEBP = b"RIFF\x10\0\0\0WEBPVP8 " + bytes(8)


def address(data, kind="image/png"):
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


@pytest.mark.parametrize(("data", "kind"), [(PNG, "png"), (GIF, "gif"), (JPEG, "jpeg"), (WEBP, "webp")])
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


def test_a_picture_that_would_unfold_beyond_measure_is_none():
    huge = PNG[:16] + struct.pack(">2I", 60_000, 60_000) + PNG[24:]
    assert picture(address(huge)) is None


def test_a_picture_of_too_many_bytes_is_none():
    assert picture(address(PNG + bytes(LARGEST))) is None
