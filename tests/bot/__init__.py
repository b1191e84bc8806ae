"""Tests of the bot against a pretend Discord."""
