"""What was found in a picture is kept, for the same files and the same code only."""

from __future__ import annotations

from dataclasses import replace

from detection.pictures import register
from detection.pictures.register import Picture, RightPictures
from detection.pictures.traits import traits
from domain.records import Trademark
from tests.detection.pictures.drawn import jpeg, scene

RIGHT = Trademark(id="t", sign="青竹", goods=("收纳筐",), classes=(21,), photos=("photos/a.jpg",))


class Memory:
    def __init__(self) -> None:
        self.held: dict[str, tuple[int, bytes]] = {}

    def get(self, digest: str, version: int) -> bytes | None:
        kept = self.held.get(digest)
        return kept[1] if kept is not None and kept[0] == version else None

    def put(self, digest: str, version: int, data: bytes) -> None:
        self.held[digest] = (version, data)


def test_a_known_picture_is_not_compared_again(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    files = {"photos/a.jpg": jpeg(scene(1))}
    cropped = Picture(url="u", digest="sha256:c", traits=traits(jpeg(scene(1)[:, 100:]), marks=False))
    other = Picture(url="u", digest="sha256:o", traits=traits(jpeg(scene(2)), marks=False))
    memory = Memory()
    first = RightPictures([RIGHT], files, kept=memory)
    found = [first.sightings([picture]) for picture in (cropped, other)]
    assert found[0][0].photo > 0.5 and "裁剪" in found[0][0].photo_changes[0] and not found[1]
    assert len(memory.held) == 2

    def never(*_: object, **__: object) -> None:
        raise AssertionError("compared again")

    renamed = replace(RIGHT, sign="青竹居")  # the right is another, its pictures are the same
    again = RightPictures([renamed], files, kept=memory)
    other_photo = RightPictures([RIGHT], {"photos/a.jpg": jpeg(scene(2))}, kept=memory)
    with monkeypatch.context() as patched:
        patched.setattr(register, "copies_of", never)
        assert [again.sightings([picture]) for picture in (cropped, other)] == found
    assert not other_photo.sightings([cropped])  # other files: what was kept does not hold
    assert other_photo.sightings([other])[0].photo == 1.0


def test_what_was_kept_and_is_damaged_is_found_again() -> None:
    memory = Memory()
    known = RightPictures([RIGHT], {"photos/a.jpg": jpeg(scene(1))}, kept=memory)
    picture = Picture(url="u", digest="sha256:c", traits=traits(jpeg(scene(1)), marks=False))
    whole = known.sightings([picture])
    (key,) = memory.held
    memory.held[key] = (memory.held[key][0], b"\x93torn")
    anew = RightPictures([RIGHT], {"photos/a.jpg": jpeg(scene(1))}, kept=memory)
    assert anew.sightings([picture]) == whole
