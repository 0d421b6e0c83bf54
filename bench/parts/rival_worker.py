"""Run in the environment of a rival, without anything of Duxue: `python rival_worker.py jionlp|quantulum3 < job.json`.

The job holds `texts` (pairs of name and text), `timed` (texts) and `seconds`. The last line of the output is JSON: what
was found in each text, and for each way of asking how many of the timed texts were done in how much processor time.
"""

import importlib
import json
import logging
import sys
import time
from collections.abc import Callable
from typing import Any

Ask = Callable[[str], list[tuple[Any, Any]]]  # a text to spans and values


def _jionlp() -> dict[str, Ask]:
    rival = importlib.import_module("jionlp")

    def money(text: str) -> list[tuple[Any, Any]]:
        return [
            (m["offset"], m["detail"]["num"]) for m in rival.ner.extract_money(text, with_parsing=True) or ()
        ]

    def money_and_time(text: str) -> list[tuple[Any, Any]]:
        rival.ner.extract_time(text, with_parsing=True)
        return money(text)

    return {"money": money, "money and time": money_and_time}


def _quantulum3() -> dict[str, Ask]:
    rival = importlib.import_module("quantulum3.parser")
    return {"quantities": lambda text: [(q.span, q.value) for q in rival.parse(text)]}


def _number(value: Any) -> float | None:
    try:
        return float(value[0] if isinstance(value, list) else value)
    except (TypeError, ValueError, IndexError):
        return None


def _timed(ask: Ask, texts: list[str], seconds: float) -> dict[str, float]:
    ask(texts[0])  # its tables are read at the first call
    began, done = time.process_time(), 0
    for text in texts:
        ask(text)
        done += 1
        if time.process_time() - began > seconds:
            break
    return {"texts": done, "seconds": time.process_time() - began}


def main() -> None:
    """Answer one job."""
    logging.disable()
    job = json.load(sys.stdin)
    ways = {"jionlp": _jionlp, "quantulum3": _quantulum3}[sys.argv[1]]()
    ask = next(iter(ways.values()))
    found = [
        {"doc": name, "start": span[0], "end": span[1], "value": _number(value)}
        for name, text in job["texts"]
        for span, value in ask(text)
    ]
    speeds = {way: _timed(each, job["timed"], job["seconds"]) for way, each in ways.items()}
    print(json.dumps({"found": found, "speeds": speeds}))


if __name__ == "__main__":
    main()
