"""Every page of the built book, opened in Chromium as a reader would see it.

``make test-book`` builds the book and runs these.  They need Debian's chromium (or a
browser named by ICL_CHROMIUM) and are skipped without it, unless ICL_REQUIRE_BROWSER
is set, as continuous integration does: then its absence is a failure.
"""

from __future__ import annotations

import csv
import functools
import http.server
import math
import os
import re
import sys
import threading
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

pytest.importorskip("pypdf", reason="comes with the book extra")
pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "book" / "tools"))

import assets  # noqa: E402
import pdf  # noqa: E402
import typeset  # noqa: E402
from browser import CHROMIUM, FLAGS  # noqa: E402

BUILD = ROOT / "book" / "_build"
HTML = BUILD / "html"
SCREENSHOTS = BUILD / "screenshots"
# All but what lies beside the theme's scripts, which are its templates.
PAGES = sorted(
    path.relative_to(HTML).as_posix()
    for path in HTML.rglob("*.html")
    if path.relative_to(HTML).parts[0] != "_static"
)
REQUIRED = {"index.html", "search.html", "genindex.html"}

MUST_RUN = bool(os.environ.get("ICL_REQUIRE_BROWSER"))


#: Long pages unpack their formulas, and the numbers of their plots, once they are read.
UNPACKED = """
  (!document.getElementById("drawings") || document.documentElement.dataset.drawings)
  && !document.querySelector("figure.icl-plot:has(.icl-plot-area):not([data-read])")
"""
#: Plots, panels and cards are drawn as they are scrolled to.
LEAF_THROUGH = """
async () => {
  for (const one of document.querySelectorAll("figure.icl-plot:has(.icl-plot-area), .icl-live")) {
    one.scrollIntoView();
    do {
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    } while (one.matches("figure") && one.checkVisibility() && !one.dataset.drawn);
  }
  scrollTo(0, 0);
  // Cards are laid out when they are near.
  const style = document.createElement("style");
  style.textContent = ".claim-card { content-visibility: visible }";
  document.head.append(style);
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50)));
}
"""


@dataclass(frozen=True)
class Look:
    """A kind of screen."""

    name: str
    width: int
    height: int
    mode: str

    def __str__(self) -> str:
        return self.name


LOOKS = [
    Look("desktop-light", 1280, 900, "light"),
    Look("desktop-dark", 1280, 900, "dark"),
    Look("phone-light", 390, 844, "light"),
    Look("phone-dark", 390, 844, "dark"),
]

