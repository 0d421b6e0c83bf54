"""What people fill in about files."""

from __future__ import annotations

from django import forms

from duxue.web.common.forms import Form
from duxue.web.common.lang import say


class FileForm(Form):
    """Name, title and date of a file."""

    name = forms.CharField(label=say("文件名", "File name"), max_length=255)
    title = forms.CharField(
        label=say("标题", "Title"), help_text=say("评审人员先看到标题，例如“2024年教师招聘公告”", "Reviewers see it first, for instance “Notice of teacher recruitment 2024”"),
        max_length=200, required=False,
    )  # fmt: skip
    original_date = forms.DateField(
        label=say("原件日期", "Date of the original"), required=False,
        help_text=say("文件印发或拍摄的日期；迟于评价年度的会标出", "When it was issued or taken; later than the evaluated year is marked"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
