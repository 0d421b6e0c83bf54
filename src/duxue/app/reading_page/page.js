"use strict";
(() => {
const words = JSON.parse(document.getElementById("words").textContent);
const $ = (id) => document.getElementById(id);
const STATES = ["contradicted", "damaged", "supported", "unsupported"];
const MARKS = { contradicted: "✗", damaged: "!", supported: "✓", unsupported: "?" };
let lang = document.documentElement.lang === "en" ? 1 : 0;
let articles = [], data = [], doc = 0, chosen = -1, shown = [];
const filters = { states: new Set(STATES), kind: "", org: "", search: "" };

// Texts of documents reach the page only as text nodes, never as markup.
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value !== false && value != null) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.filter((c) => c != null).map((c) => (typeof c === "string" ? shownText(c) : c)));
  return element;
}
// Characters that turn the direction of text are made visible: they could show another number than the one read.
const shownText = (text) => text.replace(/[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/g, (c) => `⟦U+${c.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}⟧`);
const say = (key) => words.texts[key][lang];
const word = (group, key) => (words[group][key] || [key.replace(/^other:/, ""), key.replace(/^other:/, "")])[lang];
const claims = () => data[doc].claims;
const anchor = (index) => $(`d${doc}c${index}`);

function number(value) {
  if (value == null) return "";
  return Math.abs(value) >= 1e6 || Number.isInteger(value) ? value.toLocaleString("en-GB", { maximumFractionDigits: 2 }) : String(+value.toPrecision(6));
}
function amount(claim) {
  if (claim.value == null) return say("unreadable");
  const range = claim.value_high == null ? "" : `–${number(claim.value_high)}`;
  return `${number(claim.value)}${range}`;
}

// --- which claims are shown ------------------------------------------------------------------------------------------
function fits(claim) {
  const text = filters.search.toLowerCase();
  return filters.states.has(claim.state) && (!filters.kind || claim.kind === filters.kind) && (!filters.org || claim.org === filters.org) &&
    (!text || [claim.quote, claim.measure, claim.org, claim.unit, word("units", claim.unit), claim.period].some((v) => v && v.toLowerCase().includes(text)));
}
function apply() {
  shown = [];
  claims().forEach((claim, index) => {
    const fit = fits(claim);
    if (fit) shown.push(index);
    const mark = anchor(index);
    if (mark) mark.classList.toggle("dim", !fit);
  });
  const all = claims().length;
  $("count").textContent = all === 0 ? say("nothing") : shown.length === 0 ? say("no_match") : lang ? `${shown.length} of ${all} ${say("claims")}` : `${say("of")} ${all} 条，列出 ${shown.length} 条`;
  drawMap();
  drawPanel();
  remember();
}
function remember() {
  const parts = new URLSearchParams();
  if (doc) parts.set("d", doc);
  if (chosen >= 0) parts.set("c", chosen);
  if (filters.states.size < STATES.length) parts.set("s", [...filters.states].join(","));
  if (filters.kind) parts.set("k", filters.kind);
  if (filters.org) parts.set("o", filters.org);
  if (filters.search) parts.set("q", filters.search);
  history.replaceState(null, "", `#${parts}`);
}
function recall() {
  const hash = location.hash.slice(1);
  const direct = /^d(\d+)c(\d+)$/.exec(hash);
  const parts = new URLSearchParams(direct ? "" : hash);
  const at = direct ? +direct[1] : parseInt(parts.get("d") || "0", 10);
  doc = at >= 0 && at < articles.length ? at : 0;
  if (parts.has("s")) filters.states = new Set(parts.get("s").split(",").filter((s) => STATES.includes(s)));
  filters.kind = parts.get("k") || "";
  filters.org = parts.get("o") || "";
  filters.search = parts.get("q") || "";
  return direct ? +direct[2] : parseInt(parts.get("c") || "-1", 10);
}

// --- drawing ---------------------------------------------------------------------------------------------------------
function drawTools() {
  const chips = STATES.map((state) => {
    const count = claims().filter((c) => c.state === state).length;
    return make("button", { type: "button", class: `chip ${state}`, "aria-pressed": String(filters.states.has(state)), disabled: count === 0, onclick: () => toggle(state) },
      make("span", { class: "mark", "aria-hidden": "true" }, MARKS[state]), ` ${word("states", state)} `, make("b", {}, String(count)));
  });
  $("states").replaceChildren(...chips);
  fill($("kind"), [...new Set(claims().map((c) => c.kind))], filters.kind, (k) => word("kinds", k));
  fill($("org"), [...new Set(claims().map((c) => c.org).filter(Boolean))], filters.org, (o) => o);
  $("search").value = filters.search;
}
function fill(select, values, value, title) {
  select.replaceChildren(make("option", { value: "" }, say("all")), ...values.map((v) => make("option", { value: v, selected: v === value }, title(v))));
}
function toggle(state) {
  // The first press keeps this state alone; pressing again brings the others back.
  const alone = filters.states.size === 1 && filters.states.has(state);
  filters.states = alone ? new Set(STATES) : filters.states.size === STATES.length ? new Set([state]) : flip(filters.states, state);
  if (!filters.states.size) filters.states = new Set(STATES);
  drawTools();
  apply();
}
function flip(set, value) {
  const next = new Set(set);
  if (!next.delete(value)) next.add(value);
  return next;
}
function drawMap() {
  const length = Math.max(data[doc].length, 1);
  const ticks = shown.map((index) => {
    const claim = claims()[index];
    const tick = make("span", { class: `tick ${claim.state}${index === chosen ? " on" : ""}`, title: claim.quote, onclick: () => choose(index, true) });
    tick.style.setProperty("--at", `${(100 * claim.start) / length}%`);
    return tick;
  });
  $("map").replaceChildren(...ticks);
}
function row(key, value, extra) {
  return [make("dt", {}, say(key)), make("dd", {}, value || make("span", { class: "quiet" }, say("none")), extra)];
}
function drawPanel() {
  const panel = $("panel");
  const claim = claims()[chosen];
  document.body.classList.toggle("open", Boolean(claim));
  if (!claim) {
    panel.replaceChildren(make("p", { class: "quiet hint" }, claims().length ? say("choose") : say("nothing")), list());
    return;
  }
  const at = shown.indexOf(chosen);
  const sign = claim.kind === "change" && claim.direction ? ` · ${say(claim.direction === "+" ? "plus" : "minus")}` : "";
  const where = [claim.page ? say("page").replace("{n}", claim.page) : "", claim.place, say("characters").replace("{a}", claim.start).replace("{b}", claim.end)].filter(Boolean).join(" · ");
  const comparator = word("comparators", claim.comparator);
  panel.replaceChildren(
    make("div", { class: "head" },
      make("span", { class: `tag ${claim.state}` }, make("span", { class: "mark", "aria-hidden": "true" }, MARKS[claim.state]), ` ${word("states", claim.state)}`),
      make("span", { class: "quiet" }, at >= 0 ? `${at + 1} / ${shown.length}` : ""),
      make("span", { class: "room" }),
      make("button", { type: "button", class: "step", id: "previous", "aria-label": say("previous"), onclick: () => step(-1) }, "‹"),
      make("button", { type: "button", class: "step", id: "next", "aria-label": say("next"), onclick: () => step(1) }, "›"),
      make("button", { type: "button", class: "step", id: "close", "aria-label": say("close"), onclick: () => choose(-1, false) }, "×")),
    make("p", { class: "figure" }, comparator ? make("small", {}, `${comparator} `) : null, make("b", {}, amount(claim)), " ", make("small", {}, claim.value == null ? "" : word("units", claim.unit))),
    make("p", { class: "what" }, claim.measure),
    make("blockquote", { dir: "auto" }, claim.before, make("b", {}, claim.quote), claim.after),
    make("dl", {}, ...row("kind", word("kinds", claim.kind) + sign), ...row("period", claim.period), ...row("org", claim.org), ...row("section", section(claim)), ...row("place", where)),
    ...reasons(claim), ...links(claim), ...evidence(claim));
}
function section(claim) {
  const path = claim.section ? claim.section.split(" / ") : [];
  return path.length ? make("span", {}, ...path.slice(-2).map((part) => make("span", { class: "step-of" }, part))) : null;
}
function reasons(claim) {
  if (!claim.reasons.length) return [];
  return [make("h2", {}, say("why")), make("ul", {}, ...claim.reasons.map((code) => make("li", {}, word("reasons", code))))];
}
function links(claim) {
  const items = claim.links.map((l) => make("li", {}, make("b", {}, l.title[lang] || l.target), ` ${Math.round(100 * l.score)}%`, l.decided ? make("span", { class: "decided" }, ` ✓ ${say("decided")}`) : null, make("br"), make("span", { class: "quiet" }, l.reason[lang])));
  return [make("h2", {}, say("links")), items.length ? make("ul", { class: "plain-list" }, ...items) : make("p", { class: "quiet" }, say("no_links")), decideOn(claim.key)];
}
const decideOn = (key) => make("p", { class: "quiet key" }, `${say("decide")} `, make("code", {}, key));
function evidence(claim) {
  const items = claim.findings.map((f) => make("li", { class: f.state },
    make("span", { class: `tag ${f.state}` }, make("span", { class: "mark", "aria-hidden": "true" }, MARKS[f.state]), ` ${word("states", f.state)}`), ` ${f.reason[lang]} `, make("code", {}, f.code), f.key ? decideOn(f.key) : null,
    make("ul", { class: "plain-list" }, ...f.places.map((p) => make("li", { class: "quiet" }, p.where, p.quote ? make("q", { dir: "auto" }, p.quote) : null)))));
  return [make("h2", {}, say("evidence")), items.length ? make("ul", { class: "plain-list" }, ...items) : make("p", { class: "quiet" }, say("no_evidence"))];
}
function list() {
  return make("ol", { class: "list" }, ...shown.slice(0, 400).map((index) => {
    const claim = claims()[index];
    return make("li", {}, make("button", { type: "button", onclick: () => choose(index, true) },
      make("span", { class: `mark ${claim.state}`, title: word("states", claim.state) }, MARKS[claim.state]), make("b", { dir: "auto" }, claim.quote), make("span", { class: "quiet" }, claim.measure)));
  }));
}

// --- moving ----------------------------------------------------------------------------------------------------------
function choose(index, scroll) {
  const before = anchor(chosen);
  if (before) { before.classList.remove("on"); before.removeAttribute("aria-current"); }
  chosen = index >= 0 && index < claims().length ? index : -1;
  const mark = anchor(chosen);
  drawMap();
  drawPanel();
  remember();
  if (mark) {
    mark.classList.add("on");
    mark.setAttribute("aria-current", "true");
    if (scroll) {
      mark.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
      mark.focus({ preventScroll: true });
    }
  } else if (before) before.focus({ preventScroll: true });
}
function step(by) {
  if (!shown.length) return;
  const at = shown.indexOf(chosen);
  const after = shown.findIndex((index) => index > chosen);
  const next = at >= 0 ? (at + by + shown.length) % shown.length : by > 0 ? Math.max(after, 0) : after > 0 ? after - 1 : shown.length - 1;
  choose(shown[next], true);
}
function open(index) {
  doc = index;
  articles.forEach((article, i) => { article.hidden = i !== doc; });
  data[doc] = data[doc] || JSON.parse(articles[doc].querySelector("script.data").textContent);
  chosen = -1;
  document.title = `${data[doc].name} · ${say("title")}`;
  drawTools();
  apply();
}

// --- language and export -----------------------------------------------------------------------------------------------
function speak() {
  document.documentElement.lang = lang ? "en" : "zh-Hans";
  document.querySelectorAll("[data-t]").forEach((e) => { e.textContent = say(e.dataset.t); });
  document.querySelectorAll("[data-g]").forEach((e) => { e.textContent = word(e.dataset.g, e.dataset.k); });
  $("panel").setAttribute("aria-label", say("panel"));
  document.querySelectorAll("[data-zh]").forEach((e) => { e.textContent = lang ? e.dataset.en : e.dataset.zh; });
  document.querySelectorAll("a.claim").forEach((e) => { e.title = word("states", STATES.find((s) => e.classList.contains(s))); });
  drawTools();
  apply();
}
const FIELDS = ["doc", "start", "end", "quote", "value", "value_high", "comparator", "unit", "kind", "direction", "measure", "org", "period", "suspect", "state", "section"];
function cell(value) {
  if (value == null) return "";
  if (typeof value !== "string") return String(value);
  // A leading sign would make a spreadsheet run the text as a formula.
  const text = value.length > 1 && /^[=+\-@\t\r\n＝＋－＠]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}
function save(name, type, text) {
  const link = make("a", { href: URL.createObjectURL(new Blob([text], { type })), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
const stem = () => data[doc].name.replace(/\.[^.]*$/, "").replace(/[\\/:*?"<>|\u0000-\u001f]/g, "_");
function exportCsv() {
  const lines = [FIELDS, ...shown.map((i) => FIELDS.map((f) => claims()[i][f]))].map((r) => r.map(cell).join(","));
  save(`${stem()}.claims.csv`, "text/csv", `\ufeff${lines.join("\n")}\n`);
}
function exportJson() {
  save(`${stem()}.claims.json`, "application/json", JSON.stringify(shown.map((i) => claims()[i]), null, 1));
}

function keys(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
  if (event.key === "Escape") {
    if (typing) event.target.blur();
    else if (!$("keys").open && chosen >= 0) choose(-1, false);
    return;
  }
  if (typing || $("keys").open) return;
  const act = { n: () => step(1), j: () => step(1), p: () => step(-1), k: () => step(-1), "/": () => $("search").focus(), "?": () => $("keys").showModal() }[event.key];
  if (act) { event.preventDefault(); act(); }
}

document.addEventListener("DOMContentLoaded", () => {
  articles = [...document.querySelectorAll("article.document")];
  if (!articles.length) return;
  const wanted = recall();
  const select = $("document");
  select.replaceChildren(...articles.map((a, i) => make("option", { value: i, selected: i === doc }, a.getAttribute("aria-label"))));
  select.parentElement.hidden = articles.length < 2;
  select.addEventListener("change", () => { filters.org = ""; open(+select.value); scrollTo(0, 0); });
  document.querySelector(".tools").hidden = $("map").hidden = $("panel").hidden = false;
  document.body.classList.add("ready");
  $("more").open = matchMedia("(min-width: 901px)").matches;
  open(doc);
  if (wanted >= 0) choose(wanted, true);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.claim, .all a");
    if (!link) return;
    const found = /c(\d+)$/.exec(link.getAttribute("href"));
    event.preventDefault();
    choose(+found[1], !link.classList.contains("claim"));
  });
  document.addEventListener("keydown", keys);
  $("kind").addEventListener("change", (e) => { filters.kind = e.target.value; apply(); });
  $("org").addEventListener("change", (e) => { filters.org = e.target.value; apply(); });
  $("search").addEventListener("input", (e) => { filters.search = e.target.value.trim(); apply(); });
  $("language").addEventListener("click", () => { lang = 1 - lang; speak(); });
  $("help").addEventListener("click", () => $("keys").showModal());
  $("keys").querySelector("button").addEventListener("click", () => $("keys").close());
  $("csv").addEventListener("click", exportCsv);
  $("json").addEventListener("click", exportJson);
  addEventListener("beforeprint", () => document.querySelectorAll("details.all").forEach((d) => { d.open = true; }));
});
})();
