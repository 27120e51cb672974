# SPDX-License-Identifier: MIT
"""The page: text made safe, tables, figures, sections, and the document around them.

Every function takes plain text or `Html`. Plain text is escaped where it enters the page, so that nothing a store
says (a locus's name, a message) can become markup.
"""
import html
import math
import unicodedata

STYLE = """
:root { --ink: #1d2733; --soft: #5b6776; --line: #d9dee5; --pale: #f5f7f9; --accent: #1f5f8b; --bad: #b3261e; }
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: #fff; font: 15px/1.5 system-ui, "Segoe UI", "Helvetica Neue", Arial,
  "DejaVu Sans", sans-serif; }
header, main, footer { max-width: 72rem; margin: 0 auto; padding: 0 1.5rem; }
header { padding-top: 2rem; }
h1 { font-size: 1.7rem; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.3rem; margin: 2.6rem 0 .6rem; padding-bottom: .3rem; border-bottom: 2px solid var(--accent); }
h3 { font-size: 1.05rem; margin: 1.6rem 0 .4rem; overflow-wrap: anywhere; }
p { max-width: 50rem; margin: .4rem 0 .8rem; }
.lead, .note, figcaption, caption { color: var(--soft); }
.note, figcaption, caption { font-size: .85rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; list-style: none; margin: 1rem 0 0; padding: 0; }
a { color: var(--accent); }
a.skip { position: absolute; left: -999px; }
a.skip:focus { left: 1rem; top: 1rem; background: #fff; padding: .4rem; }
dl.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); gap: .7rem; margin: 1.2rem 0; }
dl.tiles > div { background: var(--pale); border: 1px solid var(--line); border-radius: 6px; padding: .6rem .8rem; }
dl.tiles dt { color: var(--soft); font-size: .8rem; }
dl.tiles dd { margin: 0; font-size: 1.35rem; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
dl.tiles .bad dd { color: var(--bad); }
.scroll { overflow-x: auto; margin: .6rem 0 1rem; }
table { border-collapse: collapse; font-size: .87rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding: 0 0 .3rem; }
th, td { text-align: left; vertical-align: middle; padding: .28rem .8rem .28rem .4rem; border-bottom: 1px solid var(--line); }
thead th { border-bottom: 2px solid var(--line); color: var(--soft); font-weight: 600; vertical-align: bottom; }
th[scope=row] { font-weight: 500; white-space: nowrap; }
td.number, th.number { text-align: right; white-space: nowrap; }
td.long, th[scope=row].long { overflow-wrap: anywhere; white-space: normal; max-width: 44rem; }
td svg { display: block; }
figure { margin: .8rem 0 1.2rem; break-inside: avoid; }
figure svg { max-width: 100%; height: auto; display: block; }
svg text { font-family: system-ui, "Segoe UI", "Helvetica Neue", Arial, "DejaVu Sans", sans-serif; fill: var(--ink); }
.panels { display: flex; flex-wrap: wrap; gap: .4rem 1.4rem; align-items: flex-start; }
.panels figure { margin: .4rem 0; max-width: 100%; }
article { border: 1px solid var(--line); border-radius: 6px; padding: .2rem 1rem .6rem; margin: 1rem 0; }
details { margin: .6rem 0; }
summary { cursor: pointer; color: var(--accent); }
code { font-family: ui-monospace, "DejaVu Sans Mono", Consolas, monospace; font-size: .85em; overflow-wrap: anywhere; }
footer { color: var(--soft); font-size: .85rem; padding-top: 2rem; padding-bottom: 2rem; }
@media print {
  body { font-size: 10pt; }
  header, main, footer { max-width: none; padding-left: 0; padding-right: 0; }
  nav, a.skip { display: none; }
  article, tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .scroll { overflow: visible; }
  details::details-content { content-visibility: visible; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""


class Html(str):
    """Text that is markup already."""


def safe(value):
    """Markup as it is; anything else escaped, its control characters replaced."""
    if isinstance(value, Html):
        return value
    text = "".join("\N{REPLACEMENT CHARACTER}" if unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\t"
                   else letter for letter in str(value))
    return Html(html.escape(text))


def joined(*parts):
    return Html("".join(safe(part) for part in parts if part is not None))


def element(name, *parts, **attributes):
    """<name attributes>parts</name>; an attribute `class_` is `class`, None leaves one out."""
    words = "".join(f' {key.rstrip("_").replace("_", "-")}="{safe(value)}"' for key, value in attributes.items()
                    if value is not None)
    return Html(f"<{name}{words}>{joined(*parts)}</{name}>")


def number(value, digits=3):
    """A number as a table shows it; nothing that is not finite is a number."""
    value = float(value)
    if not math.isfinite(value):
        return "–"
    if value == 0:
        return "0"
    text = f"{value:.{digits}g}"
    if "e" in text and 1e-4 <= abs(value) < 1e6:
        text = f"{value:,.0f}"
    return text.replace("-", "−", 1) if value < 0 else text


def count(value):
    return f"{int(value):,}"


def seconds(value):
    """A duration as a reader says it."""
    if value < 60:
        return f"{value:.1f} s" if value < 10 else f"{value:.0f} s"
    minutes, rest = divmod(round(value), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {rest:02d} s"


def table(headers, rows, caption=None, numbers=(), long=()):
    """The first cell of every row is its heading. `numbers`, `long`: indices of columns set to the right, or wrapped."""
    def kind(column):
        return "number" if column in numbers else "long" if column in long else None
    head = element("tr", *(element("th", header, scope="col", class_=kind(column) if column in numbers else None)
                           for column, header in enumerate(headers)))
    body = (element("tr", element("th", row[0], scope="row", class_=kind(0)),
                    *(element("td", cell, class_=kind(column)) for column, cell in enumerate(row[1:], 1))) for row in rows)
    return element("div", element("table", element("caption", caption) if caption else None, element("thead", head),
                                  element("tbody", *body)), class_="scroll")


def tiles(pairs):
    """Large numbers with their names: (name, value, whether it is bad)."""
    return element("dl", *(element("div", element("dt", name), element("dd", value), class_="bad" if bad else None)
                           for name, value, bad in pairs), class_="tiles")


def figure(drawing, caption=None):
    return element("figure", drawing, element("figcaption", caption) if caption else None)


def legend_of(entries):
    """(name, colour) on one line."""
    return joined(*(joined(Html(f'<span aria-hidden="true" style="color:{colour}">■</span> '), name, Html("&ensp; "))
                    for name, colour in entries))


def panels(*figures):
    return element("div", *figures, class_="panels")


def folded(summary, *parts):
    return element("details", element("summary", summary), *parts)


def note(*parts):
    return element("p", *parts, class_="note")


def section(identity, title, *parts):
    return element("section", element("h2", title, id=identity + "-title"), *parts, id=identity,
                   aria_labelledby=identity + "-title")


def document(title, lead, definitions, sections, footer):
    """The whole file. `sections`: (identity, title, content); `definitions`: SVG that drawings refer to."""
    links = element("nav", element("ul", *(element("li", element("a", name, href=f"#{identity}"))
                                           for identity, name, _ in sections)), aria_label="Sections")
    head = joined(Html('<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'),
                  # Nothing is fetched, whatever a store's text tried; not even the icon that browsers ask for.
                  Html('<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:; '
                       'style-src \'unsafe-inline\'">\n<link rel="icon" href="data:,">\n'),
                  element("title", title), "\n", element("style", Html(STYLE)))
    body = joined(element("a", "Skip to the results", href="#content", class_="skip"), definitions,
                  element("header", element("h1", title), element("p", lead, class_="lead"), links), "\n",
                  element("main", *(joined(section(*each), "\n") for each in sections), id="content"),
                  element("footer", footer))
    return f'<!DOCTYPE html>\n<html lang="en">\n<head>\n{head}\n</head>\n<body>\n{body}\n</body>\n</html>\n'


def settings_of(result):
    """A table of what determined a result's numbers, folded."""
    return folded("What determined the numbers", table(["setting", "value"], sorted(result.provenance().items()), long=(1,)))
