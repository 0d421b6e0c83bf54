"""Page furniture: what the page that carried a report added to it (bylines, links, adverts, counters), told by its words.

Every pattern is anchored or a plain alternation and is tried on one line of bounded length, so time is linear.
"""

from __future__ import annotations

import re

_BYLINE_MOST = 90  # a byline is short; a sentence that begins with the same word is not one
_NOTICE_MOST = 400  # copyright notes run on

_BYLINE = re.compile(
    r"(?:[（(\[【]\s*)?(?:"
    r"责任编辑|責任編輯|责编|責編|编辑|編輯|审核|審核|初审|复审|终审|校对|校對|监制|監製|撰稿|供稿|通讯员|摄影|攝影|"
    r"(?:信息|文章|稿件|资料|新闻)?[来來]源|作者|发布人|發布人|发布者|发布单位|发布机构|"
    r"(?:发布|發布|發佈|更新|发文|成文|编辑|录入)(?:时间|時間|日期|于|於)|日期|时间|時間|"
    r"(?:浏览|瀏覽|阅读|閱讀|点击|點擊|访问|訪問)(?:次数|次數|量|数|數|率)?|人气|字体|字體|字号|字號|(?:本文|全文)?(?:字数|字數)|"
    r"关键词|關鍵詞|关键字|标签|標籤|主题词|索引号|信息分类|分类|分類|栏目|"
    r"editors?|edited by|source|authors?|reporter|photo(?:graph)?s?|posted|published|updated|last (?:updated|modified)|"
    r"tags?|keywords?|categor(?:y|ies)|filed under|views?|hits?|clicks?|reading time|word count|font(?: size)?"
    r")\s*(?:[:：|/]|\s(?:on|by|in|at)\b|$)",
    re.IGNORECASE,
)
_DATED_BYLINE = re.compile(
    r"(?:\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?|[\w ]{1,30}\|)"
    r"[^。.!！?？]{0,30}?(?:[来來]源|点击|點擊|浏览|瀏覽|阅读|閱讀|作者|编辑|編輯|字体|字體|source|updated|views?|by\b)",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"上一[篇页頁条條章]|下一[篇页頁条條章]|前一篇|后一篇|返回(?:顶部|頂部|首页|首頁|列表|上一|目录)|网站首页|"
    r"当前位置|當前位置|您(?:的|现在的)?(?:当前)?位置|你的位置|现在位置|所在位置|网站地图|網站地圖|联系我们|聯絡我們|关于我们|關於我們|"
    r"设为首页|加入收藏|收藏本[站页]|打印本[页文]|关闭(?:窗口|本页)|關閉視窗|"
    r"(?:分享|转发)(?:到|至|給|给)?\s{0,2}(?:[:：]|微信|微博|QQ|朋友圈|空间|好友|Facebook|LINE|本文|$)|"
    r"扫一扫|扫描二维码|掃描|微信扫|长按|关注我们|举报|"
    r"skip to (?:main|content|nav)|print this|e-?mail this|close window|back to (?:top|list|home)|"
    r"(?:previous|next) (?:article|post|page|story)|share (?:this|on|via)|follow us|like this|"
    r"leave a (?:reply|comment)|post a comment|read more|view more|see more|load more|download pdf|sponsored content",
    re.IGNORECASE,
)
# The neighbours of a page, whatever figures their titles state.
_NEIGHBOUR = re.compile(
    r"(?:相关(?:阅读|文章|新闻)\s{0,3})?(?:上一|下一|前一|后一|後一)[篇页頁条條]\s{0,3}[:：]"
)
_LINK_ALONE = re.compile(
    r"[>»›←→·|…\[\s]{0,4}(?:首页|首頁|打印|列印|关闭|關閉|分享|转发|点赞|點讚|纠错|返回|收藏|更多|举报|目录|搜索|登录|登錄|注册|"
    r"home|print|share|tweet|previous|next|more|search|menu|comments?|reply|subscribe|sign (?:up|in)|log ?in|register|"
    r"contact us|about us|site ?map|advertisements?|sponsored|download|go back|back|close|email|top)"
    r"(?:\s{0,3}[\[(]?\d{0,6}[\])]?)[>»›←→·|….\]\s]{0,4}",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"\d\s{0,2}(?:[万萬亿億余餘多]{0,2}[所名人个個项項座间間元校班]|[%％]|(?:new |more )?(?:per|pupil|student|school|teacher|place|class|yuan|million|billion|county|counties|families|children))",
    re.IGNORECASE,
)
_LINK_MOST = 60
_LIST_HEAD = re.compile(
    r"(?:you (?:may|might) also (?:like|be interested in|enjoy)|more (?:from|on this|stories|articles|news)|"
    r"related (?:articles?|posts?|stories|news|content|reading|links?|topics?|documents?)|recommended(?: (?:articles?|reading|for you|posts?|stories))?|"
    r"popular (?:articles?|posts?|stories|news)|most (?:read|popular|viewed)|trending(?: now)?|latest (?:news|posts?|articles?)|hot (?:news|articles?|topics?)|"
    r"read (?:also|next)|further reading|what to read next|"
    r"相关(?:阅读|文章|新闻|链接|推荐|信息|资讯|内容|报道|稿件|附件)|相關(?:閱讀|文章|新聞|連結|推薦|報導|報道)|"
    r"推荐(?:阅读|文章|新闻)?|推薦(?:閱讀|文章|新聞)?|热门(?:文章|推荐|新闻|阅读|标签|排行)?|熱門(?:文章|推薦|新聞)?|"
    r"延伸阅读|延伸閱讀|猜你喜欢|猜您喜欢|更多(?:精彩|新闻|文章|相关)\S{0,6}|最新(?:文章|新闻|资讯|发布)|精彩推荐|点击排行|友情链接|友情連結)\s*[:：>》…]*",
    re.IGNORECASE,
)
_NOTICE = re.compile(
    r"(?:版权(?:声明|所有)|版權(?:聲明|所有)|转载(?:请|须|自)|轉載(?:請|須|自)|免责声明|免責聲明|(?:特别)?声明[:：]|本文(?:源自|来自|來自|来源|转载)|"
    r"本(?:站|网|網)(?:声明|注明|文章|所有)|凡(?:本网|注明)|如有侵权|如涉及版权|主办单位[:：]|承办单位[:：]|主办[:：]|网站标识码|技术支持[:：]|"
    r"\S{0,3}ICP[备備]|\S{0,3}公网安备|copyright\b|©|\(c\)\s*\d{4}|all rights reserved|disclaimer[:\s]|privacy policy|terms (?:of (?:use|service)|and conditions)|"
    r"this (?:website|site) uses cookies|we use cookies|powered by)",
    re.IGNORECASE,
)
_NOTICE_ANYWHERE = re.compile(
    r"ICP[备備]\s*\d|公网安备\s*\d|all rights reserved|copyright ©|未经授权(?:不得|禁止|请勿)|轉載請註明|转载请注明",
    re.IGNORECASE,
)
_PAGE_NUMBER = re.compile(
    r"(?:[-–—－·~\s]{1,6}\s{0,3}(?:\d{1,4}|[ivxlc]{1,6})\s{0,3}[-–—－·~]{1,4}|第\s{0,3}\d{1,4}\s{0,3}[页頁](?:[\s/，,、]{0,3}[共总]\s{0,3}\d{1,4}\s{0,3}[页頁])?|"
    r"[共总]\s{0,3}\d{1,4}\s{0,3}[页頁]|page\s\d{1,4}(?:\s?(?:of|/)\s?\d{1,4})?|p\.?\s?\d{1,4}|\d{1,4}\s?/\s?\d{1,4}\s?[页頁]?|\[\s?\d{1,3}\s?\])",
    re.IGNORECASE,
)
_COUNTER = re.compile(
    r"(?:(?:total|about|approx\.?)\s)?\d[\d,]{0,8}\+?\s?(?:-\s?)?(?:mins?|minutes?|seconds?|secs?)[\s-]?(?:read|to read|reading)|"
    r"(?:a )?total (?:of )?\d[\d,]{0,8} (?:characters|words|views|reads|clicks)|\d[\d,.]{0,8}\s?[kKmM]?\s(?:views?|reads|shares|comments|likes|clicks|words|characters|followers)|"
    r"[（(]?[共全]?(?:文|计)?\s{0,2}\d[\d,]{0,8}\s{0,2}字[)）]?(?:[，,。]?\s?(?:预计)?(?:阅读|閱讀).{0,20})?|(?:预计|約|约)?(?:阅读|閱讀)(?:时间|時間|全文|约|大约|需要?).{0,30}|"
    r"\d{1,8}\s?(?:次)?(?:阅读|閱讀|浏览|瀏覽|点击|評論|评论|点赞|人看过)",
    re.IGNORECASE,
)
_CRUMBS = re.compile(r"[^>»›＞。.\n]{1,40}(?:\s{0,3}(?:>{1,2}|»|›|＞)\s{0,3}[^>»›＞。\n]{1,60}){1,8}")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S{1,300}|[\w.+-]{1,40}@[\w-]{1,40}\.[\w.]{2,20}", re.IGNORECASE)
_ADVERT_WORDS = re.compile(
    r"click (?:here|below|the (?:link|button|bottom|picture))|for free\b|free (?:of charge|download|trial|consultation|materials)|review materials|official website|"
    r"consult(?:ation)? (?:mr|us|the teacher|online|hotline)|scan the (?:qr )?code|qr code|add (?:our )?wechat|discount|limited[- ]time|"
    r"buy now|order now|sign up now|register now|promo(?:tion)? code|self-taught examination|test sites?\b|"
    r"点击(?:此处|下方|底部|这里|链接|图片|阅读原文|查看|咨询|报名)|點擊(?:此處|下方|這裡|連結)|免费(?:领取|下载|获取|咨询|试听|试学|复习)|免費(?:領取|下載|諮詢|試聽)|"
    r"加(?:微信|qq|群)|官方(?:网站|公众号)|复习资料|备考资料|历年真题|考试(?:政策|报名).{0,6}不(?:清楚|了解)|自考|成考|"
    r"限时(?:优惠|特价)|优惠券|立即(?:购买|报名|咨询|下载)|在线(?:咨询|客服)|咨询(?:老师|客服|官网)|/xl/"
)


