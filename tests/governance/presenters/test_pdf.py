"""HTML as PDF: the same bytes for the same page, tagged, nothing fetched, and an answer where the library is missing."""

import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from governance import pdf_printer
from governance.presenters import pdf

AT = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
PAGE = """<!doctype html><html lang="en"><head><title>{title}</title>
<meta name="dcterms.created" content="2026-03-04T09:30:00Z"><meta name="dcterms.modified" content="2026-03-04T09:30:00Z">
</head><body><h1>{title}</h1><table><thead><tr><th scope="col">Task</th></tr></thead><tbody><tr><td>{said}</td></tr></tbody></table>
</body></html>"""


@pytest.fixture(autouse=True)
def _nothing_kept():
    pdf._printed.cache_clear()


@pytest.fixture
def without_pango(monkeypatch, tmp_path):
    """A machine on which the library cannot be loaded: what the loader finds first under its name is none."""
    for name in ("libpango-1.0.so.0", "libpangoft2-1.0.so.0"):
        (tmp_path / name).write_bytes(b"")
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path))


def page(said="Human review", title="Sheet"):
    return PAGE.format(title=title, said=said)


@pytest.mark.pango
def test_printed_is_tagged_titled_and_says_its_language():
    reader = PdfReader(BytesIO(pdf.printed(page(said="Müller, 山田太郎"), AT)))

    root = reader.trailer["/Root"]
    assert "Müller" in reader.pages[0].extract_text()
    assert "山田太郎" in reader.pages[0].extract_text()
    assert reader.metadata.title == "Sheet"
    assert reader.metadata.creation_date == AT
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()


@pytest.mark.pango
def test_printed_gives_the_same_bytes_again_and_others_for_another_page():
    first = pdf.printed(page(), AT)
    pdf._printed.cache_clear()

    assert pdf.printed(page(), AT) == first
    assert pdf.printed(page(said="QA sampling"), AT) != first


@pytest.mark.pango
def test_printed_keeps_what_was_printed_last():
    first = pdf.printed(page(), AT)

    assert pdf.printed(page(), AT) is first


@pytest.mark.pango
@pytest.mark.parametrize(("rows", "pages"), [(20, 1), (200, None)])
def test_printed_takes_one_page_where_that_can_be_read(rows, pages):
    said = "</td></tr><tr><td>".join(f"Task {number}" for number in range(rows))

    got = len(PdfReader(BytesIO(pdf.printed(page(said=said), AT))).pages)

    assert got == pages if pages else got > 1


@pytest.mark.pango
def test_printed_fetches_nothing(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("Nobody reads this")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/x"
        asks = (
            f'<img src="{secret.as_uri()}" alt=""><img src="{address}" alt=""><object data="{secret.as_uri()}"></object>'
            f'<a rel="attachment" href="{secret.as_uri()}">file</a><style>@import "{address}"; td {{ background: url({address}) }}</style>'
        )
        got = pdf.printed(page(said=asks), AT)
        with pytest.raises(TimeoutError):
            listening.accept()

    reader = PdfReader(BytesIO(got))
    assert list(reader.attachments) == []
    assert list(reader.pages[0].images) == []
    assert b"Nobody reads this" not in got


def test_printed_says_that_the_library_is_missing(without_pango, caplog, capfd):
    with pytest.raises(pdf.PdfError, match="Pango is missing") as refused:
        pdf.printed(page(), AT + timedelta(days=1))

    assert refused.value.missing
    # An operator reads of it on the page; his log is not filled with it.
    assert caplog.records == []
    assert "".join(capfd.readouterr()) == ""


def test_the_portal_starts_without_the_library_and_says_nothing_of_it(without_pango, tmp_path):
    """Nobody who prints nothing needs the library, nor learns that it is missing."""
    code = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'governance.settings'; import django; django.setup();"
        "from django.urls import reverse; reverse('governance:home'); assert 'weasyprint' not in sys.modules"
    )
    ended = subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "-c", code],
        cwd=Path(pdf_printer.__file__).parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


@pytest.mark.pango
def test_the_program_is_told_no_secret(monkeypatch, tmp_path):
    """What it is started with holds neither the key of sessions nor the way to the database."""
    monkeypatch.setenv("SECRET_KEY", "of-the-portal")
    seen = tmp_path / "seen"
    program = tmp_path / "program.py"
    program.write_text(
        "import os, pathlib, sys\n"
        f"pathlib.Path({str(seen)!r}).write_text(repr(dict(os.environ)))\n"
        "sys.stdout.write('%PDF-')\n"
    )
    monkeypatch.setattr(pdf_printer, "__file__", str(program))

    assert pdf.printed(page(), AT) == b"%PDF-"
    assert "of-the-portal" not in seen.read_text()
    assert "SOURCE_DATE_EPOCH" in seen.read_text()


def test_what_goes_wrong_is_noted_and_not_shown(monkeypatch, tmp_path, caplog):
    program = tmp_path / "program.py"
    program.write_text("import sys; sys.stderr.write('the font is broken'); sys.exit(4)")
    monkeypatch.setattr(pdf_printer, "__file__", str(program))

    with pytest.raises(pdf.PdfError, match="It was noted") as refused:
        pdf.printed(page(), AT)

    assert not refused.value.missing
    assert "the font is broken" in caplog.text


def test_a_program_that_does_not_end_is_ended(monkeypatch, tmp_path, caplog):
    program = tmp_path / "program.py"
    program.write_text("import time; time.sleep(60)")
    monkeypatch.setattr(pdf_printer, "__file__", str(program))
    monkeypatch.setattr(pdf, "PATIENCE", 0.3)

    with pytest.raises(pdf.PdfError, match="in time"):
        pdf.printed(page(), AT)
