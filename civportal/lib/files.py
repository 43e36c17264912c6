"""Private files, kept under the hash of their content in Django's default storage.

A path holds a folder that the code chooses and a hash, never anything a person typed.
"""

import hashlib

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage

CHUNK = 2**16


def save(content, folder):
    """Keep the content and give its SHA-256; the same content is kept once.

    `content` is bytes or a file opened for binary reading; it is read from its start, in pieces.
    Raises OSError when the storage cannot take it; then nothing is left behind.
    """
    file = as_file(content)
    sha256, size = fingerprint(file)
    name = path_of(folder, sha256)
    # A file of another size is a damaged one, and the same content heals it.
    if not (default_storage.exists(name) and default_storage.size(name) == size):
        file.seek(0)
        default_storage.save(name, file)
    return sha256


def open_file(folder, sha256):
    """The kept file, opened for reading; raises FileNotFoundError when it is not there."""
    return default_storage.open(path_of(folder, sha256))


def exists(folder, sha256):
    """Whether the file is there."""
    return default_storage.exists(path_of(folder, sha256))


def delete(folder, sha256):
    """Remove a kept file; nothing happens when it is not there."""
    default_storage.delete(path_of(folder, sha256))


def fingerprint(content):
    """The SHA-256 of a file and its size in bytes, read in pieces from the start."""
    digest, size = hashlib.sha256(), 0
    content.seek(0)
    while chunk := content.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
    content.seek(0)
    return digest.hexdigest(), size


def path_of(folder, sha256):
    """Where content with this hash lies; raises ValueError for anything that is not a hash."""
    if len(sha256) != 64 or set(sha256) - set("0123456789abcdef"):
        raise ValueError("not a SHA-256")
    return f"{folder}/{sha256[:2]}/{sha256}"


def as_file(content):
    """Bytes or a plain stream as a Django file; a Django file as it is."""
    if isinstance(content, File):
        return content
    return ContentFile(content) if isinstance(content, bytes) else File(content)
