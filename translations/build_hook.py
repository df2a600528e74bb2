"""The wheel's build hook: compiles the catalogues, and puts them and the migrations into the package."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def compile_catalogues(folder: Path) -> list[Path]:
    """Writes the .mo beside every .po below `folder`."""
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        with source.open("rb") as given, target.open("wb") as made:
            write_mo(made, read_po(given, locale=source.parts[-3]))
        written.append(target)
    return written


class CatalogueHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs for `pip install .`, `pip install -e .` and wheels."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """An editable install reads both folders from the checkout, a wheel carries them inside the package."""
        if self.target_name != "wheel":
            return
        root = Path(self.root)
        catalogues = compile_catalogues(root / "translations")
        if version != "standard":
            return
        inside = [*catalogues, root / "migrations"]
        build_data["force_include"].update({str(path): f"webapp/{path.relative_to(root)}" for path in inside})
