"""PURE: what can be wrong with a file or a cell, as texts that say how to mend it and never repeat what was sent."""

from collections.abc import Iterable, Sequence
from typing import Final

from common.errors import Bilingual, FieldError, RuleViolation, TooLarge

LARGEST_FILE = 64 * 1024 * 1024
LARGEST_ROWS = 100_000
LARGEST_COLUMNS = 200
LARGEST_CELLS = 5_000_000
LONGEST_CELL = 1_000
HEADING_ROWS = 10

_Texts = tuple[str, str, str, str]  # what is wrong (zh, en), how to mend it (zh, en)
_TEXTS: Final[dict[str, _Texts]] = {
    "file-empty": (
        "文件中没有任何内容。",
        "The file holds nothing.",
        "请确认所选的文件,并至少填写一行数据。",
        "Check which file was chosen, and fill in one row at least.",
    ),
    "file-unreadable": (
        "文件已损坏或无法解析{place}。",
        "The file is damaged or does not parse{place}.",
        "请用表格软件打开后另存为新文件再上传。",
        "Open it in a spreadsheet program, save it anew, and send that.",
    ),
    "file-not-what-it-says": (
        "文件内容与声明的类型不符:实为 {place}。",
        "The file is not of the type that was declared: it is {place}.",
        "请另存为 .xlsx 或 CSV 后再上传,并使 Content-Type 与内容一致。",
        "Save it as .xlsx or CSV, and let Content-Type say what it is.",
    ),
    "file-with-macros": (
        "文件含有宏。",
        "The workbook holds macros.",
        "请另存为不含宏的 .xlsx 后再上传。",
        "Save it as .xlsx without macros.",
    ),
    "decompression-limit": (
        "文件解压后的大小或结构超出限度。",
        "Unpacked, the file is larger than allowed or of an impossible shape.",
        "请只保留数据所在的工作表,清除多余内容后另存再上传。",
        "Keep only the sheet with the data, clear what else is in it, and save it anew.",
    ),
    "line-too-long": (
        "有一行过长{place}。",
        "A line is too long{place}.",
        "每行应只有一个 JSON 对象;请检查换行。",
        "Each line holds one JSON object; look at the line ends.",
    ),
    "too-many-rows": (
        f"数据超过 {LARGEST_ROWS:,} 行。",
        f"More than {LARGEST_ROWS:,} rows.",
        "请拆分为多个文件分批上传。",
        "Split it into several files.",
    ),
    "too-many-columns": (
        f"超过 {LARGEST_COLUMNS} 列,或单元格总数过多。",
        f"More than {LARGEST_COLUMNS} columns, or too many cells altogether.",
        "请删除数据以外的列后再上传。",
        "Delete the columns that hold no data.",
    ),
    "sheet-ambiguous": (
        "有多个工作表都含有数据表头。",
        "More than one sheet has the headings of the data.",
        "请只保留一个含数据的工作表。",
        "Keep one sheet with data.",
    ),
    "column-missing": (
        "缺少列「{place}」{merged}。",
        "The column 「{place}」 is missing{merged}.",
        "请补上该列;表头应在前 10 行之内、不合并单元格,可用 /templates 的模板。",
        "Add it; headings stand within the first 10 rows, unmerged. /templates has a form to fill in.",
    ),
    "column-duplicate": (
        "列「{place}」出现了不止一次。",
        "The column 「{place}」 stands there more than once.",
        "请只保留其中一列。",
        "Keep one of them.",
    ),
    "columns": (
        "此行的单元格多于表头的列数。",
        "This row has more cells than there are headings.",
        "请检查是否多了分隔符,或内容中的分隔符未加引号。",
        "Look for one separator too many, or one inside a value without quotes.",
    ),
    "characters": (
        "含有控制字符或不可见字符。",
        "The cell holds control or invisible characters.",
        "请删去后重新手工输入。",
        "Delete its content and type it anew.",
    ),
    "encoding": (
        "含有无法按文件编码读出的字节。",
        "The cell holds bytes that are none in the encoding of the file.",
        "请将整个文件另存为 UTF-8 或 GB18030 编码的 CSV,并核对此处。",
        "Save the whole file as CSV in UTF-8 or GB18030 and check this place.",
    ),
    "too-long": (
        f"内容超过 {LONGEST_CELL} 个字符。",
        f"More than {LONGEST_CELL} characters.",
        "请缩短内容。",
        "Shorten it.",
    ),
    "formula": (
        "单元格中是公式,不是值。",
        "The cell holds a formula, not a value.",
        "请复制该列,再“选择性粘贴—值”。",
        "Copy the column and paste it back as values.",
    ),
    "missing": (
        "此单元格被合并,没有自己的值。",
        "The cell is merged into another and has no value of its own.",
        "请取消合并,并逐行填写。",
        "Unmerge the cells and fill in each row.",
    ),
    "id-became-number": (
        "号码被存成了数字,15 位以后的数字已丢失,无法还原。",
        "The number was stored as a quantity: the digits after the 15th are lost and cannot be guessed.",
        "请先将该列设为“文本”格式,再重新输入号码。",
        "Format the column as text, then enter the numbers anew.",
    ),
    "value-type": (
        "此处应为单个的文本或数字。",
        "One text or number belongs here.",
        "请勿填写列表或对象。",
        "Write no list and no object here.",
    ),
    "row-not-object": (
        "此行不是 JSON 对象。",
        "This row is not a JSON object.",
        "每一行(每个元素)应为一个对象,成员名为列名。",
        "Each row is an object whose members are named as the columns.",
    ),
}


