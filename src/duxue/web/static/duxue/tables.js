/* A table that fits its page scrolls with the page: its head stays at the top of the screen, and Tab does not stop at its box. */
(() => {
  "use strict";
  const fitting = new ResizeObserver((seen) => seen.forEach(({ target: table }) => {
    const box = table.parentElement;
    const fits = box.classList.toggle("fits", table.offsetWidth <= box.clientWidth + 1);
    if (fits) box.removeAttribute("tabindex"); else box.tabIndex = 0;
  }));
  const watch = (root) => root.querySelectorAll(".table-region > table").forEach((table) => fitting.observe(table));
  watch(document);
  document.addEventListener("htmx:load", (event) => watch(event.target));
})();
