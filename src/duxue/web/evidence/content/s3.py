"""Keep evidence in an object store that speaks S3 (`pip install 'duxue[s3]'`)."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import IO, Any, BinaryIO, cast
from urllib.parse import quote

from duxue.core.errors import Refused
from duxue.web.evidence.content import problems as say
from duxue.web.evidence.content.store import checked, copy_checked

_IN_MEMORY = 8 << 20
_MISSING = ("404", "NoSuchKey", "NotFound")


class S3Store:
    """A bucket: the same keys as the folders of LocalStore, so that either can be copied into the other."""

    def __init__(self, bucket: str, *, prefix: str = "", **client: Any) -> None:
        """Use a bucket that exists; `client` goes to boto3 (endpoint_url, region_name, keys).

        Raises:
            Refused: EVID059 when boto3 is not installed.
        """
        if find_spec("boto3") is None:
            raise say.refuse("EVID059", found="boto3")
        self.bucket, self.prefix = bucket, prefix
        self._client = import_module("boto3").client("s3", **client)

    def key(self, sha256: str) -> str:
        """Return the key of the bytes."""
        checked(sha256)
        return f"{self.prefix}{sha256[:2]}/{sha256[2:4]}/{sha256}"

    def put(self, stream: IO[bytes], sha256: str) -> int:
        """See Store; nothing is sent before the whole has been hashed."""
        key = self.key(sha256)
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as aside:
            try:
                size = copy_checked(stream, cast("IO[bytes]", aside), sha256)
            except OSError as error:
                raise say.refuse("EVID058", found=error.strerror or "") from None
            aside.seek(0)
            with _told():
                self._client.upload_fileobj(aside, self.bucket, key)
        return size

    def open(self, sha256: str) -> BinaryIO:
        """See Store."""
        with _told(sha256):
            return cast("BinaryIO", self._client.get_object(Bucket=self.bucket, Key=self.key(sha256))["Body"])

    def exists(self, sha256: str) -> bool:
        """See Store."""
        try:
            with _told(sha256):
                self._client.head_object(Bucket=self.bucket, Key=self.key(sha256))
        except Refused as refused:
            if refused.problems[0].code == "EVID053":
                return False
            raise
        return True

    def delete(self, sha256: str) -> bool:
        """See Store."""
        if not self.exists(sha256):
            return False
        with _told():
            self._client.delete_object(Bucket=self.bucket, Key=self.key(sha256))
        return True

    def url(self, sha256: str, name: str, media_type: str, seconds: int = 300) -> str:
        """See Store; the browser always saves the file, it never shows it from there."""
        with _told():
            return str(
                self._client.generate_presigned_url(
                    "get_object",
                    Params={
                        "Bucket": self.bucket,
                        "Key": self.key(sha256),
                        "ResponseContentType": media_type,
                        "ResponseContentDisposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
                    },
                    ExpiresIn=seconds,
                )
            )


@contextmanager
def _told(sha256: str = "") -> Iterator[None]:
    """Turn what the library raises into a problem."""
    theirs, ours = import_module("botocore.exceptions"), import_module("boto3.exceptions")
    try:
        yield
    except theirs.ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        missing = bool(sha256) and code in _MISSING
        raise say.refuse("EVID053" if missing else "EVID058", found=sha256 if missing else code) from None
    except (theirs.BotoCoreError, ours.Boto3Error, OSError) as error:
        raise say.refuse("EVID058", found=str(error)) from None
