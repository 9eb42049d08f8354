// One panel for a chapter, with sliders for some of the parameters.

import { sliders } from "./controls.js";
import { h } from "./dom.js";
import { format } from "./numbers.js";
import { paced } from "./paced.js";
import { errorsAt } from "./solve.js";
import { DEFAULT, admitted, encoded, store } from "./state.js";

/** Put the panel that `make` makes into `host`. */
export const panel = (make, host, data) => {
  const shared = store(admitted(data.state, DEFAULT));
  const status = h("p", { class: "icl-hidden", role: "status", "aria-live": "polite" });
  const box = h("div", { class: "icl-panel" });
  const rows = h("div", { class: "icl-controls icl-few", role: "group", "aria-label": "Parameters" });
  const more = data.explorer ? h("a", { href: data.explorer, text: "Open in the explorer" }) : null;
  host.replaceChildren(box, rows, ...(more ? [h("p", { class: "icl-more" }, more)] : []), status);
  const updates = [make(box, shared, data), sliders(rows, shared, data.sliders)];
  const draw = paced((settled) => {
    updates.forEach((update) => update(shared.state, settled));
    if (!settled) return;
    const now = errorsAt(shared.state);
    status.textContent = `e ICL = ${format(now.icl)}, e IDG = ${format(now.idg)}`;
    if (more) more.href = `${data.explorer}#${encoded(shared.state)}`;
    host.dataset.ready = "yes";
  });
  shared.listen((_, settled) => draw(settled));
  draw(true);
  return shared;
};
