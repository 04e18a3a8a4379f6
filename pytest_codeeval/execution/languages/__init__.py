"""The languages that solutions are written in."""
