"""What a name in a formula stands for: a field, a category, a constant or an indicator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from duxue.core.text import Text, match_key, same
from duxue.formula.context import Context, Stand
from duxue.formula.functions import FUNCTIONS
from duxue.formula.nodes import (
    Column,
    Const,
    Indicator,
    PackConstant,
    SAmong,
    SBinary,
    SCall,
    SName,
    SText,
    SUnary,
)
from duxue.formula.problems import listed, suggest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from duxue.formula.nodes import Shape, Span, Syntax, Typed
    from duxue.formula.scope import FormScope

_COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">="})
_CHOOSING = frozenset({"if", "coalesce", "previous"})


def resolve(context: Context, name: SName, stand: Stand, categories: tuple[str, ...] = ()) -> Typed:
    """Return what `name` stands for at `stand`; `categories` are tried first, beside a category-typed value."""
    if len(name.parts) == 2:
        return _resolve_qualified(context, name, stand)
    word = name.parts[0]
    if word in categories:
        return Const(kind="text", shape="constant", value=word, span=name.span)
    scope, form = context.scope, context.form(stand.home)
    meanings: list[Text] = []
    if stand.mode == "row" and form is not None and word in form.fields:
        meanings.append(Text("字段", "a field"))
    if word in scope.constants:
        meanings.append(Text("常数", "a constant"))
    if stand.mode != "row" and word in scope.indicators:
        meanings.append(Text("指标", "an indicator"))
    if len(meanings) > 1:
        both = Text("和".join(m.zh for m in meanings), " and ".join(m.en for m in meanings))
        return context.refuse("FML023", name.span, found=word, meanings=both)
    if not meanings:
        return _explain_unknown(context, word, name.span, stand, categories)
    if meanings[0].en == "a field" and form is not None:
        return _column(form, word, name.span, joined=False)
    if meanings[0].en == "a constant":
        return _constant(context, word, name.span, stand)
    return Indicator(kind="number", shape="group", id=word, measure=scope.indicators[word], span=name.span)


def find_categories(context: Context, part: Syntax, stand: Stand) -> tuple[str, ...]:
    """Return the allowed categories of a part that is a category-typed field or chooses among such; else nothing."""
    if isinstance(part, SName):
        home = part.parts[0] if len(part.parts) == 2 else stand.home
        if len(part.parts) == 1 and stand.mode != "row":
            return ()
        form = context.form(home)
        found = form.fields.get(part.parts[-1]) if form else None
        return found.categories if found else ()
    if isinstance(part, SCall) and part.name in _CHOOSING:
        args = part.args[1:] if part.name == "if" else part.args
        found_first = (find_categories(context, a, stand) for a in args)
        return next((c for c in found_first if c), ())
    return ()


def find_tables(context: Context, parts: Iterable[Syntax], home: str) -> tuple[list[str], bool]:
    """Return the forms and populations that qualify columns in `parts`, and whether `home`'s own columns stand there bare."""
    form = context.form(home)
    qualifiers: list[str] = []
    bare = False
    stack = list(parts)
    while stack:
        part = stack.pop()
        if isinstance(part, SName):
            if len(part.parts) == 2:
                if part.parts[0] not in qualifiers and context.form(part.parts[0]) is not None:
                    qualifiers.append(part.parts[0])
            elif form is not None and part.parts[0] in form.fields:
                bare = True
        elif isinstance(part, SUnary):
            stack.append(part.operand)
        elif isinstance(part, SBinary):
            pair = [part.left, part.right]
            stack += _drop_categories(context, pair, home) if part.op in _COMPARISONS else pair
        elif isinstance(part, SAmong):
            stack += _drop_categories(context, [part.item, *part.values], home)
        elif isinstance(part, SCall) and part.name != "total":
            stack += part.args[:1] if part.name in ("to", "as", "portion") else part.args
            stack += [value for key, value in part.keywords if key != "within"]
    return qualifiers, bare


def _drop_categories(context: Context, parts: list[Syntax], home: str) -> list[Syntax]:
    stand = Stand("row", home)
    allowed = {c for p in parts for c in find_categories(context, p, stand)}
    return [p for p in parts if not (isinstance(p, SName) and len(p.parts) == 1 and p.parts[0] in allowed)]


