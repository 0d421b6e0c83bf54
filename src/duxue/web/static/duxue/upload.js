/* Files in pieces: POST start -> {upload, url, offset}; PATCH url with Upload-Offset; HEAD url; POST url/finish -> {already, told}.
   A file is known again after a reload by name, size and time, so the same file goes on where it stopped. */
(() => {
  "use strict";
  const PIECE = 1 << 20;
  const ATONCE = 2;
  const token = () => document.querySelector("input[name=csrfmiddlewaretoken]")?.value || "";
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const memory = (file) => `duxue:upload:${location.pathname}:${file.name}:${file.size}:${file.lastModified}`;
  const kept = (key, value) => {
    try {
      if (value === undefined) return localStorage.getItem(key);
      if (value === null) localStorage.removeItem(key); else localStorage.setItem(key, value);
    } catch { /* without memory a reload starts the file anew */ }
    return null;
  };
  class Gone extends Error {}
  class Refused extends Error {}
  class Full extends Error {}

  class Line {
    constructor(field, file) {
      Object.assign(this, { field, file, offset: 0, url: "", paused: false, ended: false });
      const make = (tag, values) => Object.assign(document.createElement(tag), values);
      this.row = make("li", {});
      const text = make("div", {});
      this.state = make("span", { className: "state" });
      text.append(make("div", { className: "name", textContent: file.name }), this.state);
      this.bar = make("progress", { max: Math.max(1, file.size), value: 0 });
      this.bar.setAttribute("aria-label", file.name);
      this.button = make("button", { type: "button", className: "button", textContent: field.say("pauseButton") });
      this.drop = make("button", { type: "button", className: "button quiet", textContent: field.say("dropButton") });
      this.drop.setAttribute("aria-label", `${field.say("dropButton")} ${file.name}`);
      const acts = make("div", { className: "actions" });
      acts.append(this.button, this.drop);
      this.row.append(text, acts, this.bar);
      this.button.addEventListener("click", () => this.toggle());
      this.drop.addEventListener("click", () => this.remove());
      this.tell(field.say("waiting"));
    }
    tell(text, bad = false) { this.state.textContent = text; this.state.classList.toggle("bad", bad); }
    toggle() {
      this.paused = !this.paused;
      this.button.textContent = this.field.say(this.paused ? "goButton" : "pauseButton");
      if (this.paused) this.tell(this.field.say("paused")); else { this.ended = false; this.field.pump(); }
    }
    remove() { this.paused = this.ended = true; kept(memory(this.file), null); this.row.remove(); this.field.lines.delete(this); }
    show() {
      this.bar.value = this.offset;
      const mb = (n) => (n / 1048576).toFixed(1);
      this.tell(`${mb(this.offset)} / ${mb(this.file.size)} MB`);
    }
    async ask(url, options = {}) {
      const answer = await fetch(url, { credentials: "same-origin", ...options, headers: { "X-CSRFToken": token(), Accept: "application/json", ...options.headers } });
      if (answer.status === 404 || answer.status === 410) throw new Gone();
      const full = answer.status === 507;
      if (full || (answer.status >= 400 && answer.status < 500 && answer.status !== 409 && answer.status !== 408 && answer.status !== 429)) {
        const told = await answer.json().catch(() => ({}));
        throw new (full ? Full : Refused)(told.problems?.map((p) => [p.found, p.advice].filter(Boolean).join(" ")).join(" ") || String(answer.status));
      }
      if (!answer.ok && answer.status !== 409) throw new Error(String(answer.status));
      return answer;
    }
    async open() {
      this.url = kept(memory(this.file)) || "";
      if (this.url) {
        try { this.offset = Number((await this.ask(this.url, { method: "HEAD" })).headers.get("Upload-Offset")) || 0; return; } catch (e) { if (!(e instanceof Gone)) throw e; kept(memory(this.file), null); }
      }
      const form = new FormData();
      form.set("name", this.file.name);
      form.set("size", this.file.size);
      const answer = await this.ask(this.field.box.dataset.startUrl, { method: "POST", body: form });
      const { url, offset } = await answer.json();
      this.url = url;
      this.offset = offset || 0;
      kept(memory(this.file), url);
    }
    async send() {
      let failures = 0;
      while (!this.paused && !this.ended) {
        try {
          if (!this.url) await this.open();
          this.show();
          while (this.offset < this.file.size && !this.paused) {
            const piece = this.file.slice(this.offset, this.offset + PIECE);
            const answer = await this.ask(this.url, { method: "PATCH", body: piece, headers: { "Upload-Offset": String(this.offset), "Content-Type": "application/offset+octet-stream" } });
            const reached = answer.headers.get("Upload-Offset");
            if (reached === null && answer.status === 409) throw new Error("409");
            this.offset = reached === null ? this.offset + piece.size : Number(reached);
            failures = 0;
            this.show();
          }
          if (this.paused) return;
          const answer = await this.ask(`${this.url.replace(/\/$/, "")}/finish`, { method: "POST" });
          if (answer.status === 409) throw new Error("409"); /* not in yet: ask again */
          const { already = false, told = [] } = await answer.json().catch(() => ({}));
          this.ended = true;
          kept(memory(this.file), null);
          this.button.remove();
          this.drop.remove();
          this.told = told.length > 0;
          this.tell([...(already && this.told ? [] : [this.field.say("done")]), ...told].join(" · "));
        } catch (error) {
          if (error instanceof Refused) {
            this.ended = this.failed = true;
            this.button.remove();
            kept(memory(this.file), null);
            this.tell(this.field.say("failed", { why: error.message }), true);
          } else if (error instanceof Full) { /* the store has no room: nothing is lost, a person goes on when it has */
            this.paused = true;
            this.button.textContent = this.field.say("goButton");
            this.tell(this.field.say("failed", { why: error.message }), true);
          } else if (error instanceof Gone) {
            this.url = "";
            kept(memory(this.file), null);
            if (++failures > 3) { this.ended = this.failed = true; this.tell(this.field.say("failed", { why: "404" }), true); }
          } else {
            const seconds = Math.min(60, 2 ** ++failures);
            for (let left = seconds; left > 0 && !this.paused; left -= 1) { this.tell(this.field.say("retry", { n: left }), true); await pause(1000); }
            this.url = kept(memory(this.file)) ? "" : this.url; /* asks the server how far it came */
          }
        }
      }
    }
  }

  class Field {
    constructor(box) {
      this.box = box;
      this.lines = new Set();
      this.running = 0;
      this.list = box.querySelector(".upload-list");
      this.input = box.querySelector("input[type=file]");
      box.querySelector("[data-drop-hint]")?.removeAttribute("hidden");
      const take = () => { this.add(this.input.files); this.input.value = ""; };
      this.input.addEventListener("change", take);
      for (const button of box.closest("form")?.querySelectorAll("[data-plain]") || []) button.hidden = true;
      for (const kind of ["dragenter", "dragover"]) box.addEventListener(kind, (e) => { e.preventDefault(); box.classList.add("over"); });
      for (const kind of ["dragleave", "drop"]) box.addEventListener(kind, (e) => { e.preventDefault(); box.classList.remove("over"); });
      box.addEventListener("drop", (e) => this.add(e.dataTransfer.files));
      this.remind();
      if (this.input.files.length) take(); /* chosen before this script arrived */
      window.addEventListener("beforeunload", (e) => { if ([...this.lines].some((line) => !line.ended)) e.preventDefault(); });
    }
    say(key, values = {}) { return (this.box.dataset["say" + key[0].toUpperCase() + key.slice(1)] || "").replace(/\{(\w+)\}/g, (_, name) => values[name] ?? ""); }
    remind() {
      const start = `duxue:upload:${location.pathname}:`;
      let names = [];
      try { names = Object.keys(localStorage).filter((key) => key.startsWith(start)).map((key) => key.slice(start.length).replace(/:\d+:\d+$/, "")); } catch { return; }
      for (const name of names) {
        const row = document.createElement("li");
        row.dataset.left = name;
        row.append(Object.assign(document.createElement("div"), { className: "name", textContent: name }), Object.assign(document.createElement("span"), { className: "state", textContent: this.say("resume") }));
        this.list.append(row);
      }
    }
    add(files) {
      const most = Number(this.box.dataset.largest || Infinity);
      for (const file of files) {
        const line = new Line(this, file);
        this.lines.add(line);
        this.list.querySelector(`[data-left="${CSS.escape(file.name)}"]`)?.remove();
        this.list.append(line.row);
        if (file.size > most) { line.ended = line.failed = true; line.button.remove(); line.tell(this.say("large", { n: Math.floor(most / 1048576) }), true); }
      }
      this.pump();
    }
    pump() {
      for (const line of this.lines) {
        if (this.running >= ATONCE) return;
        if (line.ended || line.paused || line.busy) continue;
        line.busy = true;
        this.running += 1;
        line.send().finally(() => { line.busy = false; this.running -= 1; this.pump(); this.settle(); });
      }
    }
    settle() {
      const lines = [...this.lines];
      if (!lines.length || !lines.every((line) => line.ended)) return;
      this.box.dispatchEvent(new CustomEvent("duxue:uploaded", { bubbles: true }));
      if (!this.box.dataset.doneUrl || lines.some((line) => line.failed)) return;
      if (!lines.some((line) => line.told)) location.assign(this.box.dataset.doneUrl);
      else if (!this.onward) { /* what was told is read first */
        this.onward = Object.assign(document.createElement("a"), { className: "button", href: this.box.dataset.doneUrl, textContent: this.say("goButton") });
        this.list.after(this.onward);
      }
    }
  }
  for (const box of document.querySelectorAll("[data-upload]")) if (box.dataset.startUrl && !box.dataset.bound) { box.dataset.bound = "1"; new Field(box); }
})();
