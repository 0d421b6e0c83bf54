"""`python -m duxue` is the command `duxue`."""

from duxue.cli.main import main

if __name__ == "__main__":
    main(prog_name="duxue")
