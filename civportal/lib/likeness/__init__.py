"""What is like what: pictures and texts known again after they were changed a little.

`pictures` and `texts` compare; `picture_marks` reads picture files and runs in a process of its own.
"""
