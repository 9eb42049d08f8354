/* Claim cards: copying, and opening what a link leads to. */

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.(".claim-copy");
  if (!button) return;
  const text = button.dataset.copy;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without permission, as in some browsers from file://: the older way.
    const area = document.createElement("textarea");
    area.value = text;
    area.setAttribute("aria-hidden", "true");
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  const status = button.parentElement.querySelector("[role=status]");
  if (status) status.textContent = `${button.textContent} copied`;
});

/* A card may stand in an output that is folded. */
const reveal = () => {
  if (!location.hash.startsWith("#claim-")) return;
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let node = target?.parentElement; node; node = node.parentElement) {
    if (node instanceof HTMLDetailsElement) node.open = true;
  }
  target?.scrollIntoView();
};
addEventListener("hashchange", reveal);
document.addEventListener("DOMContentLoaded", reveal);

/* The graph of claims: the lines of the claim that is pointed at. */
for (const [type, on] of [["pointerover", true], ["focusin", true], ["pointerout", false], ["focusout", false]]) {
  document.addEventListener(type, (event) => {
    const link = event.target.closest?.(".claim-drawing a");
    const name = link?.querySelector("[data-claim]")?.dataset.claim;
    if (!name) return;
    for (const path of link.closest("svg").querySelectorAll("[data-ends]")) {
      if (path.dataset.ends.split(" ").includes(name)) path.classList.toggle("near", on);
    }
  });
}
