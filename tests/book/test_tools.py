"""The tools that build the book: what they refuse, and what makes the build fail."""

from __future__ import annotations

import base64
import importlib
import json
import logging
import math
import re
import subprocess
import sys
import time
import zlib
from pathlib import Path

import pytest

from icl_theory.figures.interactive import Plot, Series

ROOT = Path(__file__).resolve().parents[2]
BOOK = ROOT / "book"


@pytest.fixture(scope="module")
def tool():
    """Import a module of book/tools, which is no package."""
    sys.path.insert(0, str(BOOK / "tools"))
    yield importlib.import_module
    sys.path.remove(str(BOOK / "tools"))


@pytest.mark.parametrize(
    "fragment",
    [
        '<script src="https://elsewhere.example/x.js"></script>',
        "<script src=//elsewhere.example/x.js></script>",
        '<link rel="stylesheet" href="http://elsewhere.example/x.css">',
        '<link rel="preconnect" href="https://elsewhere.example">',
        '<img src="x.png" srcset="x.png 1x, https://elsewhere.example/x.png 2x">',
        "<style>@import 'https://elsewhere.example/x.css'</style>",
        "<p style='background: url(https://elsewhere.example/x.png)'>x</p>",
        '<iframe src="https://elsewhere.example"></iframe>',
    ],
)
def test_a_foreign_resource_is_found(tool, fragment):
    assert len(tool("pages").foreign_in_page(f"<html><body>{fragment}</body></html>")) == 1


@pytest.mark.parametrize(
    "fragment",
    [
        '<a href="https://elsewhere.example">a link</a>',
        '<link rel="canonical" href="https://elsewhere.example">',
        '<script src="_static/x.js"></script>',
        '<img src="data:image/png;base64,AAAA">',
        "<img src=\"data:image/svg+xml,%3Csvg d='M 1,//2'/%3E\">",
        "<p>url(https://elsewhere.example)</p>",
    ],
)
def test_a_local_resource_or_a_link_is_not_foreign(tool, fragment):
    assert tool("pages").foreign_in_page(f"<html><body>{fragment}</body></html>") == []


def test_a_link_that_leads_nowhere_is_found(tool, tmp_path):
    (tmp_path / "a.html").write_text(
        '<a href="b.html#x">there</a> <a href="c.html">not there</a> <a href="#y">not here</a>'
        '<a href="mailto:a@b.example">mail</a> <img src="d.png"> <a href="#">top</a>'
        '<a href="b.html#z">no such place</a> <p id="here"><a href="#here">here</a>'
    )
    (tmp_path / "b.html").write_text("<a href='a.html#here' id='x'>back</a>")
    found = ["a.html: c.html", "a.html: #y", "a.html: d.png", "a.html: b.html#z"]
    assert tool("pages").broken_links(tmp_path) == found


def test_text_is_searchable_section_by_section(tool):
    page = (
        '<article class="bd-article"><section id="one"><h1>One<a class="headerlink" href="#one">#'
        r"</a></h1><p>Text with <span>\(\sqrt{\tau_1}\)</span>.<br><script>no()</script>"
        '<section id="two"><h2>Two</h2><p>More.</p><article class="claim-card" id="claim-c">'
        '<p class="claim-title">Claimed</p><p>Proof.</p></article><p>After.</p></section></section>'
        "</article><p>Footer.</p>"
    )
    assert tool("search").sections("a.html", page) == [
        {"where": "a.html#one", "heading": "One", "text": "Text with √τ_1.", "title": "One"},
        {"where": "a.html#two", "heading": "Two", "text": "More. After.", "title": "One"},
        {"where": "a.html#claim-c", "heading": "Claimed", "text": "Proof.", "title": "One"},
    ]


def test_printed_sentences_are_told_from_columns(tool):
    output = '<div class="output stream ansi"><div class="highlight"><pre><span></span>{}</pre>'
    said = tool("outputs").marked(output.format("tau =  1: 0.5\n  and more\n"))
    assert 'class="output stream ansi in-words"' in said
    lines = re.findall(r'<span class="printed">(.*?)</span>', said, re.DOTALL)
    assert lines == ["tau =  1: 0.5\n", "  and more\n"]
    for other in ("tau  error\n1    0.5\n", "a <b>b</b>\n"):
        assert tool("outputs").marked(output.format(other)) == output.format(other)


