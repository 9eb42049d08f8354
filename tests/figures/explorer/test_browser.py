"""The explorer as a reader's hands find it: mouse, touch and keyboard, opened from a file."""

from __future__ import annotations

import os
import shutil

import pytest

from icl_theory import Spectrum, errors
from icl_theory.figures.explorer import explorer, panel

pytestmark = pytest.mark.browser

CHROMIUM = os.environ.get("ICL_CHROMIUM") or shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
HEAD = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,">'
    '<meta name="viewport" content="width=device-width"><title>x</title>'
    '<body><main class="bd-article"><h1>x</h1><h2>x</h2>'
)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    (folder / "explorer.html").write_text(HEAD + explorer("book")._repr_html_(), encoding="utf-8")
    live = panel("errors", x="alpha", tau=0.5, kappa=0.4, rho=0.1)
    (folder / "panel.html").write_text(HEAD + live._repr_html_(), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None:
        if os.environ.get("ICL_REQUIRE_BROWSER"):
            pytest.fail("no chromium")
        pytest.skip("no chromium: install Debian's package chromium, or name one in ICL_CHROMIUM")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def opened(browser, pages):
    """Open a page; it must not complain until the test is over."""
    faults, contexts = [], []

    def go(name="explorer", address="", **options):
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
        page.goto((pages / f"{name}.html").as_uri() + address)
        page.wait_for_selector("[data-ready=yes]")
        return page

    yield go
    for context in contexts:
        context.close()
    assert faults == []


def leaf_through(page) -> None:
    """Scroll to each plot, which draws it."""
    for plot in page.locator(".icl-chart").all():
        plot.scroll_into_view_if_needed()
        plot.locator(".icl-grid").first.wait_for(state="attached")


def drawn(page) -> None:
    """Wait for the frame that draws what was done: it was asked for before this one is."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 20)))")


def point_of(page) -> dict[str, str]:
    """The point in the address, once the page has drawn."""
    drawn(page)
    fragment = page.evaluate("location.hash").removeprefix("#")
    return dict(part.split("=") for part in fragment.split("&"))


def shown_icl(page) -> str:
    return page.locator(".icl-sentence b").first.inner_text()


def test_the_mouse_drags_the_point_through_all_panels(opened):
    page = opened(viewport={"width": 1400, "height": 1000})
    area = page.locator(".icl-panel").first.locator(".icl-area")
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.3 * box["width"], middle)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.75 * box["width"], middle, steps=4)
    page.mouse.up()
    point = point_of(page)
    # tau runs over four decades.
    assert float(point["tau"]) == pytest.approx(10.0, rel=0.05)
    value = errors(*(float(point[n]) for n in ("tau", "alpha", "kappa", "rho", "lam"))).icl
    # The index is set below the line.
    assert shown_icl(page) == f"eICL = {float(f'{value:.4g}'):g}"
    assert page.locator(".icl-sentence b sub").first.inner_text() == "ICL"
    assert point["tau"] in page.locator(".icl-code").text_content()
    page.get_by_role("button", name="Undo").click()
    assert float(point_of(page)["tau"]) == 0.5


def test_the_map_moves_two_parameters(opened):
    page = opened(viewport={"width": 1400, "height": 1000})
    area = page.locator(".icl-plane .icl-area")
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    page.mouse.click(box["x"] + 0.75 * box["width"], box["y"] + 0.25 * box["height"])
    point = point_of(page)
    assert float(point["kappa"]) == pytest.approx(10.0, rel=0.05)
    assert float(point["tau"]) == pytest.approx(10.0, rel=0.05)


def test_keys_move_and_shift_moves_further(opened):
    page = opened(viewport={"width": 1400, "height": 1000})
    handle = page.locator(".icl-handle").first
    handle.focus()
    page.keyboard.press("ArrowRight")
    near = float(point_of(page)["tau"])
    page.keyboard.press("Shift+ArrowRight")
    far = float(point_of(page)["tau"])
    # A step is 1/200 of four decades, ten steps with shift.
    assert near == pytest.approx(0.5 * 10**0.02, rel=0.01)
    assert far == pytest.approx(near * 10**0.2, rel=0.01)
    assert f"τ = {far:g}" in handle.get_attribute("aria-valuetext")
    page.keyboard.press("Control+z")
    assert float(point_of(page)["tau"]) == near


def test_a_finger_drags_the_numbers_of_the_sentence(opened):
    page = opened(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    number = page.locator(".icl-scrub").first
    number.scroll_into_view_if_needed()
    box = number.bounding_box()
    assert box["width"] >= 44 and box["height"] >= 44
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    session = page.context.new_cdp_session(page)

    def touch(kind, points):
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", [{"x": x, "y": y}])
    for step in (20, 60, 100):
        touch("touchMove", [{"x": x + step, "y": y}])
    touch("touchEnd", [])
    assert float(point_of(page)["tau"]) > 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_fields_take_infinity_and_refuse_nonsense(opened):
    page = opened(viewport={"width": 1400, "height": 1000})
    field = page.get_by_label("κ, as a number")
    field.fill("∞")
    field.press("Enter")
    assert point_of(page)["kappa"] == "inf"
    field.fill("-1")
    field.press("Enter")
    drawn(page)
    assert "κ must be" in page.locator(".icl-fault", has_text="κ").inner_text()
    assert point_of(page)["kappa"] == "inf"


def test_every_preset_draws_and_the_address_brings_it_back(opened):
    page = opened(viewport={"width": 1400, "height": 1000})
    chips = page.locator(".icl-presets .icl-chip")
    for i in range(chips.count()):
        chips.nth(i).click()
        drawn(page)
        assert chips.nth(i).get_attribute("aria-pressed") == "true", chips.nth(i).inner_text()
        assert page.locator(".icl-panel .icl-curve").first.get_attribute("d")
    address = page.evaluate("location.hash")
    again = opened(address=address)
    assert again.evaluate("location.hash") == address


def test_targets_are_large_and_named(opened):
    page = opened(viewport={"width": 390, "height": 844})
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, select, input, summary, .icl-scrub")]
        .filter((one) => one.checkVisibility())
        .filter((one) => one.getBoundingClientRect().height < 43.5)
        .map((one) => one.outerHTML.slice(0, 80))"""
    )
    assert small == []
    leaf_through(page)
    for slider in page.get_by_role("slider").all():
        assert slider.get_attribute("aria-valuetext")


