"""Runs on a copy of the project: commands of a page, then proofs of what it promises, all in one process.

Importing the project anew for each would take most of the time. What each printed comes out as a list in JSON.
"""

import contextlib
import io
import json
import runpy
import sys

from cli.main import app


def printed(line: str) -> str:
    """Run `wood …`, `python -m …` or a proof by its path, and return what it printed; it must succeed."""
    program, *words = line.split()
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        try:
            if program == "wood":
                app(words)
            elif program == "python":
                sys.argv = words[1:]
                runpy.run_module(words[1], run_name="__main__")
            else:
                sys.argv = [program, *words]
                runpy.run_path(program, run_name="__main__")
        except SystemExit as end:
            if end.code:
                raise RuntimeError(f"{line} ended with status {end.code}:\n{out.getvalue()}") from end
    return out.getvalue()


lines = json.loads(sys.argv[1])
sys.stdout.write(json.dumps([printed(line) for line in lines]))