def test_a_page_says_how_it_is_cited_and_offers_its_notebook(tool, tmp_path):
    html, executed = tmp_path / "html", tmp_path / "jupyter_execute"
    html.mkdir()
    executed.mkdir()
    (executed / "a.ipynb").write_text("{}")
    (html / "a.html").write_text(
        '<li><a href="_sources/a.md" target="_blank"\n title="Download source file">.md<'
        "/a>\n</li>"
        "<h1>Errors</h1><article>"
        '<h1><span>1. </span>Errors &amp; more<a class="headerlink">#</a></h1>'
        '<article class="claim-card">Card</article></article>'
    )
    tool("colophon").run(html, tmp_path, "The book")
    text = (html / "a.html").read_text()
    assert "“1. Errors &amp; more”, in <em>The book</em>" in text
    # At the end of the page, and not of the first card in it.
    assert text.index("cite-page") > text.index("Card</article>")
    assert '<a href="_sources/a.ipynb" download' in text
    assert (html / "_sources" / "a.ipynb").read_text() == "{}"


def drawing(body: str, speech: str) -> dict[str, str]:
    size = {"width": "1ex", "align": "0", "box": "0 0 1 1"}
    return {"body": body, "speech": speech} | size


@pytest.fixture
def drawings(tool):
    """What MathJax would have drawn."""
    return tool("typeset").Drawings(
        {
            ("x", False): drawing('<use href="#I-78"/>', "x"),
            ("a < b", False): drawing('<use href="#I-61*0.707" x="3"/>', "a is less than b"),
            ("y", True): drawing('<use href="#I-79"/>', "y"),
            # The middle of a tall bracket.
            ("[z", False): drawing('<svg><use href="#S4-1" transform="scale(1,2)"/></svg>', "z"),
        },
        {"I-78": "M1", "I-61": "M2", "I-79": "M3", "S4-1": "M4"},
    )


def test_formulas_are_drawn_where_they_stand(tool, drawings):
    page = (
        r'<body><p>Let (<span class="math notranslate">\(x\)</span>, and '
        r'<span class="math">\(a &lt; b\)</span>) and <span class="math">\(x\)</span>:</p>'
        '<div class="math notranslate" id="equation-e">\n<span class="eqno">(1)'
        '<a class="headerlink" href="#equation-e">#</a></span>\\[y\\]</div></body>'
    )
    drawn = tool("typeset").typeset(page, drawings)
    assert list(tool("typeset").formulas(page)) == [
        ("x", False),
        ("a < b", False),
        ("x", False),
        ("y", True),
    ]
    assert not re.search(r"\\[(\[]", drawn)
    assert 'aria-label="a is less than b"' in drawn
    assert 'data-tex="a &lt; b"' in drawn
    assert 'id="equation-e">\n<span class="eqno">(1)<a class="headerlink"' in drawn
    # Glyphs are defined once, scaled ones apart; the formula that is there twice is, too.
    assert re.findall(r'<path id="(\w+)"( transform="[^"]*")? d="(\w+)"', drawn) == [
        ("m0", ' transform="scale(0.707)"', "M2"),
        ("m1", "", "M1"),
        ("m2", "", "M3"),
    ]
    assert drawn.count('href="#m1"') == 1
    assert drawn.count('href="#f0"') == 2
    # Punctuation does not part from its formula, nor from a link that ends with one.
    link = r'<body><a href="#"><span class="math">\(x\)</span></a>, and</body>'
    assert '<a href="#"><span class="together"><span class="math">' in tool("typeset").typeset(
        link, drawings
    )
    assert re.search(r'<span class="together">\(<span class="math[^,]*</span>,</span>', drawn)


def piece(body: str, width: str) -> dict[str, str]:
    return {"body": body, "width": width, "align": "-1ex", "box": "0 0 1 1"}


@pytest.fixture
def wide(drawings):
    """A formula in pieces, one of them wide, and in brackets."""
    within = [piece('<use href="#I-61"/>', "20ex"), piece('<use href="#I-79"/>', "40ex")]
    parts = [piece('<use href="#I-78"/>', "10ex"), {"parts": within}]
    drawings.formulas |= {
        ("w", display): {"speech": "long", "lines": [{"from": "3ex", "parts": parts}]}
        for display in (True, False)
    }
    return drawings


