"""Places: county, its city and province, and the administrative code. Facts."""

from __future__ import annotations

from qingyuan.demo.tables import table
from qingyuan.demo.values import Place


def _read() -> dict[str, Place]:
    places = {}
    for line in table("places"):
        code, province, city, county = line.split()
        places[code] = Place(code, province, "" if city == "-" else city, county)
    return places


#: By administrative code.
PLACES = _read()

#: Where ordinary shops sit; the rest of the places grow something.
TRADING = tuple(table("trading"))

#: Where the crooked trade of a line gathers; nothing but the line's real geography, and honest firms sit there too.
WORKSHOPS = {
    "shoes": ("350304", "350582"),
    "cosmetics": ("440111", "440514"),
    "digital": ("440307", "440304"),
    "clothes": ("330381", "320581"),
    "home": ("331081", "330782"),
    "food": ("371302", "411402"),
    "farm": ("130102", "371721"),
}
