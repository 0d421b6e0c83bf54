"""What people fill in about files."""

from __future__ import annotations

from django import forms

from duxue.web.common.forms import Form, label


class FileForm(Form):
    """Name, title and date of a file."""

    name = forms.CharField(label=label("文件名", "File name"), max_length=255)
    title = forms.CharField(
        label=label("标题", "Title"), help_text=label("网评专家先看到标题，例如“2024年教师招聘公告”", "Reviewers see it first, for instance “Notice of teacher recruitment 2024”"),
        max_length=200, required=False,
    )  # fmt: skip
    original_date = forms.DateField(
        label=label("原件日期", "Date of the original"), required=False,
        help_text=label("文件印发或拍摄的日期；迟于评价年度的会标出", "When it was issued or taken; later than the evaluated year is marked"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
