"""Marks in photos: which marks of a register a picture shows, and where."""

from detection.marks.finding import Hit, Look, Settings, find, look, match
from detection.marks.index import MarkIndex
from detection.marks.masks import shapes
from detection.marks.networks import Networks

__all__ = ["Hit", "Look", "MarkIndex", "Networks", "Settings", "find", "look", "match", "shapes"]
