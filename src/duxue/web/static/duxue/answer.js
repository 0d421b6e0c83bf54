/* The page of one item: a count of characters beside its limit, and the numbers to look at. */
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
})();
