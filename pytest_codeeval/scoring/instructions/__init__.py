"""IFEval's 25 kinds of instructions, each with a rule that says whether a text follows one."""