# What a loaded page says about itself: a list of faults, in words.
INSPECT = r"""
async (mode) => {
  const faults = [];
  const root = document.documentElement;
  const visible = (node) => node.checkVisibility?.() ?? true;

  // What long pages draw when it is scrolled to, once it is unpacked.
  while (document.getElementById("drawings") && !root.dataset.drawings) {
    await new Promise((done) => setTimeout(done, 20));
  }
  dispatchEvent(new Event("beforeprint"));
  dispatchEvent(new Event("afterprint"));
  // Formulas are drawings with words for those who do not see them.
  for (const node of document.querySelectorAll(".math")) {
    const drawing = node.querySelector("svg.tex[aria-label]");
    if (!drawing) faults.push(`not drawn: ${node.textContent}`);
    else if (visible(drawing) && !drawing.getBBox().width) {
      faults.push(`empty: ${drawing.getAttribute("aria-label")}`);
    }
  }
  for (const use of document.querySelectorAll("svg.tex use, #drawn use")) {
    const name = use.getAttribute("href").slice(1);
    if (!document.getElementById(name)) faults.push(`no glyph ${name}`);
  }
  // Mathematics that nobody recognised is still there as text.
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const holder = walker.currentNode.parentElement;
    if (holder.closest("pre, code, script, style, noscript, svg, .math")) continue;
    const found = walker.currentNode.data.match(/\\[(\[]|\$\$|\\begin\{|\\frac|\{prf:|\{eq\}/);
    if (found) faults.push(`raw text: ${walker.currentNode.data.trim().slice(0, 80)}`);
  }

  // Pictures and plots.
  for (const image of document.images) {
    // One that is not shown need not be loaded.
    if (visible(image) && !(image.complete && image.naturalWidth)) {
      faults.push(`picture missing: ${image.src}`);
    }
  }
  for (const figure of document.querySelectorAll("figure.icl-plot")) {
    const canvas = figure.querySelector("canvas");
    if (!canvas) {
      faults.push("plot not drawn");
      continue;
    }
    const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    if (!pixels.some((value) => value)) faults.push("plot is empty");
    // The numbers of the vertical axis stand between its label and the area.
    const dots = canvas.width / canvas.clientWidth;
    const between = (x) => x >= 26 * dots && x < 74 * dots;
    if (!pixels.some((value, i) => value && between(Math.floor(i / 4) % canvas.width))) {
      faults.push("no numbers on the vertical axis");
    }
    // Curves and points are coloured, axes are not.  They fill the plot: no decade is empty.
    let [left, right, top, bottom] = [canvas.width, 0, canvas.height, 0];
    for (let y = 0, i = 0; y < canvas.height; y++) {
      for (let x = 0; x < canvas.width; x++, i += 4) {
        if (pixels[i + 3] < 100) continue;
        const colour = [pixels[i], pixels[i + 1], pixels[i + 2]];
        if (Math.max(...colour) - Math.min(...colour) < 60) continue;
        if (x < left) left = x;
        if (x > right) right = x;
        if (y < top) top = y;
        bottom = y;
      }
    }
    const wide = (right - left) / (canvas.width - 90 * dots);
    const tall = (bottom - top) / (canvas.height - 90 * dots);
    if (wide < 0.8 || tall < 0.65) {
      faults.push(`axes longer than what is drawn, ${wide} and ${tall} of them`);
    }
    const script = figure.querySelector("script");
    if (script) {
      const packed = script.type === "application/zlib";
      const spec = await (packed ? unpacked(script.textContent) : JSON.parse(script.textContent));
      // An axis says what its letter is, unless it has a formula of several.
      for (const { label } of [spec.x, spec.y]) {
        const words = label.replace(/_\w+/g, "");
        if (!/[a-z]{4}|[-−+×/]/i.test(words)) faults.push(`an axis is named by a letter: ${label}`);
      }
      const labels = spec.series.map((one) => one.label);
      const again = labels.find((label, i) => labels.indexOf(label) !== i);
      if (again) faults.push(`the legend says twice: ${again}`);
      const [low, high] = (spec.y.log && spec.y.range) || [];
      const values = spec.series.flatMap((one) => one.values).filter((value) => value > 0);
      if (low && (Math.min(...values) > 3 * low || Math.max(...values) < high / 3)) {
        faults.push(`half a decade is empty: ${low} to ${high}`);
      }
    }
    if ([...figure.querySelectorAll(".u-value")].some((value) => value.textContent)) {
      faults.push("the legend has values before anybody points at the plot");
    }
    const cut = Number(figure.querySelector(".uplot")?.dataset.cutBars);
    if (cut) faults.push(`error bars are cut: ${cut}`);
    if (figure.dataset.drawn !== mode) faults.push("plot is drawn for the other mode");
    if (canvas.getBoundingClientRect().right > innerWidth + 1) faults.push("plot too wide");
    // Labels over the plot are no longer than its axes.
    const paper = canvas.getBoundingClientRect();
    for (const label of figure.querySelectorAll(".icl-plot-label")) {
      const box = label.getBoundingClientRect();
      const out = ["left", "top"].some((side) => box[side] < paper[side] - 1);
      if (out || box.right > paper.right + 1 || box.bottom > paper.bottom + 1) {
        faults.push(`a label stands out of its plot: ${label.textContent || box.width}`);
      }
    }
  }

  // Formulas are broken, tables are as wide as the column; what scrolls all the same says so.
  const folds = [...document.querySelectorAll("details:not([open])")];
  for (const fold of folds) fold.open = true;
  const scrolling = [...document.querySelectorAll(".bd-article *")].filter(
    (box) =>
      box.clientWidth &&
      box.scrollWidth > box.clientWidth + 1 &&
      /auto|scroll/.test(getComputedStyle(box).overflowX) &&
      visible(box),
  );
  const signed = (box) => getComputedStyle(box).animationName === "to-the-end";
  const silent = () => scrolling.filter((box) => !signed(box));
  // The page looks for what scrolls a little after something is unfolded.
  for (let i = 0; i < 30 && silent().length; i++) {
    await new Promise((done) => setTimeout(done, 100));
  }
  const named = (box) => {
    const where = box.closest(".claim-card")?.id ?? "";
    return `${where} ${box.className}: ${box.textContent.trim().slice(0, 40)}`;
  };
  for (const box of silent()) faults.push(`scrolls without a sign: ${named(box)}`);
  for (const box of scrolling) {
    if (innerWidth > 1000 && box.closest(".math")) faults.push(`a formula scrolls: ${named(box)}`);
    const written = box.matches("table.table") && !box.closest(".cell_output");
    if (box.matches(".made-table") || written) {
      faults.push(`a table is cut: ${named(box)}`);
    }
  }
  // Punctuation stands behind its formula, not on the next line.
  for (const math of document.querySelectorAll(".bd-article span.math")) {
    let after = math;
    while (!after.nextSibling && after.parentElement?.matches("span, a, em, strong")) {
      after = after.parentElement;
    }
    const text = after.nextSibling;
    const mark = text?.nodeType === 3 && text.data.match(/^[,.;:!?)]/);
    const drawing = [...math.querySelectorAll("svg.tex")].at(-1);
    if (!mark || !drawing || !visible(drawing)) continue;
    const range = document.createRange();
    range.setStart(text, mark[0].length - 1);
    range.setEnd(text, mark[0].length);
    if (range.getBoundingClientRect().left < drawing.getBoundingClientRect().left) {
      const words = math.parentElement.textContent.slice(0, 40);
      faults.push(`punctuation on a line of its own: ${words}`);
    }
  }
  for (const fold of folds) fold.open = false;
  for (const head of document.querySelectorAll(".bd-article table.table thead td.head")) {
    if (!head.textContent.trim()) faults.push("a column of a table has an empty head");
  }

  // The page is as wide as the screen, so that nobody scrolls sideways to read.
  if (root.scrollWidth > innerWidth) {
    const wide = [...document.querySelectorAll("body *")].filter(
      (node) => visible(node) && node.getBoundingClientRect().right > innerWidth + 1,
    );
    const names = wide.slice(0, 5).map((node) => `${node.tagName}.${node.className}`);
    faults.push(`${root.scrollWidth} px wide on ${innerWidth}: ${names.join(", ")}`);
  }

  // Light text on dark, or dark text on light.
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\d.]+/g).map(Number);
    return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
  };
  const style = getComputedStyle(document.body);
  const [paper, ink] = [light(style.backgroundColor), light(style.color)];
  if (mode === "dark" ? paper > 0.3 || ink < 0.6 : paper < 0.7 || ink > 0.4) {
    faults.push(`${mode} mode: ${style.color} on ${style.backgroundColor}`);
  }
  return faults;
}
"""


