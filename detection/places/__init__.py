"""Places: administrative divisions, their short and former names, and what lies inside what."""
