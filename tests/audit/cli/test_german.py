"""What is wrong with the words on the command line is said in German, with what would be right."""

from __future__ import annotations

import pytest

from audit.cli import run

WRONG = {
    "serve --port abc": "„abc“ ist keine ganze Zahl.",
    "serve --port 99999": "99999 geht nicht; möglich ist mindestens 0 und höchstens 65535.",
    "jobs cancel eins": "„eins“ ist keine ganze Zahl.",
    "archive prune --size-gb -1": "-1.0 geht nicht; möglich ist mindestens 0.",
    "archive prune --size-gb viel": "„viel“ ist keine Zahl.",
    "serve --prot 1": "Die Option --prot gibt es nicht. Meinten Sie --port",
    "backen": "Den Befehl 'backen' gibt es nicht.",
}


@pytest.mark.parametrize("words", WRONG)
def test_wrong_words_are_told_in_german(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing of the library's English is left, and the exit code says that the input was bad."""
    assert run(words.split()) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert WRONG[words] in said.err
    assert not {"is", "not", "valid", "range"} & set(said.err.split())
