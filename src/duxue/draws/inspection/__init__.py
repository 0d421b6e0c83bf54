"""Double-random inspection (双随机): schools and inspectors drawn together from one seed, within declared constraints.

`read_case` reads the lists and rules, `draw_plan` draws, `verify_plan` runs the draw again and compares, `check_plan`
looks at every constraint with code of its own. docs/methods/double-random.md says what is guaranteed and what the odds are.
"""

from __future__ import annotations

from duxue.draws.inspection.audit import check_plan
from duxue.draws.inspection.constraints import Constraint, list_declared
from duxue.draws.inspection.drawing import draw_plan, verify_plan
from duxue.draws.inspection.model import (
    METHOD,
    Case,
    County,
    Inspector,
    LargerTeam,
    Member,
    Minimum,
    Plan,
    Recusal,
    Rules,
    School,
    SkillNeed,
    Team,
    Tenure,
    Visit,
)
from duxue.draws.inspection.reading import read_case
from duxue.draws.inspection.reasons import InfeasibleError, Reason

__all__ = [
    "METHOD",
    "Case",
    "Constraint",
    "County",
    "InfeasibleError",
    "Inspector",
    "LargerTeam",
    "Member",
    "Minimum",
    "Plan",
    "Reason",
    "Recusal",
    "Rules",
    "School",
    "SkillNeed",
    "Team",
    "Tenure",
    "Visit",
    "check_plan",
    "draw_plan",
    "list_declared",
    "read_case",
    "verify_plan",
]
