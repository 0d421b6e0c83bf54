"""What can be wrong with a file given as evidence: stable codes, and how they are said to the person who must mend it."""

from __future__ import annotations

from duxue.core.errors import Place, Problem, Refused, Severity
from duxue.core.text import Text, same

CODES: dict[str, Text] = {
    "EVID001": Text("文件是空的", "the file is empty"),
    "EVID002": Text("文件过大", "the file is too large"),
    "EVID003": Text("不接受这种文件", "this type of file is not accepted"),
    "EVID004": Text("文件名与内容不符", "the name of the file and its content disagree"),
    "EVID005": Text("文件是程序或脚本", "the file is a program or a script"),
    "EVID006": Text("文件是网页、SVG或XML", "the file is a web page, SVG or XML"),
    "EVID007": Text("文件有密码或使用限制", "the file is protected by a password or restricted"),
    "EVID008": Text("文件同时是两种文件", "the file is two types of file at once"),
    "EVID009": Text("文件损坏或不完整", "the file is damaged or incomplete"),
    "EVID010": Text("压缩包内文件过多", "the archive holds too many files"),
    "EVID011": Text("压缩包解开后过大", "the archive unpacks to too much"),
    "EVID012": Text("压缩包的压缩率异常", "the archive is compressed beyond what real files are"),
    "EVID013": Text("压缩包层层嵌套", "archives lie inside archives too deep"),
    "EVID014": Text("压缩包内有越出文件夹的文件名", "a name in the archive leads out of its folder"),
    "EVID015": Text("压缩包内有链接或设备文件", "the archive holds a link or a device file"),
    "EVID016": Text("压缩包内的文件互相重叠", "files in the archive overlap each other"),
    "EVID017": Text("压缩包内有同名文件", "two files in the archive have the same name"),
    "EVID018": Text("压缩包内有程序或脚本", "the archive holds a program or a script"),
    "EVID020": Text(
        "文件含宏或其他会自动运行、连网的内容", "the file holds macros or other content that runs or connects"
    ),
    "EVID030": Text("图片的像素或帧数过多", "the picture has too many pixels or frames"),
    "EVID031": Text("图片无法读取", "the picture cannot be read"),
    "EVID040": Text("读取文件超时", "reading the file took too long"),
    "EVID041": Text("读取文件的程序中途停止", "the program that reads the file stopped half-way"),
    "EVID042": Text("无法预览该文件的内容", "the content of this file cannot be previewed"),
    "EVID050": Text("分块上传的位置不对", "the piece of the upload does not begin where the last one ended"),
    "EVID051": Text("上传内容超出所报大小", "the upload is longer than announced"),
    "EVID052": Text("内容与所报SHA-256不符", "the content does not have the announced SHA-256"),
    "EVID053": Text("库中没有该文件", "the store does not hold this file"),
    "EVID054": Text("库中文件已被改动", "a file in the store was altered"),
    "EVID055": Text("另一分块正在写入", "another piece is being written"),
    "EVID056": Text("上传尚未完成", "the upload is not complete"),
    "EVID057": Text("上传编号或摘要格式有误", "the id of an upload or a digest is malformed"),
    "EVID058": Text("文件库无法写入或读取", "the store cannot be written or read"),
    "EVID059": Text("未安装S3所需的程序库", "the library for S3 is not installed"),
}
ACCEPTED = Text(
    "PDF、docx、xlsx、xls、ods、pptx、jpg、png、webp、txt、csv 或 zip",
    "PDF, docx, xlsx, xls, ods, pptx, jpg, png, webp, txt, csv or zip",
)
NONE = same("")

