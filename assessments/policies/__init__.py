"""Who may do what in a creation year, readable aloud: a module for each part of the year.

Each names its questions, joins them to permissions, and says what each permission is called: a sentence
that completes “may …”. Pages and the printed list use it, in this order.
"""

from . import year, plan, ledger, review, score  # noqa: F401, I001 – in the order of the year