@pytest.mark.parametrize("display", [True, False])
def test_a_wide_formula_is_set_in_lines(tool, wide, display):
    mathematics = (
        r'<div class="math">\[w\]</div>' if display else r'<span class="math">\(w\)</span>,'
    )
    drawn = tool("typeset").typeset(f"<body>{mathematics}</body>", wide)
    assert len(re.findall('<svg class="tex"', drawn)) == 3
    # It is read, and copied, once.
    assert drawn.count('role="img" aria-label="long"') == drawn.count('data-tex="w"') == 1
    assert drawn.count('<svg class="tex" aria-hidden="true"') == 2
    # What may be wider than a phone scrolls by itself, and shrinks before.
    assert re.search(
        r'<span class="math-piece" style="vertical-align:-1ex"><svg [^>]*--least:30', drawn
    )
    assert drawn.count("math-piece") == drawn.count("--least") == 1
    assert drawn.count("math-group") == 1
    assert ('math-group" style="--wide:60.0ex"' in drawn) == display
    assert ("--wide:73.0ex" in drawn and "--from:3ex" in drawn) == display
    assert drawn.count("in-lines") == display


def test_a_long_page_keeps_pieces_aside(tool, wide, monkeypatch):
    monkeypatch.setattr(tool("typeset"), "HEAVY", 0)
    drawn = tool("typeset").typeset(r'<body><span class="math">\(w\)</span></body>', wide)
    packed = re.search(r'<script type="application/zlib" id="drawings">(.*?)</script>', drawn)[1]
    aside = json.loads(zlib.decompress(base64.b64decode(packed)))
    assert list(aside["formulas"].values()) == [
        ["w", "{m1 0 0}", "long"],
        ["", "{m0 0 0}"],
        ["", "{m2 0 0}"],
    ]


def test_a_long_page_keeps_its_drawings_aside(tool, drawings, monkeypatch):
    monkeypatch.setattr(tool("typeset"), "HEAVY", 0)
    long = "x &lt; 1, " * 20
    page = (
        r'<body><span class="math">\(x\)</span> <span class="math">\(a &lt; b\)</span>'
        r'<span class="math">\([z\)</span>'
        f'<button data-copy="{long}"></button><button data-copy="short"></button></body>'
    )
    drawn = tool("typeset").typeset(page, drawings)
    packed = re.search(r'<script type="application/zlib" id="drawings">(.*?)</script>', drawn)[1]
    aside = zlib.decompress(base64.b64decode(packed))
    assert json.loads(aside) == {
        "formulas": {
            "f0": ["x", "{m1 0 0}", "x"],
            "f1": ["a < b", "{m0 3 0}", "a is less than b"],
            "f2": ["[z", '<svg><use href="#m2" transform="scale(1,2)"/></svg>', "z"],
        },
        "glyphs": '<path id="m0" transform="scale(0.707)" d="M2"/><path id="m1" d="M1"/>'
        '<path id="m2" d="M4"/>',
        "copies": ["x < 1, " * 20],
    }
    assert drawn.count("<use") == 3
    assert '<button data-packed="0"></button><button data-copy="short">' in drawn


def test_a_label_on_a_long_page_is_drawn_at_once(tool, drawings, monkeypatch):
    monkeypatch.setattr(tool("typeset"), "HEAVY", 0)
    plot = Plot([Series("$x$", [1], [1])], x="sequences", y="error")
    page = rf'<body><span class="math">\(a &lt; b\)</span>{plot._repr_html_()}</body>'
    drawn = tool("typeset").typeset(page, drawings)
    defined = re.search(r'<defs id="drawn">(.*?)</defs>', drawn)[1]
    assert re.fullmatch(r'<path id="m1" d="M1"/><g id="f\d"[^>]*><use href="#m1"/></g>', defined)


