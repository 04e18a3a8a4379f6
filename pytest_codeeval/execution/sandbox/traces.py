"""Traces: what a server's own code would tell those that it forks of where it lies and what it is called."""

import gc
import sys
import types

_NAME = "sandbox"
_OF_MODULES = ("__file__", "__cached__", "__spec__", "__loader__", "__path__")


def remove_traces(package: str) -> None:
    """Take a package out of `sys.modules`, and its names and places out of its modules, classes and functions.

    A solution finds these in its stack and among the objects of the garbage collector: a path tells who runs this.
    """
    modules = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == package}
    for name, module in modules.items():
        del sys.modules[name]
        for attribute in _OF_MODULES:
            vars(module).pop(attribute, None)
        vars(module).update(__name__=_NAME, __package__="")
    for found in gc.get_objects():
        if isinstance(found, types.FunctionType | type) and str(found.__module__) in modules:
            found.__module__ = _NAME
            if isinstance(found, types.FunctionType):
                found.__code__ = _nameless(found.__code__)


def _nameless(code: types.CodeType) -> types.CodeType:
    constants = tuple(_nameless(part) if isinstance(part, types.CodeType) else part for part in code.co_consts)
    return code.replace(co_filename=f"<{_NAME}>", co_consts=constants)
