"""The look of the wood's pictures."""
