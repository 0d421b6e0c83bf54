"""Synthetic chart data of each kind, in Chinese and English, and the page that holds one figure of it."""

from __future__ import annotations

import json
from html import escape
from typing import Any

# (code, zh, en, column, row): the 16 cities of Shandong as tiles of equal size, laid out by hand.
CITIES = [
    ("371400", "德州市", "Dezhou", 1, 0),
    ("371600", "滨州市", "Binzhou", 2, 0),
    ("370500", "东营市", "Dongying", 3, 0),
    ("370600", "烟台市", "Yantai", 5, 0),
    ("371000", "威海市", "Weihai", 6, 0),
    ("371500", "聊城市", "Liaocheng", 0, 1),
    ("370100", "济南市", "Jinan", 1, 1),
    ("370300", "淄博市", "Zibo", 2, 1),
    ("370700", "潍坊市", "Weifang", 3, 1),
    ("370200", "青岛市", "Qingdao", 4, 1),
    ("370900", "泰安市", "Tai'an", 1, 2),
    ("371300", "临沂市", "Linyi", 2, 2),
    ("371100", "日照市", "Rizhao", 3, 2),
    ("371700", "菏泽市", "Heze", 0, 2),
    ("370800", "济宁市", "Jining", 0, 3),
    ("370400", "枣庄市", "Zaozhuang", 1, 3),
]
STATES = ["met", "met", "at_risk", "met", "not_met", "met", "none", "met"]
SENTENCES = {
    "tiles": ("十六市中八市达标，两市未达标。", "Ten of sixteen cities meet the standard; two do not."),
    "geo": ("四个区中一个未达标。", "One of four districts does not meet the standard."),
    "distance": ("六个单位离标准还有距离。", "Six units fall short of the standard."),
    "trend": ("三年来两市上升，一市缺一年数据。", "Two cities rose; one lacks a year."),
    "radar": ("本市师资高于同类，经费低于同类。", "Staffing is above the peers, funding below."),
    "spread": ("本市处在同类的中间一半。", "The city stands in the middle half of its peers."),
    "stacked": ("各市指标完成情况。", "Items of each city by state."),
    "calendar": ("十一月下旬到期事项最多。", "Most deadlines fall in late November."),
}


