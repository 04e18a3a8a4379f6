"""Commands in the sandbox: compilers and programs of languages other than the sandbox's own."""