AXE = BUILD / "npm" / "node_modules" / "axe-core" / "axe.min.js"
# What axe finds, in words.
AUDIT = """
async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations.flatMap(({ id, nodes }) =>
    nodes
      .slice(0, 5)
      .map((node) => `axe ${id}: ${node.target.join(" ")}: ${node.html.slice(0, 120)}`),
  );
}
"""
#: Looks in which axe is asked: both modes and both sizes are among them.
AUDITED = {"desktop-light", "phone-dark"}


def test_the_book_is_built():
    missing = REQUIRED - set(PAGES)
    if missing and not PAGES and not MUST_RUN:
        pytest.skip("no book in book/_build/html: run `make book`")
    assert not missing


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None:
        message = "no chromium: install Debian's package chromium, or name one in ICL_CHROMIUM"
        if MUST_RUN:
            pytest.fail(message)
        pytest.skip(message)
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site():
    """The built book on loopback."""
    with serve(HTML) as address:
        yield address


class serve:
    """Serve a folder on loopback for the length of a block."""

    def __init__(self, folder: Path) -> None:
        handler = functools.partial(QuietHandler, directory=str(folder))
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)

    def __enter__(self) -> str:
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()
        return f"http://127.0.0.1:{self.server.server_port}"

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def faults_of(browser, url: str, look: Look, screenshot: Path | None = None) -> list[str]:
    """Open a page, and list everything that is wrong with it."""
    host = urlsplit(url).netloc
    faults = []

    def on_request(request):
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and parts.netloc != host:
            faults.append(f"request to another host: {request.url}")

    def on_response(response):
        if response.status >= 400:
            faults.append(f"{response.status} for {response.url}")

    def on_console(message):
        if message.type in {"error", "warning"}:
            faults.append(f"console {message.type}: {message.text}")

    context = browser.new_context(
        viewport={"width": look.width, "height": look.height},
        color_scheme=look.mode,
        device_scale_factor=2 if look.width < 500 else 1,
    )
    try:
        page = context.new_page()
        page.on("request", on_request)
        page.on("response", on_response)
        page.on("console", on_console)
        page.on("pageerror", lambda error: faults.append(f"page error: {error}"))
        page.goto(url, wait_until="load")
        page.wait_for_load_state("networkidle")
        # What long pages keep packed is words of formulas, too.
        page.wait_for_function(UNPACKED)
        page.evaluate(LEAF_THROUGH)
        # Before what long pages draw late is drawn, which says the same and takes longer.
        if look.name in AUDITED:
            page.evaluate(AXE.read_text(encoding="utf-8"))
            faults += page.evaluate(AUDIT)
        faults += page.evaluate(INSPECT, look.mode)
        if screenshot is not None:
            screenshot.parent.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=screenshot, full_page=True)
    finally:
        context.close()
    return faults