def is_furniture(line: str) -> bool:
    """Return whether a line, without outer blanks, was put there by the page and not by the report."""
    length = len(line)
    if length > 1500:
        return False
    figure = _FIGURE.search(line) is not None
    if length <= _NOTICE_MOST and not figure and (_NOTICE.match(line) or _NOTICE_ANYWHERE.search(line)):
        return True
    says = figure or line.endswith(("。", "；"))
    if length <= _BYLINE_MOST and (
        (not says and (_BYLINE.match(line) or _DATED_BYLINE.match(line)))
        or _PAGE_NUMBER.fullmatch(line)
        or _COUNTER.fullmatch(line)
        or _is_rule(line)
    ):
        return True
    if length <= _LINK_MOST and ((not says and _LINK.match(line)) or _LINK_ALONE.fullmatch(line)):
        return True
    if length <= 160 and (
        opens_list(line)
        or _NEIGHBOUR.match(line)
        or _ADDRESS.fullmatch(line)
        or (
            line.count(">") + line.count("»") + line.count("›") + line.count("＞") and _CRUMBS.fullmatch(line)
        )
    ):
        return True
    return len(set(_ADVERT_WORDS.findall(line.lower()))) >= (4 if figure else 2)


def opens_list(line: str) -> bool:
    """Return whether a line heads a list of links to other pages; the short lines below it are furniture too."""
    return len(line) <= 60 and (
        _LIST_HEAD.fullmatch(line) is not None or line.lower().startswith("more from ")
    )


def _is_rule(line: str) -> bool:
    # A line of dashes, stars or dots. A set of characters, so it is linear.
    return len(line) >= 3 and not (set(line) - set("-–—_=*·•.~+#|/\\<>─━＿－＝ \u3000"))
