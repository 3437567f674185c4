"""Draw the pictures of packs: one for each address, each different, each labelled."""

from __future__ import annotations

import colorsys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import cast
from zlib import crc32

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from standins.astria.packs import Json

WIDTH, HEIGHT = 512, 640
_FINE = 2  # drawn this much larger, so that edges come out smooth

Colour = tuple[int, int, int]

_SKIN: Sequence[Colour] = (
    (255, 224, 196), (241, 194, 155), (224, 172, 128), (190, 134, 92), (141, 90, 60), (96, 60, 42),
)  # fmt: skip
_HAIR: Sequence[Colour] = (
    (38, 30, 34), (74, 48, 36), (122, 74, 44), (176, 118, 62), (214, 176, 112), (150, 62, 42),
)  # fmt: skip
_FUR: Sequence[Colour] = (
    (236, 226, 210), (206, 158, 104), (120, 106, 100), (72, 62, 66), (222, 186, 140),
    (164, 116, 78),
)  # fmt: skip


@dataclass(frozen=True)
class _Picture:
    """What one picture shows: `seed` decides all that varies from one to the next."""

    title: str
    caption: str
    subject: str
    hue: float
    seed: int

    def pick(self, colours: Sequence[Colour], salt: int = 0) -> Colour:
        return colours[(self.seed * 7 + salt * 3 + self.seed // 5) % len(colours)]

    def tint(self, lightness: float, saturation: float = 0.5, turn: float = 0.0) -> Colour:
        red, green, blue = colorsys.hls_to_rgb((self.hue + turn) % 1, lightness, saturation)
        return round(red * 255), round(green * 255), round(blue * 255)


def draw_pictures(packs: Iterable[Json]) -> dict[str, tuple[str, bytes]]:
    """Return every picture of some packs by its address: a file name and JPEG bytes."""
    pictures: dict[str, _Picture] = {}
    for pack in packs:
        for url, picture in _pictures(pack).items():
            pictures.setdefault(url, picture)
    return {
        url: (f"picture-{number}.jpg", _jpeg(_draw(picture)))
        for number, (url, picture) in enumerate(pictures.items(), start=1)
    }


def _pictures(pack: Mapping[str, object]) -> dict[str, _Picture]:
    title, hue = str(pack["title"]), crc32(str(pack["slug"]).encode()) % 360 / 360
    prompts = cast("Mapping[str, list[Mapping[str, list[str]]]]", pack["prompts_per_class"])
    found: dict[str, _Picture] = {}
    for position, (name, listed) in enumerate(prompts.items()):
        urls = [url for prompt in listed for url in prompt["images"]]
        for number, url in enumerate(urls, start=1):
            turned = hue + position * 0.13 + number * 0.045
            caption = f"{name} {number} of {len(urls)}"
            found[url] = _Picture(title, caption, name, turned, number + position * 3)
    if cover := pack.get("cover_url"):
        subject = next(iter(prompts), "style")
        found.setdefault(str(cover), _Picture(title, "Cover", subject, hue, len(title)))
    return found


def _draw(picture: _Picture) -> Image.Image:
    image = _background(picture)
    figure = Image.new("RGBA", (WIDTH * _FINE, HEIGHT * _FINE))
    _FIGURES.get(picture.subject, _abstract)(ImageDraw.Draw(figure), picture)
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
    scale = (64 / WIDTH, 0, 0, 0, 80 / HEIGHT, 0)
    return soft.transform((WIDTH, HEIGHT), Image.Transform.AFFINE, scale, Image.Resampling.BICUBIC)


def _box(x: float, y: float, width: float, height: float) -> tuple[float, float, float, float]:
    """Return a box around a point, from hundredths of the picture's width."""
    unit = WIDTH * _FINE / 100
    return (
        (x - width / 2) * unit, (y - height / 2) * unit,
        (x + width / 2) * unit, (y + height / 2) * unit,
    )  # fmt: skip


def _points(*points: tuple[float, float]) -> list[tuple[float, float]]:
    unit = WIDTH * _FINE / 100
    return [(x * unit, y * unit) for x, y in points]


def _person(draw: ImageDraw.ImageDraw, picture: _Picture, *, long_hair: bool, scale: float) -> None:
    skin, hair = picture.pick(_SKIN), picture.pick(_HAIR, 1)
    clothes = picture.tint(0.30 + picture.seed % 4 * 0.09, 0.45, 0.5)
    lean = (picture.seed % 5 - 2) * 2.0
    x, y = 50 + lean, 52 + (1 - scale) * 40
    if long_hair:
        draw.rounded_rectangle(
            _box(x, y + 10 * scale, 40 * scale, 56 * scale), 200 * scale, fill=hair
        )
    draw.rounded_rectangle(_box(50, 118, 76 * scale, 76 * scale), 240 * scale, fill=clothes)
    shade: Colour = (round(skin[0] * 0.86), round(skin[1] * 0.84), round(skin[2] * 0.84))
    draw.rounded_rectangle(_box(x, y + 24 * scale, 13 * scale, 26 * scale), 60, fill=shade)
    draw.polygon(
        _points((x - 11 * scale, 80), (x + 11 * scale, 80), (50 + lean / 2, 92)), fill=shade
    )
    draw.ellipse(_box(x, y, 31 * scale, 40 * scale), fill=skin)
    draw.pieslice(_box(x, y - 4 * scale, 35 * scale, 40 * scale), 180, 360, fill=hair)
    fringe = 8 + picture.seed % 3 * 5
    draw.ellipse(_box(x, y - 13 * scale, 29 * scale, fringe * scale), fill=hair)
    for side in (-1, 1):
        draw.ellipse(_box(x + side * 6.5 * scale, y + scale, 2.6, 3.0), fill=(52, 42, 44))
    smile = _box(x, y + 7 * scale, 11 * scale, 8 * scale)
    draw.arc(smile, 25, 155, fill=(150, 74, 70), width=8)


def _woman(draw: ImageDraw.ImageDraw, picture: _Picture) -> None:
    _person(draw, picture, long_hair=True, scale=1.0)


def _man(draw: ImageDraw.ImageDraw, picture: _Picture) -> None:
    _person(draw, picture, long_hair=False, scale=1.0)


def _girl(draw: ImageDraw.ImageDraw, picture: _Picture) -> None:
    _person(draw, picture, long_hair=True, scale=0.8)


def _boy(draw: ImageDraw.ImageDraw, picture: _Picture) -> None:
    _person(draw, picture, long_hair=False, scale=0.8)


def _animal(draw: ImageDraw.ImageDraw, picture: _Picture, *, pointed: bool) -> None:
    fur, inner = picture.pick(_FUR), (226, 170, 164)
    x, y = 50 + (picture.seed % 5 - 2) * 2.0, 62
    draw.ellipse(_box(50, 118, 70, 80), fill=fur)
    for side in (-1, 1):
        if pointed:
            tip = (x + side * 21, y - 34)
            draw.polygon(_points((x + side * 25, y), tip, (x + side * 3, y - 18)), fill=fur)
            draw.polygon(
                _points(
                    (x + side * 21, y - 10), (tip[0] - side, tip[1] + 8), (x + side * 9, y - 17)
                ),
                fill=inner,
            )
        else:
            darker: Colour = (round(fur[0] * 0.7), round(fur[1] * 0.7), round(fur[2] * 0.7))
            draw.ellipse(_box(x + side * 25, y + 2, 17, 42), fill=darker)
    draw.ellipse(_box(x, y, 50, 46), fill=fur)
    draw.ellipse(_box(x, y + 11, 24 if pointed else 28, 18), fill=(246, 238, 228))
    for side in (-1, 1):
        draw.ellipse(_box(x + side * 11, y - 3, 8, 9), fill=(48, 44, 48))
        draw.ellipse(_box(x + side * 11 + 1.5, y - 5, 2.6, 2.6), fill=(255, 255, 255))
    draw.ellipse(_box(x, y + 7, 7, 5), fill=(74, 56, 58))
    for side in (-1, 1):
        draw.arc(_box(x + side * 4, y + 12, 8, 7), 10, 170, fill=(74, 56, 58), width=8)
    draw.rounded_rectangle(_box(x, 88, 34, 6), 30, fill=picture.tint(0.45, 0.6, 0.5))


def _cat(draw: ImageDraw.ImageDraw, picture: _Picture) -> None:
    _animal(draw, picture, pointed=True)


def _dog(draw: ImageDraw.ImageDraw, picture: _Picture) -> None:
    _animal(draw, picture, pointed=False)


def _abstract(draw: ImageDraw.ImageDraw, picture: _Picture) -> None:
    for layer in range(7):
        x = 14 + (picture.seed * 23 + layer * 31) % 74
        y = 14 + (picture.seed * 13 + layer * 37) % 90
        size = 16 + (picture.seed * 7 + layer * 11) % 34
        red, green, blue = picture.tint(0.38 + layer * 0.06, 0.55, layer * 0.09)
        fill = (red, green, blue, 205)
        if (picture.seed + layer) % 3:
            draw.ellipse(_box(x, y, size, size), fill=fill)
        else:
            draw.rounded_rectangle(_box(x, y, size * 1.6, size * 0.5), 70, fill=fill)


_FIGURES: Mapping[str, Callable[[ImageDraw.ImageDraw, _Picture], None]] = {
    "woman": _woman, "man": _man, "girl": _girl, "boy": _boy, "cat": _cat, "dog": _dog,
}  # fmt: skip


def _label(image: Image.Image, picture: _Picture) -> None:
    draw = ImageDraw.Draw(image, "RGBA")
    draw.rectangle((0, HEIGHT - 104, WIDTH, HEIGHT), fill=(20, 18, 30, 165))
    for text, y, size in ((picture.title, HEIGHT - 94, 34), (picture.caption, HEIGHT - 50, 30)):
        draw.text((24, y), text, font=_font(draw, text, size), fill=(255, 255, 255))


def _font(
    draw: ImageDraw.ImageDraw, text: str, size: int
) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Return the built-in font in the largest size, up to the one asked for, that fits."""
    font = ImageFont.load_default(size)
    while draw.textlength(text, font) > WIDTH - 48 and size > 12:
        size -= 2
        font = ImageFont.load_default(size)
    return font


def _jpeg(image: Image.Image) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=82)
    return buffer.getvalue()
