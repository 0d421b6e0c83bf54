/* The page of one item: a count of characters beside its limit, the numbers to look at, and n and p for the items around it. */
(() => {
  "use strict";
  for (const area of document.querySelectorAll("textarea[data-count]")) {
    const line = Object.assign(document.createElement("p"), { className: "small muted" });
    const show = () => { line.textContent = `${[...area.value].length} / ${area.dataset.count}`; };
    area.after(line);
    area.addEventListener("input", show);
    show();
  }
  /* The numbers to look at, as the last draft that was saved has them */
  const box = document.getElementById("numbers");
  const list = box?.querySelector("ul");
  if (list) document.addEventListener("duxue:saved", ({ detail }) => {
    if (!detail.numbers) return;
    list.replaceChildren(...detail.numbers.map(({ before, quote, after, said }) => {
      const sentence = document.createElement("span");
      sentence.append(before, Object.assign(document.createElement("mark"), { textContent: quote }), after);
      const line = document.createElement("li");
      line.append(sentence, " ", Object.assign(document.createElement("b"), { textContent: said }));
      return line;
    }));
    box.hidden = !detail.numbers.length;
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, textarea, select, [contenteditable], dialog[open]")) return;
    const target = { n: "[data-next]", p: "[data-previous]" }[event.key];
    document.querySelector(target || ":not(*)")?.click();
  });
})();
