"""The app `evidence`."""

from __future__ import annotations

from django.apps import AppConfig

from duxue.web.common.lang import say


class Config(AppConfig):
    """Evidence."""

    name = "duxue.web.evidence"
    label = "evidence"

    def ready(self) -> None:
        """Let the policies of this app answer, and name its actions."""
        from duxue.web.common.audit_titles import titles
        from duxue.web.evidence import policy  # noqa: F401 - registers itself

        titles(
            {
                "duxue.file.stored": say("上传佐证材料", "Uploaded evidence"),
                "duxue.file.changed": say(
                    "修改佐证材料的名称、标题或日期", "Changed name, title or date of evidence"
                ),
                "duxue.file.removed": say("将佐证材料移出材料库", "Took evidence out of the library"),
                "duxue.file.restored": say("将佐证材料放回材料库", "Put evidence back into the library"),
                "duxue.file.downloaded": say("下载佐证材料", "Downloaded evidence"),
                "duxue.file.read": say("查看佐证材料的内容", "Read evidence"),
                "duxue.evidence.attached": say("关联佐证材料", "Attached evidence"),
                "duxue.evidence.detached": say("取下佐证材料", "Took evidence off"),
                "duxue.uploads.cleaned": say("清理未完成的上传", "Removed unfinished uploads"),
            }
        )
