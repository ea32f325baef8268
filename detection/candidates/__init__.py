"""Candidates: which names of the register a text could mean, by look-ups that do not grow with the register."""
