"""What can be wrong with a draw: stable codes, and how they are said to the person who must mend it."""

from __future__ import annotations

from duxue.core.errors import Place, Problem, Refused, Severity
from duxue.core.text import Text, same
from duxue.draws.inspection.problems import CODES as INSPECTION

DRAW_CODES: dict[str, Text] = {
    "DRAW001": Text("文件无法读取", "the file cannot be read"),
    "DRAW002": Text("文件不是UTF-8编码", "the file is not in UTF-8"),
    "DRAW003": Text("表头有误", "the header is wrong"),
    "DRAW004": Text("该行单元格数与表头不符", "the row has more or fewer cells than the header"),
    "DRAW005": Text("编号为空", "the id is empty"),
    "DRAW006": Text("编号重复", "the id stands on the list twice"),
    "DRAW007": Text(
        "编号含全角、不可见或易混字符", "the id holds full-width, invisible or misleading characters"
    ),
    "DRAW008": Text("两个编号看起来相同", "two ids look alike"),
    "DRAW009": Text(
        "单元格含控制字符、不可见字符或首尾空格",
        "the cell holds control or invisible characters or outer blanks",
    ),
    "DRAW010": Text("名单没有任何一行", "the list has no rows"),
    "DRAW011": Text("名单不是规范形式", "the list is not in canonical form"),
    "DRAW012": Text("名单与承诺书不符", "the list is not the one that was committed to"),
    "DRAW020": Text("方案无法读取", "the plan cannot be read"),
    "DRAW021": Text("没有这种抽签方法", "there is no such method"),
    "DRAW022": Text("参数有误", "a parameter is wrong"),
    "DRAW023": Text("名单缺少方法所需的字段", "the list lacks a field that the method needs"),
    "DRAW024": Text("名额多于签数", "more places than tickets"),
    "DRAW025": Text("某一组不足应抽数", "a group has fewer tickets than must be drawn from it"),
    "DRAW026": Text("剔除事项有误", "an exclusion is wrong"),
    "DRAW027": Text("规模不是正整数", "a size is not a positive whole number"),
    "DRAW028": Text("序号不是1到n各一次", "the numbers are not 1 to n, each once"),
    "DRAW030": Text("随机数来源的约定有误", "the declaration of a seed part is wrong"),
    "DRAW031": Text("缺少随机数组成部分", "a seed part is missing"),
    "DRAW032": Text("多出或重复的随机数组成部分", "a seed part was not announced or came twice"),
    "DRAW033": Text("随机数组成部分格式有误", "a seed part is malformed"),
    "DRAW034": Text("随机数组成部分来得过早", "a seed part came too early"),
    "DRAW035": Text(
        "约定的信标轮次在承诺时已经公布", "the beacon round was already public at the commitment"
    ),
    "DRAW036": Text("信标轮次或数值不符", "the beacon round or value is not the announced one"),
    "DRAW037": Text("信标签名不成立", "the beacon's signature is false"),
    "DRAW038": Text("无法核验信标签名", "the beacon's signature cannot be checked here"),
    "DRAW039": Text("揭示的数与封存的摘要不符", "the revealed value does not fit its sealed digest"),
    "DRAW040": Text("时钟倒退", "the clock went backwards"),
    "DRAW041": Text("时间无法识别", "the time cannot be read"),
    "DRAW042": Text("抽出的尾数不足以抽满名额", "the digits drawn do not fill the places"),
    "DRAW050": Text("抽签文书无法读取", "the document of a draw cannot be read"),
    "DRAW051": Text("抽签文书的字节被改动", "bytes of the document were altered"),
    "DRAW052": Text("抽签文书的内容被改动", "the content of the document was altered"),
    "DRAW053": Text("种子与其组成部分不符", "the seed is not what its parts give"),
    "DRAW054": Text("结果与方法算出的不符", "the result is not what the method gives"),
    "DRAW055": Text("证书链断裂", "the chain of certificates is broken"),
    "DRAW056": Text("证书链没有这份文书", "the chain does not hold this document"),
    "DRAW057": Text("证书所依据的不是已公布的承诺书", "the certificate is not of the published commitment"),
    "DRAW058": Text("目标已存在", "the target exists already"),
    "DRAW059": Text(
        "另一次抽签正在写入同一文件夹或证书链", "another draw is writing to the same folder or chain"
    ),
    "DRAW060": Text("同一抽签不止抽了一次", "the same draw was made more than once"),
    "DRAW061": Text("双随机方案表与证书不符", "the table of the plan is not the one of the certificate"),
    "DRAW062": Text("时间由人填写，并非取自本机时钟", "the time was typed by hand, not taken from the clock"),
    "DRAW063": Text("同一抽签已有承诺", "the same draw was committed to before"),
    "DRAW064": Text("有一次抽签中断，未登记", "a run was interrupted before it was recorded"),
    "DRAW065": Text("证书的随附文件未能写出", "a file that goes with the certificate could not be written"),
}
CODES: dict[str, Text] = {**DRAW_CODES, **INSPECTION}

NONE = same("")


def make(
    code: str,
    what: Text | None = None,
    *,
    place: Place | None = None,
    found: str = "",
    expected: Text = NONE,
    advice: Text = NONE,
    severity: Severity = "error",
) -> Problem:
    """Return a problem; `what` defaults to the meaning of the code, `found` is cut to one line."""
    line = " ".join(found.split())
    shown = line if len(line) <= 120 else line[:119] + "…"
    return Problem(code, what or CODES[code], place or Place(), shown, expected, advice, severity)


def refuse(
    code: str,
    what: Text | None = None,
    *,
    place: Place | None = None,
    found: str = "",
    expected: Text = NONE,
    advice: Text = NONE,
) -> Refused:
    """Return the exception that refuses an input for a single reason."""
    return Refused([make(code, what, place=place, found=found, expected=expected, advice=advice)])
