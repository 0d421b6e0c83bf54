/* What scripts add to pages that already work without them: drafts, dialogs, popovers, keys. Texts come from the body's data-say-*. */
(() => {
  "use strict";
  const body = document.body;
  const say = (key, values = {}) =>
    (body.dataset["say" + key[0].toUpperCase() + key.slice(1)] || "").replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const store = {
    get(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
    set(key, value) { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* full or forbidden: the server still has the last save */ } },
    drop(key) { try { localStorage.removeItem(key); } catch { /* nothing was kept */ } },
  };

  /* Toasts: read out politely, with one thing to do */
  function toast(text, label, act, seconds = 8) {
    const box = document.querySelector("[data-toasts]");
    if (!box || !text) return;
    const line = document.createElement("div");
    line.className = "toast";
    line.append(Object.assign(document.createElement("span"), { textContent: text }));
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: label || say("close") });
    button.addEventListener("click", () => { line.remove(); if (act) act(); });
    line.append(button);
    box.append(line);
    setTimeout(() => line.remove(), (act ? 60 : seconds) * 1000);
  }

  /* Drafts: saved as one types, kept here while the line is down, restored after a crash */
  const SKIP = new Set(["csrfmiddlewaretoken", "Idempotency-Key", "version"]);
  const fields = (form) => [...form.elements].filter((e) => e.name && !SKIP.has(e.name) && !["file", "password", "submit", "button", "hidden"].includes(e.type));
  const read = (form) => fields(form).map((e) => [e.name, e.value, ["checkbox", "radio"].includes(e.type) ? e.checked : null, e.multiple ? [...e.selectedOptions].map((o) => o.value) : null]);
  function write(form, values) {
    const inputs = fields(form);
    values.forEach(([name, value, checked, many], n) => {
      const input = inputs[n];
      if (!input || input.name !== name) return;
      if (many) for (const option of input.options) option.selected = many.includes(option.value);
      else if (checked === null) input.value = value;
      else if (input.value === value) input.checked = checked;
    });
  }
  const unsent = new Set();
  class Draft {
    constructor(form) {
      this.form = form;
      this.timer = 0;
      this.busy = false;
      this.wait = 1500;
      this.last = JSON.stringify(read(form));
      this.line = form.querySelector("[data-saved]");
      if (!this.line) {
        this.line = Object.assign(document.createElement("p"), { className: "saved" });
        this.line.setAttribute("role", "status");
        (form.querySelector(".form-end") || form).append(this.line);
      }
      this.restore();
      form.addEventListener("input", () => this.touch());
      form.addEventListener("change", () => this.touch());
      form.addEventListener("submit", () => { clearTimeout(this.timer); unsent.delete(this); this.leaving = true; });
      window.addEventListener("online", () => { if (unsent.has(this)) this.send(); });
      document.addEventListener("visibilitychange", () => { if (document.hidden && unsent.has(this)) this.send(); });
    }
    get key() {
      const version = this.form.elements.version?.value ?? this.form.dataset.version ?? "";
      return `duxue:draft:${this.form.dataset.person || ""}:${location.pathname}:${this.form.id}:${version}`;
    }
    restore() {
      const kept = store.get(this.key);
      if (!kept || JSON.stringify(kept) === this.last) return;
      const before = read(this.form);
      write(this.form, kept);
      this.touch();
      toast(say("restored"), say("undo"), () => { write(this.form, before); this.touch(); });
    }
    touch() {
      const now = JSON.stringify(read(this.form));
      if (now === this.last) { unsent.delete(this); store.drop(this.key); return; }
      unsent.add(this);
      store.set(this.key, JSON.parse(now));
      clearTimeout(this.timer);
      this.wait = 1500;
      this.timer = setTimeout(() => this.send(), this.wait);
    }
    async send() {
      if (this.busy || this.leaving || !this.form.isConnected) return;
      this.busy = true;
      const sent = JSON.stringify(read(this.form));
      const key = this.key;
      this.line.textContent = say("saving");
      try {
        const answer = await fetch(this.form.dataset.autosave || this.form.action, {
          method: "POST", body: new FormData(this.form), headers: { "X-Autosave": "1", Accept: "application/json, text/html" }, keepalive: document.hidden,
        });
        if (answer.status === 409) return this.conflict(await answer.text());
        if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
        const kind = answer.headers.get("Content-Type") || "";
        const told = kind.includes("json") ? await answer.json() : {};
        store.drop(key);
        if (told.version !== undefined && this.form.elements.version) this.form.elements.version.value = told.version;
        this.last = sent;
        this.form.dispatchEvent(new CustomEvent("duxue:saved", { bubbles: true, detail: told }));
        if (JSON.stringify(read(this.form)) === sent) unsent.delete(this); else this.touch();
        const time = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
        this.line.textContent = say("saved", { time });
      } catch {
        this.line.textContent = say("unsaved");
        this.wait = Math.min(this.wait * 2, 60000);
        this.timer = setTimeout(() => this.send(), this.wait);
      } finally {
        this.busy = false;
      }
    }
    conflict(html) {
      const part = new DOMParser().parseFromString(html, "text/html").querySelector("[data-conflict]");
      this.line.textContent = say("unsaved");
      if (!part) return;
      all("[data-conflict]").forEach((e) => e.remove());
      this.form.before(part);
      part.addEventListener("submit", () => { store.drop(this.key); unsent.delete(this); this.leaving = true; });
      part.focus();
      clearTimeout(this.timer);
    }
  }
  window.addEventListener("beforeunload", (event) => { if (unsent.size) event.preventDefault(); });
  for (const form of all("form[data-warn-unsaved]")) {
    const first = JSON.stringify(read(form));
    const mark = () => { if (JSON.stringify(read(form)) === first) unsent.delete(form); else unsent.add(form); };
    form.addEventListener("input", mark);
    form.addEventListener("submit", () => unsent.delete(form));
  }

  /* Dialogs, and confirming by name */
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog-open]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.dialogOpen);
      if (dialog?.showModal) { event.preventDefault(); if (!dialog.open) dialog.showModal(); }
    }
    if (event.target instanceof HTMLDialogElement) event.target.close();
    const copier = event.target.closest("[data-copy]");
    if (copier) navigator.clipboard?.writeText(copier.dataset.copy).then(() => toast(say("copied"), "", null, 3));
    for (const open of all("details[data-popover][open]")) if (!open.contains(event.target)) open.open = false;
  });

  /* What also concerns parts that htmx brings in later */
  function wake(root) {
    for (const form of all("form[data-autosave]", root)) if (!form.draft) form.draft = new Draft(form);
    for (const form of all("form[data-confirm]", root)) {
      const input = form.elements.confirm;
      const button = form.querySelector("button[type=submit]");
      const check = () => { button.disabled = input.value.trim() !== form.dataset.confirm.trim(); };
      input.addEventListener("input", check);
      check();
    }
    for (const box of all("select[data-submit]", root)) box.addEventListener("change", () => box.form.requestSubmit());
    for (const button of all("[data-print]", root)) { button.hidden = false; button.addEventListener("click", () => window.print()); }
  }
  wake(document);
  document.addEventListener("htmx:load", (event) => { if (event.target !== body) wake(event.target); });
  document.querySelector("[data-focus]:not([data-still] *)")?.focus();
  document.querySelector(".site-nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

  /* A form that acts is sent once, however often its button is pressed */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 10000);
  });
  /* Signing out leaves nothing on a shared computer */
  for (const form of all('form[action$="/logout/"]')) form.addEventListener("submit", () => {
    try { Object.keys(localStorage).filter((key) => key.startsWith("duxue:draft:")).forEach((key) => localStorage.removeItem(key)); } catch { /* nothing was kept */ }
  });
  window.addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => delete form.dataset.sent));

  /* Keys of one letter: only where nothing is being typed, and not for who turned them off (WCAG 2.1.4). A page names its own by data-key. */
  const OFF = "duxue:keys-off";
  const switches = all("[data-keys-switch]");
  const told = () => {
    const on = !store.get(OFF);
    for (const button of switches) {
      button.hidden = false;
      button.setAttribute("aria-checked", on);
      button.querySelector("[data-state]").textContent = on ? button.dataset.on : button.dataset.off;
    }
  };
  for (const button of switches) button.addEventListener("click", () => { if (store.get(OFF)) store.drop(OFF); else store.set(OFF, true); told(); });
  window.addEventListener("storage", told);
  told();
  for (const button of all("[data-dialog-open][hidden]")) button.hidden = false;
  const busy = (event) => event.ctrlKey || event.metaKey || event.altKey || event.getModifierState("AltGraph") || event.isComposing ||
    (event.shiftKey && /^[a-z]$/i.test(event.key)) || /* the marks need it on some keyboards */
    event.target.isContentEditable || event.target.closest("input, textarea, select, dialog[open]");
  let before = "";
  function walk(step) {
    const rows = all("[data-row], tbody tr:has(a)").filter((row) => row.offsetParent);
    if (!rows.length) return;
    const at = rows.findIndex((row) => row.hasAttribute("data-current"));
    const next = rows[Math.min(rows.length - 1, Math.max(0, at + step))];
    rows.forEach((row) => row.removeAttribute("data-current"));
    next.setAttribute("data-current", "");
    next.querySelector("a")?.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      for (const open of all("details[data-popover][open]")) { open.open = false; open.querySelector("summary").focus(); }
      return;
    }
    if (busy(event) || store.get(OFF)) return;
    const key = event.key;
    const named = key.length === 1 && document.querySelector(`[data-key="${CSS.escape(before === "g" ? `g ${key}` : key)}"]`);
    before = key;
    if (named) { if (named.matches("input")) named.focus(); else named.click(); }
    else if (key === "?") document.getElementById("keyboard-help")?.showModal();
    else if (key === "j" || key === "k") walk(key === "j" ? 1 : -1);
    else return;
    before = "";
    event.preventDefault();
  });
})();
