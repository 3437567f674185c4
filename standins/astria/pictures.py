"""Draw the pictures of packs on demand, a different one for each address."""

from __future__ import annotations

import colorsys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import cast
from zlib import crc32

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from standins.astria.pack_builders import Json

_WIDTH, _HEIGHT = 512, 640
_FINE = 2  # drawn this much larger, so that edges come out smooth

Colour = tuple[int, int, int]

_PALETTES: Mapping[str, Sequence[Colour]] = {
    "skin": ((255, 224, 196), (224, 172, 128), (141, 90, 60), (241, 194, 155), (190, 134, 92)),
    "hair": ((38, 30, 34), (122, 74, 44), (214, 176, 112), (74, 48, 36), (150, 62, 42)),
    "ink": ((52, 42, 44),),
    "muzzle": ((246, 238, 228),),
    "fur": ((236, 226, 210), (206, 158, 104), (120, 106, 100), (222, 186, 140)),
}


@dataclass(frozen=True)
class _Part:
    """One part of a figure: its place and size in hundredths of the picture's width."""

    kind: str
    x: float
    y: float
    width: float
    height: float
    colour: str


_PERSON = (
    _Part("round", 50, 118, 76, 76, "clothes"),
    _Part("round", 50, 77, 13, 22, "shade"),
    _Part("oval", 50, 52, 31, 40, "skin"),
    _Part("cap", 50, 49, 35, 42, "hair"),
    _Part("oval", 43.5, 54, 2.6, 3, "ink"),
    _Part("oval", 56.5, 54, 2.6, 3, "ink"),
    _Part("smile", 50, 60, 11, 8, "ink"),
)
_LONG_HAIR = _Part("round", 50, 60, 40, 58, "hair")
_ANIMAL = (
    _Part("oval", 50, 121, 70, 80, "fur"),
    _Part("oval", 50, 62, 50, 46, "fur"),
    _Part("oval", 50, 73, 26, 18, "muzzle"),
    _Part("oval", 39, 59, 7, 8, "ink"),
    _Part("oval", 61, 59, 7, 8, "ink"),
    _Part("oval", 50, 69, 7, 5, "ink"),
    _Part("smile", 50, 74, 12, 7, "ink"),
    _Part("round", 50, 88, 34, 6, "clothes"),
)
_EARS = (_Part("ear", 35, 45, 22, 34, "fur"), _Part("ear", 65, 45, 22, 34, "fur"))
_FLOPPY_EARS = (_Part("oval", 27, 64, 15, 40, "shade"), _Part("oval", 73, 64, 15, 40, "shade"))
_ABSTRACT = (
    _Part("oval", 38, 44, 54, 54, "clothes"),
    _Part("round", 62, 66, 30, 66, "hair"),
    _Part("cap", 46, 88, 62, 58, "skin"),
)

_FIGURES: Mapping[str, Sequence[_Part]] = {
    "woman": (_LONG_HAIR, *_PERSON),
    "man": _PERSON,
    "girl": (_LONG_HAIR, *_PERSON),
    "boy": _PERSON,
    "cat": (*_EARS, *_ANIMAL),
    "dog": (*_ANIMAL, *_FLOPPY_EARS),
}


