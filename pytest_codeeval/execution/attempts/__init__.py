"""Runs of a solution, seen from the pytest worker: begun, watched, ended, and told how they went."""
