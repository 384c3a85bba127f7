"""Terms as LaTeX."""
