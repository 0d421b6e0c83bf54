"""Each command is found in the module that is named for it, and a call loads no other."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from duxue.cli.main import COMMANDS, main


def test_the_modules_add_the_commands_that_are_named_for_them_and_no_others() -> None:
    context = click.Context(main)
    assert all(main.get_command(context, name) is not None for name in COMMANDS)
    assert set(main.commands) == set(COMMANDS)


@pytest.mark.parametrize(
    "call", ["--version", *(f"{c} --help" for c in ("draw", "audit", "serve", "backup", "restore", "doctor"))]
)
def test_what_reads_no_data_loads_nothing_that_does(call: str) -> None:
    code = (
        f"import sys; from duxue.cli.main import main; main({call.split()}, standalone_mode=False); "
        "print(sorted({'duxue.claims', 'duxue.engines', 'duxue.microdata', 'duxue.scoring', 'pyarrow'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
