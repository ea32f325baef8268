"""The vocabulary of Qingyuan: records, identifiers, codec, errors. Imports nothing else of the project."""
