"""Real geographical indications: their areas, the bodies that hold them, and goods of other places with a like name.

Names, areas and the other indications are facts; the disguises were written by hand.
"""

from __future__ import annotations

from qingyuan.demo.tables import table
from qingyuan.demo.values import Origin


def _origin(number: int, line: str) -> Origin:
    sign, product, ware, area, inside, outside, cousins, disguises, body, standard = line.split("|")
    return Origin(
        id=f"gi-{number:02d}",
        sign=sign,
        product=product,
        ware=ware,
        area=tuple(area.split()),
        inside=tuple(inside.split()),
        outside=tuple(outside.split()),
        cousins=tuple((one.partition("@")[0], one.partition("@")[2]) for one in cousins.split()),
        disguises=tuple(disguises.split()),
        body=body,
        standard=standard,
    )


ORIGINS = tuple(_origin(number, line) for number, line in enumerate(table("origins"), start=1))

#: Books, tools and trips that name an indication without selling its product: ware, and what the title says.
MENTIONS = (
    ("图书", "{sign}制作技艺 非遗传承口述史"),
    ("图书", "舌尖上的{sign} 风物散文"),
    ("挂画", "{sign}产地风光 摄影装饰画"),
)
