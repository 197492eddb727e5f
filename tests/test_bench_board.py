"""The bench of pages: it fills what it says, asks for every page, and each of them answers."""

from __future__ import annotations

from bench import board, past


def test_a_small_bench_of_the_pages_asks_for_all_of_them(tmp_path, monkeypatch):
    # Days that are closed one by one are the publishing's own matter, and take their time.
    monkeypatch.setattr(board, "close_days", lambda *_: [])
    monkeypatch.setattr(past, "INDICATORS", 16)
    lines = board.run(tmp_path, 600, times=1)
    rows = [line for line in lines if line.startswith("| ")]
    assert len(rows) > 25
    assert not [line for line in rows if "(" in line]  # an answer that is not 200 is told so
    assert any(line.startswith("| story of 40 items |") for line in rows)
