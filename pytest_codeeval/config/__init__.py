"""One file that says a whole job: read, checked, and made into the options of a run."""
