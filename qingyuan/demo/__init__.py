"""A small economy on loopback: two retail marketplaces, one wholesale site, registers, and the truth about all of it.

Everything in it is made up except the geographical indications, their areas and the names of places. It is written
without sight of the packages that judge it and shares no word list with them, so that what it says of them is honest.
"""
