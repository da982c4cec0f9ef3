"""Photographs lose what they tell of their makers; what nobody could look at is refused."""

import io
import struct

import pytest
from PIL import Image

from common.documents import FileNotWhatItSays, checked
from common.evidence import EvidenceRefused, cleaned
from common.pictures import MOST_PIXELS

WHERE = (32, 3, 30)


def photograph(form: str = "JPEG", *, orientation: int = 1, progressive: bool = False) -> bytes:
    """A small picture that says where and with what it was taken, as cameras do."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Nanjing Camera Works"
    exif.get_ifd(0x8825)[2] = WHERE
    picture = Image.effect_noise((64, 48), 90).convert("RGB")
    buffer = io.BytesIO()
    options = {"progressive": True} if progressive else {}
    picture.save(buffer, form, exif=exif, comment=b"at home", **options)
    return buffer.getvalue()


def declared(content: bytes, height: int, width: int) -> bytes:
    """A JPEG whose frame says to be of another size."""
    at = next(place for marker in (b"\xff\xc0", b"\xff\xc2") if (place := content.find(marker)) > 0)
    return content[: at + 5] + struct.pack(">HH", height, width) + content[at + 9 :]


def shown(content: bytes) -> bytes:
    with Image.open(io.BytesIO(content)) as picture:
        return picture.convert("RGB").tobytes()


@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_keeps_its_pixels_and_loses_position_device_and_comment(*, progressive: bool) -> None:
    sent = photograph(progressive=progressive)
    assert b"Nanjing" in sent
    kept = cleaned(sent, "image/jpeg")
    assert shown(kept) == shown(sent)
    assert b"Nanjing" not in kept
    assert b"at home" not in kept
    with Image.open(io.BytesIO(kept)) as picture:
        assert dict(picture.getexif()) == {}


@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_how_the_camera_was_held_stays(orientation: int) -> None:
    with Image.open(io.BytesIO(cleaned(photograph(orientation=orientation), "image/jpeg"))) as picture:
        assert dict(picture.getexif()) == {0x0112: orientation}


def test_what_stands_behind_the_picture_is_cut_off() -> None:
    sent = photograph()
    assert cleaned(sent + b"<script>" + sent, "image/jpeg") == cleaned(sent, "image/jpeg")


def test_cleaning_twice_changes_nothing() -> None:
    once = cleaned(photograph(orientation=6), "image/jpeg")
    assert cleaned(once, "image/jpeg") == once


def test_a_png_keeps_its_pixels_and_loses_texts_and_position() -> None:
    sent = photograph("PNG")
    assert b"eXIf" in sent
    kept = cleaned(sent, "image/png")
    assert shown(kept) == shown(sent)
    assert b"eXIf" not in kept


@pytest.mark.parametrize(("height", "width"), [(60_000, 60_000), (MOST_PIXELS // 10_000 + 1, 10_000)])
def test_a_picture_that_says_to_be_huge_is_refused_unopened(height: int, width: int) -> None:
    with pytest.raises(EvidenceRefused) as refusal:
        cleaned(declared(photograph(), height, width), "image/jpeg")
    assert [one.code for one in refusal.value.errors] == ["image-too-large"]


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (photograph()[:-200], "image/jpeg"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"\xff\xd8\xff\xe0\x00\x01", "image/jpeg"),
        (b"\xff\xd8\xff\xd9", "image/jpeg"),
        (declared(photograph(), 0, 0), "image/jpeg"),
        (photograph("PNG")[:-20], "image/png"),
        (photograph("PNG").replace(b"IDAT", b"IDAX", 1), "image/png"),
        (b"%PDF-1.7\n1 0 obj", "application/pdf"),
    ],
)
def test_what_is_not_whole_is_refused(content: bytes, media_type: str) -> None:
    with pytest.raises(EvidenceRefused) as refusal:
        cleaned(content, media_type)
    assert [one.code for one in refusal.value.errors] == ["file-damaged"]


def test_every_shorter_beginning_of_a_photograph_is_refused() -> None:
    sent = photograph()
    for length in range(3, len(sent) - 1, 17):
        with pytest.raises(EvidenceRefused):
            cleaned(sent[:length], "image/jpeg")


def test_a_pdf_stays_as_it_is() -> None:
    content = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
    assert cleaned(content, "application/pdf") == content


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'<?xml version="1.0"?><svg><script/></svg>', "web page, SVG"),
        (b"MZ\x90\x00", "a program"),
        (b"PK\x03\x04", "a zip archive"),
        (b"GIF89a", "GIF"),
        (b"%PDF-1.7", "but PDF"),
        (b"hello", "something else"),
    ],
)
def test_a_file_of_another_type_is_told_what_it_is(content: bytes, said: str) -> None:
    with pytest.raises(FileNotWhatItSays) as refusal:
        checked(content, "image/png", None)
    assert said in refusal.value.detail.en