@dataclass(frozen=True)
class _Picture:
    """The content of one picture; all variation comes from `seed`."""

    title: str
    caption: str
    subject: str
    hue: float
    seed: int

    def colour(self, name: str) -> Colour:
        """Return the colour of a part of the figure."""
        if name == "clothes":
            return self.tint(0.30 + self.seed % 4 * 0.09, 0.45, 0.5)
        if name == "shade":
            red, green, blue = self.colour("fur" if self.subject == "dog" else "skin")
            return round(red * 0.82), round(green * 0.8), round(blue * 0.8)
        palette = _PALETTES[name]
        # So that two palettes do not change in step.
        return palette[(self.seed * 7 + self.seed // 5 + len(name) * 3) % len(palette)]

    def tint(self, lightness: float, saturation: float, turn: float = 0.0) -> Colour:
        """Return a colour near the picture's hue, or at another angle of the colour circle."""
        red, green, blue = colorsys.hls_to_rgb((self.hue + turn) % 1, lightness, saturation)
        return round(red * 255), round(green * 255), round(blue * 255)


class Pictures(Mapping[str, tuple[str, bytes]]):
    """Every picture of some packs by address: a file name, and a JPEG that is drawn on demand."""

    def __init__(self, packs: Iterable[Json]) -> None:
        self._pictures: dict[str, _Picture] = {}
        self._drawn: dict[str, tuple[str, bytes]] = {}
        for pack in packs:
            # A picture of two packs belongs to the first one.
            self._pictures = dict(_pictures(pack)) | self._pictures

    def __getitem__(self, url: str) -> tuple[str, bytes]:
        if url not in self._drawn:
            picture = self._pictures[url]
            self._drawn[url] = f"{picture.seed}.jpg", _jpeg(_draw(picture))
        return self._drawn[url]

    def __iter__(self) -> Iterator[str]:
        return iter(self._pictures)

    def __len__(self) -> int:
        return len(self._pictures)


def _pictures(pack: Json) -> Iterator[tuple[str, _Picture]]:
    title, hue = str(pack["title"]), crc32(str(pack["slug"]).encode()) % 360 / 360
    prompts = cast("Mapping[str, list[Mapping[str, list[str]]]]", pack["prompts_per_class"])
    if cover := pack.get("cover_url"):
        yield str(cover), _Picture(title, "Cover", next(iter(prompts)), hue, len(title))
    # A picture that is also the cover gets its caption from the class.
    for position, (name, listed) in enumerate(prompts.items()):
        urls = [url for prompt in listed for url in prompt["images"]]
        for number, url in enumerate(urls, start=1):
            turned = hue + position * 0.13 + number * 0.045
            caption = f"{name} {number} of {len(urls)}"
            yield url, _Picture(title, caption, name, turned, number + position * 3)


def _draw(picture: _Picture) -> Image.Image:
    image = _background(picture)
    figure = Image.new("RGBA", (_WIDTH * _FINE, _HEIGHT * _FINE))
    draw = ImageDraw.Draw(figure)
    for part in _FIGURES.get(picture.subject, _ABSTRACT):
        _draw_part(draw, part, picture.colour(part.colour))
    figure = figure.reduce(_FINE)
    image.paste(figure, (0, 0), figure)
    _label(image, picture)
    return image


def _background(picture: _Picture) -> Image.Image:
    """Draw soft light: a few blurred discs on a small canvas, made large."""
    small = Image.new("RGB", (64, 80), picture.tint(0.80, 0.45))
    draw = ImageDraw.Draw(small)
    draw.rectangle((0, 44, 64, 80), fill=picture.tint(0.66, 0.42, 0.05))
    for disc in range(3):
        x, y = (picture.seed * 17 + disc * 29) % 64, (picture.seed * 11 + disc * 19) % 52
        size = 9 + (picture.seed * 5 + disc * 7) % 12
        colour = picture.tint(0.70 + disc * 0.08, 0.6, 0.08 * (disc + 1))
        draw.ellipse((x - size, y - size, x + size, y + size), fill=colour)
    soft = small.filter(ImageFilter.GaussianBlur(5))
    scale = (64 / _WIDTH, 0, 0, 0, 80 / _HEIGHT, 0)
    size = _WIDTH, _HEIGHT
    return soft.transform(size, Image.Transform.AFFINE, scale, Image.Resampling.BICUBIC)


def _draw_part(draw: ImageDraw.ImageDraw, part: _Part, colour: Colour) -> None:
    unit = _WIDTH * _FINE / 100
    left, right = ((part.x + side * part.width / 2) * unit for side in (-1, 1))
    top, bottom = ((part.y + side * part.height / 2) * unit for side in (-1, 1))
    box = (left, top, right, bottom)
    match part.kind:
        case "round":
            draw.rounded_rectangle(box, part.width * unit / 2, fill=colour)
        case "cap":
            draw.pieslice(box, 180, 360, fill=colour)
        case "ear":
            draw.polygon([(left, bottom), ((left + right) / 2, top), (right, bottom)], fill=colour)
        case "smile":
            draw.arc(box, 25, 155, fill=colour, width=8)
        case _:
            draw.ellipse(box, fill=colour)


def _label(image: Image.Image, picture: _Picture) -> None:
    draw = ImageDraw.Draw(image, "RGBA")
    draw.rectangle((0, _HEIGHT - 104, _WIDTH, _HEIGHT), fill=(20, 18, 30, 165))
    for text, y, size in ((picture.title, _HEIGHT - 94, 34), (picture.caption, _HEIGHT - 50, 30)):
        draw.text((24, y), text, font=ImageFont.load_default(size), fill=(255, 255, 255))


def _jpeg(image: Image.Image) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=82)
    return buffer.getvalue()
