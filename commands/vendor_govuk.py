"""`python -m commands.vendor_govuk`: fetches GOV.UK Frontend anew into `web/static/govuk`. Maintainers only, needs npm.

The code is MIT, the brand is not ours: a service that is not on GOV.UK uses the design system without its fonts, crest,
crown and icons (GOV.UK guidance, "Use of GOV.UK domains and the GOV.UK Design System"). So they are taken out here.
"""

import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VERSION = "6.3.0"
"""The one that govuk-frontend-jinja 4.1.0 writes its markup for."""
FOLDER = Path(__file__).parents[1] / "web" / "static" / "govuk"
MANIFEST = "SHA256SUMS"
_IN_PACKAGE = "package/dist/govuk"
_FONTS = "helvetica neue,helvetica,arial,sans-serif"
_FONT_FACE = re.compile(r"@font-face\{[^}]*\}")
_CREST = re.compile(r"[^{}]*\.govuk-footer__(?:copyright-logo|crown)[^{}]*\{[^{}]*\}")
_EMPTY_BLOCK = re.compile(r"@(?:media|supports)[^{}]*\{\}")
_SOURCE_MAP = re.compile(r"\s*(?://# sourceMappingURL=\S*|/\*# sourceMappingURL=[^*]*\*/)\s*$")
_BRAND = re.compile(r"GDS Transport|@font-face|crown|crest|/assets/", re.IGNORECASE)
_LICENCE = """\
GOV.UK Frontend {version}, without its fonts, images and brand.

The MIT License (MIT)

Copyright (C) 2017 Crown Copyright (Government Digital Service)

Permission is hereby granted, free of charge, to any person obtaining a copy of
this software and associated documentation files (the "Software"), to deal in
the Software without restriction, including without limitation the rights to
use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies
of the Software, and to permit persons to whom the Software is furnished to do
so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
"""


class BrandLeft(Exception):
    """Something of the brand is still in the file; the patterns above do not fit this version."""


def without_brand(css: str) -> str:
    """The style sheet without fonts, crest and crown. Raises BrandLeft when a trace remains."""
    plain = _FONT_FACE.sub("", css).replace("GDS Transport,arial,sans-serif", _FONTS)
    plain = _EMPTY_BLOCK.sub("", _CREST.sub("", plain))
    plain = _SOURCE_MAP.sub("", plain) + "\n"
    if trace := _BRAND.search(plain):
        raise BrandLeft(plain[max(0, trace.start() - 80) : trace.end() + 80])
    return plain


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run(["npm", "pack", f"govuk-frontend@{VERSION}"], cwd=scratch, check=True, stdout=subprocess.DEVNULL)
        with tarfile.open(next(Path(scratch).glob("*.tgz"))) as archive:
            css, script = (_text(archive, f"{_IN_PACKAGE}/govuk-frontend.min.{kind}") for kind in ("css", "js"))
    files = {
        "govuk-frontend.min.css": without_brand(css),
        "govuk-frontend.min.js": _SOURCE_MAP.sub("", script) + "\n",
        "LICENCE.txt": _LICENCE.format(version=VERSION),
    }
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    sums = [f"{hashlib.sha256(text.encode()).hexdigest()}  {name}\n" for name, text in sorted(files.items())]
    (FOLDER / MANIFEST).write_text("".join(sums), encoding="utf-8")


def _text(archive: tarfile.TarFile, name: str) -> str:
    member = archive.extractfile(name)
    if member is None:
        sys.exit(f"The package has no {name}.")
    return member.read().decode()


if __name__ == "__main__":
    main()
