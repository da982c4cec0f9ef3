"""PURE: what may be kept as evidence: PDF, JPEG and PNG by their content, whole, of a believable size."""

from typing import ClassVar, Final

from common.errors import Bilingual, FieldError, RuleViolation
from common.pictures import MOST_PIXELS, Damaged, TooManyPixels, cleaned_jpeg, cleaned_png

LARGEST_EVIDENCE: Final = 10 * 1024 * 1024
_END_OF_PDF: Final = b"%%EOF"
_TAIL: Final = 2 * 1024  # readers of PDF look for its end in the last kilobytes


class EvidenceRefused(RuleViolation):
    """The file is of the right type, and nobody could look at it."""

    code: ClassVar[str] = "file-refused"
    title: ClassVar[Bilingual] = Bilingual("文件无法使用", "The file cannot be used")
    article: ClassVar[str | None] = "18(2), 22"


def cleaned(content: bytes, media_type: str) -> bytes:
    """What is kept of a file whose type was checked: photographs lose position, device and comments.

    Raises EvidenceRefused.
    """
    try:
        match media_type:
            case "image/jpeg":
                return cleaned_jpeg(content)
            case "image/png":
                return cleaned_png(content)
            case _:
                return _whole_pdf(content)
    except TooManyPixels:
        raise _refused(_TOO_MANY_PIXELS) from None
    except Damaged:
        raise _refused(_DAMAGED) from None


def _whole_pdf(content: bytes) -> bytes:
    if _END_OF_PDF not in content[-_TAIL:]:
        raise Damaged
    return content


_DAMAGED: Final = FieldError(
    code="file-damaged",
    detail=Bilingual("文件已损坏或不完整。", "The file is damaged or not whole."),
    remedy=Bilingual(
        "请打开原文件确认可以显示,另存后重新上传。",
        "Open the original, see whether it shows, save it anew and send that.",
    ),
)
_TOO_MANY_PIXELS: Final = FieldError(
    code="image-too-large",
    detail=Bilingual(
        f"图像声明的像素超过 {MOST_PIXELS:,}。", f"The picture says to have more than {MOST_PIXELS:,} pixels."
    ),
    remedy=Bilingual("请缩小图像后重新上传。", "Scale the picture down and send it again."),
)


def _refused(error: FieldError) -> EvidenceRefused:
    return EvidenceRefused(
        Bilingual(
            "文件无法作为证明材料;请按 errors 更正。",
            "The file cannot be kept as evidence; errors[] says why.",
        ),
        errors=[error],
    )
