"""What players see: cards, charts, books and buttons."""
