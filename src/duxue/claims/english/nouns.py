"""Counting nouns of education reports and the canonical unit of each; nouns that make a number no claim."""

from __future__ import annotations

from duxue.claims.script import words

_UNITS = {
    "person": """person pupil student teacher child learner candidate participant boy girl man woman adult youth youngster
        graduate undergraduate postgraduate freshman sophomore junior senior resident citizen villager farmer worker
        employee staff faculty personnel headcount educator principal headteacher head instructor lecturer professor
        researcher academic trainer trainee mentor coach counsellor counselor psychologist therapist nurse doctor
        guard driver cook volunteer member official cadre leader manager supervisor inspector governor trustee expert
        specialist talent athlete player champion winner recipient beneficiary applicant entrant enrollee enrolment
        enrollment enrolments enrollments admission registrant parent guardian caregiver carer orphan
        refugee migrant infant toddler preschooler schoolchild kindergartner kindergartener kid teen teenager adolescent
        tutor assistant aide paraprofessional librarian apprentice intern fte dropout leaver examinee respondent
        scholar fellow population inhabitant backbone technician artisan engineer juvenile offender minor individual
        user subscriber attendee visitor delegate shareholder representative people folk paraeducator superintendent
        administrator clerk caretaker warden practitioner childminder novice repeater absentee truant
        pensioner retiree inmate patient client reader viewer spectator soldier veteran""",
    "person_time": "visit attendance training visits person-time visitor-time man-time trip view",
    "school": """school academy middle-school high-school madrasa madrassa small""",
    "kindergarten": """kindergarten nursery preschool crèche creche anganwadi pre-school nursery-school kinder childcare-centre
        childcare-center playgroup balwadi ecd-centre ecd-center""",
    "place": "place degree seat vacancy spot",
    "class": "class",
    "classroom": "classroom",
    "lesson": "lesson lecture",
    "course": "course curriculum mooc",
    "project": "project scheme programme program",
    "case": "case incident violation complaint",
    "item": "item matter",
    "set": "set piece copy instrument suite device pair blackboard whiteboard",
    "base": "base",
    "group": "group cluster",
    "organization": "organization organisation branch committee association federation union ngo agency department body unit",
    "institution": "institution college university polytechnic institute centre center campus hei iti",
    "enterprise": "enterprise company firm business employer corporation",
    "city": "city municipality prefecture",
    "county": "county",
    "town": "town township village community_town municipality_town",
    "district": "district borough ward block zone lea leas subcounty sub-county",
    "team": "team squad",
    "award": "award prize honour honor title certificate scholarship bursary",
    "medal": "medal gold silver bronze copper",
    "hotline": "hotline helpline",
    "dormitory": "dormitory dorm hostel dormitories",
    "sports_ground": "playground stadium gymnasium gym",
    "platform": "platform website portal",
    "measure": "measure",
    "standard": "standard",
    "day": "day",
    "time": "time session occasion",
    "computer": "computer pc desktop laptop chromebook notebook netbook tablet ipad macbook",
    "position": "position post job slot",
    "major": "major specialty speciality specialism",
    "meal": "meal lunch breakfast",
    "studio": "studio workshop",
    "m2": "sqm m2 m² flat square",
    "km2": "km2 km²",
}

# Nouns worth counting that have no unit of their own; each is its own unit, `other:<noun>`.
_OTHERS = """provider province state country nation region territory continent island entity variety industry consortium
    consorty community alliance network laboratory lab library toilet latrine room building bus
    kitchen canteen cafeteria hall borehole well tap tank tree hectare acre mu km kilometre
    kilometer metre meter tonne ton kilogram kg litre liter gram gigabyte mbps kwh hour minute
    second week month brand module exhibition championship tournament competition event match game
    concert performance artwork song dance club society activity meeting conference seminar
    symposium forum fair exchange partnership agreement contract memorandum mou licence license
    permit application inspection audit review report survey questionnaire interview sample response
    letter call petition notice document policy regulation law clause opinion recommendation
    suggestion proposal indicator target goal criterion plan question test exam examination paper
    subject pathway qualification gcse credit point mark score patent invention publication journal
    thesis household family home hospital clinic church mosque bank station shop market road vehicle
    camera printer projector screen server robot drone desk chair bed bench uniform bag pad kit bike
    bicycle loan grant donation fund voucher bond exclusion suspension expulsion absence referral
    assessment placement injury accident death birth marriage crime arrest fold episode video photo
    resource microlecture pilot area site location facility establishment setting service trust
    chain cohort batch round shift language dialect ethnicity tribe nationality cell phone line
    connection bookcase book textbook volume corner park model hub outlet satellite mat franchise"""

