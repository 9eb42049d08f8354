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
