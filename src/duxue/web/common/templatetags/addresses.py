"""`{% url %}` as Django has it, by the addresses that the process keeps; built into all templates (config/settings/base.py)."""

from __future__ import annotations

from django import template
from django.template.base import Parser, Token
from django.template.defaulttags import URLNode, url
from django.urls import NoReverseMatch
from django.utils.html import escape

from duxue.web.common.addresses import address

register = template.Library()


class Address(URLNode):
    """An address without named arguments, as nearly all are."""

    def render(self, context: template.Context) -> str:
        """Return the address, or keep it under its name: empty there when there is none."""
        try:
            found = address(self.view_name.resolve(context), *[arg.resolve(context) for arg in self.args])
        except NoReverseMatch:
            if self.asvar is None:
                raise
            found = ""
        if self.asvar is None:
            return escape(found) if context.autoescape else found
        context[self.asvar] = found
        return ""


@register.tag("url")
def compile_url(parser: Parser, token: Token) -> template.Node:
    """Compile as Django does; what has named arguments stays Django's."""
    node = url(parser, token)
    return node if node.kwargs else Address(node.view_name, node.args, node.kwargs, node.asvar)
