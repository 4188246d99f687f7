"""The command line: ``denghuo COMMAND``.

denghuo demo              prepare a demo region and serve it
denghuo serve             serve the site: web and worker
denghuo worker            background jobs alone
denghuo migrate           bring the tables up to date
denghuo audit verify      walk the audit chain
denghuo backup            copy the embedded database while it serves
denghuo restore FILE      put a copy back
denghuo jobs list         dead letters and what waits
denghuo policy …          check, explain, sweep, compare policies
denghuo facts import FILE bring in a file of facts from another office
denghuo api-key …         make, list, revoke the keys by which programs sign in
denghuo bank-stand-in …   a made-up bank answers a payment file, for a demo
denghuo demo-files        files with faults to try on the desks of a demo
denghuo help              all commands; denghuo help COMMAND explains one
"""

from __future__ import annotations

import os
import sys

from denghuo.platform.demo_environment import prepare_demo_environment


def main() -> None:
    """Hand over to Django's commands; ``demo`` gets its own environment first."""
    arguments = sys.argv[1:]
    if not arguments or arguments[0] in {"-h", "--help"}:
        print(__doc__)
        raise SystemExit(0 if arguments else 2)
    if arguments[0] == "demo":
        prepare_demo_environment()
    if not arguments[0].startswith("-"):
        arguments[0] = arguments[0].replace("-", "_")  # a command is a module, named as those are
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "denghuo.project.settings")
    # Only now: importing Django's commands reads the settings, and those the environment.
    from django.core.management import execute_from_command_line  # noqa: PLC0415

    execute_from_command_line(["denghuo", *arguments])


if __name__ == "__main__":
    main()