def test_what_is_far_is_drawn_once_the_page_is_idle(opened):
    page = opened(viewport={"width": 390, "height": 844})
    page.wait_for_function("!document.querySelector('.icl-chart:not(:has(.icl-grid))')")


def test_what_is_far_has_room_and_is_drawn_when_it_is_printed(browser, pages):
    page = browser.new_page(viewport={"width": 390, "height": 844})
    # This page is never idle.
    page.add_init_script("globalThis.requestIdleCallback = () => {}")
    page.goto((pages / "explorer.html").as_uri())
    page.wait_for_selector("[data-ready=yes]")
    last = page.locator(".icl-chart").last
    drawing = last.locator(".icl-grid")
    assert drawing.count() == 0
    room = last.bounding_box()["height"]
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert drawing.count() > 0
    assert abs(last.bounding_box()["height"] - room) < 1
    page.close()


def test_data_stand_in_a_table(opened):
    page = opened(viewport={"width": 1400, "height": 1000})
    page.locator(".icl-panel summary").first.click()
    # More than twenty rows, written when the fold says that it is open.
    page.locator(".icl-panel").first.locator("tbody tr").nth(20).wait_for()


def test_a_panel_of_a_chapter_computes(opened):
    page = opened("panel", viewport={"width": 760, "height": 900})
    page.get_by_label("ρ, as a number").fill("0.5")
    page.keyboard.press("Enter")
    drawn(page)
    link = page.get_by_role("link", name="Open in the explorer").get_attribute("href")
    assert "rho=0.5" in link and "x=alpha" in link
    assert page.locator(".icl-note", has_text="best α").count() == 1


#: How many words a plot has, and those with a point of a curve in their box.
COVERED = """
() => {
  const curves = [...document.querySelectorAll(".icl-curve, .icl-second, .icl-floor")];
  const points = curves.flatMap((path) => {
    const all = path.getTotalLength();
    const there = path.getScreenCTM();
    const at = (i) => path.getPointAtLength((i / 4000) * all).matrixTransform(there);
    return Array.from({ length: 4001 }, (_, i) => at(i));
  });
  const notes = [...document.querySelectorAll(".icl-note")];
  const covered = notes.filter((note) => {
    const box = note.getBoundingClientRect();
    // Letters do not fill it.
    const [left, right, top, bottom] = [box.left + 1, box.right - 1, box.top + 2, box.bottom - 2];
    return points.some(({ x, y }) => x > left && x < right && y > top && y < bottom);
  });
  return [notes.length, covered.map((note) => note.textContent)];
}
"""


