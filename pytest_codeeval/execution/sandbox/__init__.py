"""Running hostile programs under limits."""
