"""Toolchains: what each language needs to build and run a solution together with its tests."""
