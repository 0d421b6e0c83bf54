/* Keys of the scoring page: Ctrl+Enter gives and goes on; n and p walk while nothing is being typed. */
(() => {
  "use strict";
  const at = (name) => document.querySelector(`[data-desk="${name}"]`);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const give = at("give");
      if (give) { event.preventDefault(); give.click(); }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, textarea, select, [contenteditable], dialog[open]")) return;
    const way = { n: "later", p: "before" }[event.key];
    if (way && at(way)) { event.preventDefault(); at(way).click(); }
  });
})();
