"""Speed and scale: what `wood bench` measures, one module a part."""
