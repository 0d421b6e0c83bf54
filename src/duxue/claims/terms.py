"""The term base: words of reports and packs, Chinese and English, for one and the same concept.

Each line is `concept: words`, words parted by `|`; Chinese in simplified script (see `duxue.claims.script`), English in
lower case. Longer words win over shorter ones inside them, so 学前三年毛入园率 is read as three concepts and not as 园.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from duxue.claims.script import alternatives, plain

_BASE = """
pupil: 在校学生|在校生|学生数|在学人数|在读学生|学生|幼儿数|在园幼儿|在园儿童|幼儿|儿童数|学童|生员|pupils|pupil|students|student|learners|learner|children enrolled|children in kindergarten|children|child|schoolchildren
staff: 教职工|教职员工|教工|教职员|faculty and staff|teaching and administrative staff|staff members|staff|faculty|employees
teacher: 专任教师|任课教师|教师|老师|师资|教员|teachers|teacher|full-time teachers|teaching force|instructors|educators
principal: 校长|园长|principals|principal|headteachers|headteacher|head teachers of schools
classteacher: 班主任|class teachers|class teacher|homeroom teachers
school: 学校数|学校|院校|校园数|中小学校|schools|school|institutions
kindergarten: 幼儿园|幼稚园|托幼|园所|学前教育|学前|kindergartens|kindergarten|preschools|preschool|pre-school|early childhood|nursery schools
primary: 小学|primary schools|primary school|primary|elementary
junior: 初中|初级中学|国中|junior secondary|junior high schools|junior high school|junior high|lower secondary|middle schools|middle school|junior middle
compulsory: 义务教育|九年义务|义教|compulsory|nine-year
senior: 普通高中学校|普通高中|高中阶段|高中|普高|高级中学|senior secondary|senior high school|senior high|high school|upper secondary|high schools
vocational: 中等职业学校|中职学校|高职学校|中等职业|中职|职业教育|职业学校|职业院校|职业高中|职教|高职|vocational schools|vocational school|vocational|technical schools
special: 特殊教育学校|特教学校|特殊教育|特教|特校|special education schools|special education|special schools
higher: 高等教育|高校|高等学校|本科院校|普通高校|大学|higher education|universities|university|colleges|college
class: 班级|班数|教学班|classes|class count
classsize: 班额|班级规模|class size|class sizes
large: 大班额|大班|超大|large classes|large class|oversized|overcrowded|56人及以上|above the size limit
place: 学位|学额|places|seats|school places
new: 新增|增加|新建|改扩建|扩建|new|newly|additional|added|add|increase|increased|built|expanded
share: 占比|比例|比重|占总数|占|率|份额|所占|share|proportion|percentage|rate|rates|accounted for|accounts for|accounting for|ratio of
enrolrate: 毛入学率|净入学率|入学率|入园率|毛入园率|入托率|enrolment rate|enrollment rate|gross enrolment|gross enrollment|net enrolment|net enrollment|admission rate|enrolment|enrollment|enrolled
gross: 毛入学率|毛入园率|毛|gross enrolment|gross enrollment|gross
net: 净入学率|净|net enrolment|net enrollment|net
entrant: 招生|入学人数|新生|招收|录取|entrants|intake|new entrants|admitted|newly enrolled|admission|admissions
graduate: 毕业生|毕业人数|毕业|graduates|graduate|leavers|school leavers|graduation
promotion: 升学率|升学|升入|promotion|progression|transition
retention: 巩固率|保留率|完成率|义务教育巩固|retention|consolidation rate|consolidation|completion rate
dropout: 辍学|失学|流失|dropouts|dropout|drop-out|out of school
inclusive: 普惠性|普惠|普及普惠|inclusive|affordable
public: 公办|公立|政府举办|public
private: 民办|私立|社会力量|private
coverage: 覆盖率|覆盖|覆盖面|coverage|covered|cover
residents: 常住人口|总人口|人口|居民|residents|resident population|population|inhabitants
per: 每百名|生均|人均|平均每|每十万|每万|每名|per pupil|per student|per 100|per hundred|per capita|per
ratio: 生师比|师生比|师班比|生机比|师机比|pupil-teacher ratio|student-teacher ratio|pupils per teacher|teachers per pupil|teacher-student ratio
degree: 高于规定学历|规定学历|学历|学位层次|本科以上|本科学历|研究生学历|专科学历|above the required degree|qualifications|qualification|bachelor|postgraduate degree|undergraduate degree|college degree|master
certificate: 教师资格证|持证|资格证|证书|certificate|licence|license|certified|licensed
backbone: 骨干教师|骨干|学科带头人|名师|backbone|key teachers|leading teachers|famous teachers
pe: 体育|体艺|体育艺术|体育、艺术|pe|physical education|sports teachers
arts: 艺术|音乐|美术|美育|arts|music|fine art|fine-art
area: 教学及辅助用房面积|面积|校舍面积|建筑面积|占地面积|用房面积|area|floor space|floor area
teaching: 教学及辅助用房|教学用房|教学及教学辅助用房|teaching and auxiliary|teaching space
sports: 体育运动场馆|运动场馆|运动场|体育场地|体育场馆|sports ground|sports grounds|sports area|sports field|playground
equipment: 教学仪器设备|仪器设备|设备值|教学仪器|装备|equipment|instruments|apparatus
multimedia: 网络多媒体教室|多媒体教室|多媒体|multimedia
room: 网络多媒体教室|多媒体教室|教室|专用教室|功能室|classrooms|classroom|rooms
book: 图书册数|图书|藏书|books|library books|book
computer: 计算机|电脑|学生用计算机|computers|computer
funds: 公用经费|公用经费标准|public funds|public-fund|running costs|public funding|public expenditure per pupil
budget: 教育经费|教育支出|教育投入|财政性教育经费|预算|一般公共预算|education expenditure|education spending|fiscal education|budget|expenditure
pay: 工资|薪酬|平均工资|工资收入|pay|salary|salaries|wages
civil: 公务员|civil servants|civil servant
training: 培训|学时|研修|training|trained|360 hours
rotation: 交流轮岗|轮岗|交流|rotation|rotated|exchange
migrant: 随迁子女|进城务工|流动儿童|农民工子女|migrant children|migrant|children of migrant workers
disabled: 残疾儿童|残疾|适龄残疾|三残|disabled children|disabled|disabilities
nearby: 就近入学|就近|划片|nearby|neighbourhood|neighborhood|from the zone
quota: 指标到校|名额分配|分配到校|定向生|招生名额|allotted|allocated to|quota
quality: 优质高中|优质|示范性|示范|高质量|quality|demonstration|model
satisfaction: 满意度|认可度|公众满意|社会认可|satisfaction|recognition|satisfied
cv: 差异系数|变异系数|coefficient of variation
total: 总数|合计|共有|总计|全市|全县|全省|total|in total|altogether
project: 项目|工程|projects|project
investment: 投入|投资|资金|经费|investment|invested|funding
aid: 资助|助学金|奖学金|助学|student aid|aid funds|scholarship|grants|bursar
afterschool: 课后服务|课后延时|after-school|after-class|after class
training_agency: 校外培训|培训机构|学科类|training institutions|off-campus training|tutoring
dormitory: 周转宿舍|周转房|宿舍|dormitory|dormitories|staff flats|flats|rental housing
group: 教育集团|集团化|education groups|education group|school groups
enterprise: 企业|enterprises|firms|companies|enterprise
cooperation: 校企合作|校企|合作|school-enterprise|school -enterprise|cooperation|cooperative
base: 基地|实训基地|bases|base|training bases
studio: 工作室|studios|studio
fitness: 体质健康|体质|优良率|physical health|fitness|physical
myopia: 近视率|近视|视力|myopia|short-sighted|vision
exam: 高考|中考|本科上线|上线率|entrance examination|college entrance|exam
lesson: 课程|课时|lessons|courses
recruit: 支教|分赴|招聘|补充|引进|录用|招录|新招|选派|派往|输送|推荐|参与|参加|评为|入选|到泰国|recruited|recruit|recruiting|hired|hiring|introduced|supplementary|selected|participate|sent|awarded|admitted|enriched|trained directionally|promoted|took part|take part|receiving
growth: 增长|同比|比上年|增幅|降幅|growth|grew|year on year|year-on-year
trend: 趋势|trend
intermediate: 中级|职称|中级及以上|intermediate|titles
ofage: 学龄|official age
cohort: 三年前|三年转|cohort|three years ago
doctor: 博士|doctorate
associate: 专科|associate|college degree
talent: 高层次人才|人才|talents|talent
meal: 营养餐|供餐|食堂|配餐|meals|canteen|canteens
milk: 学生奶|营养奶|milk
boarding: 寄宿制|寄宿|住宿生|boarding|boarders
rural: 农村|乡村|镇乡|rural|village|countryside
urban: 城镇|城区|城市|urban|town
plan_share: 计划录取|招生计划|录取比例|planned admission|admission plan|enrolment plan
"""

STAGES = frozenset(
    {"kindergarten", "primary", "junior", "compulsory", "senior", "vocational", "special", "higher"}
)
# Words that tell little by themselves: a phrase made of these alone names no measure.
WEAK = frozenset(
    {
        "share",
        "new",
        "total",
        "per",
        "rural",
        "urban",
        "public",
        "quality",
        "investment",
        "project",
        "growth",
        "trend",
    }
)
# Who or what a count counts: a phrase with two of them is not yet told apart.
HEADS = frozenset(
    {
        "pupil",
        "staff",
        "teacher",
        "entrant",
        "graduate",
        "class",
        "school",
        "place",
        "principal",
        "enterprise",
    }
)
# What makes a number one of those who came, went or took part, and not of those who are there.
FLOWS = frozenset(
    {"recruit", "new", "training", "aid", "rotation", "entrant", "graduate", "growth", "meal", "milk"}
)


def _read_base() -> dict[str, tuple[str, ...]]:
    table: dict[str, list[str]] = {}
    for line in _BASE.strip().splitlines():
        concept, words = line.split(": ", 1)
        for word in words.split("|"):
            table.setdefault(word, []).append(concept)
    return {word: tuple(found) for word, found in table.items()}


_CONCEPTS = _read_base()
_HAN = alternatives(w for w in _CONCEPTS if w[0] > "\u3000" or w[-1] > "\u3000")
_LATIN = alternatives(w for w in _CONCEPTS if w[0] < "\u3000" and w[-1] < "\u3000")
_WORDS = re.compile(rf"{_HAN}|(?<![a-z]){_LATIN}(?![a-z])")
_BROKEN = re.compile(r" ?- ?(?=[a-z])|(?<=[a-z]) ?‐ ?")


@lru_cache(maxsize=16_384)  # linking and comparing ask for the same phrase
def concepts(phrase: str) -> frozenset[str]:
    """Return the concepts that a phrase names, in any of the three scripts."""
    return frozenset(_find(plain(phrase).lower()))


def covered(title: str) -> float:
    """Return the share of a title's letters that stand in words of the term base; the rest narrows what is meant."""
    text = _BROKEN.sub("-", plain(title).lower())
    letters = sum(char.isalpha() for char in text)
    known = sum(char.isalpha() for match in _WORDS.finditer(text) for char in match[0])
    return known / letters if letters else 1.0


def _find(text: str) -> Iterator[str]:
    for match in _WORDS.finditer(_BROKEN.sub("-", text)):
        yield from _CONCEPTS[match[0]]


def lowered(text: str) -> str:
    """Return text in lower case, offset for offset: the few letters that grow when lowered stay."""
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
