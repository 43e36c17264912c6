"""The kinds of list that can come in: a shelf that each app fills when it starts.

What a kind is, `units.actions.intake.kinds` says; records and policies only look one up by its code.
"""

UNITS = "units"
_kinds = {}


def register(kind):
    """Put a kind on the shelf; its code is what an import remembers."""
    _kinds[kind.code] = kind
    return kind


def kind_of(code):
    """The kind with that code; raises KeyError when no app brought it."""
    return _kinds[code]


def all_kinds():
    """Every kind, units first: in the order in which the apps brought them."""
    return list(_kinds.values())
