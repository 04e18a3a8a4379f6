"""The values of settings that are one of a few."""

PASS_IF = ("any", "all", "majority")
TOOLS = ("auto", "native", "prompt")
SELF_TEST = ("off", "quick", "full")
STAGES = ("generate", "check", "report")
ARENA_MODES = ("pairwise", "single")