@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize("name", PAGES)
def test_page(browser, site, name, look):
    # Pictures to look at, on demand: one of a long page takes longer than all that is asked of it.
    shot = None
    if os.environ.get("ICL_SCREENSHOTS"):
        shot = SCREENSHOTS / f"{Path(name).with_suffix('').as_posix().replace('/', '-')}-{look}.png"
    assert faults_of(browser, f"{site}/{name}", look, shot) == []


#: What a page may cost: bytes and requests, the time of the browser's main thread in seconds, and
#: how far its parts move while it loads.  A thread's own time does not depend on what else runs;
#: three quarters of a second are three where the processor has a quarter of the speed.
BUDGET = {"bytes": 1_000_000, "requests": 15, "seconds": 0.75, "shift": 0.05}

SHIFT = """
() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 200);
})
"""


def cost_of(browser, page: Path) -> tuple[dict[str, float], list[str]]:
    """Open a page from the disk: what it costs, and what it complains of."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    try:
        tab = context.new_page()
        requests, faults = [], []
        tab.on("request", lambda request: requests.append(request.url))
        tab.on("pageerror", lambda error: faults.append(f"page error: {error}"))
        tab.on(
            "console",
            lambda message: (
                faults.append(message.text) if message.type in {"error", "warning"} else None
            ),
        )
        session = context.new_cdp_session(tab)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        tab.goto(page.as_uri(), wait_until="load")
        shift = tab.evaluate(SHIFT)
        metrics = session.send("Performance.getMetrics")["metrics"]
        seconds = {one["name"]: one["value"] for one in metrics}["ThreadTime"]
    finally:
        context.close()
    local = [Path(unquote(urlsplit(url).path)) for url in requests if url.startswith("file:")]
    weight = sum(path.stat().st_size for path in local if path.is_file())
    cost = {"bytes": weight, "requests": len(local), "seconds": seconds, "shift": shift}
    return cost, faults


#: Loads of a page of which the quickest counts: what else runs can only add to the time.
LOADS = 3
#: Times are those of a machine that does nothing else, which only who runs the tests can know.
QUIET = bool(os.environ.get("ICL_QUIET"))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_light_and_needs_no_server(browser, name):
    budget = dict(BUDGET)
    if not QUIET:
        budget["seconds"] = math.inf
    for _ in range(LOADS):
        cost, faults = cost_of(browser, HTML / name)
        assert faults == []
        if cost["seconds"] <= budget["seconds"]:
            break
    assert {what: value for what, value in cost.items() if value > budget[what]} == {}


def test_what_a_page_costs_is_measured(browser, tmp_path):
    (tmp_path / "big.js").write_text(" " * 1_000_000)
    for i in range(15):
        (tmp_path / f"{i}.js").write_text("")
    page = tmp_path / "page.html"
    page.write_text(
        "<!doctype html><title>x</title><div id=top></div><p>text</p>"
        "<script>const end = performance.now() + 2000; while (performance.now() < end);</script>"
        "<script src=big.js></script>"
        + "".join(f"<script src={i}.js></script>" for i in range(15))
        + "<script>requestAnimationFrame(() => requestAnimationFrame(() => {"
        "document.getElementById('top').style.height = '500px' }))</script>"
    )
    cost, faults = cost_of(browser, page)
    assert faults == []
    assert all(cost[what] > BUDGET[what] for what in ("bytes", "requests", "shift"))
    # The loop runs for two seconds of the clock, of which the thread has a part.
    assert cost["seconds"] > 0.1


@pytest.fixture(scope="module")
def sheet(browser):
    """A tab in which pages look as printed."""
    tab = pdf.paper(browser)
    yield tab
    tab.context.close()


#: What stands out of the sheet, in words.
BEYOND = """
() => [...document.querySelectorAll(".bd-article *")]
  .filter((node) => {
    const box = node.getBoundingClientRect();
    return node.checkVisibility() && box.width && (box.right > innerWidth + 1 || box.left < -1);
  })
  .slice(0, 5)
  .map((node) => `${node.tagName}.${node.getAttribute("class")}: ${node.textContent.slice(0, 60)}`)
