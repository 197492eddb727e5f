"""The bench of search runs, and each question finds what its words say."""

from __future__ import annotations

from bench import search as bench


def test_a_run_prints_each_question_with_its_answers(capsys):
    assert bench.main(["--items", "3000"]) == 0
    said = capsys.readouterr().out
    cells = [[cell.strip() for cell in line.split("|")] for line in said.splitlines()]
    answers = {row[1]: row[4] for row in cells if len(row) > 4 and row[4].isdigit()}
    assert set(answers) == {words for words, _ in bench.QUESTIONS}
    assert answers["a list that half of them have"] == "25"
    assert answers["a word that one item has"] == "1"
    assert answers["a word that no item has"] == "0"
    assert "3,000 items" in said
