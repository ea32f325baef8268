"""Training data, generated: invented rights, and listings that use, imitate, mention or merely resemble their names.

Nothing here is copied from a marketplace, and nothing here may be shared with the test set (tests/detection/blind) or
with the demo. The generator decides what is suspected by how it made a listing, so its scenarios *are* the policy that
the model learns: ordinary resale of genuine goods is lawful, and a name alone is no suspicion.
"""