class FileRefused(RuleViolation):
    """Nothing can be read from a file as it is; `errors` says why, all at once. Raised as one of the classes below."""

    code = "file-refused"
    title = Bilingual("文件无法使用", "The file cannot be used")

    def __init__(self, errors: Iterable[FieldError]) -> None:
        found = tuple(errors)
        super().__init__(
            Bilingual("文件无法使用;请按 errors 更正。", "The file cannot be used; errors[] says why."),
            errors=found,
        )


class FileUnreadable(FileRefused):
    """Empty, damaged, or of no known form."""

    code = "file-unreadable"
    title = Bilingual("文件无法读取", "The file cannot be read")


class FileNotWhatItSays(FileRefused):
    """Its content is of another type than was declared."""

    code = "file-not-what-it-says"
    title = Bilingual("文件与声明的类型不符", "Not the type declared")


class FileWithMacros(FileRefused):
    """A workbook that brings programs."""

    code = "file-with-macros"
    title = Bilingual("文件含有宏", "The workbook holds macros")


class SheetAmbiguous(FileRefused):
    """A workbook whose data could be on one sheet or another."""

    code = "sheet-ambiguous"
    title = Bilingual("无法确定数据所在的工作表", "Which sheet holds the data?")


class ColumnMissing(FileRefused):
    """Columns that must be there are not."""

    code = "column-missing"
    title = Bilingual("缺少必需的列", "Columns are missing")


class ColumnDuplicate(FileRefused):
    """One column stands there twice."""

    code = "column-duplicate"
    title = Bilingual("列重复", "A column stands there twice")


class TooManyColumns(FileRefused):
    """Wider than any sheet of ours."""

    code = "too-many-columns"
    title = Bilingual("列数过多", "Too many columns")


class TooManyRows(FileRefused, TooLarge):
    """Longer than is taken at once."""

    code = "too-many-rows"
    title = Bilingual("行数过多", "Too many rows")


class DecompressionLimit(FileRefused, TooLarge):
    """A small file that unpacks to a large one."""

    code = "decompression-limit"
    title = Bilingual("文件解压后过大", "Too large when unpacked")


class LineTooLong(FileRefused, TooLarge):
    """A line longer than any row can be."""

    code = "payload-too-large"
    title = Bilingual("行过长", "A line is too long")


_REFUSALS: Final[dict[str, type[FileRefused]]] = {
    kind.code: kind
    for kind in (
        FileUnreadable,
        FileNotWhatItSays,
        FileWithMacros,
        SheetAmbiguous,
        ColumnMissing,
        ColumnDuplicate,
        TooManyColumns,
        TooManyRows,
        DecompressionLimit,
    )
} | {"file-empty": FileUnreadable, "line-too-long": LineTooLong}


def fault(
    code: str,
    *,
    row: int | None = None,
    column: str | None = None,
    place: Bilingual | str = "",
    merged: Bilingual | str = "",
) -> FieldError:
    """One mistake. `place` and `merged` fill the text; they are the reader's own words, never the file's."""
    zh, en, remedy_zh, remedy_en = _TEXTS[code]
    return FieldError(
        code=code,
        detail=Bilingual(
            zh.format(place=_in("zh", place), merged=_in("zh", merged)),
            en.format(place=_in("en", place), merged=_in("en", merged)),
        ),
        remedy=Bilingual(remedy_zh, remedy_en),
        row=row,
        column=column,
    )


def refused(code: str, *, place: Bilingual | str = "") -> FileRefused:
    """The refusal of a file for one reason."""
    return refusal([fault(code, place=place)])


def refusal(errors: Sequence[FieldError]) -> FileRefused:
    """The refusal of a file for these reasons; the first one names it."""
    return _REFUSALS[errors[0].code](errors)


def _in(language: str, text: Bilingual | str) -> str:
    return text if isinstance(text, str) else str(getattr(text, language))
