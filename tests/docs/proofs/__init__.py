"""What the pages of `docs/extending/` promise, each proved by a script that runs on a copy which followed the page."""