def _square(code: int, x: float, y: float, size: float = 0.5) -> dict[str, Any]:
    ring = [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]
    return {
        "type": "Feature",
        "properties": {"code": code},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


BOUNDARIES = {
    "type": "FeatureCollection",
    "features": [_square(1, 117, 36), _square(2, 117.5, 36), _square(3, 117, 36.5), _square(4, 117.5, 36.5)],
}


def chart(kind: str, lang: str) -> dict[str, Any]:
    """The JSON of a chart of `kind`; every datum leads to /opened/..."""
    zh = lang.startswith("zh")
    names = [(code, han if zh else latin) for code, han, latin, _, _ in CITIES]
    if kind == "tiles":
        return {
            "tiles": [
                {
                    "id": code,
                    "label": han if zh else latin,
                    "col": col,
                    "row": row,
                    "value": 60 + i * 2.5,
                    "text": f"{60 + i * 2.5:g}",
                    "state": STATES[i % 8],
                    "href": f"/opened/{code}",
                }
                for i, (code, han, latin, col, row) in enumerate(CITIES)
            ],
            "scale": {"min": 60, "max": 100, "unit": "%"},
        }
    if kind == "geo":
        return {
            "geojson_url": "/boundaries.json",
            "key": "code",
            "licence": "审图号 测S(2026)000号(样例)" if zh else "Map approval number: sample 000",
            "values": [
                {
                    "id": str(i),
                    "label": f"样例{i}区" if zh else f"Sample {i}",
                    "value": i,
                    "text": f"{i}",
                    "state": STATES[i + 1],
                    "href": f"/opened/{i}",
                }
                for i in range(1, 5)
            ],
        }
    if kind == "distance":
        rows = [
            {
                "label": ("小学专任教师" if zh else "Qualified teachers, ") + name,
                "value": 70 + (i * 37 % 29),
                "text": f"{70 + (i * 37 % 29)}%",
                "state": "met" if 70 + (i * 37 % 29) >= 85 else "at_risk" if i % 3 else "not_met",
                "href": f"/opened/{code}-{group}",
                "group": (f"第{group}组" if zh else f"Group {group}"),
            }
            for group in (1, 2)
            for i, (code, name) in enumerate(names)
        ]
        rows[5] |= {"value": None, "text": "无数据" if zh else "no data", "state": "none"}
        return {
            "unit": "%",
            "standard": {"value": 85, "label": "国家标准" if zh else "National standard", "direction": ">="},
            "rows": rows,
        }
    if kind == "trend":
        return {
            "unit": "%",
            "years": [2021, 2022, 2023, 2024, 2025],
            "series": [
                {"label": names[5][1], "values": [91.2, 92, 93.5, 94.1, 95.2], "href": "/opened/a"},
                {"label": names[6][1], "values": [93, None, 94, 94.6, 95.1], "href": "/opened/b"},
                {"label": names[9][1], "values": [96, 95.7, 96.2, 95.4, None], "href": "/opened/c"},
            ],
            "standard": {"value": 95, "label": "标准" if zh else "Standard", "direction": ">="},
        }
    if kind == "radar":
        axes = (
            [
                "义务教育优质均衡发展",
                "教师队伍建设",
                "教育经费投入",
                "学前教育普及普惠",
                "规范办学行为",
                "学校安全",
            ]
            if zh
            else [
                "Balanced compulsory education",
                "Teaching staff",
                "Funding",
                "Preschool coverage",
                "School conduct",
                "School safety",
            ]
        )
        return {
            "axes": [{"label": label, "max": 100} for label in axes],
            "series": [
                {
                    "label": names[6][1],
                    "values": [88, 92, 61, 80, 95, 77],
                    "emphasis": True,
                    "href": "/opened/own",
                },
                {
                    "label": "同类中位数" if zh else "Peer median",
                    "values": [80, 78, 75, 84, 88, 82],
                    "emphasis": False,
                },
                {
                    "label": names[9][1],
                    "values": [92, 85, 90, 90, 85, 91],
                    "emphasis": False,
                    "href": "/opened/p",
                },
            ],
        }
    if kind == "spread":
        return {
            "unit": "%",
            "rows": [
                {
                    "label": label,
                    "own": "370700",
                    "values": [
                        {
                            "id": code,
                            "label": name,
                            "value": 60 + (i * step) % 37,
                            "href": f"/opened/{code}",
                        }
                        for i, (code, name) in enumerate(names)
                    ],
                }
                for label, step in (
                    ("生均教学及辅助用房面积达标率" if zh else "Schools with enough teaching space", 11),
                    ("骨干教师比例" if zh else "Key teachers", 17),
                )
            ],
        }
    if kind == "stacked":
        return {
            "states": [
                {"id": "met", "label": "达标" if zh else "Met", "token": "--met"},
                {"id": "risk", "label": "有风险" if zh else "At risk", "token": "--at-risk"},
                {"id": "not", "label": "未达标" if zh else "Not met", "token": "--not-met"},
                {"id": "open", "label": "未提交" if zh else "Not submitted", "token": "--muted"},
            ],
            "rows": [
                {
                    "label": name,
                    "href": f"/opened/{code}",
                    "counts": {"met": 20 + i, "risk": i % 4, "not": i % 3, "open": 16 - i},
                }
                for i, (code, name) in enumerate(names)
            ],
        }
    return {
        "days": [
            {
                "date": f"2026-{month:02}-{day:02}",
                "count": 1 + (day * month) % 9,
                "overdue": 1 if month == 10 and day < 9 else 0,
                "href": f"/opened/2026-{month:02}-{day:02}",
            }
            for month, days in ((10, (5, 8, 20)), (11, (2, 6, 20, 23, 27, 30)), (12, (4, 11, 31)))
            for day in days
        ]
    }


def page(kind: str, data: dict[str, Any], lang: str, theme: str) -> str:
    """An HTML page with one figure, in the form that the site emits."""
    sentence = escape(SENTENCES[kind][0 if lang.startswith("zh") else 1])
    held = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    return f"""<!doctype html>
<html lang="{lang}" data-theme="{theme}"><head><meta charset="utf-8"><title>{kind}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><link rel="stylesheet" href="/site.css"><script src="/charts.js" defer></script></head>
<body><main><figure class="chart" data-chart="{kind}" aria-labelledby="says">
<figcaption id="says">{sentence}</figcaption>
<div class="chart-canvas" role="img" aria-label="{sentence}"></div>
<script type="application/json" class="chart-data">{held}</script>
<details class="chart-table"><summary>{"表" if lang.startswith("zh") else "Table"}</summary>
<table><tr><td>1</td></tr></table></details></figure></main></body></html>"""


SITE_CSS = """
:root { --ink: #1a1d21; --muted: #5c6670; --line: #d5dae0; --paper: #fff; --action: #1d4f91;
  --met: #1a7f4b; --at-risk: #9a6200; --not-met: #b3261e; }
[data-theme=dark] { --ink: #e8eaed; --muted: #a3adb8; --line: #3b434c; --paper: #14181d; --action: #8ab4f8;
  --met: #5bc98c; --at-risk: #f0b44c; --not-met: #f28b82; --series-1: #8ab4f8; --series-2: #f0a875;
  --series-3: #64c7b3; --series-4: #c0a1e8; --series-5: #dcc055; --series-6: #ea93bb; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 "Noto Sans CJK SC", sans-serif; }
main { max-width: 960px; margin: 0 auto; padding: 16px; }
figure { margin: 0; }
figcaption { font-weight: bold; }
"""
