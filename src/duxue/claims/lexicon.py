"""The vocabulary of machine translation: what is printed, the Chinese term it most likely stands for, and how sure.

A versioned table, read by `duxue.claims.repair`. It only ever proposes: the printed words stay. `printed` is a regular
expression in lower case, tried on lower-case text at the edges of words. Confidence is a judgement from 0 to 1, raised
where the words make no sense in English (`hair garden rate`) and lowered where they might (`degree`).
"""

from __future__ import annotations

from typing import NamedTuple

VERSION = "1.0.0"


class Term(NamedTuple):
    """A phrase that machine translation leaves, the term it stands for in both languages, and how sure that is.

    `anchor` holds pieces, parted by `|`, one of which any such phrase contains: only around them is a text searched.
    """

    anchor: str
    printed: str
    zh: str
    en: str
    confidence: float
    note: str = ""  # a territory is told apart from a term


# Blanks match any run of blanks or the ` -` that broken typesetting leaves before a hyphen.
TERMS: tuple[Term, ...] = (
    # places at school: 学位 is also the word for an academic degree
    Term("degree", r"(?:new |public |private |high school |kindergarten |school |junior |primary |inclusive )+degrees?", "学位", "school places", 0.95),
    Term("degree", r"(?<=\d\s)degrees(?! (?:celsius|centigrade|fahrenheit|in\b|of\b|north|south|east|west|integration|below|above))", "学位", "school places", 0.9),
    Term("degree", r"number of degrees", "学位数", "number of school places", 0.9),
    Term("degree", r"degrees? (?:guarantee|supply|gap|shortage|demand|resources?|warning)", "学位保障、学位供给", "supply of school places", 0.9),
    Term("degree", r"(?:guarantee|coordinate|insufficient|shortage of|supply of|increase) (?:the )?degrees?(?! of [^\d])", "学位", "school places", 0.75),
    # enrolment and shares of kindergartens
    Term("hair garden|hair entry|hair enrol|hair admis|garden|park", r"hair (?:gardens?|garden rate)|rate of hair gardens?|hair (?:entry|enrolment|enrollment|admission) (?:rate|garden rate)|gross (?:garden|park) (?:entry )?rate", "毛入园率", "gross kindergarten enrolment rate", 0.95),
    Term("hair", r"hair (?:college |school |high school )?(?:enrollment|enrolment|admission|entrance)(?: rate)?", "毛入学率", "gross enrolment rate", 0.95),
    Term("garden|park", r"gardening rate|garden entry rate|(?:park|garden) (?:admission|entrance|enrollment) rate|rate of entering the (?:park|garden)", "入园率", "kindergarten enrolment rate", 0.85),
    Term("garden|park", r"(?:public|private) (?:kindergarten )?(?:in the )?(?:garden|park) (?:rate|proportion)|children in (?:the )?(?:gardens?|parks?)|in the garden in the park", "在园幼儿（占比）", "children in kindergarten (share)", 0.8),
    Term("park|garden", r"high ?-?quality parks?(?: accounts?)?|(?:quality|demonstration|inclusive|public|private|central|branch) (?:parks?|gardens?)", "优质园、示范园、普惠园（幼儿园）", "kindergartens (quality, model, inclusive)", 0.75),
    Term("publicity", r"publicity rates?", "公办率（公办园在园幼儿占比）", "share in public kindergartens", 0.7),
    Term("pharisian|phuppu|pufu", r"pharisian|phuppu|pufu county", "普及普惠", "universal and inclusive (preschool education)", 0.85),
    Term("pharmaceutical", r"(?:popularization of |promote |the )pharmaceutical(?! \w)|pharmaceutical(?= and the safety| preschool| counties)", "普及普惠", "universal and inclusive (preschool education)", 0.75),
    Term("populari", r"popularized? (?:the )?(?:inclusion|inclusiveness|inclusive)(?: of inclusive)?(?: countr(?:y|ies))?", "学前教育普及普惠（县）", "universal and inclusive preschool education (county)", 0.75),
    Term("pujiu|pu jiu", r"pujiu|pu ?jiu", "普九（普及九年义务教育）", "universal nine-year compulsory education", 0.9),
    Term("consolidation", r"consolidation rate", "巩固率", "retention rate", 0.9),
    Term("one-time|one time", r"one[- ]time (?:enrollment|employment) rate", "一次性就业率", "initial employment rate", 0.6),
    Term("online|on-line|on line", r"(?:rate of )?(?:online|on[- ]line) (?:entrance examinations?|rate)|rate of online entrance examinations?|(?:undergraduate )?on[- ]?line rate", "上线率（达到录取线的比例）", "share reaching the admission line", 0.8),
    Term("big class|large class|super class", r"big class (?:size|amount|quota)s?|large class (?:quota|amount|fore?head)s?|super class (?:quota|amount)s?", "大班额", "oversized classes", 0.9),
    Term("school fever|schools fever|choice heat", r"choose(?:ing)? school(?:s)? fever|school choice heat", "择校热", "rush for sought-after schools", 0.7),
    # schools
    Term("shen|canmin|can min", r"gong ?shen|gong ?can ?min|gongshenmin", "公参民（公办学校参与举办的民办学校）", "private schools run with public ones", 0.9),
    Term("public", r"public participation in the people|public[- ]in[- ](?:the[- ])?people|public participation in private", "公参民", "private schools run with public ones", 0.9),
    Term("chinese small|small chinese|national small|small state|small nation|level china|weak countr|weak state", r"chinese smalls?|small chinese|national smalls?|small (?:state|nation)|state[- ]level china|weak (?:countries|country|state)", "中小学、初中、小学", "primary and junior secondary schools", 0.85),
    Term("national primary|national middle|state primary|state middle", r"(?:national|state) (?:primary|middle) schools?(?= (?:are|teacher|principal|and))", "小学、初中", "primary (or junior secondary) schools", 0.5),
    Term("crowded|crowding", r"town crowded,? (?:the )?(?:village|countryside) weak|city crowded,? (?:the )?(?:village|countryside) (?:weak|empty)|urban crowding and rural weak\w*", "城镇挤、乡村弱", "crowded in town, weak in villages", 0.9),
    Term("strong town|strong educational|strengthen the town", r"strong (?:educational )?towns?(?: education)?|strengthen the town's foundation|strong town of strong town|town of strong town", "强镇筑基、教育强镇", "strong townships (project)", 0.7),
    Term("campus group|school group|schools group|branch", r"famous (?:schools?|campus) group\w*|prestigious schools? ?\+ ?branch schools?", "名校集团化办学", "groups led by sought-after schools", 0.5),
    Term("one school", r"one school,? one (?:case|strategy)", "一校一案", "one plan for each school", 0.8),
    Term("radiat", r"radiation schools?|radiat(?:es?|ing) schools?", "辐射学校（集团所带学校）", "schools belonging to the groups", 0.85),
    # teachers
    Term("week", r"(?:provincial[- ]level )?overall(?: overall)? weeks?|(?:turnover|revolving|working) weeks? (?:establishment|preparation)", "省级统筹周转编制", "provincial turnover posts", 0.9),
    Term("turnover|revolving", r"(?:turnover|revolving) (?:dormitor(?:y|ies)|houses?)|teachers' revolving dormitory", "周转宿舍", "staff flats", 0.8),
    Term("head teachers and|class teacher", r"head teachers and teachers|class teachers?' (?:studio|post)", "班主任", "class teachers", 0.4),
    Term("famous|division", r"names? (?:of )?(?:division|teacher) (?:name|famous) principals?|famous division", "名师名校长", "leading teachers and principals", 0.8),
    Term("huang", r"huang ?da ?nian[-\s\w]{0,10}team|huangda new year teachers? team", "黄大年式教师团队", "Huang Danian teaching teams", 0.9),
    Term("county tube|county management school", r"county tubes? school (?:hiring|employment|recruit\w*)|county management school (?:hiring|employment|appointment)", "县管校聘", "county-managed, school-hired (teachers)", 0.85),
    Term("appointment|job rate", r"on[- ]the[- ]appointment rate|on[- ]the[- ]job rate of full[- ]time", "到岗率、配备率", "share of posts filled", 0.7),
    Term("three hire", r"three[,-] ?three hires?[,-] ?three evaluations?", "（三定、三聘、三评，地方用语）", "(a local slogan; kept as a name)", 0.4),
    # money
    Term("two increase|two only|two education", r"two (?:increases?|only increases?|educational additions?)(?=[”\"’'\s])", "两个只增不减（或两项教育附加，视上下文）", "the two that may only grow (or the two education surcharges)", 0.75),
    Term("two education|two additional", r"two educational? (?:additions?|surcharges?|additional)|two additional education", "两项教育附加（教育费附加、地方教育附加）", "the two education surcharges", 0.85),
    Term("living public|raw average|average public|average student", r"living public funds?|raw average (?:public )?funds?|average student public (?:fund|use)", "生均公用经费", "public funds per pupil", 0.8),
    Term("gold", r"land transfer gold|land leasing gold", "土地出让金", "land sale revenue", 0.9),
    # supervision and rules
    Term("forbid|ban|prohib", r"do not,? one (?:strict(?:ly)? )?(?:forbidden|prohibited)|ten (?:no|not)s?,? one (?:strict )?(?:ban|forbidden)|one forbidden", "十不得、一严禁", "ten must-nots and one ban", 0.85),
    Term("teeth", r"(?:charged|growing|grow|long|grew) (?:with )?long teeth|(?:charged|electrified) (?:and )?(?:long )?teeth|long teeth", "（督导）长牙齿、带电", "supervision with teeth", 0.9),
    Term("bao", r"(?:baozhen|bao zhen) (?:street|town)|bao(?:zhen|town) street", "包镇街", "in charge of a township", 0.85),
    Term("governor", r"supervisor governor|supervision of the governor|governor(?:'s|’s)? supervision", "督政", "supervision of governments", 0.7),
    Term("steering", r"(?:education )?steering committee(?= of the (?:municipal|provincial|county|city|state))|education steering", "教育督导委员会", "education supervision committee", 0.75),
    Term("unveil|reveal", r"public[- ]list\w* unveil\w*|unveiling the list|reveal(?:ing)? the list", "揭榜挂帅", "open call for tasks", 0.8),
    Term("random", r"double random,? one open\w*|double randomness,? one public", "双随机、一公开", "random checks made public", 0.6),
    Term("pressure", r"pressure (?:decrease|reduction)(?: rate)?|reduce work, with a pressure", "压减率", "share closed down", 0.8),
    Term("stay", r"willingness to stay|stay as you wish|should stay as much as", "愿留尽留", "all who wish may stay", 0.8),
    # pupils, curriculum, health
    Term("five education|five-education|five breeding|five-breeding|five childcare", r"five[- ]education|five[- ]breeding|five childcare|persist in the five education", "五育（并举）", "the five sides of education", 0.6),
    Term("tree|lide|shu ren|liteshu", r"tree people|lide tree|lide shu(?:ren)?|lide shi|shu ?de ?shu ?ren|establish(?:ing)? (?:a )?tree(?:s)?(?=[,\s.])|liteshu|lide shuren|stand(?:ing)? de tree", "立德树人", "moral education first", 0.85),
    Term("think|gold class|political gold", r"think(?:ing)? (?:political|politics) (?:class|course)(?:es)?|ideological (?:and )?political gold class|gold class", "思政课（金课）", "courses in civics", 0.5),
    Term("planting aesthetic", r"planting aesthetic education", "厚植美育", "aesthetic education", 0.7),
    Term("whole course|open enough|open all|open full|course is open|courses", r"open (?:the )?(?:whole course|course is open and open)|open enough physical education|open (?:all|full|enough) (?:and )?(?:full |enough )?(?:courses?|hours?)|course is open and open", "开齐开足课程", "all required courses taught in full", 0.8),
    Term("glasses|pier", r"(?:little|small|fat|eye) (?:glasses|pier|fat pier)s?(?= (?:rate|problem))|small eyeglasses", "小眼镜、小胖墩", "short sight and overweight", 0.7),
    Term("excellent|good health rate|physical health|physical fitness", r"excellent (?:and )?(?:good )?(?:testing )?rate of (?:students’? |students'? )?physical|excellent testing rate|good health rate|physical (?:health|fitness) (?:excellent|good) (?:and good )?rate", "体质健康优良率", "share of good and excellent fitness", 0.75),
    Term("plaid", r"plaid supervision", "督导评估（保教质量）", "supervision and evaluation", 0.5),
    # vocational and higher education
    Term("clothing|cloth point|distribution point", r"(?:professional|specialty|major) (?:clothing|cloth|distribution) points?|clothing points?", "专业布点", "programmes offered", 0.9),
    Term("of industry|of production|production and", r"(?:integrat\w+|fusion) of (?:industry|production) and education|production and education (?:consort\w*|alliance|integration|community|consortiums?)", "产教融合（联合体、共同体）", "industry-education (consortia)", 0.8),
    Term("putong|pu tong|general fusion", r"vocational (?:and )?(?:putong|pu tong|general fusion)|integration of vocational putong", "职普融通", "ties between vocational and general schools", 0.9),
    Term("classes|two wings|two-wings", r"special(?:ized)? ?-?class(?: group)?es|one[- ]body two[- ]wings", "一体两翼", "one body, two wings (vocational reform)", 0.5),
    Term("double teacher|double-teacher|double division|double-division", r"double[- ]teacher(?: type)?|double[- ]division(?: type)?", "双师型（教师）", "teachers with trade and teaching skills", 0.8),
    Term("order class|order-class|order training", r"order[- ]classes?|order training", "订单班、订单式培养", "training agreed with employers", 0.6),
    Term("sea and vocational|class certificate|class competition", r"going to (?:sea|the sea) and vocational|post competition class certificate|post[- ]class competition", "岗课赛证", "post, course, contest, certificate", 0.7),
    Term("penetrat", r"(?:three|middle) and high (?:vocational )?penetrat\w+|3\+4 (?:penetrat\w+)", "中高职（本科）贯通", "through programmes", 0.6),
    Term("kinetic", r"new and old kinetic energy(?: conversion)?", "新旧动能转换", "replacing old growth drivers with new", 0.7),
    # governance
    Term("convenient people|benefit|livelihood", r"convenient people|people[- ]benefit(?:ing)? project|livelihood issues? of", "民生实事", "public service pledges", 0.5),
    Term("zero", r"zero[- ]certificate|zero[- ]proof", "零证明", "no papers asked", 0.8),
    Term("defen", r"three defen[sc]es?", "三防（人防、物防、技防）", "guards, barriers and alarms", 0.7),
    Term("nursing post|guard|protection post", r"nursing posts?|guard(?:ing)? school posts?|school protection post", "护学岗", "guards on the way to school", 0.75),
    Term("exception behavio", r"exception behaviors?", "异常行为", "unusual behaviour", 0.6),
    Term("eye project", r"sky[- ]?eye project", "天眼工程", "campus camera network", 0.6),
    Term("bottom line", r"row of bottom lines?", "安全底线排查", "checks of the safety bottom line", 0.5),
    Term("dropout", r"real(?:ly)? dropout number|number of real dropouts?|loss of students' dropouts", "失学辍学", "children out of school", 0.5),
    Term("to the door|to door|to-door", r"send(?:ing)? education to the door|door[- ]to[- ]door teaching", "送教上门", "teaching at home", 0.6),
    Term("moved children|relocated children|migrat|accompanying", r"follow(?:ing|ed)?[- ](?:the[- ])?(?:migrat\w+|relocat\w+|moved) children|random(?:ly)? (?:moved|relocated|migrat\w+) children|accompanying children", "随迁子女", "children of migrant workers", 0.85),
    Term("behind in seat|behind seat|the seat", r"left[- ]behind (?:in )?(?:the )?seat", "留守", "left behind", 0.4),
    Term("grabbing|strike the ground", r"grabbing and embracing|strike the ground", "狠抓落实", "carry through", 0.4),
    Term("essence", r"\.?(?<=[.,;)\d])essence(?=[a-z]|\s|$)", "（句号）", "(a full stop)", 0.95),
    # territories
    Term("texas", r"texas(?: city)?", "德州市", "Dezhou", 0.85, "territory"),
    Term("liao city", r"liao city", "聊城市", "Liaocheng", 0.95, "territory"),
    Term("peony", r"he ?ze ?city(?= of peony)", "菏泽市", "Heze", 0.5, "territory"),
    Term("according to city", r"(?:bright|sun) according to city", "日照市", "Rizhao", 0.9, "territory"),
    Term("facing city|city of yi", r"facing city|linyi city of yi", "临沂市", "Linyi", 0.5, "territory"),
    Term("river city", r"black[- ]?river city", "黑河市", "Heihe", 0.7, "territory"),
    Term("preservation|west city", r"baoding preservation city|fixed[- ]?west city", "定西市", "Dingxi", 0.6, "territory"),
    Term("river city", r"lijiang river city|beautiful river city", "丽江市", "Lijiang", 0.6, "territory"),
    Term("gorge city", r"three (?:gate|door)s? gorge city", "三门峡市", "Sanmenxia", 0.8, "territory"),
    Term("stone house|stone market", r"stone house ?zhuang|stone market", "石家庄市", "Shijiazhuang", 0.7, "territory"),
    Term("river county|river city", r"(?:chess|qi) river (?:county|city)", "淇县", "Qi County", 0.4, "territory"),
    Term("gold township|golden township", r"gold township county|golden township", "金乡县", "Jinxiang County", 0.8, "territory"),
)  # fmt: skip

# Where only one of several languages of origin is meant the terms apply to text that reads as translated Chinese:
# one of these anywhere in the document tells it.
SIGNS: tuple[str, ...] = (
    "municipal", "party committee", "state council", "counties (cities", "prefecture", "double reduction", "wan ", " yuan",
    "education bureau", "comrades", "five-year plan", "five -year plan", "china", "chinese",
)  # fmt: skip
