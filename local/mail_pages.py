"""The mailbox's pages. Whatever comes out of a message is escaped; its HTML is shown in a frame that may do nothing."""

import html
import re
from collections.abc import Iterable
from email.message import EmailMessage

from local.mail_folder import Entry, header, text_of

SHOWN = 200
"""Rows of the list on one page."""
_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")
STYLE = """
body { font: 18px/1.5 Helvetica, Arial, sans-serif; color: #0b0c0c;
  max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .4rem 1rem .4rem 0; border-bottom: 1px solid #b1b4b6 }
caption { text-align: left; padding-bottom: .5rem }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #f3f2f1; padding: 1rem }
iframe { width: 100%; height: 30rem; border: 1px solid #b1b4b6 }
input, button { font: inherit; padding: .2rem .5rem }
a { color: #1d70b8 }
a:focus, button:focus, input:focus { outline: 3px solid #fd0 }
"""


def page(title: str, body: str) -> str:
    """A whole page; `title` is text, `body` is HTML."""
    return (
        f'<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="stylesheet" href="/style.css"></head><body><main>'
        f"<h1>{html.escape(title)}</h1>{body}</main></body></html>"
    )


def list_page(entries: list[Entry], search: str, first: int) -> str:
    """Letters from the `first` (counted from 0) on, the newest first."""
    shown = entries[first : first + SHOWN]
    rows = "".join(_row(entry) for entry in shown)
    table = (
        f"<table><caption>{_counted(len(entries))}{_matching(search)}, the newest first</caption><thead><tr>"
        '<th scope="col">To</th><th scope="col">Subject</th><th scope="col">Sent</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )
    form = (
        '<form role="search" method="post" action="/"><label for="q">Recipient or subject</label> '
        f'<input id="q" name="q" value="{html.escape(search)}"> <button>Search</button></form>'
    )
    intro = "<p>Every letter that the service sends ends here. Nothing leaves this machine.</p>"
    return page("Mailbox", intro + form + table + _older(len(entries), search, first))


def message_page(number: int, message: EmailMessage) -> str:
    """One message: its headers, its text, its HTML in a frame, and attachments that are text."""
    names = ("From", "To", "Date", "Subject", "Message-ID")
    rows = "".join(
        f'<tr><th scope="row">{name}</th><td>{html.escape(header(message, name))}</td></tr>' for name in names
    )
    parts = "".join(_part(number, part) for part in leaves(message))
    back = f'<p><a href="/">All letters</a> · <a href="/mail/{number}/source">Source</a></p>'
    return page(header(message, "Subject") or "(no subject)", f"{back}<table><tbody>{rows}</tbody></table>{parts}")


def html_of(message: EmailMessage) -> str | None:
    """The HTML of a message as its sender wrote it, or None. Only ever serve it sandboxed."""
    return next((text_of(part) for part in leaves(message) if _is_html(part)), None)


def leaves(message: EmailMessage) -> Iterable[EmailMessage]:
    return (part for part in message.walk() if isinstance(part, EmailMessage) and not part.is_multipart())


def _part(number: int, part: EmailMessage) -> str:
    name = html.escape(part.get_filename() or part.get_content_type())
    if _is_html(part):
        return (
            f'<h2>HTML</h2><iframe sandbox src="/mail/{number}/html" title="The letter as HTML"></iframe>'
            f"<details><summary>Its source</summary><pre>{html.escape(text_of(part))}</pre></details>"
        )
    if part.get_content_maintype() == "text":
        title = "Text" if part.get_content_type() == "text/plain" and not part.get_filename() else name
        return f"<h2>{title}</h2><pre>{_with_links(text_of(part))}</pre>"
    return f"<h2>{name}</h2><p>{html.escape(part.get_content_type())}, not shown. It is in the source.</p>"


def _is_html(part: EmailMessage) -> bool:
    return part.get_content_type() == "text/html" and not part.get_filename()


def _with_links(text: str) -> str:
    """Escaped text whose web addresses can be followed, as a mail program shows it."""
    pieces, end = [], 0
    for match in _LINK.finditer(text):
        address = html.escape(match.group())
        pieces += [html.escape(text[end : match.start()]), f'<a href="{address}" rel="noreferrer">{address}</a>']
        end = match.end()
    return "".join([*pieces, html.escape(text[end:])])


def _row(entry: Entry) -> str:
    subject = html.escape(entry.subject or "(no subject)")
    return (
        f'<tr><td>{html.escape(entry.to)}</td><td><a href="/mail/{entry.number}">{subject}</a></td>'
        f"<td>{html.escape(entry.sent)}</td></tr>"
    )


def _counted(number: int) -> str:
    return "1 letter" if number == 1 else f"{number} letters"


def _matching(search: str) -> str:
    return f" with “{html.escape(search)}”" if search else ""


def _older(number: int, search: str, first: int) -> str:
    following = first + SHOWN
    if following >= number:
        return ""
    return (
        f'<form method="post" action="/"><input type="hidden" name="q" value="{html.escape(search)}">'
        f'<button name="from" value="{following}">Older letters</button></form>'
    )