def check_category(context: Context, text: SText, categories: tuple[str, ...]) -> Typed:
    """Return a quoted text as a constant; beside a category-typed value it must be one of the categories."""
    if categories and text.value not in categories:
        return _refuse_category(context, text.value, text.span, categories)
    return Const(kind="text", shape="constant", value=text.value, span=text.span)


def _refuse_category(context: Context, word: str, span: Span, categories: tuple[str, ...]) -> Typed:
    near = suggest(word, categories)
    return context.refuse("FML024", span, found=word, near=near, all=listed(categories))


def _column(form: FormScope, name: str, span: Span, *, joined: bool) -> Column:
    f = form.fields[name]
    return Column(
        kind=f.kind, shape="row", measure=f.measure, form=form.id, name=name, joined=joined, span=span
    )


def _constant(context: Context, word: str, span: Span, stand: Stand) -> Typed:
    constant, form = context.scope.constants[word], context.form(stand.home)
    known = (form.fields if form else {}) if stand.mode == "row" else context.scope.by
    unknown = [dimension for dimension in constant.by if dimension not in known]
    if unknown:
        return context.refuse("FML028", span, found=word, dimension=listed(unknown))
    shape: Shape = "constant" if not constant.by else "row" if stand.mode == "row" else "group"
    return PackConstant(
        kind=constant.kind, shape=shape, measure=constant.measure, id=word, by=constant.by, span=span
    )  # fmt: skip


def _resolve_qualified(context: Context, name: SName, stand: Stand) -> Typed:
    scope = context.scope
    table, word = name.parts
    form = context.form(table)
    if form is None:
        tables = [*scope.forms, *scope.populations]
        return context.refuse(
            "FML021", name.span, found=table, near=suggest(table, tables), all=listed(tables)
        )
    if word not in form.fields:
        near = suggest(word, form.fields)
        return context.refuse("FML022", name.span, found=word, form=form.id, near=near)
    if stand.mode != "row":
        return context.refuse("FML026", name.span, found=context.text(name))
    own = scope.form_of(stand.home)
    if form.id == own:
        if stand.inside and table in scope.populations and table != stand.home:
            forms = listed([stand.home, table])
            return context.refuse("FML049", name.span, found=stand.inside, forms=forms)
        return _column(form, word, name.span, joined=False)
    if own in scope.forms and form.id in scope.joined(own):
        return _column(form, word, name.span, joined=True)
    return context.refuse("FML025", name.span, home=own or same("-"), form=form.id, key=listed(form.key))


def _find_by_title(word: str, form: FormScope | None) -> str:
    # Printed names are easier to remember than ids.
    key = match_key(word)
    fields = form.fields.items() if form else ()
    return next((id for id, f in fields if key in (match_key(f.title.zh), match_key(f.title.en))), "")


def _explain_unknown(
    context: Context, word: str, span: Span, stand: Stand, categories: tuple[str, ...]
) -> Typed:
    scope, form = context.scope, context.form(stand.home)
    if categories:
        return _refuse_category(context, word, span, categories)
    if stand.mode == "row" and word in scope.indicators:
        return context.refuse("FML027", span, found=word)
    if stand.mode != "row" and form is not None and word in form.fields:
        return context.refuse("FML026", span, found=word)
    if word in scope.verdicts:
        return context.refuse("FML029", span, found=word)
    as_form = context.form(word)
    if as_form is not None:
        return context.refuse("FML033", span, found=word, field=next(iter(as_form.fields), "x"))
    if stand.mode == "row":
        what = Text("字段或常数", "field or constant")
        known = [*(form.fields if form else ()), *scope.constants]
        beside = [
            f"{other}.{word}"
            for other in (scope.joined(form.id) if form else ())
            if word in scope.forms[other].fields
        ]
    else:
        what = Text("指标或常数", "indicator or constant")
        known = [*scope.indicators, *scope.constants, *(form.fields if form else ())]
        beside = [f"sum({other.id}.{word})" for other in scope.forms.values() if word in other.fields]
    titled = _find_by_title(word, form)
    if word in FUNCTIONS:
        near = Text(f"{word} 是函数，写成 {word}(…)。", f"{word} is a function: write {word}(...). ")
    elif beside or titled:
        name = [*beside, titled][0]
        near = Text(f"是否指 {name}？", f"Did you mean {name}? ")
    else:
        near = suggest(word, known)
    return context.refuse("FML020", span, found=word, what=what, near=near)
