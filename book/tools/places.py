"""A Sphinx extension: where in the book claims, verdicts, symbols, domains and references stand.

A card is the output of a cell, which does not know the book. Once every chapter is read, its links
``#claim-ID``, ``#verdict-ID``, ``#symbol-NAME``, ``#domain-NAME``, ``#cite-KEY``, ``#page-NAME``,
``#code-NAME`` and ``#command-NAME`` are led to where these stand, the last two to the pages of the
Python interface and of the command line; and each card says which claims use it. In chapters,
``[](#claim-ID)`` links to a card, by its title.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util import logging

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

logger = logging.getLogger(__name__)

_PLACE = re.compile(
    r'<(?:article|tr|section) [^>]*?id="((?:claim|domain|verdict|symbol)-[A-Za-z0-9_-]+)"([^>]*)>'
)
_RESTS = re.compile(r'data-rests-on="([^"]*)"')
_LINK = re.compile(
    r'<a href="#((claim|domain|verdict|symbol|cite|page|code|command)-([^"]+))">(.*?)</a>',
    re.DOTALL,
)
#: Users of a claim that its card lists; more are folded.
FEW = 6

_CARD = re.compile(r'(<article class="claim-card" id="claim-([a-z0-9-]+)".*?)<!-- used by -->')


def places(environment: BuildEnvironment) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Document of each place, and the claims that the claim there rests on."""
    if not hasattr(environment, "icl_places"):
        environment.icl_places = {}
    return environment.icl_places


def purge(app: Sphinx, environment: BuildEnvironment, document: str) -> None:
    """Forget what stood in a document that is read again."""
    known = places(environment)
    for name in [name for name, (where, _) in known.items() if where == document]:
        del known[name]


def merge(
    app: Sphinx, environment: BuildEnvironment, documents: set[str], other: BuildEnvironment
) -> None:
    """Take over what another process has read."""
    known = places(environment)
    known |= {name: place for name, place in places(other).items() if place[0] in documents}


def collect(app: Sphinx, document: nodes.document) -> None:
    """Remember the places of a document, and name its claims as targets of references."""
    environment = app.env
    standard = environment.get_domain("std")
    for raw in document.findall(nodes.raw):
        for name, rest in _PLACE.findall(raw.astext()):
            if name in places(environment):
                other = places(environment)[name][0]
                logger.warning(
                    "%s stands in %s, too", name, other, location=environment.docname, type="places"
                )
            rests = _RESTS.search(rest)
            on = tuple(rests[1].split()) if rests else ()
            places(environment)[name] = environment.docname, on
            if not name.startswith(("claim-", "domain-")):
                continue
            standard.anonlabels[name] = environment.docname, name
            standard.labels[name] = environment.docname, name, _title(name)


def resolve(app: Sphinx, document: nodes.document, name: str) -> None:
    """Lead the links of a document to where they belong, and fill in what uses a claim."""
    users: dict[str, list[str]] = {}
    for user, (_, grounds) in places(app.env).items():
        for ground in grounds:
            users.setdefault(ground, []).append(user.removeprefix("claim-"))
    for raw in document.findall(nodes.raw):
        text = raw.astext()
        if "<a href=" not in text and "<!-- used by" not in text:
            continue
        text = _CARD.sub(lambda found: found[1] + _used_by(users.get(found[2], [])), text)
        text = _LINK.sub(lambda found: _led(app, name, *found.groups()), text)
        if text != raw.astext():
            new = nodes.raw("", text, **{k: v for k, v in raw.attributes.items() if v})
            raw.replace_self(new)


def _used_by(users: list[str]) -> str:
    from icl_theory.display.html import line, link
    from icl_theory.verify.registry import claims

    if not users:
        return ""
    said = ", ".join(
        link(f"claim-{user}", line(claims()[user].heading)) for user in claims() if user in users
    )
    if len(users) > FEW:
        return f"<details><summary>Used by {len(users)} claims</summary><p>{said}.</p></details>"
    return f'<p class="claim-uses">Used by: {said}.</p>'


def _led(app: Sphinx, source: str, target: str, kind: str, name: str, inner: str) -> str:
    if kind == "cite":
        cited = app.env.get_domain("cite").citations
        found = [c for c in cited if c.key == name]
        if found:
            uri = app.builder.get_relative_uri(source, found[0].bibliography_key.docname)
            label = f"[{found[0].formatted_entry.label}]"
            return f'<a href="{uri}#{found[0].citation_id}">{label}</a>'
    elif kind == "page":
        if name in app.env.found_docs:
            return f'<a href="{app.builder.get_relative_uri(source, name)}">{inner}</a>'
    elif kind == "code":
        described = app.env.get_domain("py").objects.get(name)
        if described is not None:
            uri = app.builder.get_relative_uri(source, described.docname)
            return f'<a href="{uri}#{described.node_id}">{inner}</a>'
    elif kind == "command":
        # A section of that page; whether it is there the check of links sees.
        if "command_line" in app.env.found_docs:
            uri = app.builder.get_relative_uri(source, "command_line")
            return f'<a href="{uri}#{name}">{inner}</a>'
    elif target in places(app.env):
        uri = app.builder.get_relative_uri(source, places(app.env)[target][0])
        return f'<a href="{uri}#{target}">{inner}</a>'
    logger.warning("%s stands nowhere in the book", target, location=source, type="places")
    return inner


def _title(name: str) -> str:
    from icl_theory.verify.registry import claims

    kind, _, identifier = name.partition("-")
    known = claims().get(identifier) if kind == "claim" else None
    return known.title if known else identifier.replace("-", " ")


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect to the steps of a build."""
    app.connect("env-purge-doc", purge)
    app.connect("env-merge-info", merge)
    app.connect("doctree-read", collect)
    app.connect("doctree-resolved", resolve)
    return {"version": "1", "env_version": 1, "parallel_read_safe": True}
