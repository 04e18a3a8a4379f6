"""The programs that a slot can run, by number: a request names one, and brings the descriptors it works on."""

from enum import IntEnum


class Programs(IntEnum):
    """In the order in which the server lists them."""

    CANDIDATE = 0  # source of a solution, pipe of calls, pipe of answers
    TESTER = 1  # socket of the worker
    INPROCESS = 2  # job with source and tests, pipe of the report
    CANARY = 3  # what there is to get at, pipe of the report
    BUILD = 4  # job with files and compilers' commands, pipe of what they made
    EXECUTE = 5  # job with files and a command, its descriptors 1 to 3
