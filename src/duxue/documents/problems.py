"""What can be wrong with a document: stable codes, and functions that say it in the words of the person who must mend it."""

from __future__ import annotations

from duxue.core.errors import Place, Problem, Refused
from duxue.core.text import Text, same

CODES: dict[str, Text] = {
    "DOC001": Text("文件无法读取", "the file cannot be read"),
    "DOC002": Text("没有可读取的文件", "there is no document to read"),
    "DOC003": Text("文件过大", "the file is too large"),
    "DOC004": Text("不是文本", "not text"),
    "DOC005": Text("文件损坏或类型与扩展名不符", "the file is damaged or not what its ending says"),
    "DOC006": Text("文件有密码", "the file is protected by a password"),
    "DOC007": Text("文字编码无法识别", "the text encoding is not recognised"),
    "DOC008": Text("不支持的文件类型", "this type of file is not read"),
    "DOC009": Text("扫描件没有文字层", "a scanned document without a text layer"),
    "DOC010": Text("没有文字", "there is no text"),
    "DOC011": Text("输出会覆盖要读取的文件", "the output would replace a file that is read"),
}
KINDS = Text("txt、html、docx、pdf 或 xlsx 文件", "a txt, html, docx, pdf or xlsx file")


def refuse(
    code: str,
    name: str,
    *,
    found: str = "",
    expected: Text | None = None,
    advice: Text,
    line: int | None = None,
) -> Refused:
    """Return the refusal of one file; `found` is kept to one short line."""
    found = " ".join(found.split())
    found = found if len(found) <= 120 else found[:119] + "…"
    place = Place(file=name, line=line)
    return Refused([Problem(code, CODES[code], place, found, expected or same(""), advice)])


def unreadable(name: str, found: str) -> Refused:
    """The file is not there, or may not be read."""
    advice = Text("请检查位置和权限。", "Check where it is and that you may read it.")
    return refuse("DOC001", name, found=found, advice=advice)


def nothing_to_read(name: str, found: str = "") -> Refused:
    """A folder or pattern that names no document."""
    advice = Text("请给出文件、文件夹或通配符。", "Name files, folders or a pattern.")
    return refuse("DOC002", name, found=found, expected=KINDS, advice=advice)


def would_replace(name: str) -> Refused:
    """The place for the output is that of a document, or of the decisions, which would be lost."""
    expected = Text("另一个位置", "another place")
    advice = Text(
        "请用 --out 指定所读文件夹之外的文件；原文件没有改动。",
        "Name a file outside of the folders read with --out; the file there was not touched.",
    )
    return refuse("DOC011", name, expected=expected, advice=advice)


def too_large(name: str, found: str, limit: str) -> Refused:
    """The file, or what it unpacks to, is beyond the limit."""
    advice = Text(
        "请删去图片和远处的零散单元格，或分成几个文件。",
        "Remove pictures and stray cells, or split it into several files.",
    )
    return refuse(
        "DOC003", name, found=found, expected=Text(f"不超过 {limit}", f"at most {limit}"), advice=advice
    )


def not_text(name: str, found: str) -> Refused:
    """Bytes that no encoding turns into readable text."""
    advice = Text(
        "请用原来的软件打开，另存为 docx、pdf 或 txt。",
        "Open it in the program it came from and save it as docx, pdf or txt.",
    )
    return refuse("DOC004", name, found=found, expected=KINDS, advice=advice)


def damaged(name: str, found: str, expected: Text) -> Refused:
    """The bytes are not what the ending or the first bytes promise."""
    advice = Text(
        "请用原来的软件打开并另存，再试。", "Open it in the program it came from, save it again, and retry."
    )
    return refuse("DOC005", name, found=found, expected=expected, advice=advice)


def encrypted(name: str) -> Refused:
    """A password protects the file."""
    advice = Text("请取消密码后另存。", "Remove the password and save it again.")
    return refuse("DOC006", name, expected=Text("不加密的文件", "a file without a password"), advice=advice)


def undecodable(name: str, line: int, byte: int, offset: int) -> Refused:
    """A byte fits none of the encodings."""
    return refuse(
        "DOC007",
        name,
        found=f"0x{byte:02X} @ {offset}",
        expected=Text("UTF-8、UTF-16、GB18030 或 Big5 文本", "text in UTF-8, UTF-16, GB18030 or Big5"),
        advice=Text("请另存为 UTF-8 文本。", "Save it as UTF-8 text."),
        line=line,
    )


def unsupported(name: str, found: str) -> Refused:
    """A type of file that is not read."""
    advice = Text("请另存为 docx、pdf 或 txt。", "Save it as docx, pdf or txt.")
    return refuse("DOC008", name, found=found, expected=KINDS, advice=advice)


def scanned(name: str, pages: int) -> Refused:
    """Pictures of pages, and nothing installed that reads them."""
    return refuse(
        "DOC009",
        name,
        found=f"{pages} p., 0 characters",
        expected=Text("带文字层的 PDF", "a PDF with a text layer"),
        advice=Text(
            "请安装文字识别：pip install 'duxue[ocr]'，再试；或提供原电子文件。",
            "Install text recognition: pip install 'duxue[ocr]', and retry; or give the electronic original.",
        ),
    )


def no_text(name: str) -> Problem:
    """A document that holds no text: nothing can be found in it."""
    advice = Text("如应有内容，请检查文件。", "If there should be something, check the file.")
    return Problem("DOC010", CODES["DOC010"], Place(file=name), advice=advice, severity="note")
