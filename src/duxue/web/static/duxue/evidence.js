/* Pages of a preview: the arrow keys turn them. Without scripts the page scrolls. */
(() => {
  "use strict";
  const box = document.querySelector("[data-pages]");
  const pages = box ? [...box.querySelectorAll(".page-shot")] : [];
  if (pages.length < 2) return;
  const current = () => Math.max(0, pages.findIndex((page) => page.getBoundingClientRect().bottom > 80));
  const steps = { ArrowRight: (n) => n + 1, ArrowLeft: (n) => n - 1, Home: () => 0, End: () => pages.length - 1 };
  document.addEventListener("keydown", (e) => {
    const step = steps[e.key];
    if (!step || e.ctrlKey || e.altKey || e.metaKey || e.target.closest?.("input, select, textarea, table, .sheet-shot")) return;
    e.preventDefault();
    const focused = pages.indexOf(document.activeElement);
    const page = pages[Math.min(pages.length - 1, Math.max(0, step(focused < 0 ? current() : focused)))];
    page.focus({ preventScroll: true });
    page.scrollIntoView({ block: "start" });
  });
})();
