"""Facts that the kernel may instantiate.

Each cites a source; a result lists those it rests on.
"""
