"""Crashes, tried hard: processes killed at random, power cut below SQLite, writes that fail.

    uv run python -m tests.crash.kill --cycles 10000 --seed 1
    uv run python -m tests.crash.power --cuts 1000 --seed 1
    uv run python -m tests.crash.failing

Each prints one JSON object and ends with status 1 when something acknowledged was lost, came twice or does not add up.
The harness knows the Keeper's public doors and the tables of the store; how the store commits is not its business.
"""
