"""The arithmetic of a score: plain values in, plain values out. Points are decimals, never floats.

`edition` says what is scored, `source` reads an edition from its file, `limits` says which values
may be entered, `sheet` adds up.
"""