_ADVICE: dict[str, Text] = {
    "EVID001": Text("请检查原文件，再上传一次。", "Check the original and upload it again."),
    "EVID002": Text("请压缩图片，或分成几个文件。", "Shrink its pictures or split it into several files."),
    "EVID003": Text(
        "请用原来的软件打开，另存为所列格式之一。",
        "Open it in the program it came from and save it as one of these.",
    ),
    "EVID004": Text(
        "请用原来的软件打开并另存；不要只改扩展名。",
        "Open it in the program it came from and save it again; do not only change the ending of its name.",
    ),
    "EVID005": Text(
        "证明材料不能是程序；请改交文档或截图。", "Evidence is never a program; give a document or a picture."
    ),
    "EVID006": Text("请打印为 PDF 后上传。", "Print it to PDF and upload that."),
    "EVID007": Text(
        "请取消密码和编辑、打印限制后另存。",
        "Remove the password and the limits on editing and printing, and save it again.",
    ),
    "EVID008": Text(
        "请用原来的软件打开并另存，再上传。",
        "Open it in the program it came from, save it again, and upload that.",
    ),
    "EVID009": Text(
        "请确认原文件能打开，另存后再上传。",
        "Make sure that the original opens, save it again, and upload that.",
    ),
    "EVID010": Text(
        "请分成几个压缩包，或直接上传文件。",
        "Split it into several archives, or upload the files themselves.",
    ),
    "EVID011": Text(
        "请分成几个压缩包，或直接上传文件。",
        "Split it into several archives, or upload the files themselves.",
    ),
    "EVID012": Text("请直接上传其中的文件。", "Upload the files in it themselves."),
    "EVID013": Text("请只打一层压缩包。", "Pack the files once only."),
    "EVID014": Text("请用常用软件重新打包。", "Pack the files again with an ordinary program."),
    "EVID015": Text(
        "请把链接换成文件本身，再打包。", "Replace links by the files themselves and pack them again."
    ),
    "EVID016": Text("请用常用软件重新打包。", "Pack the files again with an ordinary program."),
    "EVID017": Text("请改名后重新打包。", "Rename one and pack the files again."),
    "EVID018": Text("请删去程序后重新打包。", "Remove the programs and pack the files again."),
    "EVID020": Text(
        "请另存为不含宏的 docx、xlsx、pptx，或打印为 PDF。",
        "Save it as docx, xlsx or pptx without macros, or print it to PDF.",
    ),
    "EVID030": Text("请缩小图片后上传。", "Make the picture smaller and upload that."),
    "EVID031": Text("请另存为 JPG 或 PNG 后上传。", "Save it as JPG or PNG and upload that."),
    "EVID040": Text(
        "请缩小图片或分成几个文件后上传；已保存的文件可下载后查看。",
        "Shrink its pictures or split it, and upload that; a file that was kept can be downloaded and read.",
    ),
    "EVID041": Text(
        "请用原来的软件打开，另存后再上传；已保存的文件请下载后在可靠的软件中查看。",
        "Open it in the program it came from, save it again, and upload that; download a file that was kept and read it in a trusted program.",
    ),
    "EVID042": Text(
        "文件已保存；请确认它能打开，必要时另存后再上传。",
        "The file is kept; make sure that it opens, and save and upload it again if not.",
    ),
    "EVID050": Text("请从所示位置继续上传。", "Continue the upload from the place shown."),
    "EVID051": Text("请重新开始上传。", "Start the upload anew."),
    "EVID052": Text("传输中内容有变；请重新上传。", "The content changed on its way; upload it again."),
    "EVID053": Text("请联系系统管理员从备份恢复。", "Ask the operator to restore it from the backup."),
    "EVID054": Text(
        "请勿使用；请联系系统管理员从备份恢复。",
        "Do not use it; ask the operator to restore it from the backup.",
    ),
    "EVID055": Text("请稍后再试。", "Try again in a moment."),
    "EVID056": Text("请继续上传其余部分。", "Continue with what is missing."),
    "EVID057": Text("请重新开始上传。", "Start the upload anew."),
    "EVID058": Text(
        "请稍后再试；如仍不行，请系统管理员检查磁盘空间和权限。",
        "Try again later; if it fails again, ask the operator to check space and rights of the store.",
    ),
    "EVID059": Text("请安装：pip install 'duxue[s3]'。", "Install it: pip install 'duxue[s3]'."),
}


def make(
    code: str,
    name: str = "",
    *,
    what: Text | None = None,
    found: str = "",
    expected: Text = NONE,
    advice: Text | None = None,
    part: str = "",
    severity: Severity = "error",
) -> Problem:
    """Return a problem of the file called `name`, or of its `part`; `found` is cut to one printable line."""
    line = " ".join("".join(c if c.isprintable() else " " for c in found).split())
    shown = line if len(line) <= 120 else line[:119] + "…"
    return Problem(
        code,
        what or CODES[code],
        Place(file=name, field=part),
        shown,
        expected,
        advice or _ADVICE[code],
        severity,
    )


def refuse(code: str, name: str = "", *, found: str = "", expected: Text = NONE, part: str = "") -> Refused:
    """Return the refusal that carries this one problem."""
    return Refused([make(code, name, found=found, expected=expected, part=part)])


def at_most(limit: str) -> Text:
    """Return `at most ...` in both languages."""
    return Text(f"不超过 {limit}", f"at most {limit}")
