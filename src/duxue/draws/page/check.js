// The check: what duxue draw verify does, in the second implementation, for draws from a list and double-random plans.
Object.assign(DuxueDraw, (function (D) {
  const { sha256, hex, unhex, utf8, isHex, own, sorted, compareBytes, comparePaths, Refused, readList, takePart, countPaths, readDocument, writeForm, digestOf, requireShape, joinSeed, draw } = D;
  const NETWORKS = { quicknet: [1692803367, 3, 48, false], default: [1595431050, 30, 96, true] };
  function valueFault(want, part) {
    const v = part.value, whole = (t) => /^(0|[1-9][0-9]{0,15})$/.test(t) && Number(t) >= want.low && Number(t) <= want.high;
    if (want.kind === "digits") return !/^[0-9]+$/.test(v) || v.length !== want.length ? "DRAW033" : "";
    if (want.kind === "number") return whole(v) ? "" : "DRAW033";
    if (want.kind === "balls") { const b = v.split(" "); return b.length === want.count && new Set(b).size === b.length && b.every(whole) ? "" : "DRAW033"; }
    if (want.kind === "sealed") return !isHex(v, v.length / 2) || !v ? "DRAW033" : hex(sha256(unhex(v))) === want.sha256 ? "" : "DRAW039";
    if (want.kind !== "beacon" || !own(NETWORKS, want.network)) return "DRAW030";
    const bytes = NETWORKS[want.network][2];
    if (!isHex(part.proof.signature, bytes)) return "DRAW033";
    return hex(sha256(unhex(part.proof.signature))) === v ? "" : "DRAW036";
  }

  // --- forms ----------------------------------------------------------------------------------------------------------
  const BOTH = { zh: "", en: "" };
  const FACTS = { digits: { length: 0 }, number: { low: 0, high: 0 }, balls: { low: 0, high: 0, count: 0 }, beacon: { network: "", round: 0 }, sealed: { sha256: "" } };
  const RECORD = {
    format: "", seed: "", run: 0, time: "", clock: "", previous: "", digest: "", earlier: [{ kind: "", digest: "", time: "" }],
    parts: [{ name: "", value: "", time: "", proof: {} }],
  };
  const ACT = { format: "", title: BOTH, method: "", seed: [], time: "", clock: "", previous: "", digest: "" };
  const KINDS = { // what is known of each kind of certificate
    "duxue-certificate/1": {
      commitment: "duxue-commitment/1",
      shape: { ...RECORD, result: { selected: [""], waiting: [""], units: [], groups: [] }, commitment: { ...ACT, list: { digest: "", tickets: 0, fields: [""] }, exclusions: [{ id: "", reason: BOTH }], params: {} } },
    },
    "duxue-inspection-certificate/1": {
      commitment: "duxue-inspection-commitment/1",
      shape: {
        ...RECORD, result: { plan: null, reasons: [] },
        commitment: { ...ACT, case: { digest: "", schools: 0, inspectors: 0, counties: 0, visits: 0, recusals: 0 }, rules: {}, constraints: [{ id: "", title: BOTH }] },
      },
    },
  };
  const PLAN = { method: "", case: "", seed: "", excluded: [[""]], teams: [{ school: "", members: [[""]] }] };
  const RULE = { rule: ["each", "table", "proportional"], short: ["refuse", "all"], take: 0, minimum: 0 };
  const PLACES = { take: 1, reserve: 0 };
  // Parameters in normal form: a number is the least allowed, an array the words allowed, a text what it names.
  const PARAMS = {
    "keyed-order/1": PLACES, "sequential/1": PLACES,
    "stratified/1": { ...RULE, reserve: 0, by: "fields", table: "table" }, "multistage/1": { ...RULE, rule: ["each", "table"], by: "fields", table: "table", stages: "stages" },
    "pps-systematic/1": { take: 1, size: "field" }, "bundles/1": { ...PLACES, bundle: "field", overflow: ["skip", "exceed"] },
    "ring-interval/1": { ...PLACES, number: "maybe", start: "number", interval: "number" }, "ring-step/1": { ...PLACES, number: "maybe", start: "number" },
    "tail-digits/1": { take: 1, number: "maybe", group: 0, shuffle: ["none", "keyed"], digits: "digits" },
  };
  function requireNormal(commitment, list) {
    const params = commitment.params, shape = own(PARAMS, commitment.method), places = list.tickets - commitment.exclusions.length;
    if (!shape) throw new Refused("DRAW021", "method", commitment.method);
    const wrong = (key) => { throw new Refused("DRAW022", `commitment.params.${key}`, JSON.stringify(params[key])); };
    const texts = (v) => Array.isArray(v) && v.every((t) => typeof t === "string"), known = (f) => list.fields.includes(f);
    const cells = (v) => texts(v) && new Set(v).size === v.length && v.every(known);
    const part = (v, kind) => commitment.seed.find((d) => d.name === v && d.kind === kind);
    for (const key of new Set([...Object.keys(shape), ...Object.keys(params)])) {
      const want = own(shape, key), value = own(params, key);
      const ring = want === "number" && part(value, "number");
      const right = want === undefined || value === undefined ? false
        : typeof want === "number" ? Number.isSafeInteger(value) && value >= want
        : Array.isArray(want) ? want.includes(value)
        : want === "field" || want === "maybe" ? (want === "maybe" && value === "") || known(value)
        : want === "fields" ? cells(value) && (value.length > 0 || commitment.method === "multistage/1")
        : want === "digits" ? !!part(value, "digits")
        : want === "number" ? !!ring && ring.low >= 1 && ring.low <= ring.high && ring.high <= places
        : want === "table" ? Array.isArray(value) && value.every((r, i) => {
          try { requireShape(r, { group: [""], take: 0 }, key); } catch (error) { return false; }
          return r.take >= 0 && r.take < 2 ** 31 && r.group.length === params.by.length && (!i || comparePaths(value[i - 1].group, r.group) < 0);
        })
        : Array.isArray(value) && value.length > 0 && value.every((s) => {
          try { requireShape(s, { within: [""], unit: "", take: 0 }, key); } catch (error) { return false; }
          return cells(s.within) && known(s.unit) && s.take >= 1;
        });
      if (!right) wrong(key);
    }
    if (shape.take === 1 && params.take > places) throw new Refused("DRAW024", "take", String(params.take), String(places));
    if (shape.take === 1 && "reserve" in params && params.reserve > places - params.take) wrong("reserve");
    if ("rule" in shape && ((params.rule === "table") !== params.table.length > 0 || (params.rule !== "table" && params.take < 1))) wrong(params.take < 1 ? "take" : "table");
    if (shape.shuffle && params.number && params.shuffle === "keyed") wrong("shuffle");
    requireFeasible(commitment.method, params, takePart(list, commitment.exclusions), wrong);
  }
  function requireFeasible(method, p, list, wrong) { // what the commitment had to prove of this list
    const short = (path, size, take) => { if (size < take) throw new Refused("DRAW025", path.join(" / ") || "take", String(size), `>= ${take}`); };
    const sizesOf = (groups) => new Map(groups.map((g) => [JSON.stringify(g.path), g.members.length]));
    if (method === "stratified/1") {
      const groups = countPaths(list, p.by), sizes = sizesOf(groups);
      if (p.rule !== "proportional") {
        if (p.minimum) wrong("minimum");
        if (p.short === "refuse") for (const { group, take } of p.rule === "table" ? p.table : groups.map((g) => ({ group: g.path, take: p.take }))) short(group, sizes.get(JSON.stringify(group)) || 0, take);
        return;
      }
      if (p.take > list.count) throw new Refused("DRAW024", "take", String(p.take), String(list.count));
      if (p.take < groups.reduce((n, g) => n + Math.min(p.minimum, g.members.length), 0)) wrong("take");
      if (p.short === "refuse") for (const g of groups) short(g.path, g.members.length, p.minimum);
    } else if (method === "multistage/1") {
      const fields = p.stages.flatMap((s) => [...s.within, s.unit]), all = [...fields, ...p.by];
      if (new Set(all).size < all.length) wrong("stages");
      if (p.short === "all") return;
      const groups = countPaths(list, all), sizes = sizesOf(groups), units = new Map();
      let width = 0;
      for (const stage of p.stages) {
        const above = width + stage.within.length, children = new Map();
        width = above + 1;
        for (const g of groups) {
          const key = JSON.stringify(g.path.slice(0, above));
          if (!children.has(key)) children.set(key, { path: g.path.slice(0, above), units: new Set() });
          children.get(key).units.add(g.path[above]);
        }
        for (const { path, units: found } of children.values()) short(path, found.size, stage.take);
      }
      for (const g of groups) { const key = JSON.stringify(g.path.slice(0, fields.length)); if (!units.has(key)) units.set(key, []); units.get(key).push(g); }
      for (const own of units.values()) {
        const unit = own[0].path.slice(0, fields.length);
        for (const { group, take } of p.table.length ? p.table : own.map((g) => ({ group: g.path.slice(fields.length), take: p.take }))) short([...unit, ...group], sizes.get(JSON.stringify([...unit, ...group])) || 0, take);
        short(unit, own.reduce((n, g) => n + g.members.length, 0), p.minimum);
      }
    } else if (method === "pps-systematic/1") {
      let total = 0n;
      for (let i = 0; i < list.count; i++) {
        const cell = list.cell(i, p.size);
        if (!/^[1-9][0-9]{0,14}$/.test(cell)) throw new Refused("DRAW027", p.size, `${list.names[i]}: ${cell}`);
        total += BigInt(cell);
      }
      if (BigInt(p.take) * total > BigInt(Number.MAX_SAFE_INTEGER)) wrong("size");
    }
  }
  function isTime(text) { // a moment that exists, in the one form
    if (!/^[1-9]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text)) return false;
    const at = new Date(text);
    return !Number.isNaN(at.getTime()) && at.toISOString().replace(".000Z", "Z") === text;
  }

  // --- the chain ------------------------------------------------------------------------------------------------------
  const compact = (value) => JSON.stringify(sorted(value));
  const RUNS = ["certificate", "interruption"];
  function identityOf(c) { // what makes two draws the same draw
    const places = new Map(c.seed.map((p, i) => [p.name, i + 1])), params = {}, facts = ["kind", "length", "low", "high", "count", "network"];
    for (const key of Object.keys(c.params || {})) params[key] = ["start", "interval", "digits"].includes(key) && places.has(c.params[key]) ? places.get(c.params[key]) : c.params[key];
    const sources = c.seed.map((p) => Object.fromEntries(facts.filter((f) => f in p).map((f) => [f, p[f]])));
    return hex(sha256(writeForm({ format: "duxue-draw/1", list: (c.list || c.case).digest, excluded: (c.exclusions || []).map((e) => e.id), method: c.method, params, sources })));
  }
  function lineOf(document) {
    const { digest, previous, time, commitment, run } = document;
    if (!commitment) return { kind: "commitment", digest, previous, time, draw: identityOf(document) };
    return { kind: "certificate", digest, previous, time, draw: identityOf(commitment), commitment: commitment.digest, run };
  }
  function readChain(data) {
    const lines = D.readUtf8(data).split("\n"), entries = [], runs = new Map(), draws = new Map();
    let previous = "", time = "", above = "";
    if (lines.pop() !== "") throw new Refused("DRAW055", String(lines.length + 1), "");
    lines.forEach((line, i) => {
      const broken = (found, expected) => { throw new Refused("DRAW055", String(i + 1), found, expected); };
      let e;
      try { e = JSON.parse(line); } catch (error) { broken(line.slice(0, 60)); }
      if (!e || typeof e !== "object" || compact(e) !== line) broken(line.slice(0, 60));
      const isRun = RUNS.includes(e.kind);
      if (!isRun && e.kind !== "commitment") broken(String(e.kind));
      requireShape(e, { kind: "", digest: "", previous: "", time: "", draw: "", above: "", line: "", ...(isRun ? { commitment: "", run: 0 } : {}) }, String(i + 1));
      const { line: own, ...rest } = e, digest = hex(sha256(utf8(compact(rest) + "\n")));
      if (e.above !== above) broken(e.above, above);
      if (own !== digest) broken(own, digest);
      if (e.previous !== previous || e.time < time) broken(e.previous, previous);
      if (isRun) {
        const run = (runs.get(e.draw) || 0) + 1;
        if (draws.get(e.commitment) !== e.draw || e.run !== run) broken(String(e.run), String(run));
        runs.set(e.draw, run);
      } else draws.set(e.digest, e.draw);
      [previous, time, above] = [e.digest, e.time, own];
      entries.push(e);
    });
    return entries;
  }
  function checkChain(certificate, data) { // returns how often the draw was made when more than once
    const entries = readChain(data), bare = ({ above, line, ...rest }) => compact(rest);
    if (entries.some((e) => e.kind === "interruption" && e.digest === certificate.digest)) throw new Refused("DRAW064", "chain.jsonl", certificate.digest);
    for (const document of [certificate, certificate.commitment]) {
      const want = compact(lineOf(document));
      if (!entries.some((e) => bare(e) === want)) throw new Refused("DRAW056", "chain.jsonl", document.digest);
    }
    const draw = identityOf(certificate.commitment), runs = entries.filter((e) => RUNS.includes(e.kind) && e.draw === draw).length;
    return runs > 1 ? String(runs) : "";
  }

  // --- one check after another ----------------------------------------------------------------------------------------
  function kindOf(data) {
    try { return JSON.parse(D.readUtf8(data)).format; } catch (error) { return ""; }
  }
  function checkForm(certificate, kind) {
    const commitment = certificate.commitment;
    if (kind.shape.result.plan === null) {
      if (certificate.result && certificate.result.plan) requireShape(certificate.result.plan, PLAN, "result.plan");
      requireShape({ ...certificate, result: { ...certificate.result, plan: null } }, kind.shape, "");
    } else requireShape(certificate, kind.shape, "");
    commitment.seed.forEach((part, i) => {
      const facts = part && own(FACTS, part.kind);
      if (!facts) throw new Refused("DRAW050", `commitment.seed[${i + 1}].kind`);
      requireShape(part, { name: "", kind: "", who: BOTH, not_before: "", ...facts }, `commitment.seed[${i + 1}]`);
    });
    if (commitment.format !== kind.commitment) throw new Refused("DRAW050", "commitment.format", commitment.format, kind.commitment);
    for (const d of [certificate, commitment]) if (!["machine", "typed"].includes(d.clock)) throw new Refused("DRAW050", "clock", d.clock, "machine | typed");
    if (certificate.earlier.some((e) => !RUNS.includes(e.kind))) throw new Refused("DRAW050", "earlier.kind");
    if (certificate.run !== certificate.earlier.length + 1) throw new Refused("DRAW050", "run", String(certificate.run), String(certificate.earlier.length + 1));
    if (!isHex(certificate.seed, 32)) throw new Refused("DRAW050", "seed", certificate.seed);
    if (!commitment.seed.length) throw new Refused("DRAW030", "seed", "[]");
    for (const e of commitment.exclusions || []) if (!e.reason.zh.trim() || !e.reason.en.trim()) throw new Refused("DRAW026", "exclusions", e.id);
  }
  function checkTimes(certificate) {
    const commitment = certificate.commitment;
    for (const t of [commitment.time, certificate.time, ...commitment.seed.map((d) => d.not_before), ...certificate.parts.map((p) => p.time)]) if (!isTime(t)) throw new Refused("DRAW041", "time", t);
    if (certificate.time < commitment.time) throw new Refused("DRAW040", "time", certificate.time, commitment.time);
    for (const want of commitment.seed) if (want.kind === "beacon") {
      const network = own(NETWORKS, want.network);
      if (!network || !Number.isSafeInteger(want.round) || want.round < 1 || want.round > 1e12) throw new Refused("DRAW030", want.name, `${want.network} ${want.round}`, Object.keys(NETWORKS).join(" | "));
      const seconds = network[0] + (want.round - 1) * network[1], due = seconds < 250000000000 ? new Date(seconds * 1000).toISOString().replace(".000Z", "Z") : "";
      if (due <= commitment.time) throw new Refused("DRAW035", want.name, `${want.round} (${due})`, commitment.time);
      if (due !== want.not_before) throw new Refused("DRAW036", want.name, want.not_before, due);
    }
    certificate.parts.forEach((p, i) => {
      const want = commitment.seed[i] || { not_before: "" };
      if (p.time < want.not_before || want.not_before < commitment.time) throw new Refused("DRAW034", p.name, p.time, want.not_before);
      if (p.time > certificate.time) throw new Refused("DRAW040", p.name, p.time, certificate.time);
    });
    return commitment.clock === "typed" || certificate.clock === "typed" ? "typed" : "";
  }
  function checkSeed(certificate) {
    const commitment = certificate.commitment;
    if (certificate.parts.map((p) => p.name).join() !== commitment.seed.map((d) => d.name).join()) throw new Refused("DRAW031", "parts", certificate.parts.map((p) => p.name).join());
    commitment.seed.forEach((want, i) => { const code = valueFault(want, certificate.parts[i]); if (code) throw new Refused(code, want.name, certificate.parts[i].value); });
    const seed = joinSeed(commitment, certificate.parts);
    if (seed !== certificate.seed) throw new Refused("DRAW053", "seed", certificate.seed, seed);
    return commitment.seed.some((d) => d.kind === "beacon") ? "beacon" : "";
  }
  function openList(commitment, data) {
    const list = readList(data);
    if (list.digest !== commitment.list.digest) throw new Refused("DRAW012", "list", list.digest, commitment.list.digest);
    if (list.tickets !== commitment.list.tickets || list.fields.join("\t") !== commitment.list.fields.join("\t")) throw new Refused("DRAW012", "list", String(list.tickets), String(commitment.list.tickets));
    return list;
  }
  function openCase(commitment, data) {
    const found = hex(sha256(data));
    if (found !== commitment.case.digest) throw new Refused("DRAW012", "case", found, commitment.case.digest);
    const value = D.inspection.readCase(data);
    for (const [key, want] of Object.entries(D.inspection.describe(value))) {
      if (compact(commitment[key]) !== compact(want)) throw new Refused("DRAW012", `commitment.${key}`, compact(commitment[key]), compact(want));
    }
    return value;
  }
  function compareDraw(certificate, list) {
    const commitment = certificate.commitment;
    requireNormal(commitment, list);
    const result = draw(commitment, list, certificate.seed, certificate.parts);
    if (compareBytes(writeForm(result), writeForm(certificate.result)) === 0) return "";
    const i = result.selected.findIndex((id, n) => id !== certificate.result.selected[n]);
    throw new Refused("DRAW054", i < 0 ? "result" : `result.selected[${i + 1}]`, i < 0 ? "" : certificate.result.selected[i], i < 0 ? "" : result.selected[i]);
  }
  function comparePlan(certificate, value) {
    if (certificate.commitment.method !== D.inspection.METHOD) throw new Refused("DRAW021", "method", certificate.commitment.method, D.inspection.METHOD);
    const { plan } = D.inspection.draw(value, certificate.seed), found = certificate.result;
    if (plan === null && found.plan === null && found.reasons.length > 0) return "reasons";
    if (plan && found.plan && !found.reasons.length && compact(plan) === compact(found.plan)) return "";
    const say = (p, i) => (p ? compact(p.teams[i] || p.excluded) : "–"), i = plan && found.plan ? plan.teams.findIndex((t, n) => compact(t) !== compact(found.plan.teams[n] || null)) : 0;
    throw new Refused("DRAW054", plan && found.plan ? `result.plan.teams[${i + 1}]` : "result.plan", say(found.plan, i), say(plan, i));
  }
  // Returns [{name, ok, code, found, expected, note}] in order; `name` and `note` are keys of the page's texts. `published` is
  // the list, or the case of a double-random plan; `others` may hold the bytes of `commitment` and `chain` as published.
  function verify(certificateBytes, published, others = {}, progress = null) {
    D.onProgress(progress);
    const checks = [], add = (name, fault, note) => checks.push({ name, ok: !fault, note, ...(fault ? { code: fault.code, field: fault.field, found: fault.found, expected: fault.expected } : {}) });
    const attempt = (name, work) => { try { const note = work(); add(name, null, note); return true; } catch (error) { add(name, error instanceof Refused ? error : new Refused("DRAW050", "", error.message)); return false; } };
    const name = own(KINDS, kindOf(certificateBytes)) ? kindOf(certificateBytes) : "duxue-certificate/1", kind = KINDS[name];
    let certificate, opened;
    const end = () => ({ ok: checks.every((c) => c.ok), checks, certificate, unsigned: checks.some((c) => c.note === "beacon"), names: opened ? namesOf(opened) : {}, ids: opened && opened.cells ? opened.cells.map((row) => row[0]) : [] });
    if (!attempt("unaltered", () => {
      certificate = readDocument(certificateBytes, name);
      if (digestOf(certificate.commitment) !== certificate.commitment.digest) throw new Refused("DRAW052", "commitment.digest", certificate.commitment.digest);
    }) || !attempt("form", () => checkForm(certificate, kind))) return end();
    const commitment = certificate.commitment;
    attempt("times", () => checkTimes(certificate));
    attempt("seed", () => checkSeed(certificate));
    if (others.commitment) attempt("published", () => {
      const found = readDocument(others.commitment, kind.commitment);
      if (found.digest !== commitment.digest) throw new Refused("DRAW057", "commitment", commitment.digest, found.digest);
    });
    const ofCase = "case" in commitment;
    if (attempt(ofCase ? "case" : "list", () => { opened = (ofCase ? openCase : openList)(commitment, published); }))
      attempt(ofCase ? "plan" : "result", () => (ofCase ? comparePlan : compareDraw)(certificate, opened));
    add("run", null, certificate.run === 1 ? "" : String(certificate.run));
    if (others.chain) attempt("chain", () => checkChain(certificate, others.chain));
    return end();
  }
  function namesOf(opened) { // id -> name, where there are names
    if (opened.inspectors) return Object.fromEntries([...opened.schools, ...opened.inspectors].map((x) => [x.id, x.name]));
    const at = opened.fields.indexOf(["name", "名称", "姓名"].find((f) => opened.fields.includes(f)));
    return at < 0 ? {} : Object.fromEntries(opened.cells.map((row) => [row[0], row[at + 1]]));
  }
  return { verify, identityOf };
})(DuxueDraw));
if (typeof module !== "undefined") module.exports = DuxueDraw;
