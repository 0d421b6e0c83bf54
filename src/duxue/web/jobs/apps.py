"""The app `jobs`."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """Background jobs."""

    name = "duxue.web.jobs"
    label = "jobs"

    def ready(self) -> None:
        """Let the policies of this app answer and name what the audit tells of jobs."""
        from duxue.web.common.audit_titles import titles
        from duxue.web.common.lang import say
        from duxue.web.jobs import policy  # noqa: F401 - registers itself

        titles(
            {
                "duxue.job.stopped": say("停止后台任务", "Stopped a job"),
                "duxue.job.retried": say("重试后台任务", "Tried a job again"),
            }
        )