_IRREGULAR = {
    "person": ("people", "persons"),
    "people": ("people",),
    "child": ("children",),
    "man": ("men",),
    "woman": ("women",),
    "schoolchild": ("schoolchildren",),
    "staff": ("staff", "staffs"),
    "faculty": ("faculty", "faculties"),
    "personnel": ("personnel",),
    "alumnus": ("alumni",),
    "gold": ("gold", "golds"),
    "silver": ("silver", "silvers"),
    "bronze": ("bronze", "bronzes"),
    "copper": ("copper",),
    "campus": ("campuses",),
    "bus": ("buses",),
    "curriculum": ("curricula", "curriculums"),
    "criterion": ("criteria",),
    "consortium": ("consortia", "consortiums"),
    "consorty": ("consorties",),
    "gymnasium": ("gymnasiums", "gymnasia"),
    "freshman": ("freshmen",),
    "flat": ("flat",),
    "square": ("square",),
    "mu": ("mu",),
    "km": ("km",),
    "sqm": ("sqm",),
    "m2": ("m2",),
    "m²": ("m²",),
    "km2": ("km2",),
    "km²": ("km²",),
    "headcount": ("headcount", "headcounts"),
    "youth": ("youth", "youths"),
    "series": ("series",),
    "fte": ("fte", "ftes"),
    "thesis": ("theses",),
    "kg": ("kg", "kgs"),
    "fold": ("fold",),
    "enrolment": ("enrolment",),
    "enrollment": ("enrollment",),
    "backbone": ("backbones",),
    "mbps": ("mbps",),
    "kwh": ("kwh",),
}


def plurals(noun: str) -> tuple[str, ...]:
    """Return the plural forms of an English noun."""
    if noun in _IRREGULAR:
        return _IRREGULAR[noun]
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return (f"{noun[:-1]}ies",)
    if noun.endswith(("s", "x", "ch", "sh")):
        return (f"{noun}es",)
    return (f"{noun}s",)


def singular(noun: str) -> str:
    """Return the singular of a plural by its ending; a guess for nouns that no table names."""
    if noun.endswith("ies") and len(noun) > 4:
        return f"{noun[:-3]}y"
    if noun.endswith(("sses", "xes", "ches", "shes")):
        return noun[:-2]
    return noun[:-1] if noun.endswith("s") and not noun.endswith("ss") else noun


SINGULAR: dict[str, str] = {}
PLURAL: dict[str, str] = {}
for _unit, _nouns in [*_UNITS.items(), *((f"other:{noun}", noun) for noun in _OTHERS.split())]:
    for _noun in _nouns.split():
        SINGULAR.setdefault(_noun, _unit)
        for _form in plurals(_noun):
            PLURAL.setdefault(_form, _unit)
ALWAYS_PLURAL = {"people", "staff", "personnel", "faculty", "gold", "silver", "bronze", "copper", "sqm", "m2", "km2",
                 "m²", "km²", "km", "mu", "fte", "enrolment", "enrollment", "youth"}  # fmt: skip

