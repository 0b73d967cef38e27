"""A program of its own that prints one page of HTML as PDF: from standard input to standard output.

Only `presenters/pdf.py` starts it, with nothing in its environment that is secret. The library calls C code that is not made
for threads: were it to crash in a web process, everybody's requests would end with it. It also says on the standard
output what it misses, which belongs into no log of ours. Nothing of the house is imported here.
"""

import contextlib
import json
import sys
from typing import Any, NoReturn

MISSING, FAILED = 3, 4
# One page where a size that can still be read gives one; else as many as the first of them takes.
SIZES = ("8pt", "7.25pt")


def main() -> int:
    asked = json.load(sys.stdin)
    # What the library prints while it looks for others is no part of a PDF.
    with contextlib.redirect_stdout(sys.stderr):
        try:
            import weasyprint
        except Exception as error:
            # OSError where Pango is absent, ImportError where the package is, others where one is too old.
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
            return MISSING
        try:
            printed = _print(weasyprint, asked["html"], bytes.fromhex(asked["identifier"]))
        except Exception as error:
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
            return FAILED
    sys.stdout.buffer.write(printed)
    return 0


def _print(weasyprint: Any, html: str, identifier: bytes) -> bytes:
    class Nothing(weasyprint.urls.URLFetcher):
        """Nothing is fetched: no address, no file, no data."""

        def fetch(self, url: str, *_rest: object, **_more: object) -> NoReturn:
            raise ValueError("nothing is fetched")

    document = weasyprint.HTML(string=html, url_fetcher=Nothing())
    options = {"pdf_variant": "pdf/ua-1"}
    sizes = (weasyprint.CSS(string=f"html {{ font-size: {size} }}", url_fetcher=Nothing()) for size in SIZES)
    layouts = (document.render(stylesheets=[size], **options) for size in sizes)
    first = next(layouts)
    fitting = first if len(first.pages) == 1 else next((one for one in layouts if len(one.pages) == 1), first)
    return bytes(fitting.write_pdf(pdf_identifier=identifier, **options))


if __name__ == "__main__":
    sys.exit(main())