def test_icons_are_drawn(tool, tmp_path):
    (tmp_path / "solid").mkdir()
    icon = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 2"><path d="M0"/></svg>'
    (tmp_path / "solid" / "sun.svg").write_text(icon)
    text = '<i class="theme-switch fa-solid fa-sun fa-lg" data-mode="light"></i>'
    assert tool("assets").with_icons(text, tmp_path) == (
        '<i class="icon theme-switch icon-lg" data-mode="light">'
        '<svg viewBox="0 0 1 2" aria-hidden="true"><path d="M0"/></svg></i>'
    )


def test_a_page_has_no_header_without_words(tool):
    table = '<th class="head"><p></p></th><th></th><th><p>a</p></th>'
    expected = '<td class="head"></td><td></td><th><p>a</p></th>'
    assert tool("assets").accessible(table) == expected


def test_a_label_of_a_plot_may_have_formulas(tool, drawings):
    plot = Plot([Series("<b> $x$", [1], [1])], x="$a < b$", y="error")
    page = f"<body>{plot._repr_html_()}</body>"
    text = tool("typeset").typeset(page, drawings)
    spec = json.loads(re.search(r'<script type="application/json">(.*?)</script>', text)[1])
    assert spec["x"]["label"] == "$a < b$"
    assert spec["x"]["label_html"].startswith("<svg")
    assert spec["series"][0]["label_html"].startswith("&lt;b&gt; <svg")
    assert "label_html" not in spec["y"]
    # Its drawing is in the page, glyphs and all.
    assert re.search(r'<g id="f0"[^>]*><use href="#m', text)


@pytest.mark.parametrize(
    ("words", "set_as"),
    [
        ("e_ICL, κ = 0.5", r"$e_{\mathrm{ICL}}$, $\kappa$ = 0.5"),
        ("α* at τλ/ξ", r"$\alpha^\star$ at $\tau \lambda$/$\xi$"),
        ("e_T against α_T", r"$e_{T}$ against $\alpha_{T}$"),
        ("α^{1/2} M_κ(ν), d^(-1/2)", r"$\alpha^{1/2}$ $M_{\kappa}$($\nu$), $d^{-1/2}$"),
        ("(a) A map, d = 10, of the tasks&#x27; R", r"(a) A map, $d$ = 10, of the tasks&#x27; $R$"),
        ("task-generalisation gap", "task-generalisation gap"),
        ("$x$ at κ", "$x$ at κ"),
        ("the model&#x27;s x and Student's, s = 2", "the model&#x27;s $x$ and Student's, $s$ = 2"),
    ],
)
def test_symbols_in_words_are_mathematics(tool, words, set_as):
    assert tool("figures").mathematics(words) == set_as


def test_no_line_of_a_caption_ends_beside_a_relation(tool):
    alpha = r'<span class="math notranslate nohighlight">\(\alpha = x\)</span>'
    words = f"Two at {alpha} = 1, d ≤ 1 − n and 2 &lt; k."
    one, two, three = f"{alpha} = 1,", "d ≤ 1 − n", "2 &lt; k."
    kept = '<span class="together">{}</span>'.format
    assert tool("figures").together(words) == f"Two at {kept(one)} {kept(two)} and {kept(three)}"


def test_figures_are_numbered_and_one_without_a_caption_is_named(tool, tmp_path):
    plot = Plot([Series("a", [1], [1])], x="x", y="y", caption="At κ.")._repr_html_()
    drawing = '<figure class="icl-diagram"><svg></svg><figcaption>Three.</figcaption></figure>'
    heading = '<h1><span class="section-number">4. </span>Errors</h1>'
    (tmp_path / "a.html").write_text(heading + plot + drawing)
    (tmp_path / "b.html").write_text('<figure class="icl-diagram"><svg></svg></figure>')
    (tmp_path / "c.html").write_text(f"<h1>Front</h1>{drawing}")
    assert tool("figures").run(tmp_path) == ["b.html"]
    text = (tmp_path / "a.html").read_text()
    assert re.findall(r'<figure id="([^"]+)" class="(icl-\w+)">', text) == [
        ("figure-4-1", "icl-plot"),
        ("figure-4-2", "icl-diagram"),
    ]
    assert r'Figure 4.1.</b> At <span class="math notranslate nohighlight">\(\kappa\)' in text
    assert text.count('<details class="icl-plot-data">') == 1
    assert "Figure 1.</b> Three." in (tmp_path / "c.html").read_text()


