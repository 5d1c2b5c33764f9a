"""The files of GOV.UK Frontend are the ones that were taken over, and carry nothing of a brand that is not ours."""

import hashlib
import re

import pytest

from commands.vendor_govuk import FOLDER, MANIFEST, BrandLeft, without_brand


def test_every_file_is_as_the_manifest_says_and_none_is_missing() -> None:
    lines = (FOLDER / MANIFEST).read_text(encoding="utf-8").splitlines()
    stated = {name: found for found, name in (line.split("  ") for line in lines)}
    there = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in FOLDER.iterdir()}
    del there[MANIFEST]
    assert there == stated
    assert set(there) == {"govuk-frontend.min.css", "govuk-frontend.min.js", "LICENCE.txt"}


def test_no_font_crest_or_crown_came_along_and_nothing_is_loaded_from_elsewhere() -> None:
    for kind in ("css", "js"):
        text = (FOLDER / f"govuk-frontend.min.{kind}").read_text(encoding="utf-8")
        assert not re.search(r"GDS Transport|@font-face|crown|crest|url\(|sourceMappingURL", text, re.IGNORECASE)
    assert "The MIT License" in (FOLDER / "LICENCE.txt").read_text(encoding="utf-8")


def test_a_trace_of_the_brand_stops_the_one_who_takes_a_new_version_over() -> None:
    fonts = "@font-face{font-family:GDS Transport}"
    assert without_brand(f"{fonts}.a{{font-family:GDS Transport,arial,sans-serif}}") == (
        ".a{font-family:helvetica neue,helvetica,arial,sans-serif}\n"
    )
    with pytest.raises(BrandLeft):
        without_brand(".new{background:url(/assets/images/govuk-crest.svg)}")
