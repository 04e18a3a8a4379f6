"""Results in the forms of others: tables, and the files of other harnesses."""
