"""Writing evidence: uploads, files, attachments, previews, copies for publication."""

from duxue.web.evidence.services.attaching import attach, detach, file_use
from duxue.web.evidence.services.files import Stored, file_change, file_remove, file_restore, file_store
from duxue.web.evidence.services.publishing import Published, publish_copy
from duxue.web.evidence.services.uploads import upload_append, upload_finish, upload_start, uploads_clean

__all__ = [
    "Published", "Stored", "attach", "detach", "file_change", "file_remove", "file_restore", "file_store", "file_use", "publish_copy",
    "upload_append", "upload_finish", "upload_start", "uploads_clean",
]  # fmt: skip