# A noun read with the word before it: "sports grounds", "percentage points".
PAIRS = {
    ("sports", "ground"): "sports_ground",
    ("sport", "ground"): "sports_ground",
    ("sports", "field"): "sports_ground",
    ("playing", "field"): "sports_ground",
    ("sports", "venue"): "sports_ground",
    ("football", "field"): "sports_ground",
    ("football", "pitch"): "sports_ground",
    ("plastic", "track"): "sports_ground",
    ("running", "track"): "sports_ground",
    ("plastic", "runway"): "sports_ground",
    ("basketball", "court"): "sports_ground",
    ("volleyball", "court"): "sports_ground",
    ("tennis", "court"): "sports_ground",
    ("badminton", "court"): "sports_ground",
    ("soccer", "field"): "sports_ground",
    ("athletic", "field"): "sports_ground",
    ("nursery", "school"): "kindergarten",
    ("nursery", "class"): "class",
    ("pre-primary", "school"): "kindergarten",
    ("pre-primary", "centre"): "kindergarten",
    ("pre-primary", "center"): "kindergarten",
    ("infant", "school"): "school",
    ("early-learning", "centre"): "kindergarten",
    ("early-learning", "center"): "kindergarten",
    ("learning", "device"): "computer",
    ("learner", "device"): "computer",
    ("digital", "device"): "computer",
    ("pupil", "device"): "computer",
    ("student", "device"): "computer",
    ("childcare", "centre"): "kindergarten",
    ("childcare", "center"): "kindergarten",
    ("care", "centre"): "kindergarten",
    ("care", "center"): "kindergarten",
    ("daycare", "centre"): "kindergarten",
    ("daycare", "center"): "kindergarten",
    ("child", "centre"): "kindergarten",
    ("child", "center"): "kindergarten",
    ("ecd", "centre"): "kindergarten",
    ("ecd", "center"): "kindergarten",
    ("ecde", "centre"): "kindergarten",
    ("ecde", "center"): "kindergarten",
    ("ecce", "centre"): "kindergarten",
    ("anganwadi", "centre"): "kindergarten",
    ("anganwadi", "center"): "kindergarten",
    ("teaching", "point"): "school",
    ("test", "score"): "other:score",
    ("job", "fair"): "other:job_fair",
    ("experimental", "area"): "other:experimental_area",
    ("demonstration", "area"): "other:demonstration_area",
    ("demonstration", "zone"): "other:demonstration_area",
    ("pilot", "area"): "other:pilot_area",
    ("pilot", "zone"): "other:pilot_area",
    ("professional", "point"): "major",
    ("clothing", "point"): "major",
    ("major", "point"): "major",
    ("study", "program"): "major",
    ("school", "day"): "day",
    ("school", "family"): "school",
    ("boarding", "school"): "school",
    ("teachers", "apartment"): "dormitory",
    ("turnover", "house"): "dormitory",
    ("turnover", "room"): "dormitory",
    ("special", "post"): "position",
    ("livelihood", "issue"): "item",
    ("class", "size"): "person",
    ("class", "hour"): "lesson",
    ("teaching", "hour"): "lesson",
    ("square", "meter"): "m2",
    ("square", "metre"): "m2",
    ("care", "space"): "place",
    ("childcare", "space"): "place",
    ("daycare", "space"): "place",
    ("school", "space"): "place",
    ("learner", "space"): "place",
    ("housing", "unit"): "set",
    ("apartment", "unit"): "set",
    ("computer", "unit"): "computer",
    ("sq", "m"): "m2",
    ("flat", "meter"): "m2",
    ("flat", "metre"): "m2",
    ("square", "m"): "m2",
    ("square", "kilometer"): "km2",
    ("square", "kilometre"): "km2",
    ("sq", "km"): "km2",
    ("square", "mile"): "other:square_mile",
    ("square", "foot"): "other:square_foot",
    ("square", "feet"): "other:square_foot",
    ("consecutive", "year"): "year_count",
    ("successive", "year"): "year_count",
    ("straight", "year"): "year_count",
    ("consecutive", "time"): "time",
    ("person", "time"): "person_time",
    ("person", "visit"): "person_time",
    ("bachelor", "degree"): "other:degree",
    ("bachelor's", "degree"): "other:degree",
    ("master", "degree"): "other:degree",
    ("master's", "degree"): "other:degree",
    ("doctoral", "degree"): "other:degree",
    ("undergraduate", "degree"): "other:degree",
    ("university", "degree"): "other:degree",
    ("interactive", "whiteboard"): "set",
    ("computer", "room"): "other:room",
    ("computer", "lab"): "other:lab",
    ("home", "visit"): "other:home_visit",
    ("training", "session"): "time",
    ("teaching", "post"): "position",
    ("local", "authority"): "other:authority",
    ("police", "officer"): "person",
    ("security", "officer"): "person",
    ("education", "officer"): "person",
    ("school", "place"): "place",
    ("childcare", "place"): "place",
}

