"""Who sees files: the people of the organisation that keeps them, and whoever sees what they are attached to."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from duxue.web.common.actors import MEMBERS, Actor
from duxue.web.common.lang import say
from duxue.web.common.policy import Decision, Policy, below, no, policy_of, register, role_at, yes
from duxue.web.evidence.models import Attachment, Blob, File, Upload
from duxue.web.evidence.targets import KINDS, model_of
from duxue.web.rounds.policy import opened

_OUTSIDE = say("不在您的职责范围内", "it is not within your duties")


def own_files(actor: Actor) -> Q:
    """Return the condition that a file is the actor's own: of a branch whose member they are, or sent by them for where they are.

    A member in one round only has those of the branch that are used in this round.
    """
    found = below("path", actor.paths(*MEMBERS))
    for held in actor.held:
        if held.role in MEMBERS and held.round_id is not None:
            used = Attachment._base_manager.filter(opened(), round_id=held.round_id).values("file_id")
            found |= Q(path__under=held.path, pk__in=used)
    if actor.user_id:
        found |= Q(uploaded_by_id=actor.user_id, organisation_id__in={h.organisation_id for h in actor.held})
    return found


@register(Attachment)
class AttachmentPolicy(Policy[Attachment]):
    """An attachment is seen like what it is attached to."""

    title = say("佐证关联", "attachment")

    def visible(self, actor: Actor, rows: QuerySet[Attachment]) -> QuerySet[Attachment]:
        """Return the attachments of all that the actor sees."""
        seen = Q(pk__in=())
        for kind in KINDS.values():
            model = model_of(kind)
            targets = policy_of(model).visible(actor, model._base_manager.all()).values("pk")
            seen |= Q(**{"kind": kind.name, f"{kind.column}__in": targets})
        return rows.filter(seen)


@register(File)
class FilePolicy(Policy[File]):
    """A file belongs to an organisation; its people keep it, others see it where it is used."""

    title = say("佐证材料", "evidence file")
    actions = {
        "view": say("查看和下载", "view and download"), "edit": say("改名、标题、日期", "rename, title, date"),
        "remove": say("移出材料库", "remove from the library"), "use": say("用作佐证", "use as evidence"),
    }  # fmt: skip

    def visible(self, actor: Actor, rows: QuerySet[File]) -> QuerySet[File]:
        """Return files of the own branch, those the actor uploaded, and those attached to what the actor sees."""
        if actor.public:
            return rows.none()
        used = AttachmentPolicy().visible(actor, Attachment._base_manager.all()).values("file_id")
        return rows.filter(own_files(actor) | Q(pk__in=used))

    def decide(self, actor: Actor, action: str, obj: File) -> Decision:
        """Members of the organisation keep its files; who uploaded one may mend its name and date."""
        match action:
            case "view":
                if self.visible(actor, File._base_manager.filter(pk=obj.pk)).exists():
                    return yes(
                        say(
                            "它属于您的单位，或用于您能查看的内容",
                            "it belongs to your unit, or is used where you may look",
                        )
                    )
                return no(_OUTSIDE)
            case "edit" | "remove" | "use":
                here = obj.organisation_id in {h.organisation_id for h in actor.held}
                if here and actor.user_id and obj.uploaded_by_id == actor.user_id:
                    return yes(say("因为是您上传的", "because you uploaded it"))
                return role_at(actor, MEMBERS, obj.path)
        return super().decide(actor, action, obj)


@register(Blob)
class BlobPolicy(Policy[Blob]):
    """Bytes are seen through a file only, so that knowing their digest gives nobody anything."""

    title = say("文件内容", "content of a file")

    def visible(self, actor: Actor, rows: QuerySet[Blob]) -> QuerySet[Blob]:
        """Return the bytes of visible files."""
        return rows.filter(pk__in=FilePolicy().visible(actor, File._base_manager.all()).values("blob_id"))


@register(Upload)
class UploadPolicy(Policy[Upload]):
    """An upload on its way is the business of who started it."""

    title = say("上传", "upload")
    actions = {"send": say("续传", "go on sending")}

    def visible(self, actor: Actor, rows: QuerySet[Upload]) -> QuerySet[Upload]:
        """Return the own uploads."""
        if actor.user_id:
            return rows.filter(started_by_id=actor.user_id)
        return rows.filter(token_id=actor.token_id) if actor.token_id else rows.none()

    def decide(self, actor: Actor, action: str, obj: Upload) -> Decision:
        """Only who started it goes on."""
        if action != "send":
            return super().decide(actor, action, obj)
        own = (
            obj.started_by_id == actor.user_id
            if actor.user_id
            else actor.token_id is not None and obj.token_id == actor.token_id
        )
        if own:
            return yes(say("因为是您开始的", "because you started it"))
        return no(say("这不是您的上传", "it is not your upload"))
