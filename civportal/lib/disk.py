"""Files on the local disk that are either whole or not there."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from django.core.files.storage import FileSystemStorage
from django.utils.deconstruct import deconstructible


@deconstructible
class Disk(FileSystemStorage):
    """Django's file storage, but a file appears under its name only when it is complete and on disk.

    Django's own writes straight into the final name: a full disk or a killed worker would leave
    half a file there. Saving under a name that exists replaces the file, again at once.
    """

    def is_name_available(self, name, max_length=None):
        return not (max_length and len(name) > max_length)

    def _save(self, name, content):
        target = Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(prefix=".writing-", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            os.replace(draft, target)
        except BaseException:
            with suppress(FileNotFoundError):
                os.unlink(draft)
            raise
        self._keep_entry(target.parent)
        return name.replace("\\", "/")

    def _keep_entry(self, folder):
        """Put the new name itself on disk; only POSIX lets a folder be synced."""
        if os.name != "posix":
            return
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
