"""What people read from paper and type."""

# No letter or digit that is mistaken for another one on paper.
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
