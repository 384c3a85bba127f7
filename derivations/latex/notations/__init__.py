"""The notations: one family of LaTeX in one file."""
