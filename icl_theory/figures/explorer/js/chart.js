// A plot in SVG: axes, layers, and one handle that mouse, touch and keyboard move.

import { h, path, svg, unique } from "./dom.js";
import { followed } from "./gesture.js";
import { whenNear } from "./near.js";
import { format } from "./numbers.js";

/** Height over width, and pixels of height, unless a panel says otherwise. */
const [RATIO, LEAST, MOST] = [0.6, 250, 380];
const MARGIN = { left: 54, right: 14, top: 12, bottom: 44 };

/** How far an arrow key moves, as a share of the axis; with shift ten times as far. */
export const STEP = 0.005;

/** The move that a key asks for, in steps to the right and upwards; null for other keys. */
export const keyed = (event) => {
  const far = event.shiftKey ? 10 : 1;
  const moves = {
    ArrowLeft: [-far, 0],
    ArrowRight: [far, 0],
    ArrowUp: [0, far],
    ArrowDown: [0, -far],
    PageUp: [0, 10],
    PageDown: [0, -10],
  };
  return moves[event.key] ?? null;
};

/**
 * Make an empty plot inside of `host`.
 *
 * Options: `name`, what it shows; `ratio`, height over width; `plane`, whether the handle moves in
 * both directions; `drag(u, v)`, called with the place on the axes; `step(right, up)`, called
 * with shares of the axes; `end()`, called when a gesture is over; `canvas`, whether there is one
 * under the plot; `draw()`, called when the size has changed.
 */
