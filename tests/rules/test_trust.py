"""The page on `check` says how often each rule speaks over the real files, and how much was judged by hand."""

from __future__ import annotations

import pytest
import yaml

from envdoctor.model.findings import Severity
from envdoctor.rules.registry import RULES
from tools.trust_table import JUDGED, PAGE, counts, table, with_table


@pytest.mark.shared
def test_the_table_has_todays_counts() -> None:
    page = PAGE.read_text("utf-8")

    assert with_table(page, table(counts())) == page, "run `python -m tools.trust_table`"


@pytest.mark.shared
def test_enough_was_read_of_every_rule_that_speaks_and_little_was_wrong() -> None:
    judged, found = yaml.safe_load(JUDGED.read_text("utf-8")), counts()
    read, wrong = (sum(row[key] for row in judged.values()) for key in ("read", "wrong"))

    assert wrong <= 0.02 * read
    for rule in RULES:
        row = judged.get(rule.code, {"read": 0, "wrong": 0})
        assert row["read"] >= min(20, found[rule.code]), rule.code
        assert rule.severity is Severity.INFO or row["wrong"] <= 0.05 * row["read"], rule.code
