"""Unlike: types of values that pass as what they derive from, and do not behave like that: by comparison, for one."""

UNLIKE: set[type] = set()
"""Those of this process that have been encoded so far."""
_ALIKE = frozenset(
    (
        *("__new__", "__init__", "__repr__", "__str__", "__format__", "__hash__", "__doc__", "__getnewargs__"),
        *("__reduce__", "__reduce_ex__", "__setattr__", "__delattr__", "__dir__", "__sizeof__", "__init_subclass__"),
        *("__subclasshook__", "__class_getitem__", "__getstate__", "__getnewargs_ex__", "__class__"),
    )
)


def note_unlike(kind: type, own: tuple[type, ...], base: type) -> None:
    """Note a type that is encoded as its `base`, if one of its `own` classes changes what the base does."""
    names = {name for above in own for name in vars(above) if name.startswith("__")}
    if any(hasattr(base, name) for name in names - _ALIKE):
        UNLIKE.add(kind)