def fold_of(kind: str, output: str) -> str:
    return (
        '<div class="cell x"><details class="admonition hide"><summary aria-label="Toggle hidden '
        f'content">\n<p class="collapsed admonition-title">Show code cell {kind}</p>\n<p class="'
        f'expanded admonition-title">Hide code cell {kind}</p>\n</summary></details>{output}</div>'
    )


@pytest.mark.parametrize(
    ("kind", "output", "words"),
    [
        ("source", '<b class="figure-number">Figure 4.1.</b>', "the code of figure 4.1"),
        ("source", '<div class="cell_output">1</div>', "the code of this output"),
        ("source", '<article class="claim-card">', "the code of this claim"),
        ("source", "", "this code"),
        ("output", '<article class="claim-card">' * 3, "3 claims and their proofs"),
        ("content", "<h2>Later</h2>", "this computation"),
    ],
)
def test_a_fold_says_what_it_hides(tool, kind, output, words):
    # What the next cell shows is not this cell's.
    following = fold_of("source", '<b class="figure-number">Figure 9.</b>')
    text = tool("folds").named(fold_of(kind, output) + following)
    assert f'aria-label="Show or hide {words}"' in text
    assert f'<p class="collapsed admonition-title">Show {words}</p>' in text
    assert f">Hide {words}</p>" in text
    exercise = tool("folds").named(f"<h2>4.5. Exercises</h2>{fold_of(kind, output)}")
    assert ("of this exercise" in exercise) == (kind == "content")


def test_long_plots_are_packed_and_short_ones_are_not(tool):
    few, many = (
        Plot([Series("a", range(count), range(count))], x="x", y="y")._repr_html_()
        for count in (3, 2000)
    )
    text = tool("figures").with_packed_plots(few + many)
    assert text.startswith(few)
    script = re.search(r'<script type="application/zlib">(.*?)</script>', text)[1]
    assert tool("packing").unpacked(script)["series"][0]["values"] == list(range(2000))
    assert len(text) < len(few + many) / 2


def spec_of(plot) -> dict:
    text = plot._repr_html_()
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', text)[1])


def test_a_plot_merges_abscissae():
    spec = spec_of(
        Plot(
            [
                Series("a", [1, 3], [10, 30]),
                Series("b", [2, 1], [20, 11], error=[2, 1], style="points"),
            ],
            x="x",
            y="y",
        )
    )
    assert spec["x"]["values"] == [1, 2, 3]
    assert [one["values"] for one in spec["series"]] == [[10, None, 30], [11, 20, None]]
    assert spec["series"][1]["error"] == [1, 2, None]


def test_infinity_leaves_a_gap_that_is_not_joined_over():
    spec = spec_of(Plot([Series("a", [1, 2, 3], [1, math.inf, 3])], x="x", y="y"))
    assert spec["series"][0]["values"] == [1, None, 3]
    assert spec["series"][0]["gaps"] == [1]


def test_a_label_cannot_end_the_script():
    plot = Plot([Series("</script><b>", [1], [1])], x="x", y="y", caption="<i>")
    assert spec_of(plot)["series"][0]["label"] == "</script><b>"
    assert "<i>" not in plot._repr_html_()


@pytest.mark.parametrize(
    ("series", "options", "message"),
    [
        ({"x": [1, 2], "y": [1]}, {}, "differ in length"),
        ({"x": [1, 1], "y": [1, 2]}, {}, "repeat"),
        ({"x": [1, math.nan], "y": [1, 2]}, {}, "not finite"),
        ({"x": [0, 1], "y": [1, 2]}, {"log_x": True}, "logarithmic"),
        ({"x": [1, 2], "y": [-1, 2]}, {"log_y": True}, "logarithmic"),
        ({"x": [], "y": []}, {}, "nothing"),
        ({"x": [1], "y": [1], "style": "wavy"}, {}, "style"),
    ],
)
def test_a_plot_refuses(series, options, message):
    with pytest.raises(ValueError, match=message):
        Plot([Series("a", **series)], x="x", y="y", **options)


