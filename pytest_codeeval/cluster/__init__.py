"""Shards of a run, graded on other machines: what travels there, what comes back, and how it is put together."""
