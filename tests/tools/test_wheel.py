"""The wheel is the whole product: what a room keeps beside its code goes with it."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import denghuo
from denghuo.web.translations import LANGUAGES, compile_catalogue

pytestmark = pytest.mark.no_postgres
PACKAGE = Path(denghuo.__file__).parent
ROOT = PACKAGE.parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """A wheel made of this checkout, as ``python3 run.py wheel`` makes it."""
    for language in LANGUAGES:
        compile_catalogue(language)
    folder = tmp_path_factory.mktemp("dist")
    made = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    [file] = folder.glob("*.whl")
    return zipfile.ZipFile(file)


def metadata(wheel: zipfile.ZipFile) -> Message:
    [name] = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
    return message_from_bytes(wheel.read(name))


def test_every_file_of_the_package_is_in_it(wheel: zipfile.ZipFile) -> None:
    here = {
        str(file.relative_to(PACKAGE.parent))
        for file in PACKAGE.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts and file.name != "installed"
    }
    there = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert there == here
    for language in LANGUAGES:
        assert f"denghuo/locale/{language}/LC_MESSAGES/django.mo" in there


def test_it_asks_for_what_the_locks_are_made_of(wheel: zipfile.ZipFile) -> None:
    lines = (ROOT / "requirements" / "run.in").read_text(encoding="utf-8").splitlines()
    locked = {str(Requirement(line)) for line in lines if line and not line.startswith("#")}
    asked = [str(Requirement(one)) for one in metadata(wheel).get_all("Requires-Dist", [])]
    assert {one for one in asked if "extra ==" not in one} == locked
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = {
        str(Requirement(f"{one} ; extra == {name!r}"))
        for name, needed in declared["project"]["optional-dependencies"].items()
        for one in needed
    }
    assert {one for one in asked if "extra ==" in one} == extras
    assert declared["project"]["version"] == metadata(wheel)["Version"]


def test_the_command_line_is_in_it(wheel: zipfile.ZipFile) -> None:
    [name] = [name for name in wheel.namelist() if name.endswith("entry_points.txt")]
    assert b"denghuo = denghuo.__main__:main" in wheel.read(name)
