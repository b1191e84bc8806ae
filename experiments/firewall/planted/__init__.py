"""The leaks that are planted: ways in which secrets have slipped, or could slip, into what others see.

Each is the kind of line that a tired engineer might write. They open the vault on purpose.
"""

from experiments.firewall.planted import asks, economy, keeping, posts, prompts, releases
from experiments.firewall.planted.registry import MUTANTS

__all__ = ["MUTANTS", "asks", "economy", "keeping", "posts", "prompts", "releases"]