def test_words_lie_over_no_curve(opened):
    page = opened("panel", viewport={"width": 700, "height": 900})
    count, covered = page.evaluate(COVERED)
    assert count >= 2
    assert covered == []
    # Moved onto a curve they are found.
    page.evaluate(
        """() => {
          const curve = document.querySelector(".icl-curve");
          const { x, y } = curve.getPointAtLength(curve.getTotalLength() / 3);
          const note = document.querySelector(".icl-note");
          note.setAttribute("x", x);
          note.setAttribute("y", y + 4);
        }"""
    )
    assert len(page.evaluate(COVERED)[1]) == 1


def test_an_axis_with_a_place_for_zero_is_broken(opened):
    page = opened("panel", viewport={"width": 700, "height": 900})
    assert page.locator(".icl-break").count() == 0
    page.locator("select").nth(1).select_option("rho")
    drawn(page)
    assert page.locator(".icl-break").count() == 1
    page.locator("select").nth(1).select_option("kappa")
    drawn(page)
    assert page.locator(".icl-break").count() == 1


def test_structured_tasks_are_chosen_and_dragged(opened):
    page = opened(viewport={"width": 1400, "height": 1000})
    leaf_through(page)
    panel = page.locator(".icl-panel").last
    panel.locator("select").first.select_option("power")
    panel.locator("select").nth(1).select_option("isotropic")
    panel.locator(".icl-handle").last.focus()
    page.keyboard.press("Shift+ArrowRight")
    point = point_of(page)
    tasks = Spectrum.power_law(0.9, d=100)
    numbers = (float(point[n]) for n in ("tau", "alpha", "kappa", "rho", "lam"))
    value = errors(*numbers, tasks=tasks, test="isotropic").icl
    assert panel.locator(".icl-legend b").first.inner_text() == f"{value:.4g}"
    said = panel.locator(".icl-handle").last.get_attribute("aria-valuetext")
    # From 10 % on 5 % further: the fifteenth of the hundred directions.
    assert f"variance {float(tasks.values[14]):.3g}" in said
    assert "Spectrum.power_law(0.9, d=100)" in page.locator(".icl-code").text_content()
    panel.locator("select").first.select_option("spike")
    drawn(page)
    assert panel.get_by_label("h, as a number").is_visible()
    assert not panel.get_by_label("p, as a number").is_visible()


def test_figure_3_has_its_window_and_its_curves(opened):
    page = opened(viewport={"width": 1400, "height": 1000})
    page.get_by_role("button", name="2b, 3b").click()
    plane = page.locator(".icl-plane")
    drawn(page)
    assert plane.locator("circle.icl-point").count() == 5
    area = plane.locator(".icl-area")
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    page.mouse.click(box["x"] + 0.4 * box["width"], box["y"] + 0.5 * box["height"])
    point = point_of(page)
    assert float(point["kappa"]) == pytest.approx(0.4 * 2.25, rel=0.01)
    assert float(point["rho"]) == pytest.approx(0.5, rel=0.01)
    page.keyboard.press("ArrowUp")
    assert float(point_of(page)["rho"]) == pytest.approx(0.505, rel=0.01)
    page.get_by_role("button", name="3c", exact=True).click()
    assert float(point_of(page)["tau"]) == 20
    page.locator(".icl-panel").nth(1).get_by_label("axes").select_option("log")
    drawn(page)
    assert plane.locator("circle.icl-point").count() == 0


@pytest.mark.parametrize("height", ["linear", "log"])
@pytest.mark.parametrize("error", ["icl", "idg", "gap", "train"])
@pytest.mark.parametrize("axis", ["alpha", "kappa", "rho"])
def test_a_curve_that_is_infinite_everywhere_draws_no_faulty_path(opened, axis, error, height):
    # At the threshold without a ridge.
    page = opened(
        address=f"#tau=1&alpha=3&kappa=0.5&rho=0.1&lam=0&error={error}&x={axis}&height={height}"
    )
    assert "∞" in page.locator(".icl-sentence").inner_text()
    assert page.locator('.icl-panel path[d*="NaN"]').count() == 0
