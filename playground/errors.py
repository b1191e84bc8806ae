"""What the playground says when it cannot run."""


class PlaygroundError(RuntimeError):
    """The playground cannot run; the text is one sentence for the person who started it."""
