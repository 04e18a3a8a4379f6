"""Tiers of isolation, the strongest first: namespaces, Landlock, none."""
