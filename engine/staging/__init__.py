"""Seasons and tournaments brought onto the stage: kept in the store, and taken from one step to the next."""
