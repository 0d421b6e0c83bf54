/* Where the site is out of reach a form stays on its page: the error page of the browser would stand where the work was. */
(() => {
  "use strict";
  const { alive, sayHeld, sayCut } = document.body.dataset;
  const going = new Set();
  const asking = new Set();
  /* What a draft holds back until it is saved lies in this browser under its key. */
  const waits = ({ draft }) => { try { return Boolean(draft && localStorage.getItem(draft.key)); } catch { return false; } };
  /* Browsers also say "offline" beside a site on the same computer, and "online" in a network that leads nowhere: so ask the site. */
  const reached = async () => {
    try {
      return (await fetch(alive, { cache: "no-store", signal: AbortSignal.timeout(10000) })).status < 500;
    } catch { return false; }
  };
  function tell(form, text) {
    let line = form.querySelector("[data-saved], .saved");
    if (!line) {
      line = Object.assign(document.createElement("p"), { className: "saved" });
      line.setAttribute("role", "status");
      (form.querySelector(".form-end") || form).append(line);
    }
    line.textContent = text;
  }
  document.addEventListener("submit", async (event) => {
    const { target: form, submitter } = event;
    if (going.delete(form) || form.method !== "post" || (navigator.onLine && !waits(form))) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (asking.has(form)) return;
    asking.add(form);
    clearTimeout(form.draft?.timer); /* else it is saved by itself meanwhile, and then sent with the version of before */
    const there = await reached();
    asking.delete(form);
    if (there) {
      going.add(form);
      form.requestSubmit(submitter);
      going.delete(form);
      return;
    }
    const kept = waits(form);
    tell(form, kept ? sayHeld : sayCut);
    if (kept) form.draft.timer = setTimeout(() => form.draft.send(), 10000); /* or at once when the browser says "online" */
  }, true);
})();
