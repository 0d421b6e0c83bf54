"""Work in the background: previews after an upload, cleaning once a day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from duxue.core.errors import Problem
from duxue.web.common.actors import Actor
from duxue.web.common.lang import say
from duxue.web.common.scope import everything
from duxue.web.evidence.content.kinds import Kind
from duxue.web.evidence.content.previews import preview
from duxue.web.evidence.models import Blob
from duxue.web.evidence.services.uploads import uploads_clean
from duxue.web.evidence.storage import on_disk, previews
from duxue.web.jobs.models import Job
from duxue.web.jobs.registry import Running, job
from duxue.web.jobs.services import job_start

PREVIEW, CLEAN = "evidence.preview", "evidence.clean"


def preview_start(actor: Actor, blob: Blob) -> Job:
    """Queue the preview of a file inside the caller's transaction."""
    return job_start(
        actor=actor, kind=PREVIEW, title=say("生成预览", "Make a preview"), args={"blob": blob.pk}
    )


@job(PREVIEW)
def make_preview(running: Running) -> Mapping[str, Any]:
    """Write the pictures, text and notes of a file's preview; run again it writes the same."""
    with everything("a preview is made once for all files of the same bytes"):
        blob = Blob.objects.get(pk=running.args["blob"])
    running.report(0, 1, say("正在生成预览", "making the preview"))
    kind = Kind(blob.media_type, blob.family, blob.facts.get("extension", ""))  # type: ignore[arg-type]
    with on_disk(blob.sha256) as path:
        made = preview(path, kind, previews(blob.sha256), name=blob.sha256[:12])
    shown = {
        "pages": [page.name for page in made.pages],
        "html": made.html,
        "text": made.text,
        "note": {"zh": made.note.zh, "en": made.note.en},
        "problems": [_plain(p) for p in made.problems],
    }
    state = "failed" if made.problems else "ready" if made.pages or made.html or made.text else "none"
    with everything("a preview is made once for all files of the same bytes"):
        Blob.objects.filter(pk=blob.pk).update(preview=shown, preview_state=state)
    return {"state": state, "pages": len(made.pages)}


def _plain(problem: Problem) -> dict[str, Any]:
    parts = {"what": problem.what, "expected": problem.expected, "advice": problem.advice}
    return {
        "code": problem.code,
        "found": problem.found,
        **{k: {"zh": t.zh, "en": t.en} for k, t in parts.items()},
    }


@job(CLEAN, every_minutes=24 * 60)
def clean(running: Running) -> Mapping[str, Any]:
    """Remove uploads that nobody continued."""
    running.report(0, 1, say("正在清理未完成的上传", "removing uploads that nobody continued"))
    return uploads_clean()