def test_changed_sources_empty_the_cache(tool, tmp_path):
    cache = tool("execution_cache")
    book, build = tmp_path / "book", tmp_path / "book" / "_build"
    source = tmp_path / "icl_theory" / "formula.py"
    (book / "tools").mkdir(parents=True)
    source.parent.mkdir()
    source.write_text("a = 1")
    for name in ("build.py", "execution.py", "ipython_kernel_config.py", "typeset.py"):
        (book / "tools" / name).write_text("")
    (tmp_path / "requirements.lock").write_text("")
    kept = build / ".jupyter_cache" / "kept"

    def refresh_finds_cache() -> bool:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.touch()
        cache.refresh(book, build)
        return kept.exists()

    assert not refresh_finds_cache()
    assert refresh_finds_cache()
    source.write_text("a = 2")
    assert not refresh_finds_cache()
    assert refresh_finds_cache()
    (tmp_path / "requirements.lock").write_text("sympy==0")
    assert not refresh_finds_cache()
    # What works on the outputs does not change them; what runs the cells does.
    (book / "tools" / "typeset.py").write_text("a = 1")
    assert refresh_finds_cache()
    (book / "tools" / "execution.py").write_text("a = 1")
    assert not refresh_finds_cache()


def test_a_build_that_is_stopped_leaves_nothing_running(tmp_path):
    """Neither the program that it runs nor what that started."""
    program = (
        "import signal, sys; sys.path.insert(0, sys.argv[1]); import build; "
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(1)); "
        "build.run_together(['sh', '-c', 'sleep 600 & echo $! $$ > ' + sys.argv[2] + '; wait'])"
    )
    told = tmp_path / "processes"
    command = [sys.executable, "-c", program, str(BOOK / "tools"), str(told)]
    with subprocess.Popen(command) as process:
        patience = time.monotonic() + 60
        while not (told.exists() and told.read_text().strip()):
            assert time.monotonic() < patience
            time.sleep(0.05)
        process.terminate()
        assert process.wait(10) == 1
    for one in map(int, told.read_text().split()):
        patience = time.monotonic() + 5
        while Path(f"/proc/{one}").exists() and state(one) != "Z":
            assert time.monotonic() < patience
            time.sleep(0.05)


def state(process: int) -> str:
    """Letter of a process's state; Z is one that is dead and not yet missed."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


def test_chapters_are_named_as_they_are_done(tool, capsys):
    pytest.importorskip("jupyter_cache", reason="the book's tools are not installed")
    heard = tool("execution").Heard()
    for message in ("Executing: /a/model.md", "Execution Successful: /a/model.md"):
        heard.emit(logging.makeLogRecord({"msg": message}))
    assert capsys.readouterr().out == "make book: model was run\n"


# What a chapter may get wrong, and what the build has to say about it.
BROKEN = {
    "assertion": ("", "assert 1 + 1 == 3", "AssertionError"),
    "warning in a cell": ("", "import warnings; warnings.warn('careful')", "stderr"),
    "unknown reference": ("{eq}`no-such-equation`", "1", "no-such-equation"),
    "unknown citation": ("{cite}`nobody1900`", "1", "nobody1900"),
    "unknown page": ("[there](nowhere.md)", "1", "nowhere.md"),
    "two equal labels": ("$$x$$ (a)\n\n$$y$$ (a)", "1", "duplicate label"),
    "unknown macro": (r"$\nosuchmacro$", "1", r"Undefined control sequence \nosuchmacro"),
    "half a formula": (r"$\frac{1}$", "1", "Missing argument"),
    "unknown macro in an output": (
        "",
        r"from IPython.display import Latex; Latex(r'$\nosuchmacro$')",
        r"Undefined control sequence \nosuchmacro",
    ),
    "foreign script": (
        "```{raw} html\n<script src='https://elsewhere.example/x.js'></script>\n```",
        "1",
        "another host",
    ),
    "broken link": ("```{raw} html\n<a href='nowhere.html'>x</a>\n```", "1", "leads nowhere"),
}


@pytest.mark.slow
def test_a_good_chapter_builds(small_book):
    done = small_book("All is well.", "assert 1 + 1 == 2")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("fault", BROKEN)
def test_a_fault_fails_the_build_each_time(small_book, fault):
    text, code, message = BROKEN[fault]
    # The second time from cache: what is remembered must not hide what is wrong.
    for _ in range(2):
        done = small_book(text, code)
        assert done.returncode != 0
        assert message in done.stdout + done.stderr
