"""The app `reading`."""

from __future__ import annotations

from django.apps import AppConfig

from duxue.web.common.lang import say


class Config(AppConfig):
    """Checking a report's numbers."""

    name = "duxue.web.reading"
    label = "reading"

    def ready(self) -> None:
        """Let the policies of this app answer, and name its actions."""
        from duxue.web.common.audit_titles import titles
        from duxue.web.reading import policy  # noqa: F401 - registers itself

        titles(
            {
                "duxue.report.uploaded": say("上传自评报告", "Uploaded the self-evaluation report"),
                "duxue.report.rechecked": say("重新核对自评报告", "Checked the report again"),
                "duxue.report.remarked": say("说明报告中的数字", "Remarked on a claim of the report"),
            }
        )
