"""Goods and packages as drawings on a canvas of 1000 × 1000: each function returns the box where a label belongs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from PIL import ImageDraw

Box = tuple[int, int, int, int]
Colour = tuple[int, int, int]
_Draw = ImageDraw.ImageDraw


def shade(colour: Colour, factor: float) -> Colour:
    """The colour darker (below 1) or lighter (above 1)."""
    red, green, blue = (max(0, min(255, int(part * factor + (40 if factor > 1.3 else 0)))) for part in colour)
    return red, green, blue


def _shoe(d: _Draw, c: Colour, r: Random) -> Box:
    d.rounded_rectangle((70, 640, 950, 740), 46, fill=(238, 238, 234))
    d.polygon([(90, 660), (110, 330), (250, 270), (360, 360), (620, 500), (900, 580), (940, 660)], fill=c)
    d.polygon([(250, 270), (360, 360), (330, 400), (120, 380), (110, 330)], fill=shade(c, 0.7))
    for step in range(5):
        d.line([(390 + step * 55, 380 + step * 28), (440 + step * 50, 330 + step * 32)], fill=(245, 245, 245), width=16)
    d.line([(90, 640), (940, 640)], fill=shade(c, 0.6), width=10)
    return 300, 470, 600, 630


def _jacket(d: _Draw, c: Colour, r: Random) -> Box:
    d.polygon(
        [
            (330, 150),
            (670, 150),
            (880, 260),
            (960, 640),
            (840, 690),
            (760, 420),
            (760, 880),
            (240, 880),
            (240, 420),
            (160, 690),
            (40, 640),
            (120, 260),
        ],
        fill=c,
    )
    d.polygon([(330, 150), (670, 150), (500, 260)], fill=shade(c, 0.65))
    if r.random() < 0.6:
        d.line([(500, 240), (500, 880)], fill=shade(c, 0.55), width=12)
    for y in range(400, 860, 110):
        d.line([(240, y), (760, y)], fill=shade(c, 0.85), width=5)
    return 520, 300, 740, 420


def _dress(d: _Draw, c: Colour, r: Random) -> Box:
    d.polygon([(400, 90), (600, 90), (640, 240), (600, 420), (800, 920), (200, 920), (400, 420), (360, 240)], fill=c)
    d.rectangle((398, 405, 602, 440), fill=shade(c, 0.6))
    for _ in range(40):
        x, y = r.randrange(300, 700), r.randrange(470, 900)
        d.ellipse((x, y, x + 18, y + 18), fill=shade(c, 1.5))
    return 400, 200, 600, 330


def _pouch(d: _Draw, c: Colour, r: Random) -> Box:
    d.polygon([(220, 110), (780, 110), (800, 200), (830, 860), (780, 920), (220, 920), (170, 860), (200, 200)], fill=c)
    d.rectangle((215, 110, 785, 165), fill=shade(c, 0.75))
    d.line([(205, 200), (795, 200)], fill=shade(c, 1.4), width=6)
    if r.random() < 0.5:
        d.ellipse((330, 620, 670, 860), fill=shade(c, 1.35))
    else:
        d.rectangle((180, 700, 820, 830), fill=shade(c, 0.6))
    return 260, 260, 740, 600


def _jar(d: _Draw, c: Colour, r: Random) -> Box:
    d.rounded_rectangle((250, 220, 750, 350), 26, fill=shade(c, 0.6))
    d.rounded_rectangle((200, 340, 800, 860), 70, fill=c)
    d.rectangle((200, 440, 800, 760), fill=(250, 248, 242))
    return 250, 460, 750, 740


def _bottle(d: _Draw, c: Colour, r: Random) -> Box:
    d.rounded_rectangle((420, 60, 580, 190), 18, fill=shade(c, 0.5))
    d.polygon([(430, 190), (570, 190), (690, 300), (690, 880), (650, 930), (350, 930), (310, 880), (310, 300)], fill=c)
    d.rectangle((310, 400, 690, 780), fill=(250, 250, 246))
    return 325, 420, 675, 760


def _tube(d: _Draw, c: Colour, r: Random) -> Box:
    d.polygon([(300, 80), (700, 80), (650, 800), (350, 800)], fill=c)
    d.rectangle((300, 70, 700, 110), fill=shade(c, 0.8))
    d.rounded_rectangle((370, 800, 630, 930), 20, fill=shade(c, 0.55))
    return 365, 220, 635, 560


def _lipstick(d: _Draw, c: Colour, r: Random) -> Box:
    d.polygon([(420, 340), (420, 190), (580, 110), (580, 340)], fill=(178, 24 + r.randrange(40), 52))
    d.rectangle((400, 330, 600, 480), fill=(212, 175, 90))
    d.rounded_rectangle((350, 470, 650, 930), 22, fill=c)
    return 365, 540, 635, 800


def _earphone(d: _Draw, c: Colour, r: Random) -> Box:
    d.rounded_rectangle((160, 420, 840, 900), 150, fill=c)
    d.line([(170, 560), (830, 560)], fill=shade(c, 0.6), width=8)
    for x in (270, 560):
        d.ellipse((x, 130, x + 170, 300), fill=shade(c, 1.2))
        d.rounded_rectangle((x + 60, 240, x + 120, 420), 30, fill=shade(c, 1.2))
        d.ellipse((x + 45, 170, x + 125, 250), fill=(70, 70, 74))
    return 320, 620, 680, 820


def _brick(d: _Draw, c: Colour, r: Random) -> Box:
    d.rounded_rectangle((230, 140, 770, 880), 60, fill=c)
    d.rounded_rectangle((260, 170, 740, 850), 44, outline=shade(c, 1.4), width=4)
    for step in range(4):
        d.ellipse((400 + step * 52, 780, 424 + step * 52, 804), fill=(120, 220, 130))
    d.rounded_rectangle((440, 112, 560, 150), 10, fill=(60, 60, 64))
    return 290, 330, 710, 640


def _cable(d: _Draw, c: Colour, r: Random) -> Box:
    for step in range(5):
        d.ellipse(
            (150 + step * 34, 170 + step * 34, 850 - step * 34, 830 - step * 34),
            outline=shade(c, 1 - step * 0.06),
            width=20,
        )
    d.rounded_rectangle((700, 740, 900, 830), 16, fill=(225, 225, 228))
    d.rounded_rectangle((330, 420, 670, 600), 24, fill=(252, 252, 252))
    return 345, 430, 655, 590


def _phonecase(d: _Draw, c: Colour, r: Random) -> Box:
    d.rounded_rectangle((270, 60, 730, 940), 80, fill=c)
    d.rounded_rectangle((300, 90, 520, 320), 50, fill=(36, 36, 40))
    for x, y in ((350, 140), (440, 140), (395, 220)):
        d.ellipse((x - 30, y - 5, x + 50, y + 75), fill=(14, 14, 22), outline=(90, 90, 96), width=8)
    return 330, 500, 670, 740


def _watch(d: _Draw, c: Colour, r: Random) -> Box:
    d.rounded_rectangle((400, 20, 600, 980), 40, fill=shade(c, 0.7))
    d.ellipse((230, 230, 770, 770), fill=(205, 205, 212))
    d.ellipse((270, 270, 730, 730), fill=(250, 250, 246))
    for x, y in ((500, 310), (690, 500), (500, 690), (310, 500)):
        d.rectangle((x - 8, y - 8, x + 8, y + 8), fill=(40, 40, 46))
    d.line([(500, 500), (500, 350)], fill=(30, 30, 36), width=14)
    d.line([(500, 500), (610, 560)], fill=(30, 30, 36), width=10)
    return 390, 560, 610, 670


def _backpack(d: _Draw, c: Colour, r: Random) -> Box:
    d.arc((380, 30, 620, 230), 180, 360, fill=shade(c, 0.6), width=30)
    d.rounded_rectangle((200, 130, 800, 930), 140, fill=c)
    d.rounded_rectangle((260, 560, 740, 880), 50, fill=shade(c, 0.82))
    d.line([(270, 610), (730, 610)], fill=(190, 190, 190), width=10)
    return 350, 300, 650, 500


def _suitcase(d: _Draw, c: Colour, r: Random) -> Box:
    d.rectangle((400, 40, 430, 240), fill=(150, 150, 156))
    d.rectangle((570, 40, 600, 240), fill=(150, 150, 156))
    d.rectangle((390, 30, 610, 66), fill=(70, 70, 76))
    d.rounded_rectangle((220, 200, 780, 900), 60, fill=c)
    for x in range(290, 760, 80):
        d.line([(x, 230), (x, 870)], fill=shade(c, 0.8), width=12)
    for x in (300, 660):
        d.ellipse((x, 890, x + 60, 950), fill=(30, 30, 34))
    return 350, 420, 650, 600


def _can(d: _Draw, c: Colour, r: Random) -> Box:
    d.rectangle((240, 180, 760, 880), fill=c)
    d.ellipse((240, 120, 760, 240), fill=(214, 214, 218))
    d.ellipse((240, 820, 760, 940), fill=shade(c, 0.8))
    d.rectangle((240, 330, 760, 720), fill=shade(c, 1.45) if r.random() < 0.5 else (250, 250, 250))
    return 280, 350, 720, 700


def _carton(d: _Draw, c: Colour, r: Random) -> Box:
    d.polygon([(120, 300), (640, 300), (640, 880), (120, 880)], fill=c)
    d.polygon([(640, 300), (880, 200), (880, 770), (640, 880)], fill=shade(c, 0.7))
    d.polygon([(120, 300), (360, 200), (880, 200), (640, 300)], fill=shade(c, 1.15))
    d.rectangle((120, 770, 640, 830), fill=shade(c, 0.55))
    return 160, 340, 600, 740


def _toy(d: _Draw, c: Colour, r: Random) -> Box:
    for x in (250, 630):
        d.ellipse((x, 90, x + 130, 220), fill=c)
    d.ellipse((270, 120, 730, 500), fill=c)
    d.ellipse((220, 430, 780, 930), fill=c)
    d.ellipse((320, 520, 680, 880), fill=shade(c, 1.4))
    for x in (400, 560):
        d.ellipse((x, 260, x + 40, 300), fill=(30, 30, 30))
    d.ellipse((465, 340, 535, 390), fill=(60, 30, 30))
    return 350, 580, 650, 800


def _winebottle(d: _Draw, c: Colour, r: Random) -> Box:
    d.rectangle((452, 40, 548, 300), fill=shade(c, 0.8))
    d.rectangle((446, 30, 554, 130), fill=(190, 30, 30))
    d.polygon([(452, 290), (548, 290), (660, 400), (660, 930), (340, 930), (340, 400)], fill=c)
    d.rectangle((340, 510, 660, 830), fill=(248, 240, 218))
    return 350, 530, 650, 810


def _appliance(d: _Draw, c: Colour, r: Random) -> Box:
    d.rounded_rectangle((180, 180, 820, 880), 110, fill=c)
    d.rounded_rectangle((330, 230, 670, 400), 30, fill=(24, 26, 30))
    for step in range(4):
        d.ellipse((370 + step * 68, 300, 400 + step * 68, 330), fill=(110, 200, 230))
    d.rectangle((180, 640, 820, 656), fill=shade(c, 0.7))
    d.rounded_rectangle((380, 130, 620, 200), 30, fill=shade(c, 0.6))
    return 330, 440, 670, 620


def _drill(d: _Draw, c: Colour, r: Random) -> Box:
    d.rounded_rectangle((180, 260, 720, 480), 70, fill=c)
    d.polygon([(420, 460), (640, 460), (720, 860), (500, 860)], fill=(44, 44, 48))
    d.rounded_rectangle((440, 820, 780, 930), 24, fill=shade(c, 0.7))
    d.rectangle((700, 320, 830, 420), fill=(96, 96, 100))
    d.rectangle((820, 355, 960, 385), fill=(190, 190, 196))
    return 240, 290, 640, 450


def _cup(d: _Draw, c: Colour, r: Random) -> Box:
    d.rounded_rectangle((370, 90, 630, 230), 30, fill=shade(c, 0.55))
    d.rounded_rectangle((320, 210, 680, 930), 60, fill=c)
    d.rectangle((320, 250, 680, 270), fill=(200, 200, 204))
    return 350, 420, 650, 700


def _pot(d: _Draw, c: Colour, r: Random) -> Box:
    d.ellipse((130, 330, 710, 780), fill=shade(c, 0.7))
    d.ellipse((170, 360, 670, 720), fill=shade(c, 1.1))
    d.polygon([(680, 500), (960, 420), (965, 480), (690, 580)], fill=(64, 44, 34))
    return 290, 460, 560, 620


def _umbrella(d: _Draw, c: Colour, r: Random) -> Box:
    d.pieslice((90, 130, 910, 950), 180, 360, fill=c)
    for x in (255, 500, 745):
        d.line([(500, 130), (x, 540)], fill=shade(c, 0.7), width=6)
    d.line([(500, 100), (500, 880)], fill=(80, 80, 84), width=16)
    d.arc((400, 810, 512, 940), 0, 180, fill=(80, 60, 50), width=18)
    return 300, 320, 480, 470


def _lamp(d: _Draw, c: Colour, r: Random) -> Box:
    d.polygon([(330, 130), (670, 130), (800, 400), (200, 400)], fill=(252, 240, 205))
    d.line([(500, 400), (500, 820)], fill=c, width=34)
    d.rounded_rectangle((290, 800, 710, 910), 40, fill=c)
    return 330, 810, 670, 900


def _picture(d: _Draw, c: Colour, r: Random) -> Box:
    d.rectangle((110, 160, 890, 820), fill=(78, 56, 40))
    d.rectangle((140, 190, 860, 790), fill=(240, 236, 224))
    d.ellipse((640, 250, 730, 340), fill=(216, 120, 80))
    for step in range(3):
        y = 480 + step * 90
        points = [(140, 790), *((140 + x * 72, y - r.randrange(0, 150)) for x in range(11)), (860, 790)]
        d.polygon(points, fill=shade(c, 1.5 - step * 0.35))
    return 180, 210, 420, 320


def _sack(d: _Draw, c: Colour, r: Random) -> Box:
    d.polygon(
        [(210, 110), (790, 110), (760, 180), (830, 500), (800, 910), (200, 910), (170, 500), (240, 180)],
        fill=(240, 236, 226),
    )
    d.rectangle((176, 330, 826, 700), fill=c)
    d.line([(220, 165), (780, 165)], fill=(190, 90, 60), width=10)
    return 220, 350, 780, 680


def _plant(d: _Draw, c: Colour, r: Random) -> Box:
    d.polygon([(330, 680), (670, 680), (620, 930), (380, 930)], fill=(150, 84, 54))
    for _ in range(26):
        x, y, w = r.randrange(230, 690), r.randrange(90, 600), r.randrange(60, 130)
        d.ellipse((x, y, x + w, y + w // 2), fill=(40 + r.randrange(50), 110 + r.randrange(70), 50))
    d.line([(500, 690), (500, 300)], fill=(96, 70, 40), width=18)
    return 400, 740, 600, 860


def _rod(d: _Draw, c: Colour, r: Random) -> Box:
    for step in range(4):
        d.line([(80, 300 + step * 120), (920, 180 + step * 150)], fill=shade(c, 1 - step * 0.12), width=26 - step * 4)
        d.line([(80, 300 + step * 120), (300, 268 + step * 128)], fill=(24, 24, 28), width=42)
    d.rounded_rectangle((330, 690, 690, 850), 18, fill=(250, 250, 250))
    return 350, 700, 670, 840


def _roll(d: _Draw, c: Colour, r: Random) -> Box:
    d.rectangle((140, 420, 900, 720), fill=c)
    d.ellipse((60, 420, 240, 720), fill=shade(c, 0.8))
    for step in range(4):
        d.arc((80 + step * 18, 450 + step * 30, 220 - step * 18, 690 - step * 30), 0, 360, fill=shade(c, 1.3), width=6)
    return 380, 480, 760, 660


def _tent(d: _Draw, c: Colour, r: Random) -> Box:
    d.polygon([(500, 170), (930, 820), (70, 820)], fill=c)
    d.polygon([(500, 170), (620, 820), (380, 820)], fill=shade(c, 0.55))
    d.line([(500, 170), (930, 820)], fill=shade(c, 1.4), width=8)
    return 640, 620, 830, 760


def _book(d: _Draw, c: Colour, r: Random) -> Box:
    d.polygon([(260, 110), (760, 110), (760, 880), (260, 880)], fill=c)
    d.polygon([(230, 130), (260, 110), (260, 880), (230, 900)], fill=shade(c, 0.6))
    d.polygon([(230, 900), (260, 880), (760, 880), (735, 905)], fill=(236, 232, 220))
    d.ellipse((400, 480, 620, 700), fill=shade(c, 1.45))
    return 300, 170, 720, 430


def _crate(d: _Draw, c: Colour, r: Random) -> Box:
    for row in range(3):
        for column in range(6):
            x, y = 130 + column * 125 + row % 2 * 40, 180 + row * 105
            d.ellipse((x, y, x + 140, y + 140), fill=shade(c, 0.85 + r.random() * 0.35))
            d.ellipse((x + 30, y + 25, x + 60, y + 50), fill=shade(c, 1.6))
    d.polygon([(90, 460), (910, 460), (880, 900), (120, 900)], fill=(196, 150, 96))
    for y in (560, 680, 800):
        d.line([(100, y), (900, y)], fill=(164, 120, 70), width=7)
    return 240, 520, 760, 830


SHAPES: Mapping[str, Callable[[_Draw, Colour, Random], Box]] = {
    "shoe": _shoe, "jacket": _jacket, "dress": _dress, "pouch": _pouch, "jar": _jar, "bottle": _bottle, "tube": _tube,
    "lipstick": _lipstick, "earphone": _earphone, "brick": _brick, "cable": _cable, "phonecase": _phonecase,
    "watch": _watch, "backpack": _backpack, "suitcase": _suitcase, "can": _can, "carton": _carton, "toy": _toy,
    "winebottle": _winebottle, "appliance": _appliance, "drill": _drill, "cup": _cup, "pot": _pot, "lamp": _lamp,
    "umbrella": _umbrella, "picture": _picture, "sack": _sack, "plant": _plant, "rod": _rod, "roll": _roll,
    "tent": _tent, "book": _book, "crate": _crate,
}  # fmt: skip
#: Shapes that are round: they get the light of a cylinder.
ROUND = frozenset(("jar", "bottle", "tube", "lipstick", "can", "cup", "winebottle", "roll"))
