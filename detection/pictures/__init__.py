"""Pictures: what one shows, in a form that can be compared."""

from detection.pictures.register import Picture
from detection.pictures.traits import Traits, traits

__all__ = ["Picture", "Traits", "traits"]
