"""The game: pure, synchronous and deterministic, but for its shell (`keeper`, `store`)."""
