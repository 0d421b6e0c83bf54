/* The page of one item: a count of characters beside its limit, and n and p for the items around it. */
(() => {
  "use strict";
  for (const area of document.querySelectorAll("textarea[data-count]")) {
    const line = Object.assign(document.createElement("p"), { className: "small muted" });
    const show = () => { line.textContent = `${[...area.value].length} / ${area.dataset.count}`; };
    area.after(line);
    area.addEventListener("input", show);
    show();
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, textarea, select, [contenteditable], dialog[open]")) return;
    const target = { n: "[data-next]", p: "[data-previous]" }[event.key];
    document.querySelector(target || ":not(*)")?.click();
  });
})();
