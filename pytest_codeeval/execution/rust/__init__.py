"""How Rust solutions are built, linted and tested: texts, commands and reports; the processes are run elsewhere."""
