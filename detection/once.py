"""Properties worked out once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class once(Generic[T]):
    """functools.cached_property without the lock that it takes before Python 3.12: a listing is read by one thread, and
    two dozen properties of each that has candidates are asked for."""

    def __init__(self, func: Callable[[Any], T]) -> None:
        self._func = func
        self._name = func.__name__
        self.__doc__ = func.__doc__

    @overload
    def __get__(self, instance: None, owner: type[object]) -> once[T]: ...

    @overload
    def __get__(self, instance: object, owner: type[object]) -> T: ...

    def __get__(self, instance: object | None, owner: type[object]) -> once[T] | T:
        if instance is None:
            return self
        value = self._func(instance)
        setattr(instance, self._name, value)  # not by its __dict__, which would have to be made
        return value
