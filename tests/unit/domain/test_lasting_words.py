"""Words that stand in records and scripts: changing one changes what an old record says."""

from enum import Enum

import pytest

from ctpanel.domain.live import StreamLink
from ctpanel.domain.outcomes import Code, Field, VerdictKind
from ctpanel.domain.reverse import Ask
from ctpanel.domain.state import Link, Phase
from ctpanel.domain.steps import Step


@pytest.mark.parametrize("word", [*Code, *Step, *VerdictKind, *Ask, *Link, *Phase, *StreamLink])
def test_a_word_of_the_record_is_its_name(word: Enum) -> None:
    assert word.value == word.name


def test_the_steps_in_records_are_these() -> None:
    assert {step.value for step in Step} == {
        *("SENDING", "TAKEN", "UNANSWERED", "FLAT", "ENTERING"),
        *("ENTRY_TAKEN", "ENTRY_UNANSWERED", "ENTRY_REFUSED"),
        *("LOCKED", "PROVED", "REFUSED", "NOT_SENT", "ATTESTED", "NEWS"),
    }


def test_fields_are_called_by_the_labels_that_screen_readers_and_programs_know() -> None:
    assert [field.value for field in Field] == [
        *("Account", "Instrument", "Action", "Quantity", "Order type", "Time in force"),
        *("Limit price", "Stop price", "OCO ID", "ATM strategy", "Entry"),
    ]
