"""The network namespace for one test: results of the child process are reported by the parent."""

from __future__ import annotations

import pytest
from own_network import in_its_own_network


def test_a_test_skipped_in_the_namespace_is_skipped() -> None:
    @in_its_own_network
    def skipped() -> None:
        pytest.skip("this machine has no ::1")

    with pytest.raises(pytest.skip.Exception, match="this machine has no ::1|no network namespace can be made here"):
        skipped()


def test_a_test_failing_in_the_namespace_fails() -> None:
    @in_its_own_network
    def failing() -> None:
        raise AssertionError("two are not three")

    with pytest.raises((pytest.fail.Exception, pytest.skip.Exception), match="two are not three|no network namespace"):
        failing()
