"""The trusted kernel.

Terms, claims, rules, canonical forms, certificates, and the first checker.
"""
