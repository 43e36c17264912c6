"""Uploads that stop at their limit instead of filling the disk first."""

from functools import wraps

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload
from django.views.decorators.csrf import csrf_exempt, csrf_protect


class Guard(FileUploadHandler):
    """Count what arrives: a file over its limit is dropped, a request over its limit is cut off.

    What was left out stands in `request.too_big`, a list of names.
    """

    def __init__(self, request, file_bytes, request_bytes):
        super().__init__(request)
        self.file_bytes, self.request_bytes = file_bytes, request_bytes
        self.announced = self.received = self.received_of_file = 0
        request.too_big = []

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):
        self.announced = content_length

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.received_of_file = 0
        # The form's own fields come before its files, so they are known when the rest is cut off.
        if self.announced > self.request_bytes:
            self.leave_out(StopUpload(connection_reset=True))

    def receive_data_chunk(self, raw_data, start):
        self.received += len(raw_data)
        self.received_of_file += len(raw_data)
        if self.received > self.request_bytes:
            self.leave_out(StopUpload(connection_reset=True))
        if self.received_of_file > self.file_bytes:
            self.leave_out(SkipFile())
        return raw_data

    def leave_out(self, signal):
        self.request.too_big.append(self.file_name)
        raise signal

    def file_complete(self, file_size):
        return None


def accepts_files(setting, *, at_once=1):
    """Let a view take files up to the setting's bytes each, and `at_once` times as much together.

    The guard has to be in place before the body is read, and checking the token reads it; so the
    check is taken from the middleware and made here.
    """

    def decorate(view):
        checked = csrf_protect(view)

        @csrf_exempt
        @wraps(view)
        def guarded(request, *args, **kwargs):
            file_bytes = getattr(settings, setting)
            # The form around the files needs a little room, too.
            guard = Guard(request, file_bytes, file_bytes * at_once + 2**20)
            request.upload_handlers.insert(0, guard)
            return checked(request, *args, **kwargs)

        return guarded

    return decorate
