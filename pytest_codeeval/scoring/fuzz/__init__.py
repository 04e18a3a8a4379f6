"""Inputs on which a program that passed its tests differs from the canonical solution (`--fuzz`)."""
