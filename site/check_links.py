"""Check every link inside the site, and that no page needs another host."""

from __future__ import annotations

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

# What a browser fetches by itself; an `a` may lead anywhere.
FETCHED = {"script", "link", "img", "iframe", "source", "video", "audio", "embed"}


class Page(HTMLParser):
    """The ids of a page, and its links as `(tag, address, line)`."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids: set[str] = {"", "top"}
        self.links: list[tuple[str, str, int]] = []
        self.feed(path.read_text("utf-8"))

    def handle_starttag(
        self, tag: str, attributes: list[tuple[str, str | None]]
    ) -> None:
        found = dict(attributes)
        self.ids |= {found[key] for key in ("id", "name") if found.get(key)}
        for key in ("href", "src"):
            if found.get(key):
                self.links.append((tag, found[key], self.getpos()[0]))


def faults(folder: Path) -> list[str]:
    """Return a line for each link that leads nowhere or to another host."""
    pages = {path: Page(path) for path in sorted(folder.rglob("*.html"))}
    found = []
    for path, page in pages.items():
        for tag, address, line in page.links:
            place = f"{path.relative_to(folder)}:{line}"
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                if tag in FETCHED and parts.scheme != "data":
                    found.append(f"{place}: {tag} needs another host: {address}")
                continue
            target = (
                (path.parent / unquote(parts.path)).resolve() if parts.path else path
            )
            if not target.is_file():
                found.append(f"{place}: no such page: {address}")
            elif target in pages and unquote(parts.fragment) not in pages[target].ids:
                found.append(f"{place}: no such place in the page: {address}")
    return found


def main(folder: Path) -> int:
    found = faults(Path(folder).resolve())
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
