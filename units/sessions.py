"""Where sessions are kept: in the database, as Django does, each with whose it is and from where."""

from datetime import timedelta

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions import middleware
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError

from civportal.lib.browsers import device_words
from civportal.lib.clock import now
from civportal.lib.web import client_address
from units.models import Session

# How old "last seen" may grow before a request writes it anew.
SEEN_EVERY = timedelta(minutes=10)


class SessionStore(db.SessionStore):
    """Django's store on our table."""

    # The request that came with the session, and the row as it was read; a session made without a
    # browser, by a test for example, has neither.
    request = None
    row = None

    @classmethod
    def get_model_class(cls):
        return Session

    def _get_session_from_db(self):
        self.row = super()._get_session_from_db()
        return self.row

    def create_model_instance(self, data):
        """The row of a new session; one that only changes its key keeps its beginning."""
        row = super().create_model_instance(data)
        row.user_id = data.get(SESSION_KEY)
        row.address, row.device = self.whence()
        if self.row and self.row.user_id and str(self.row.user_id) == row.user_id:
            row.started_at = self.row.started_at
        return row

    def save(self, must_create=False):
        """Write what the session remembers. A row that was taken away stays away: ended is ended."""
        if must_create or self.session_key is None:
            return super().save(must_create)
        data = self._get_session()
        changed = self.model.objects.filter(session_key=self.session_key).update(
            session_data=self.encode(data), expire_date=self.get_expiry_date(), user=data.get(SESSION_KEY)
        )
        if not changed:
            raise UpdateError
        return None

    def whence(self):
        """Network address and device of the browser."""
        if self.request is None:
            return None, ""
        return client_address(self.request), device_words(self.request.headers.get("user-agent", ""))

    def mark_seen(self):
        """Note that a signed-in person is there, every ten minutes at most."""
        row = self.row
        if row and row.user_id and row.seen_at <= now() - SEEN_EVERY:
            address, device = self.whence()
            self.model.objects.filter(pk=row.pk).update(seen_at=now(), address=address, device=device)


class SessionMiddleware(middleware.SessionMiddleware):
    """Django's own, which also lets the store know the browser."""

    def process_request(self, request):
        super().process_request(request)
        request.session.request = request

    def process_response(self, request, response):
        response = super().process_response(request, response)
        request.session.mark_seen()
        return response
