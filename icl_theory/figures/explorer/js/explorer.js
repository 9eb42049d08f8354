// The whole explorer in one element.

import { ridgeLock, sliders } from "./controls.js";
import { h } from "./dom.js";
import { errorsPanel } from "./errors_panel.js";
import { fixedPointPanel } from "./fixed_point_panel.js";
import { mapPanel } from "./map_panel.js";
import { paced } from "./paced.js";
import { format } from "./numbers.js";
import { NAMES } from "./parameters.js";
import { asPython } from "./python.js";
import { reasons, sentence } from "./sentence.js";
import { errorsAt } from "./solve.js";
import { spectrumPanel } from "./spectrum_panel.js";
import { structuredPanel } from "./structured_panel.js";
import { DEFAULT, admitted, decoded, encoded, store } from "./state.js";

const copied = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
};

export const explorer = (host, data) => {
  const fromAddress = () => decoded(location.hash);
  const shared = store(admitted(fromAddress(), admitted(data.presets[0]?.state ?? {}, DEFAULT)));

  const status = h("p", { class: "icl-hidden", role: "status", "aria-live": "polite" });
  const say = h("p", { class: "icl-say" });
  const chips = data.presets.map((preset) =>
    h("button", {
      type: "button",
      class: "icl-chip",
      "aria-pressed": "false",
      text: preset.name,
      onclick: () => {
        const { best = "", ...rest } = preset.state;
        shared.change({ ...admitted(preset.state, DEFAULT), ...rest, best });
        tell();
      },
    }),
  );
  const groups = [...new Set(data.presets.map((preset) => preset.group))].map((name) =>
    h(
      "div",
      { class: "icl-chips", role: "group", "aria-label": name },
      h("span", { class: "icl-group", text: name }),
      ...chips.filter((_, i) => data.presets[i].group === name),
    ),
  );
  const button = (text, onclick, title) => h("button", { type: "button", class: "icl-button", text, onclick, title });
  const undo = button("Undo", () => shared.undo(), "Ctrl+Z");
  const redo = button("Redo", () => shared.redo(), "Ctrl+Shift+Z");
  const code = h("pre", { class: "icl-code", tabindex: 0, role: "region", "aria-label": "This point in Python" });
  const copy = button("Copy as Python", async () => {
    const done = await copied(code.textContent);
    copy.textContent = done ? "Copied" : "Copy it from here";
    code.parentElement.open ||= !done;
    setTimeout(() => (copy.textContent = "Copy as Python"), 1500);
  });

  const controls = h("div", { class: "icl-controls", role: "group", "aria-label": "Parameters" });
  const tools = h("div", { class: "icl-tools" });
  const words = h("div", { class: "icl-words" });
  const why = h("section", { class: "icl-why-here icl-wide", "aria-label": "What decides here" });
  const panel = (title, about) => {
    const element = h("section", { class: "icl-panel", "aria-label": title }, h("h2", { text: title }), h("p", { class: "icl-about", text: about }));
    return element;
  };
  const panels = {
    errors: panel("Errors along one axis", "Drag the point sideways. Shaded: the four terms."),
    map: panel("Map", "Drag the point anywhere. Lines are where the theory changes."),
    spectrum: panel("Which directions are learned", "Eigenvalues of the task covariance, and the part of each that the ridge keeps. Drag to change the ridge."),
    structured: panel("Structured tasks and other tests", "Tasks that vary more in some directions, tested on others. Drag the points."),
    fixed: panel("Where the effective ridge comes from", "Degrees of freedom used, against those the data pay for: they meet at ξ. Drag to change the ridge."),
  };
  panels.structured.classList.add("icl-wide");
  host.replaceChildren(
    h("div", { class: "icl-presets" }, ...groups, say),
    words,
    h("div", { class: "icl-body" }, controls, tools, panels.errors, panels.map, why, panels.spectrum, panels.fixed, panels.structured),
    status,
  );
  const updates = [
    sentence(words, shared),
    reasons(why, data),
    sliders(controls, shared, NAMES),
    ridgeLock(tools, shared),
    errorsPanel(panels.errors, shared, data),
    mapPanel(panels.map, shared, data),
    spectrumPanel(panels.spectrum, shared),
    fixedPointPanel(panels.fixed, shared),
    structuredPanel(panels.structured, shared, data),
  ];
  tools.append(undo, redo, copy, h("details", {}, h("summary", { text: "Python" }), code));

  const tell = () => {
    const now = encoded(shared.state);
    data.presets.forEach((preset, i) => {
      const there = encoded(admitted({ best: "", ...preset.state }, DEFAULT));
      chips[i].setAttribute("aria-pressed", String(there === now));
      if (there === now) say.textContent = preset.say;
    });
    if (!chips.some((chip) => chip.getAttribute("aria-pressed") === "true")) say.textContent = "Drag any point or number; the presets above bring you back.";
  };

  const draw = paced((settled) => {
    const { state } = shared;
    updates.forEach((update) => update(state, settled));
    code.textContent = asPython(state);
    const [back, forth] = shared.depth;
    undo.disabled = back === 0;
    redo.disabled = forth === 0;
    if (!settled) return;
    tell();
    const now = errorsAt(state);
    status.textContent = `e ICL = ${format(now.icl)}, e IDG = ${format(now.idg)}`;
    if (`#${encoded(state)}` !== location.hash) history.replaceState(null, "", `#${encoded(state)}`);
    host.dataset.ready = "yes";
  });
  shared.listen((_, settled) => draw(settled));
  window.addEventListener("hashchange", () => {
    const given = fromAddress();
    if (Object.keys(given).length) shared.change(admitted(given, shared.state));
  });
  host.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
    if (event.target.matches("input[type=text]")) return;
    event.preventDefault();
    if (event.shiftKey) shared.redo();
    else shared.undo();
  });
  draw(true);
  return shared;
};
