"""How the made-up marks look: an emblem drawn from polygons, a word, and one of four arrangements of both."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from functools import lru_cache
from math import cos, pi, sin
from random import Random
from threading import Lock

from PIL import Image, ImageDraw

from qingyuan.demo.fonts import font
from qingyuan.demo.values import Mark

_Draw = ImageDraw.ImageDraw
_LOCK = Lock()


def _circle(draw: _Draw, x: float, y: float, r: float, fill: str) -> None:
    draw.ellipse((x - r, y - r, x + r, y + r), fill=fill)


def _star(
    points: int, inner: float, turn: float = -pi / 2, x: float = 100, y: float = 100, r: float = 92
) -> list[tuple[float, float]]:
    return [
        (
            x + (r if step % 2 == 0 else r * inner) * cos(turn + pi * step / points),
            y + (r if step % 2 == 0 else r * inner) * sin(turn + pi * step / points),
        )
        for step in range(points * 2)
    ]


def _drop(draw: _Draw, ink: str, paper: str) -> None:
    draw.polygon([(100, 6), (156, 104), (44, 104)], fill=ink)
    _circle(draw, 100, 128, 62, ink)
    draw.arc((66, 96, 134, 164), 20, 110, fill=paper, width=12)


def _chevron(draw: _Draw, ink: str, paper: str) -> None:
    for step in range(3):
        x = 12 + step * 54
        draw.polygon([(x, 30), (x + 36, 30), (x + 76, 100), (x + 36, 170), (x, 170), (x + 40, 100)], fill=ink)


def _heart(draw: _Draw, ink: str, paper: str) -> None:
    _circle(draw, 62, 72, 48, ink)
    _circle(draw, 138, 72, 48, ink)
    draw.polygon([(18, 92), (182, 92), (100, 186)], fill=ink)
    _circle(draw, 100, 96, 22, paper)


def _gear(draw: _Draw, ink: str, paper: str) -> None:
    draw.polygon(_star(10, 0.76), fill=ink)
    _circle(draw, 100, 100, 38, paper)
    draw.polygon([(92, 40), (124, 40), (102, 92), (130, 92), (82, 162), (96, 106), (72, 106)], fill=ink)


def _ring(draw: _Draw, ink: str, paper: str) -> None:
    draw.ellipse((22, 48, 178, 196), outline=ink, width=16)
    draw.polygon([(66, 8), (134, 8), (158, 40), (100, 86), (42, 40)], fill=ink)
    draw.line([(66, 8), (100, 86), (134, 8)], fill=paper, width=5)


def _seal(draw: _Draw, ink: str, paper: str) -> None:
    draw.rounded_rectangle((14, 14, 186, 186), 22, fill=ink)
    draw.rounded_rectangle((28, 28, 172, 172), 12, outline=paper, width=5)
    for x in (62, 100, 138):
        draw.line([(x, 46), (x, 154)], fill=paper, width=9)
    draw.arc((44, 60, 156, 172), 180, 360, fill=paper, width=9)


def _leaf(draw: _Draw, ink: str, paper: str) -> None:
    draw.pieslice((-70, 20, 170, 260), 270, 360, fill=ink)
    draw.pieslice((30, -80, 270, 160), 90, 180, fill=ink)
    draw.line([(36, 176), (148, 46)], fill=paper, width=9)


def _sheaf(draw: _Draw, ink: str, paper: str) -> None:
    draw.line([(100, 190), (100, 60)], fill=ink, width=9)
    for step in range(4):
        y = 52 + step * 30
        draw.polygon([(98, y + 32), (50, y + 4), (44, y - 26), (88, y)], fill=ink)
        draw.polygon([(102, y + 32), (150, y + 4), (156, y - 26), (112, y)], fill=ink)
    draw.polygon([(100, 2), (120, 34), (100, 62), (80, 34)], fill=ink)


def _mountain(draw: _Draw, ink: str, paper: str) -> None:
    draw.polygon([(4, 170), (76, 36), (116, 108), (136, 76), (196, 170)], fill=ink)
    draw.polygon([(76, 36), (96, 72), (80, 84), (70, 70), (56, 78)], fill=paper)
    _circle(draw, 156, 40, 18, ink)


def _flower(draw: _Draw, ink: str, paper: str) -> None:
    for step in range(6):
        _circle(draw, 100 + 54 * cos(pi * step / 3), 100 + 54 * sin(pi * step / 3), 38, ink)
    _circle(draw, 100, 100, 30, paper)
    _circle(draw, 100, 100, 15, ink)


def _shield(draw: _Draw, ink: str, paper: str) -> None:
    draw.polygon([(100, 6), (182, 34), (174, 116), (100, 194), (26, 116), (18, 34)], fill=ink)
    draw.polygon([(56, 62), (100, 106), (144, 62), (144, 96), (100, 142), (56, 96)], fill=paper)


def _bolt(draw: _Draw, ink: str, paper: str) -> None:
    _circle(draw, 100, 100, 94, ink)
    draw.polygon([(112, 20), (48, 112), (92, 112), (78, 182), (152, 82), (106, 82)], fill=paper)


def _plug(draw: _Draw, ink: str, paper: str) -> None:
    for x in (56, 116):
        draw.rounded_rectangle((x, 4, x + 28, 84), 8, fill=ink)
    draw.rounded_rectangle((22, 70, 178, 104), 12, fill=ink)
    draw.chord((30, 10, 170, 176), 0, 180, fill=ink)
    draw.rectangle((90, 168, 110, 198), fill=ink)


def _hex(draw: _Draw, ink: str, paper: str) -> None:
    draw.polygon(_star(3, 1.0), fill=ink)
    draw.polygon(
        [
            (66, 50),
            (88, 50),
            (88, 88),
            (122, 50),
            (148, 50),
            (106, 98),
            (150, 150),
            (122, 150),
            (88, 110),
            (88, 150),
            (66, 150),
        ],
        fill=paper,
    )


def _wave(draw: _Draw, ink: str, paper: str) -> None:
    for step in range(3):
        points = [(x, 52 + step * 48 + 20 * sin(x / 200 * 4 * pi + step)) for x in range(6, 196, 4)]
        draw.line(points, fill=ink, width=22, joint="curve")


def _cup(draw: _Draw, ink: str, paper: str) -> None:
    draw.rounded_rectangle((26, 70, 142, 182), 34, fill=ink)
    draw.ellipse((116, 86, 186, 150), outline=ink, width=15)
    for x in (58, 86, 114):
        draw.arc((x - 14, 12, x + 14, 58), 90, 270, fill=ink, width=9)


def _phone(draw: _Draw, ink: str, paper: str) -> None:
    draw.rounded_rectangle((52, 6, 148, 194), 20, fill=ink)
    draw.rounded_rectangle((66, 28, 134, 172), 6, fill=paper)
    draw.polygon([(76, 110), (94, 128), (126, 80), (126, 106), (94, 152), (76, 134)], fill=ink)


def _rabbit(draw: _Draw, ink: str, paper: str) -> None:
    draw.ellipse((54, 2, 92, 110), fill=ink)
    draw.ellipse((108, 2, 146, 110), fill=ink)
    draw.ellipse((34, 72, 166, 192), fill=ink)
    _circle(draw, 76, 124, 10, paper)
    _circle(draw, 124, 124, 10, paper)
    draw.polygon([(88, 144), (112, 144), (100, 160)], fill=paper)


def _fish(draw: _Draw, ink: str, paper: str) -> None:
    draw.ellipse((8, 50, 148, 150), fill=ink)
    draw.polygon([(128, 100), (194, 44), (180, 100), (194, 156)], fill=ink)
    _circle(draw, 44, 88, 11, paper)
    draw.arc((50, 60, 110, 140), 300, 60, fill=paper, width=7)


def _flame(draw: _Draw, ink: str, paper: str) -> None:
    draw.polygon(
        [(100, 2), (150, 72), (172, 62), (178, 132), (140, 188), (60, 188), (24, 136), (44, 70), (66, 96)], fill=ink
    )
    draw.polygon([(100, 84), (132, 134), (118, 178), (82, 178), (70, 134)], fill=paper)


def _bird(draw: _Draw, ink: str, paper: str) -> None:
    draw.polygon([(6, 58), (96, 96), (196, 20), (150, 118), (84, 172), (22, 186), (66, 128)], fill=ink)
    draw.line([(84, 172), (96, 196)], fill=ink, width=8)
    _circle(draw, 22, 62, 15, ink)


def _tree(draw: _Draw, ink: str, paper: str) -> None:
    for step in range(3):
        draw.polygon(
            [(100, 4 + step * 46), (42 - step * 14, 84 + step * 42), (158 + step * 14, 84 + step * 42)], fill=ink
        )
    draw.rectangle((88, 160, 112, 198), fill=ink)


def _cloud(draw: _Draw, ink: str, paper: str) -> None:
    for x, y, r in ((58, 120, 44), (104, 88, 56), (150, 122, 40)):
        _circle(draw, x, y, r, ink)
    draw.rectangle((56, 116, 152, 163), fill=ink)
    draw.arc((70, 66, 134, 130), 150, 290, fill=paper, width=8)


def _sprout(draw: _Draw, ink: str, paper: str) -> None:
    draw.line([(100, 192), (100, 92)], fill=ink, width=13)
    draw.chord((8, 22, 104, 118), 10, 220, fill=ink)
    draw.chord((96, 4, 196, 104), 320, 170, fill=ink)
    draw.arc((40, 150, 160, 230), 180, 360, fill=ink, width=13)


def _cow(draw: _Draw, ink: str, paper: str) -> None:
    draw.ellipse((44, 36, 156, 156), fill=ink)
    draw.polygon([(44, 60), (4, 36), (20, 92)], fill=ink)
    draw.polygon([(156, 60), (196, 36), (180, 92)], fill=ink)
    draw.ellipse((56, 112, 144, 190), fill=ink, outline=paper, width=7)
    for x in (82, 118):
        _circle(draw, x, 150, 9, paper)
        _circle(draw, x, 84, 9, paper)


def _pole_star(draw: _Draw, ink: str, paper: str) -> None:
    draw.polygon(_star(4, 0.34), fill=ink)
    draw.polygon(_star(5, 0.4, x=166, y=38, r=28), fill=ink)
    draw.arc((20, 120, 180, 220), 200, 340, fill=ink, width=9)


_EMBLEMS: Mapping[str, Callable[[_Draw, str, str], None]] = {
    "drop": _drop, "chevron": _chevron, "heart": _heart, "gear": _gear, "ring": _ring, "seal": _seal, "leaf": _leaf,
    "sheaf": _sheaf, "mountain": _mountain, "flower": _flower, "shield": _shield, "bolt": _bolt, "plug": _plug,
    "hex": _hex, "wave": _wave, "cup": _cup, "phone": _phone, "rabbit": _rabbit, "fish": _fish, "flame": _flame,
    "bird": _bird, "tree": _tree, "cloud": _cloud, "sprout": _sprout, "cow": _cow, "star": _pole_star,
}  # fmt: skip


def _emblem(mark: Mark, size: int, ink: str, paper: str) -> Image.Image:
    drawn = Image.new("RGBA", (200, 200), (0, 0, 0, 0))
    _EMBLEMS[mark.emblem](ImageDraw.Draw(drawn), ink, paper)
    return drawn.resize((size, size), Image.Resampling.LANCZOS)


def _word(text: str, face: str, size: int, ink: str, spread: int) -> Image.Image:
    letters = font(face, size)
    width = sum(int(letters.getlength(sign)) + spread for sign in text)
    drawn = Image.new("RGBA", (max(1, width), int(size * 1.3)), (0, 0, 0, 0))
    draw, x = ImageDraw.Draw(drawn), 0
    for sign in text:
        draw.text((x, -size * 0.08), sign, font=letters, fill=ink)
        x += int(letters.getlength(sign)) + spread
    box = drawn.getbbox()
    return drawn.crop(box) if box else drawn


@lru_cache(maxsize=512)
def drawn(mark: Mark, word: str = "", *, on_dark: bool = False) -> Image.Image:
    """The mark as an RGBA picture about 400 px wide; ``word`` puts another word in the place of its own."""
    ink, paper = mark.colours if not on_dark else (mark.colours[1], mark.colours[0])
    rng = Random(f"logo/{mark.id}/{mark.sign}")  # noqa: S311
    arrangement, face, spread = (
        rng.choice(("above", "left", "badge", "plate")),
        rng.choice(("bold", "serif")),
        rng.randrange(0, 14),
    )
    text = word or mark.sign
    small = next((form for form in mark.variants if form.isascii()), "") if not text.isascii() and not word else ""
    with _LOCK:  # FreeType faces are not for several threads at once
        words = _word(text, face, 96, paper if arrangement == "plate" else ink, spread)
        under = _word(small, "bold", 40, paper if arrangement == "plate" else ink, 10) if small else None
    block = Image.new(
        "RGBA", (max(words.width, under.width if under else 0), words.height + (under.height + 18 if under else 0))
    )
    block.alpha_composite(words, ((block.width - words.width) // 2, 0))
    if under:
        block.alpha_composite(under, ((block.width - under.width) // 2, words.height + 18))
    if arrangement in {"above", "badge"}:
        emblem = _emblem(mark, 190, ink, paper)
        width = max(emblem.width, block.width) + 40
        canvas = Image.new("RGBA", (width, emblem.height + block.height + 64), (0, 0, 0, 0))
        if arrangement == "badge":
            ImageDraw.Draw(canvas).rounded_rectangle(
                (3, 3, canvas.width - 4, canvas.height - 4), 36, outline=ink, width=7
            )
        canvas.alpha_composite(emblem, ((width - emblem.width) // 2, 20))
        canvas.alpha_composite(block, ((width - block.width) // 2, emblem.height + 42))
        return canvas
    emblem = _emblem(mark, 150, paper if arrangement == "plate" else ink, ink if arrangement == "plate" else paper)
    canvas = Image.new("RGBA", (emblem.width + block.width + 80, max(emblem.height, block.height) + 48), (0, 0, 0, 0))
    if arrangement == "plate":
        ImageDraw.Draw(canvas).rounded_rectangle((0, 0, canvas.width - 1, canvas.height - 1), 26, fill=ink)
    canvas.alpha_composite(emblem, (26, (canvas.height - emblem.height) // 2))
    canvas.alpha_composite(block, (emblem.width + 50, (canvas.height - block.height) // 2))
    return canvas


def names(mark: Mark) -> tuple[str, ...]:
    """The files that show a mark in the register: the whole of it, and the emblem alone."""
    return f"{mark.id}.png", f"{mark.id}-emblem.png"


def png(marks: Mapping[str, Mark], name: str) -> bytes:
    """One of those files: on white, as an applicant hands it in. KeyError when there is none of that name."""
    stem = name.removesuffix(".png")
    mark = marks[stem.removesuffix("-emblem")]
    shape = _emblem(mark, 320, *mark.colours) if stem.endswith("-emblem") else drawn(mark)
    sheet = Image.new("RGB", (shape.width + 60, shape.height + 60), "white")
    sheet.paste(shape, (30, 30), shape)
    out = io.BytesIO()
    sheet.save(out, "PNG", optimize=True)
    return out.getvalue()
