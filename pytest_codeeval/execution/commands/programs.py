"""The programs of a server that runs commands: compilers of a solution, or the solution itself."""

from pytest_codeeval.execution.commands import builder, executor
from pytest_codeeval.execution.sandbox.programs import Programs, Table

PROGRAMS: Table = {Programs.BUILD: builder.main, Programs.EXECUTE: executor.main}
