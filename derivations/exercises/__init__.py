"""The exercises that ship with the package.

One folder a subject, one file an exercise or a family of them.
"""
