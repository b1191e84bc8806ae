"""Shared by every test: the profiles of Hypothesis, chosen by the environment's HYPOTHESIS_PROFILE."""

import os

from hypothesis import HealthCheck, Phase, settings

_SLOW_IS_FINE = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]

# A shared machine is slow now and then: no property here is about time, so there is no deadline.
settings.register_profile(
    "quick", max_examples=40, stateful_step_count=20, deadline=None, suppress_health_check=_SLOW_IS_FINE
)
settings.register_profile(
    "deep", max_examples=1_000, stateful_step_count=60, deadline=None, suppress_health_check=_SLOW_IS_FINE
)
# For mutmut: the same cases for every mutant, no time spent on making a failing one small, and tests that it runs
# twice in one process.
settings.register_profile(
    "mutants",
    settings.get_profile("quick"),
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[*_SLOW_IS_FINE, HealthCheck.differing_executors],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
