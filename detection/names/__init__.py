"""How a name can be written, heard and seen: folding, look, sound, components, ordinary words."""
