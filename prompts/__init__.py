"""Text templates: a view in, messages out. Knows views and nothing else."""