# A centre that one of these words describes is for young children.
YOUNG = set(
    words(
        "pre-k prek pre-kindergarten childhood childcare nursery preschool pre-school pre-primary early-years early ecd ecde ecce daycare kindergarten infant toddler"
    )
)

# Nouns of rhetoric: "three measures", "six actions" spelled out say nothing that could be checked.
RHETORICAL = set(
    words("""action aspect step way point breakthrough policy task requirement mechanism method idea thought dimension
    direction principle problem challenge issue priority area field pillar factor reason theme topic stage phase stand
    level category kind type form sort element component part feature goal target objective initiative thing front
    guarantee system strategy mode model activity increase reduction consciousness maintenance establishment brand
    campaign party side hand measure plan question option decade year month week day hour minute second time era
    generation round wave item matter line law opinion proposal suggestion recommendation subject trust service
    response paper world other figure paragraph section chapter page term semester century program programme
    scheme combination strengthening innovation integration promotion degree spot""")
)
HONOURS = set(words("championship award medal prize honour honor gold silver bronze trophy"))
# "Four major projects" is a slogan, "four new projects" a count: nouns that a grand word makes rhetorical.
GRAND = set(words("major key important main core great big special basic"))
GRAND_NOUNS = set(
    words("project base platform center centre course lesson event meeting document report standard body")
)
# Nouns after which even a number in digits is no claim.
NOT_COUNTED = set(
    words("""year years month months decade decades century centuries o'clock am pm a.m p.m a.m. p.m. min mins read reads
    chapter chapters paragraph paragraphs character characters word words trees click clicks comment comments page pages semester semesters term terms
    year-old year-olds years-old yrs yr season seasons quarter quarters fortnight nights night edition editions view
    views like likes share shares hits follower followers share celsius °c ℃ °""")
)
# Durations: a claim where they are a quantity of teaching or sport, none where they place an event in time.
DURATIONS = {"day", "other:hour", "other:minute", "other:second", "other:week", "other:month"}

STOPS = set(
    words("""in at for with by on from to into onto under across among amongst per between during after before who whom whose
    which that what where when while is are was were be been being am have has had having will would shall should can
    could may might must do does did than each every all as if unless since until till because but nor so thus hence
    hereby therefore however though although then also not no only just already still now today yesterday this these
    those it its they their them he she his her we our us you your i there here the a an some any via within without
    through throughout over above below beyond including excluding namely such plus minus against about around
    respectively yearly annually nationwide citywide countrywide province-wide citywide worldwide nationally locally
    up down out off won win wins take takes took get gets got make makes made hold holds held give gives gave go goes went
    come comes came say says said show shows showed rank ranks ranked ranking remain remains remained stand stands
    stood attend attends benefit benefits benefited pass passes passed reach reaches reached account accounts
    accounted receive receives received meet meets met join joins left fell rose grew began begin begins sat sit
    sits became become becomes use uses used enter enters entered drink drank study studies live lives participate
    participates participated sign signs signed whether more less fewer last next alone both either neither like
    compared compare using involving covering reaching serving totaling totalling benefiting accounting ranking making
    taking bringing becoming being worth live lived once again together yet even ever never too very much many
    respectively approximately average total""")
)
