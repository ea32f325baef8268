"""Features: one small pure compare function for each reason to suspect a listing, or not to.

A function takes a :class:`~detection.features.use.Use` (a listing that seems to use a right's name) and returns a
:class:`~detection.features.use.Reading`, or None when it has nothing to say. Its value is what the model weighs, its
Chinese sentence is what the officer reads. A new signal is one function in its module and one entry in its tuple.
"""
