// Draw every interactive plot of a page with uPlot.
//
// A plot is written by a chapter's cell as
//
//     <figure class="icl-plot">
//       <div class="icl-plot-area"></div>
//       <script type="application/json">{...}</script>
//       <figcaption>...</figcaption>
//     </figure>
//
// and icl_theory/figures/interactive.py says what stands in the JSON, which book/tools/figures.py
// packs where it is long.  The plot follows the width of its column and the light or dark mode of
// the page; its numbers are in a fold under it, as a table and to download.
(() => {
  "use strict";

  // Colours that can be told apart with any colour vision, in an order that is fixed:
  // the first series is blue in every plot.
  const PALETTE = {
    light: ["#1f5fa8", "#c2500a", "#1a7f4b", "#9b2d86", "#8a6d00", "#4a4a4a"],
    dark: ["#7db8ff", "#ff9d5c", "#63d297", "#e58fd2", "#e3c34b", "#cfcfcf"],
  };

  const mode = () => (document.documentElement.dataset.theme === "dark" ? "dark" : "light");

  const css = (name, otherwise) =>
    getComputedStyle(document.documentElement).getPropertyValue(name).trim() || otherwise;

  // Four digits are as many as anyone reads off a plot, and a minus is no hyphen.
  const short = (value) => {
    if (value == null) return "–";
    const size = Math.abs(value);
    const long = value !== 0 && (size < 1e-3 || size >= 1e5);
    const plain = long ? value.toExponential(2).replace(/\.?0+e/, "e") : String(Number(value.toPrecision(4)));
    return plain.replace("e+", "e").replaceAll("-", "−");
  };

  // Pixels that the label of a tick takes, with the space beside it.
  const WIDEST = 44;

  // Ends of what series draw, error bars included.
  const drawn = (specs, self, low, high) => {
    let [least, most] = [low, high];
    const { min, max } = self.series[0];
    specs.forEach((spec, index) => {
      if (!spec.error || !self.series[index + 1].show) return;
      spec.error.forEach((error, i) => {
        const [x, y] = [self.data[0][i], spec.values[i]];
        if (y == null || error == null || x < min || x > max) return;
        most = Math.max(most, y + error);
        // Below zero a logarithmic axis has no place.
        if (self.scales.y.distr !== 3 || y > error) least = Math.min(least, y - error);
      });
    });
    return [least, most];
  };

  // Ends of a logarithmic axis, with a small margin: uPlot itself goes on to the next power of ten,
  // and leaves most of a decade empty.
  const MARGIN = 0.03;
  const logEnds = (specs) => (self, low, high) => {
    if (!(low > 0 && high > 0)) return [low, high];
    const [least, most] = drawn(specs, self, low, high);
    const margin = least < most ? (most / least) ** MARGIN : 2;
    return [least / margin, most * margin];
  };

  // Ends of a linear axis: uPlot's own margin, but about the error bars, which it does not know.
  const linearEnds = (specs) => (self, low, high) => {
    if (low == null || high == null) return [low, high];
    return uPlot.rangeNum(...drawn(specs, self, low, high), 0.1, true);
  };

  // Marks of a logarithmic axis: 1, 2, ..., 9 in each decade, or equal steps where few of these
  // are left.
  const logMarks = (self, axis, low, high) => {
    const inside = (values) => values.filter((v) => v >= low && v <= high);
    const marks = [];
    for (let decade = Math.floor(Math.log10(low)); 10 ** decade <= high; decade++) {
      marks.push(...inside([1, 2, 3, 4, 5, 6, 7, 8, 9].map((digit) => Number(`${digit}e${decade}`))));
    }
    if (marks.length > 2) return marks;
    const unit = 10 ** Math.floor(Math.log10((high - low) / 2));
    const step = unit * [1, 2, 5].find((some) => some === 5 || high - low < 6 * some * unit);
    const first = Math.ceil(low / step);
    return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
  };

  // The powers of ten get a label and a line; where there are fewer than two, so do twice and
  // five times these.
  const isPower = (v) => Math.abs(Math.log10(v) - Math.round(Math.log10(v))) < 1e-9;
  const isRound = (v) => [1, 2, 5].some((digit) => isPower(v / digit));
  const powersOnly = (self, splits, axis) => {
    const only = (some) => splits.map((v) => (v != null && some(v) ? v : null));
    const count = (some) => only(some).filter((v) => v != null).length;
    if (count(isPower) < 2) return count(isRound) < 2 ? splits : only(isRound);
    // Along the abscissa labels stand side by side: as many as there is room for.
    const room = axis === 0 ? self.bbox.width / devicePixelRatio / WIDEST : Infinity;
    const every = Math.max(1, Math.ceil(count(isPower) / Math.max(room, 1)));
    return only((v) => isPower(v) && Math.round(Math.log10(v)) % every === 0);
  };
  // Powers of ten are written as such on an axis where one of them is long.
  const power = (v) =>
    `10${[...String(Math.round(Math.log10(v)))].map((sign) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(sign)]).join("")}`;
  const isLong = (v) => v > 0 && (v < 1e-3 || v >= 1e5) && isPower(v);
  const ticks = (splits) => {
    const long = splits.some(isLong);
    return splits.map((v) => (v == null ? "" : long && v !== 1 && isPower(v) ? power(v) : short(v)));
  };

  const line = (spec) => ({
    stroke: css("--pst-color-border", "#ddd"),
    width: 1,
    ...(spec.log ? { filter: powersOnly } : {}),
  });

  const axis = (spec, side) => ({
    // A drawn label is put over the room that an empty one keeps.
    label: spec.label_html ? " " : spec.label,
    labelSize: 24,
    size: side === "y" ? 56 : 40,
    stroke: css("--pst-color-text-base", "#222"),
    grid: line(spec),
    ticks: line(spec),
    ...(spec.log ? { filter: powersOnly, splits: logMarks } : {}),
    font: "12px system-ui, sans-serif",
    labelFont: "13px system-ui, sans-serif",
    values: (self, splits) => ticks(splits),
  });

  // The horizontal axis has no series whose error bars would move it.
  const ends = (spec, specs) => {
    if (spec.range || spec.log) return spec.range ?? logEnds(specs);
    return specs.some((one) => one.error) ? linearEnds(specs) : null;
  };

  const scale = (spec, specs) => ({
    time: false,
    distr: spec.log ? 3 : 1,
    log: 10,
    ...(ends(spec, specs) ? { range: ends(spec, specs) } : {}),
  });

  // What the legend says beside a label: nothing as long as nobody points at the plot.
  const reading = (self, value, index, place) => (place == null ? "" : short(value));

  const DASHES = { solid: [], dashed: [8, 5], dotted: [2, 4] };

  const series = (spec, index) => {
    const colour = PALETTE[mode()][(spec.colour ?? index) % PALETTE.light.length];
    const points = spec.style === "points";
    return {
      label: spec.label,
      scale: "y",
      stroke: colour,
      width: points ? 0 : 2,
      // Curves are smoother when their points are not moved to whole pixels.
      pxAlign: 0,
      dash: DASHES[spec.style] ?? [],
      spanGaps: false,
      // Curves share one list of abscissae, so most have gaps that are not theirs.
      points: { show: points, size: 7, stroke: colour, fill: colour, width: 1 },
      value: reading,
    };
  };

  // Error bars: a vertical line from y - error to y + error at each point.
  const errorBars = (specs) => (self) => {
    const ctx = self.ctx;
    const bottom = self.bbox.top + self.bbox.height;
    ctx.save();
    ctx.beginPath();
    ctx.rect(self.bbox.left, self.bbox.top, self.bbox.width, self.bbox.height);
    ctx.clip();
    ctx.lineWidth = 1.5 * devicePixelRatio;
    ctx.setLineDash([]);
    let cut = 0;
    specs.forEach((spec, index) => {
      if (!spec.error || !self.series[index + 1].show) return;
      ctx.strokeStyle = PALETTE[mode()][(spec.colour ?? index) % PALETTE.light.length];
      self.data[index + 1].forEach((y, i) => {
        const error = spec.error[i];
        if (y == null || error == null) return;
        const x = self.valToPos(self.data[0][i], "x", true);
        const low = y - error;
        // Below zero a logarithmic axis has no place: the bar ends at its foot.
        const foot = self.scales.y.distr === 3 && low <= 0 ? bottom : self.valToPos(low, "y", true);
        const head = self.valToPos(y + error, "y", true);
        // What the tests of pages ask for; half a pixel is rounding.
        cut += head < self.bbox.top - 0.5 || foot > bottom + 0.5;
        ctx.beginPath();
        ctx.moveTo(x, foot);
        ctx.lineTo(x, head);
        ctx.stroke();
      });
    });
    ctx.restore();
    self.root.dataset.cutBars = cut;
  };

  // All series share one list of abscissae: a curve goes on where it has no point (undefined to
  // uPlot), and has a gap (null) only where its value is infinite.
  const joined = (spec) =>
    spec.style === "points"
      ? spec.values
      : spec.values.map((value, i) => value ?? (spec.gaps?.includes(i) ? null : undefined));

  // A piece of the curve, dashes and all, or a point with its bar.
  const marker = (spec, index) => {
    const colour = PALETTE[mode()][(spec.colour ?? index) % PALETTE.light.length];
    const bar = spec.error ? `<path d="M14 0V12" stroke="${colour}" stroke-width="1.5"/>` : "";
    const shape =
      spec.style === "points"
        ? `${bar}<circle cx="14" cy="6" r="3.5" fill="${colour}"/>`
        : `<path d="M1 6H27" stroke="${colour}" stroke-width="2" stroke-dasharray="${(DASHES[spec.style] ?? []).join(" ")}"/>`;
    return `<svg width="28" height="12" viewBox="0 0 28 12" aria-hidden="true">${shape}</svg>`;
  };

  // The numbers of a plot, one row for each abscissa: a heading and the rows.
  const numbers = (spec) => {
    const name = (label) => label.replaceAll("$", "");
    const columns = spec.series.flatMap((one) => [
      [name(one.label), one.values],
      ...(one.error ? [[`${name(one.label)}, error`, one.error]] : []),
    ]);
    const head = [name(spec.x.label), ...columns.map(([label]) => label)];
    const rows = spec.x.values.map((x, i) => [x, ...columns.map(([, values]) => values[i] ?? "")]);
    return [head, ...rows];
  };

  const cell = (kind, value, attributes = {}) =>
    Object.assign(document.createElement(kind), { textContent: value, ...attributes });

  // Filled when it is opened for the first time.
  const fill = (fold, figure, spec) => {
    const [head, ...rows] = numbers(spec);
    const quoted = (value) => (/[",\n]/.test(value) ? `"${String(value).replaceAll('"', '""')}"` : value);
    const csv = [head, ...rows].map((row) => row.map(quoted).join(",")).join("\n");
    const link = cell("a", "Download as CSV", {
      href: URL.createObjectURL(new Blob([`${csv}\n`], { type: "text/csv;charset=utf-8" })),
      download: `${figure.id || "figure"}.csv`,
    });
    const table = document.createElement("table");
    const first = table.createTHead().insertRow();
    first.append(...head.map((value) => cell("th", value, { scope: "col" })));
    const body = table.createTBody();
    for (const [x, ...values] of rows) {
      body.insertRow().append(cell("th", x, { scope: "row" }), ...values.map((value) => cell("td", value)));
    }
    const box = document.createElement("div");
    box.tabIndex = 0;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", "Numbers of the figure");
    box.append(table);
    fold.append(link, box);
  };

  const specOf = (figure) => {
    const script = figure.querySelector("script");
    // book.js unpacks.
    const packed = script.type === "application/zlib";
    return packed ? globalThis.unpacked(script.textContent) : JSON.parse(script.textContent);
  };

  const draw = (figure, spec) => {
    const area = figure.querySelector(".icl-plot-area");
    let plot = null;
    const height = (width) => Math.round(Math.max(240, Math.min(spec.height, 0.75 * width)));

    // Labels with formulas, which were drawn when the book was built (book/tools/typeset.py).
    const labels = () => {
      const legend = plot.root.querySelectorAll(".u-legend .u-series .u-label");
      [spec.x, ...spec.series].forEach((one, i) => {
        if (one.label_html && legend[i]) legend[i].innerHTML = one.label_html;
      });
      const markers = plot.root.querySelectorAll(".u-legend .u-series .u-marker");
      // The abscissa has none.
      const drawn = [...markers].slice(-spec.series.length);
      spec.series.forEach((one, i) => {
        if (drawn[i]) drawn[i].innerHTML = marker(one, i);
      });
      const title = plot.root.querySelector(".u-title");
      if (spec.title_html && title) title.innerHTML = spec.title_html;
      for (const side of ["x", "y"]) {
        if (!spec[side].label_html) continue;
        const label = document.createElement("div");
        // In full: styles that no page names are dropped (book/tools/assets.py).
        label.className = `icl-plot-label ${side === "x" ? "icl-plot-label-x" : "icl-plot-label-y"}`;
        label.innerHTML = spec[side].label_html;
        plot.root.querySelector(".u-wrap").append(label);
      }
      fit();
    };

    // A label that is longer than its axis is set smaller.
    const fit = () => {
      for (const label of plot.root.querySelectorAll(".icl-plot-label")) {
        label.style.fontSize = "";
        const across = label.classList.contains("icl-plot-label-x");
        const room = across ? plot.width - 8 : plot.height - 8;
        if (label.offsetWidth > room) label.style.fontSize = `${(0.99 * room) / label.offsetWidth}em`;
      }
    };

    const make = () => {
      plot?.destroy();
      const width = Math.floor(area.clientWidth);
      plot = new uPlot(
        {
          width,
          height: height(width),
          title: spec.title,
          scales: { x: scale(spec.x, []), y: scale(spec.y, spec.series) },
          axes: [axis(spec.x, "x"), { ...axis(spec.y, "y"), scale: "y" }],
          series: [
            { label: spec.x.label, value: reading },
            ...spec.series.map(series),
          ],
          cursor: { focus: { prox: 24 } },
          focus: { alpha: 0.35 },
          hooks: { draw: [errorBars(spec.series)] },
        },
        [spec.x.values, ...spec.series.map(joined)],
        area,
      );
      labels();
      figure.dataset.drawn = mode();
    };

    make();
    // The observer also reports the first size, at which there is nothing to do.
    new ResizeObserver(() => {
      const width = Math.floor(area.clientWidth);
      if (width <= 0 || width === plot.width) return;
      plot.setSize({ width, height: height(width) });
      fit();
    }).observe(area);
    new MutationObserver(() => {
      if (figure.dataset.drawn !== mode()) make();
    }).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  };

  // A plot is drawn when it is a screen away from what is seen, when it is to be printed, its numbers
  // being at hand by then, or when the page is idle.
  const soon = async (figure) => {
    const spec = await specOf(figure);
    const fold = figure.querySelector(".icl-plot-data");
    fold?.addEventListener("toggle", () => fill(fold, figure, spec), { once: true });
    const begin = () => {
      if (figure.dataset.drawn) return;
      watch.disconnect();
      removeEventListener("beforeprint", begin);
      draw(figure, spec);
    };
    const watch = new IntersectionObserver((entries) => entries.some((one) => one.isIntersecting) && begin(), { rootMargin: "100%" });
    watch.observe(figure);
    addEventListener("beforeprint", begin);
    globalThis.whenIdle(() => figure.checkVisibility() && begin());
    figure.dataset.read = "";
  };

  const all = () => document.querySelectorAll("figure.icl-plot").forEach(soon);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", all);
  else all();
})();
