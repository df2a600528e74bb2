"""`python -m webapp` is the `jirga` command."""

from webapp.cli import main

main()
