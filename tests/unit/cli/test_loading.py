"""Each command is found in the module that is named for it, and a call loads no other."""

from __future__ import annotations

import subprocess
import sys

import click

from duxue.cli.main import COMMANDS, main


def test_the_modules_add_the_commands_that_are_named_for_them_and_no_others() -> None:
    context = click.Context(main)
    assert all(main.get_command(context, name) is not None for name in COMMANDS)
    assert set(main.commands) == set(COMMANDS)


def test_drawing_loads_neither_reading_nor_scoring() -> None:
    code = (
        "import sys; from duxue.cli.main import main; main(['draw', '--help'], standalone_mode=False); "
        "print([m for m in sys.modules if m.startswith(('duxue.claims', 'duxue.scoring'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