"""


CHAPTERS = [path.stem for path in sorted(pdf.BOOK.glob("*.md"))]


@pytest.mark.parametrize("name", CHAPTERS)
def test_nothing_stands_out_of_a_printed_sheet(sheet, name):
    pdf.lay_out(sheet, (HTML / f"{name}.html").as_uri(), (), pdf.sheet("decimal", 0, ""))
    assert sheet.evaluate(BEYOND) == []


def test_what_stands_out_of_a_sheet_is_seen(sheet, tmp_path):
    page = tmp_path / "page.html"
    page.write_text("<article class=bd-article><div style='width: 2000px'>wide</div></article>")
    pdf.lay_out(sheet, page.as_uri(), (), pdf.sheet("decimal", 0, ""))
    assert sheet.evaluate(BEYOND) == ["DIV.null: wide"]


def test_search_finds_text_with_excerpts_and_no_server(browser):
    context = browser.new_context()
    page = context.new_page()
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{(HTML / 'search.html').as_uri()}?q=threshold")
    first = page.locator(".search-list li").first
    assert "threshold" in first.inner_text().lower()
    assert first.locator(".search-excerpt mark, a mark").count() > 0
    # The words of a sentence, not of a heading; and a Greek letter by its name.
    for query, expected in (("labelled tokens query", "labelled tokens"), ("tau", "τ")):
        page.fill(".bd-search-container input", query)
        marks = page.locator(".search-list li").first.locator("p").inner_text().lower()
        assert expected in marks
    # Where a result leads to is there, and has it.
    page.fill(".bd-search-container input", "labelled tokens query")
    page.locator(".search-list li a").first.click()
    page.wait_for_load_state()
    assert "labelled tokens" in page.locator("article.bd-article").inner_text()
    page.goto(f"{(HTML / 'search.html').as_uri()}?q=nosuchword")
    assert "Nothing in the book" in page.locator(".search-status").inner_text()
    assert page.locator(".search-list li").count() == 0
    assert faults == []
    context.close()


def test_a_formula_in_lines_is_copied_as_one(browser):
    context = browser.new_context()
    page = context.new_page()
    for name in ("model.html", "limits.html"):
        page.goto((HTML / name).as_uri())
        page.wait_for_function(UNPACKED)
        copied = page.evaluate(
            """() => {
              const formulas = [...document.querySelectorAll(".drawing.in-lines")];
              const pieces = (one) => one.querySelectorAll("svg").length;
              const [formula] = formulas.sort((one, other) => pieces(other) - pieces(one));
              getSelection().selectAllChildren(formula.parentElement);
              const event = new ClipboardEvent("copy", { clipboardData: new DataTransfer() });
              document.dispatchEvent(event);
              const text = event.clipboardData.getData("text/plain");
              return [pieces(formula), text];
            }"""
        )
        count, text = copied
        assert count > 2
        assert text.strip().startswith("$$")
        assert text.count("$$") == 2
        assert text.count("{") == text.count("}")
    context.close()


def glyphs(body: str) -> Counter[str]:
    """What a drawing is made of: glyphs with their sizes, lines."""
    return Counter(re.findall(r'href="#([^"]+)"|<(rect|path|line)', body))


def test_the_pieces_of_a_formula_are_all_of_it():
    """A colour keeps MathJax's drawing in one: it has the same glyphs."""
    kept = BUILD / "formulas.json"
    if not kept.exists():
        pytest.skip("no book in book/_build/html: run `make book`")
    drawings = typeset.draw(set(), BUILD)
    broken = sorted(one for one, drawn in drawings.formulas.items() if "lines" in drawn)
    assert len(broken) > 100
    some = broken[:: len(broken) // 40]
    whole = {(rf"\color{{black}}{{{tex}}}", display) for tex, display in some}
    again = typeset.draw(whole, BUILD, keep=False)
    for tex, display in some:
        one = again.formulas[rf"\color{{black}}{{{tex}}}", display]
        pieces = drawings.pieces((tex, display)).values()
        assert "lines" not in one
        assert sum((glyphs(p["body"]) for p in pieces), Counter()) == glyphs(one["body"]), tex


@pytest.mark.parametrize(
    ("tex", "starts"),
    [
        # What is given stays with its expectation, and brackets that fit in a line are whole.
        (
            r"\mathbb{E}[(a + \sum_{e=1}^{d} b_e c_e)^2 (a + \sum_{f=1}^{d} b_f c_f)^2 \mid w] = v",
            ["D-1D53C", "N-28", "N-3D"],
        ),
        # A term before a wide one has a piece of its own.
        (
            r"\lambda G G - \left(Y - G F + A B\right) \left(Y - F G + A B C D\right) = 0",
            ["I-1D706", "N-28", "N-3D"],
        ),
        # An exponent does not keep its bracket open.
        (
            r"m = M(a) = \frac{1}{d} \operatorname{tr} (R + a I_d + b I)^{-1}, \qquad k + l \to c",
            ["I-1D45A", "N-3D", "I-1D458"],
        ),
    ],
)
def test_a_formula_is_broken_where_a_reader_would(tex, starts):
    if not (BUILD / "npm").exists():
        pytest.skip("no book in book/_build/html: run `make book`")
    pieces = typeset.draw({(tex, True)}, BUILD, keep=False).pieces((tex, True)).values()
    assert [re.search(r'href="#([^"]*)"', piece["body"])[1] for piece in pieces] == starts


def test_formulas_are_copied_as_tex(browser):
    """A selection that has formulas reaches the clipboard with their TeX, on long pages too."""
    for name in ("model.html", "limits.html"):
        context = browser.new_context()
        page = context.new_page()
        page.goto((HTML / name).as_uri())
        page.wait_for_function(UNPACKED)
        copied = page.evaluate(
            """() => {
              const paragraph = document.querySelector(".bd-article p:has(svg.tex)");
              getSelection().selectAllChildren(paragraph);
              const event = new ClipboardEvent("copy", { clipboardData: new DataTransfer() });
              document.dispatchEvent(event);
              return event.clipboardData.getData("text/plain");
            }"""
        )
        assert re.search(r"\$[^$]+\$", copied), copied
        context.close()


def test_a_rule_is_kept_for_what_pages_are_made_of():
    """Not for a word of their text that is the name of a class, too."""
    if not (BUILD / "npm").exists():
        pytest.skip("no book in book/_build/html: run `make book`")
    page = (
        '<p class="kept" aria-label="Said">card <a href="x.pdf" title="alert">table</a></p>'
        '<svg class="tex" role="img" aria-label="badge"></svg><script>mark("shown")</script>'
    )
    kept = ".kept{top:0}.shown{top:0}p[aria-label^=Said]{top:0}a[href]{top:0}a[title]{top:0}"
    style = f"{kept}.card{{top:0}}.alert{{top:0}}table{{top:0}}.badge{{top:0}}"
    assert assets.purged(style, [page], [], BUILD) == kept


def test_a_menu_opens_and_the_contents_show_what_is_read(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto((HTML / "limits.html").as_uri())
    button = page.locator('.bd-header-article [data-bs-toggle="dropdown"]').first
    menu = page.locator(".bd-header-article .dropdown-menu").first
    # With the keyboard; the theme's styles open it under a mouse.
    button.focus()
    assert not menu.is_visible()
    page.keyboard.press("Enter")
    assert menu.is_visible()
    assert button.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Escape")
    assert not menu.is_visible()
    assert button.get_attribute("aria-expanded") == "false"
    page.keyboard.press("Enter")
    page.locator("article.bd-article section > p").first.click()
    assert not menu.is_visible()

    links = page.locator(".bd-sidebar-secondary .bd-toc-nav a")
    assert links.count() > 3
    for i in (2, 1):
        target = links.nth(i).get_attribute("href")
        page.evaluate("target => document.querySelector(target).scrollIntoView()", target)
        active = page.locator(".bd-sidebar-secondary .bd-toc-nav a.active")
        page.wait_for_function(
            "target => document.querySelector('.bd-toc-nav a.active')?.hash === target", arg=target
        )
        assert active.count() == 1

    # The way back to the top is offered to who scrolls back on a small screen.
    page.set_viewport_size({"width": 800, "height": 900})
    back = page.locator("#pst-back-to-top")
    scroll = "(to) => new Promise((done) => {onscrollend = done; scrollTo(0, to)})"
    page.evaluate(scroll, 6000)
    assert not back.is_visible()
    page.evaluate(scroll, 4000)
    back.click()
    page.wait_for_function("scrollY === 0")
    context.close()


def test_plot_follows_a_change_of_width_and_mode(browser, site):
    """A plot that a reader turns to dark, or that a window makes narrower, is drawn anew."""
    with_plots = [name for name in PAGES if "icl-plot-area" in (HTML / name).read_text()]
    if not with_plots:
        pytest.skip("no page has an interactive plot")
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light")
    page = context.new_page()
    page.goto(f"{site}/{with_plots[0]}")
    figure = page.locator("figure.icl-plot").first
    canvas = figure.locator("canvas")
    wide = canvas.bounding_box()["width"]
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function(
        "wide => document.querySelector('figure.icl-plot canvas')"
        ".getBoundingClientRect().width < Math.min(wide, 390)",
        arg=wide,
    )
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_function("document.querySelector('figure.icl-plot').dataset.drawn === 'dark'")
    assert figure.locator("canvas").count() == 1
    context.close()


#: How tall the last plot, panel and card are, and what of them is drawn.
FAR = """
() => Object.fromEntries(
  ["figure.icl-plot:has(.icl-plot-area)", ".icl-live", ".claim-card"].map((kind) => {
    const last = [...document.querySelectorAll(kind)].filter((one) => one.checkVisibility()).at(-1);
    const inside = last.querySelector("canvas[width], .icl-grid, .claim-title");
    const drawn = inside?.checkVisibility({ contentVisibilityAuto: true }) ?? false;
    return [kind, [last.offsetHeight, drawn]];
  }),
)
"""


def test_what_is_far_is_drawn_once_the_page_is_idle(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.add_init_script(f"addEventListener('load', () => {{ globalThis.atLoad = ({FAR})(); }})")
    page.goto((HTML / "context_length.html").as_uri())
    before = page.evaluate("atLoad")
    assert not any(drawn for _, drawn in before.values())
    # Nobody scrolls.
    page.wait_for_function(f"Object.values(({FAR})()).every(([, drawn]) => drawn)")
    after = page.evaluate(FAR)
    for kind in ("figure.icl-plot:has(.icl-plot-area)", ".icl-live"):
        # It had room before it was drawn.
        assert abs(after[kind][0] - before[kind][0]) < 100
    context.close()


def test_a_plot_has_its_numbers_under_it(browser):
    """They are those that are drawn, as a table and to download, also where they came packed."""
    for name in ("moments.html", "random_matrices.html"):
        context = browser.new_context()
        page = context.new_page()
        page.goto((HTML / name).as_uri())
        page.wait_for_function(UNPACKED)
        figure = page.locator("figure.icl-plot").first
        figure.locator(".icl-plot-data > summary").click()
        with page.expect_download() as download:
            figure.locator("a[download]").click()
        assert re.fullmatch(r"figure-\d-1\.csv", download.value.suggested_filename)
        head, *rows = csv.reader(download.value.path().read_text("utf-8").splitlines())
        shown = figure.locator(".icl-plot-data tr").all_inner_texts()
        assert [line.split("\t") for line in shown] == [head, *rows]
        assert len(head) > 2
        assert len(rows) > 10
        assert all(math.isfinite(float(value)) for row in rows for value in row if value)
        # A legend shows what it stands for: dashes, points.
        assert (
            figure.locator(".u-marker svg").count() == figure.locator(".u-marker:visible").count()
        )
        context.close()


# The checks above are worth what they find: each line of this page has one fault.
FAULTY = {
    "page error": "<script>throw new Error('broken')</script>",
    "console error": "<script>console.error('broken')</script>",
    "request to another host": "<img src='http://127.0.0.2:9/x.png' alt=''>",
    "404": "<img src='missing.png' alt=''>",
    "picture missing": "<img src='missing.png' alt=''>",
    "not drawn": "<div class='math'>\\[x\\]</div>",
    "empty": "<p class='math'><svg class='tex' aria-label='x' data-tex='x'></svg>",
    "no glyph": "<svg class='tex'><use href='#m1'/></svg>",
    "raw text": "<p>$$x$$</p>",
    "plot not drawn": "<figure class='icl-plot'></figure>",
    "plot is empty": "<figure class='icl-plot'><canvas width='9' height='9'></canvas></figure>",
    "axes longer than": "<figure class='icl-plot'><canvas width='300' height='300'></canvas>"
    "</figure><script>const c = document.querySelector('canvas').getContext('2d');"
    "c.fillStyle = 'red'; c.fillRect(80, 20, 60, 200)</script>",
    "an axis is named by a letter: e_T": "<figure class='icl-plot'><canvas width='9' height='9'>"
    '</canvas><script type="application/json">{"x": {"label": "λ/τ"}, "y": {"label": "e_T"}, '
    '"series": []}</script></figure>',
    "the legend says twice: a": "<figure class='icl-plot'><canvas width='9' height='9'></canvas>"
    '<script type="application/json">{"x": {"label": "time"}, "y": {"label": "error"}, '
    '"series": [{"label": "a", "values": []}, {"label": "a", "values": []}]}</script></figure>',
    "half a decade is empty": "<figure class='icl-plot'><canvas width='9' height='9'></canvas>"
    '<script type="application/json">{"x": {"label": "time"}, "y": {"label": "error", '
    '"log": true, "range": [0.1, 1]}, "series": [{"label": "a", "values": [0.4, 1]}]}</script>'
    "</figure>",
    "the legend has values": "<figure class='icl-plot'><canvas width='9' height='9'></canvas>"
    "<b class='u-value'>–</b></figure>",
    "a formula scrolls": "<div class='bd-article math'><svg class='tex' aria-label='x'></svg>"
    "<div style='overflow: auto; width: 50px'><p style='width: 90px'>x</p></div></div>",
    "a table is cut": "<div class='bd-article'><div class='made-table' style='overflow: auto; "
    "width: 50px'><p style='width: 90px'>x</p></div></div>",
    "scrolls without a sign": "<div class='bd-article'><div style='overflow: auto; width: 50px'>"
    "<p style='width: 90px'>x</p></div></div>",
    "empty head": "<div class='bd-article'><table class='table'><thead><tr><td class='head'>"
    "</td></tr></thead></table></div>",
    "error bars are cut: 2": "<figure class='icl-plot'><div class='uplot' data-cut-bars='2'>"
    "<canvas width='9' height='9'></canvas></div></figure>",
    "px wide on": "<div style='width: 5000px'>wide</div>",
    "axe image-alt": "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>",
    "axe color-contrast": "<main><p style='color: #aaa'>pale</p></main>",
    "axe region": "<p>nowhere</p>",
    "light mode": "<style>body { background: black; color: white }</style>",
}


@pytest.mark.parametrize("fault", FAULTY)
def test_a_fault_is_found(browser, tmp_path, fault):
    page = (
        "<!doctype html><html lang='en'><title>x</title><link rel='icon' href='data:,'>"
        "<style>body { background: white; color: black }</style><main><h1>x</h1></main>"
    )
    (tmp_path / "good.html").write_text(page)
    (tmp_path / "bad.html").write_text(page + FAULTY[fault])
    with serve(tmp_path) as address:
        assert faults_of(browser, f"{address}/good.html", LOOKS[0]) == []
        found = faults_of(browser, f"{address}/bad.html", LOOKS[0])
    assert any(fault in one for one in found), found
