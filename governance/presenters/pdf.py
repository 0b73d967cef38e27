"""HTML printed as PDF, by a program of its own (`governance/pdf_printer.py`), so that the same HTML gives the same bytes."""

import hashlib
import json
import logging
import os
import subprocess
import sys
import threading
from datetime import datetime
from functools import lru_cache

from django.conf import settings

from governance import pdf_printer

PATIENCE = 60.0  # seconds
# What the program and its libraries need of ours; nothing of it is secret.
_PASSED_ON = (
    *("PATH", "HOME", "LANG", "LC_ALL", "SYSTEMROOT", "TMPDIR"),
    *("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "WEASYPRINT_DLL_DIRECTORIES"),
    *("FONTCONFIG_FILE", "FONTCONFIG_PATH", "XDG_CACHE_HOME"),
)
_log = logging.getLogger(__name__)
# One after the other in each web process: a PDF takes a processor for two to three seconds.
_turn = threading.Lock()


class PdfError(Exception):
    """No PDF came of it. The sentence is for whoever asked."""

    def __init__(self, sentence: str, *, missing: bool) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.missing = missing


def printed(html: str, at: datetime) -> bytes:
    """The page as PDF, dated at that moment. Raises PdfError."""
    return _printed(html, int(at.timestamp()))


@lru_cache(maxsize=16)
def _printed(html: str, epoch: int) -> bytes:
    """Kept for a while: whoever asks twice for the same gets the same bytes anyway."""
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    asked = {"html": html, "identifier": hashlib.sha256(html.encode()).hexdigest()[:32]}
    if not _turn.acquire(timeout=PATIENCE):
        raise PdfError("Others are being printed. Try again in a minute.", missing=False)
    try:
        ended = subprocess.run(
            [sys.executable, "-I", pdf_printer.__file__],
            input=json.dumps(asked).encode(),
            env={**environment, "SOURCE_DATE_EPOCH": str(epoch)},
            cwd=settings.BASE_DIR,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        _log.warning("no PDF: %s", error)
        raise PdfError("It could not be printed in time. Try again in a minute.", missing=False) from error
    finally:
        _turn.release()
    if ended.returncode == pdf_printer.MISSING:
        raise PdfError("This server writes no PDF: the library Pango is missing on it.", missing=True)
    if ended.returncode or not ended.stdout.startswith(b"%PDF-"):
        _log.error("no PDF: %s", ended.stderr.decode(errors="replace")[-2000:])
        raise PdfError("It could not be printed. It was noted.", missing=False)
    return ended.stdout
