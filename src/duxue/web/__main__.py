"""Django's management commands: `python -m duxue.web migrate`."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run the management command of the arguments under the settings of DJANGO_SETTINGS_MODULE."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "duxue.web.config.settings.dev")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
