"""For the tests of others: a fixture that proves claims.

Loaded by pytest wherever this package is installed, so nothing heavy is imported before a test
asks for it.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.fixture
def assert_proved() -> Callable[..., None]:
    """``assert_proved(claim, givens=())`` fails with the counterexample or the reason.

    Errors: AssertionError, StatementError.
    """
    from derivations.api import assert_proved as check

    return check