export const chart = (host, options) => {
  const clip = unique("clip");
  const canvas = options.canvas ? h("canvas", { class: "icl-canvas" }) : null;
  const cut = svg("rect");
  const layers = Object.fromEntries(
    ["axes", "back", "marks", "front"].map((name) => [
      name,
      svg("g", name === "back" ? { "clip-path": `url(#${clip})` } : {}),
    ]),
  );
  const area = svg("rect", { class: "icl-area" });
  const handle = svg(
    "g",
    { class: "icl-handle", tabindex: 0, role: "slider", "aria-label": options.handle, visibility: "hidden" },
    svg("circle", { r: 22, class: "icl-target" }),
    svg("circle", { r: 8, class: "icl-knob" }),
  );
  const picture = svg(
    "svg",
    { class: "icl-svg", role: "group", "aria-label": options.name },
    svg("defs", {}, svg("clipPath", { id: clip }, cut)),
    layers.axes,
    layers.back,
    area,
    layers.marks,
    layers.front,
    handle,
  );
  const frame = h("div", { class: options.plane ? "icl-chart icl-plane" : "icl-chart" }, canvas, picture);
  const [ratio, most] = [options.ratio ?? RATIO, options.most ?? MOST];
  // Its room is there before it is drawn, so that nothing moves.
  Object.assign(frame.style, { aspectRatio: String(1 / ratio), minHeight: `${LEAST}px`, maxHeight: `${most}px` });
  host.append(frame);

  const self = { width: 0, height: 0, layers, canvas, handle, x: null, y: null, place: [0.5, 0.5] };
  const inner = () => ({
    left: MARGIN.left,
    top: MARGIN.top,
    width: Math.max(40, self.width - MARGIN.left - MARGIN.right),
    height: Math.max(40, self.height - MARGIN.top - MARGIN.bottom),
  });
  self.inner = inner;
  self.px = (value) => inner().left + self.x.unit(value) * inner().width;
  self.py = (value) => inner().top + (1 - self.y.unit(value)) * inner().height;

  const measure = () => {
    const width = Math.floor(frame.clientWidth);
    if (width === 0 || width === self.width) return;
    self.width = width;
    self.height = Math.round(Math.min(most, Math.max(LEAST, width * ratio)));
    picture.setAttribute("viewBox", `0 0 ${self.width} ${self.height}`);
    picture.setAttribute("height", self.height);
    const { left, top, width: w, height: t } = inner();
    for (const rect of [cut, area]) {
      for (const [name, value] of Object.entries({ x: left, y: top, width: w, height: t })) {
        rect.setAttribute(name, value);
      }
    }
    if (canvas) {
      Object.assign(canvas.style, { left: `${left}px`, top: `${top}px`, width: `${w}px`, height: `${t}px` });
    }
    options.draw?.();
  };
  whenNear(frame, () => {
    measure();
    new ResizeObserver(measure).observe(frame);
  });

  /** Draw axes with these scales and labels. */
  self.axes = (x, y, xLabel, yLabel) => {
    self.x = x;
    self.y = y;
    const { left, top, width, height } = inner();
    const bottom = top + height;
    const items = [];
    let last = -Infinity;
    for (const value of x.ticks(Math.max(3, Math.floor(width / 70)))) {
      const at = self.px(value);
      // A place of its own for 0 may be nearer to the first number than their texts are wide.
      if (at - last < 36) continue;
      last = at;
      items.push(svg("line", { class: "icl-grid", x1: at, x2: at, y1: top, y2: bottom }));
      items.push(svg("text", { class: "icl-tick", x: at, y: bottom + 16, "text-anchor": "middle", text: format(value) }));
    }
    for (const value of y.ticks(5)) {
      const at = self.py(value);
      items.push(svg("line", { class: "icl-grid", x1: left, x2: left + width, y1: at, y2: at }));
      items.push(svg("text", { class: "icl-tick", x: left - 6, y: at + 4, "text-anchor": "end", text: format(value) }));
    }
    // Between the numbers and a place of its own for 0 or ∞ the axis is broken.
    for (const [axis, x0, y0, slash] of [[x, left, bottom, "m-5 5l4 -10m2 10l4 -10"], [y, left, bottom, "m-5 5l10 -4m-10 -2l10 -4"]]) {
      for (const gap of [axis.zero ? axis.first * 0.6 : null, axis.infinity ? 1 - (1 - axis.last) * 0.6 : null]) {
        if (gap === null) continue;
        const at = axis === x ? `${x0 + gap * width} ${y0}` : `${x0} ${y0 - gap * height}`;
        items.push(svg("path", { class: "icl-break", d: `M${at}${slash}` }));
      }
    }
    items.push(svg("text", { class: "icl-label", x: left + width / 2, y: bottom + 36, "text-anchor": "middle", text: xLabel }));
    items.push(
      svg("text", {
        class: "icl-label",
        transform: `translate(13 ${top + height / 2}) rotate(-90)`,
        "text-anchor": "middle",
        text: yLabel,
      }),
    );
    layers.axes.replaceChildren(...items);
  };

  /** Where a curve through values runs, cut at the edge of the plot; null where it has a gap. */
  self.points = (xs, ys) =>
    xs.map((x, i) => {
      const y = ys[i];
      if (Number.isNaN(y) || y === null) return null;
      const { top, height } = inner();
      const at = y === Infinity ? top - 50 : self.py(y);
      return [self.px(x), Math.min(top + height + 50, Math.max(top - 50, at))];
    });
  self.curve = (xs, ys) => path(self.points(xs, ys));

  /** The area between two curves. */
  self.between = (xs, low, high) => {
    const forth = self.curve(xs, high);
    const back = self.curve([...xs].reverse(), [...low].reverse());
    return `${forth}${back.replace("M", "L")}Z`;
  };

  /** Put the handle at a place on the axes, and say its values. */
  self.hold = (u, v, text, now, extremes) => {
    self.place = [u, v];
    const { left, top, width, height } = inner();
    const x = left + Math.min(1, Math.max(0, u)) * width;
    const y = top + (1 - Math.min(1, Math.max(0, v))) * height;
    handle.removeAttribute("visibility");
    handle.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
    handle.setAttribute("aria-valuetext", text);
    handle.setAttribute("aria-valuenow", now.toFixed(3));
    handle.setAttribute("aria-valuemin", extremes?.[0] ?? 0);
    handle.setAttribute("aria-valuemax", extremes?.[1] ?? 1);
  };

  const placed = (event) => {
    const box = picture.getBoundingClientRect();
    const { left, top, width, height } = inner();
    const scale = self.width / box.width;
    const u = ((event.clientX - box.left) * scale - left) / width;
    const v = 1 - ((event.clientY - box.top) * scale - top) / height;
    return [Math.min(1, Math.max(0, u)), Math.min(1, Math.max(0, v))];
  };
  const end = () => options.end?.();
  const grab = (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    handle.focus({ preventScroll: true });
    options.drag(...placed(event));
    followed(event.currentTarget, event, (next) => options.drag(...placed(next)), end);
  };
  area.addEventListener("pointerdown", grab);
  handle.addEventListener("pointerdown", grab);
  handle.addEventListener("keydown", (event) => {
    const move = keyed(event);
    if (move === null) return;
    event.preventDefault();
    const [right, up] = options.plane ? move : [move[0] + move[1], 0];
    options.step(right * STEP, up * STEP);
  });
  handle.addEventListener("keyup", (event) => {
    if (keyed(event) !== null) end();
  });
  return self;
};
