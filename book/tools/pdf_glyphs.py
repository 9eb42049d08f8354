"""Share the outlines of glyphs: formulas are drawings, and Chromium writes each glyph anew."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
)

#: An outline that is filled, as Chromium writes it: where it starts, then its lines and curves.
#: Nothing is tried twice (``++``), for there are megabytes to read.
_OUTLINE = re.compile(rb"(?:[-.\d]++ [-.\d]++ m\n(?:(?:[-.\d]++ )++[lcvy]\n|h\n)++)++f\*?\n")


def share_glyphs(writer: PdfWriter) -> None:
    """Write each outline that is filled several times once, and refer to it."""
    streams = [page["/Contents"].get_object() for page in writer.pages]
    count: Counter[bytes] = Counter()
    for stream in streams:
        count.update(_OUTLINE.findall(stream.get_data()))
    shared = {outline: i for i, (outline, n) in enumerate(count.items()) if n > 1}
    forms: dict[int, Any] = {}
    for page, stream in zip(writer.pages, streams, strict=True):
        used: set[int] = set()

        def refer(found: re.Match[bytes], used: set[int] = used) -> bytes:
            if found[0] not in shared:
                return found[0]
            number = shared[found[0]]
            used.add(number)
            if number not in forms:
                forms[number] = writer._add_object(_form(found[0]))
            return b"/O%d Do\n" % number

        data = _OUTLINE.sub(refer, stream.get_data())
        if not used:
            continue
        new = DecodedStreamObject()
        new.set_data(data)
        page[NameObject("/Contents")] = writer._add_object(new.flate_encode())
        resources = DictionaryObject(page["/Resources"].get_object())
        drawn = DictionaryObject(resources.get("/XObject", DictionaryObject()))
        drawn |= {NameObject(f"/O{number}"): forms[number] for number in used}
        resources[NameObject("/XObject")] = drawn
        page[NameObject("/Resources")] = resources


def _form(outline: bytes) -> Any:
    """An outline as an object of its own, filled with the colour of who refers to it."""
    numbers = [
        [float(one) for one in line.split()[:-1]] for line in outline.splitlines() if b" " in line
    ]
    xs = [x for line in numbers for x in line[::2]]
    ys = [y for line in numbers for y in line[1::2]]
    form = DecodedStreamObject()
    form.set_data(outline)
    form = form.flate_encode()
    form[NameObject("/Type")] = NameObject("/XObject")
    form[NameObject("/Subtype")] = NameObject("/Form")
    # A curve stays within the hull of its points.
    form[NameObject("/BBox")] = ArrayObject(
        FloatObject(one) for one in (min(xs) - 1, min(ys) - 1, max(xs) + 1, max(ys) + 1)
    )
    return form
