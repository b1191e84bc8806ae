"""Minds: who thinks with what, and how any text becomes a decision."""
