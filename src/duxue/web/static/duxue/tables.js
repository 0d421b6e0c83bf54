/* A table that fits its page scrolls with the page: its head stays at the top of the screen, and Tab does not stop at its box. */
(() => {
  "use strict";
  const tables = (root) => root.querySelectorAll(".table-region > table");
  const fit = (table) => {
    const box = table.parentElement;
    const fits = box.classList.toggle("fits", table.offsetWidth <= box.clientWidth + 1);
    box.classList.toggle("wider", !fits);
    if (fits) box.removeAttribute("tabindex"); else box.tabIndex = 0;
  };
  const fitting = new ResizeObserver((seen) => seen.forEach(({ target }) => fit(target)));
  const watch = (root) => tables(root).forEach((table) => fitting.observe(table));
  watch(document);
  // A table that is as narrow as it can be keeps its size when the window shrinks: nobody else would tell.
  addEventListener("resize", () => tables(document).forEach(fit));
  document.addEventListener("htmx:load", (event) => watch(event.target));
})();
