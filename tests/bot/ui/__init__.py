"""What readers see, in every language."""
