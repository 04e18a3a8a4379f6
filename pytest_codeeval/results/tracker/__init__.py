"""One document about models, presets and suites that is made anew of results, and in which notes by hand stay."""
