// Duxue draws, second implementation: written from docs/methods alone, no library, no network.
// Runs in any browser of the last years, from a file too, and in Node for the comparison with the first one.
"use strict";
var DuxueDraw = (function () {
  // --- SHA-256 and HMAC -----------------------------------------------------------------------------------------------
  const K = new Uint32Array(64), START = new Uint32Array(8);
  (function () {
    // The constants are the first 32 bits of the fractional parts of roots of primes; computed with whole numbers.
    const root = (n, power) => { // floor(n^(1/power) * 2^32), exact
      const target = BigInt(n) << BigInt(32 * power);
      let low = 0n, high = 1n << 40n;
      while (high - low > 1n) { const mid = (low + high) >> 1n; if (mid ** BigInt(power) <= target) low = mid; else high = mid; }
      return Number(low & 0xffffffffn);
    };
    for (let n = 2, i = 0; i < 64; n++) {
      let prime = true;
      for (let d = 2; d * d <= n; d++) if (n % d === 0) { prime = false; break; }
      if (prime) { if (i < 8) START[i] = root(n, 2); K[i++] = root(n, 3); }
    }
  })();
  const W = new Int32Array(64);
  function compress(h, data, at) {
    for (let i = 0; i < 16; i++, at += 4) W[i] = (data[at] << 24) | (data[at + 1] << 16) | (data[at + 2] << 8) | data[at + 3];
    for (let i = 16; i < 64; i++) {
      const x = W[i - 15], y = W[i - 2];
      W[i] = (W[i - 16] + W[i - 7] + (((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)) +
        (((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10))) | 0;
    }
    let a = h[0] | 0, b = h[1] | 0, c = h[2] | 0, d = h[3] | 0, e = h[4] | 0, f = h[5] | 0, g = h[6] | 0, k = h[7] | 0;
    for (let i = 0; i < 64; i++) {
      const t = (k + (((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))) + ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
      const u = ((((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      k = g; g = f; f = e; e = (d + t) | 0; d = c; c = b; b = a; a = (t + u) | 0;
    }
    h[0] += a; h[1] += b; h[2] += c; h[3] += d; h[4] += e; h[5] += f; h[6] += g; h[7] += k;
  }
  const last = new Uint8Array(128);
  function digestInto(h, data, from, to, total, out, at) { // ends a hash: whole blocks, padding, result
    let i = from;
    for (; i + 64 <= to; i += 64) compress(h, data, i);
    last.fill(0);
    const n = to - i;
    for (let j = 0; j < n; j++) last[j] = data[i + j];
    last[n] = 0x80;
    const size = n < 56 ? 64 : 128, high = Math.floor(total / 0x20000000), low = (total << 3) >>> 0;
    for (let j = 0; j < 4; j++) { last[size - 1 - j] = low >>> (8 * j); last[size - 5 - j] = high >>> (8 * j); }
    compress(h, last, 0);
    if (size === 128) compress(h, last, 64);
    for (let j = 0; j < 8; j++) { out[at + 4 * j] = h[j] >>> 24; out[at + 4 * j + 1] = h[j] >>> 16; out[at + 4 * j + 2] = h[j] >>> 8; out[at + 4 * j + 3] = h[j]; }
  }
  function sha256(data) { const out = new Uint8Array(32); digestInto(START.slice(), data, 0, data.length, data.length, out, 0); return out; }
  class Mac {
    constructor(key) { // at most 64 bytes
      const block = new Uint8Array(64);
      this.inner = START.slice(); this.outer = START.slice(); this.h = new Uint32Array(8); this.mid = new Uint8Array(32);
      for (let i = 0; i < 64; i++) block[i] = (i < key.length ? key[i] : 0) ^ 0x36;
      compress(this.inner, block, 0);
      for (let i = 0; i < 64; i++) block[i] ^= 0x36 ^ 0x5c;
      compress(this.outer, block, 0);
    }
    into(data, from, to, out, at) {
      this.h.set(this.inner); digestInto(this.h, data, from, to, 64 + to - from, this.mid, 0);
      this.h.set(this.outer); digestInto(this.h, this.mid, 0, 32, 96, out, at);
    }
    of(data) { const out = new Uint8Array(32); this.into(data, 0, data.length, out, 0); return out; }
  }

  // --- text and documents ---------------------------------------------------------------------------------------------
  const encoder = new TextEncoder();
  const utf8 = (text) => encoder.encode(text);
  const readUtf8 = (data) => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
  const hex = (data) => Array.from(data, (b) => b.toString(16).padStart(2, "0")).join("");
  const unhex = (text) => Uint8Array.from(text.match(/../g) || [], (b) => parseInt(b, 16));
  const isHex = (text, bytes) => typeof text === "string" && text.length === 2 * bytes && /^[0-9a-f]+$/.test(text);
  function compareBytes(a, b) {
    const n = Math.min(a.length, b.length);
    for (let i = 0; i < n; i++) if (a[i] !== b[i]) return a[i] - b[i];
    return a.length - b.length;
  }
  const compareText = (a, b) => (a === b ? 0 : compareBytes(utf8(a), utf8(b)));
  function comparePaths(a, b) {
    for (let i = 0; i < Math.min(a.length, b.length); i++) { const c = compareText(a[i], b[i]); if (c) return c; }
    return a.length - b.length;
  }
  function netstrings(parts) {
    const all = [];
    for (const part of parts) { const b = utf8(part); all.push(...utf8(b.length + ":"), ...b, 44); }
    return Uint8Array.from(all);
  }
  function sorted(value) {
    if (Array.isArray(value)) return value.map(sorted);
    if (value === null || typeof value !== "object") return value;
    const out = Object.create(null);
    for (const key of Object.keys(value).sort()) out[key] = sorted(value[key]);
    return out;
  }
  const writeForm = (value) => utf8(JSON.stringify(sorted(value), null, 1) + "\n");
  function digestOf(document) { const { digest, ...rest } = document; return hex(sha256(writeForm(rest))); }
  class Refused extends Error { constructor(code, field, found, expected) { super(`${code} ${field}: ${found ?? ""} / ${expected ?? ""}`); Object.assign(this, { code, field, found, expected }); } }
  function checkNumbers(value, where) {
    if (typeof value === "number" && !Number.isSafeInteger(value)) throw new Refused("DRAW050", where, String(value));
    if (value && typeof value === "object") for (const key of Object.keys(value)) checkNumbers(value[key], key);
  }
  function readDocument(data, kind) {
    let document;
    try { document = JSON.parse(readUtf8(data)); } catch (error) { throw new Refused("DRAW050", "", error.message); }
    if (!document || document.format !== kind) throw new Refused("DRAW050", "format", document && document.format, kind);
    checkNumbers(document, "");
    if (compareBytes(writeForm(document), data) !== 0) throw new Refused("DRAW051", "", "");
    if (digestOf(document) !== document.digest) throw new Refused("DRAW052", "digest", document.digest, digestOf(document));
    return document;
  }

  // A shape is "" for text, 0 for a whole number, false for yes or no, null for a whole number or null, {} for any object,
  // [] for any array, [shape] and {key: shape} for these.
  const own = (table, key) => (typeof key === "string" && Object.prototype.hasOwnProperty.call(table, key) ? table[key] : undefined);
  function requireShape(value, shape, where) {
    const wrong = () => { throw new Refused("DRAW050", where); };
    if (shape === null) { if (value !== null && typeof value !== "number") wrong(); return; }
    if (Array.isArray(shape)) {
      if (!Array.isArray(value)) wrong();
      if (shape.length) value.forEach((v, i) => requireShape(v, shape[0], `${where}[${i + 1}]`));
    } else if (typeof shape === "object") {
      if (value === null || typeof value !== "object" || Array.isArray(value)) wrong();
      const keys = Object.keys(shape);
      if (!keys.length) return;
      for (const key of new Set([...keys, ...Object.keys(value)])) {
        const at = where ? `${where}.${key}` : key;
        if (own(shape, key) === undefined || own(value, key) === undefined) throw new Refused("DRAW050", at);
        requireShape(value[key], shape[key], at);
      }
    } else if (typeof value !== typeof shape) wrong();
  }

  // --- the list -------------------------------------------------------------------------------------------------------
  const MARK = "#duxue-list/1";
  const CONTROL = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]/;
  const INVISIBLE = /[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/u;
  function readList(data) {
    let text;
    try { text = readUtf8(data); } catch (error) { throw new Refused("DRAW011", "", error.message, "UTF-8"); }
    if (!text.endsWith("\n")) throw new Refused("DRAW011", "", text.slice(-20));
    const lines = text.slice(0, -1).split("\n"), names = lines[0].split("\t"), fields = names.slice(2);
    if (names[0] !== MARK || names[1] !== "id" || fields.some((f, i) => !f || (i && compareText(fields[i - 1], f) >= 0))) throw new Refused("DRAW011", "1", lines[0]);
    if (CONTROL.test(text) || INVISIBLE.test(text) || text.normalize("NFC") !== text) throw new Refused("DRAW011", "", "");
    const cells = lines.slice(1).map((line) => line.split("\t"));
    if (!cells.length) throw new Refused("DRAW010", "");
    let before = new Uint8Array(0);
    const ids = new Array(cells.length);
    for (let i = 0; i < cells.length; i++) {
      const name = utf8(cells[i][0]);
      if (cells[i].length !== fields.length + 1 || compareBytes(before, name) >= 0) throw new Refused("DRAW011", String(i + 2), lines[i + 1]);
      before = ids[i] = name;
    }
    return { digest: hex(sha256(data)), fields, tickets: cells.length, cells, ids };
  }
  function takePart(list, exclusions) {
    const out = new Set(exclusions.map((e) => e.id));
    const keep = [];
    list.cells.forEach((row, i) => { if (!out.delete(row[0])) keep.push(i); });
    if (out.size) throw new Refused("DRAW026", "exclusions", [...out][0]);
    const cell = (i, field) => list.cells[i][1 + list.fields.indexOf(field)];
    return { count: keep.length, names: keep.map((i) => list.cells[i][0]), bytes: keep.map((i) => list.ids[i]), cell: (n, field) => cell(keep[n], field) };
  }

  // --- randomness -----------------------------------------------------------------------------------------------------
  const deriveKey = (seed, ...labels) => new Mac(seed).of(netstrings(labels));
  let tick = () => {};
  const onProgress = (report) => { tick = report || (() => {}); };
  function keyedOrder(key, names) { // names as bytes; returns positions, lowest key first
    const mac = new Mac(key), n = names.length, marks = new Uint8Array(32 * n), head = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      mac.into(names[i], 0, names[i].length, marks, 32 * i);
      const at = 32 * i;
      head[i] = ((marks[at] << 16) | (marks[at + 1] << 8) | marks[at + 2]) * 16777216 + ((marks[at + 3] << 16) | (marks[at + 4] << 8) | marks[at + 5]);
      if ((i & 8191) === 8191) tick(i / n);
    }
    const order = Array.from(head.keys());
    return order.sort((a, b) => {
      if (head[a] !== head[b]) return head[a] - head[b];
      for (let j = 6; j < 32; j++) { const d = marks[32 * a + j] - marks[32 * b + j]; if (d) return d; }
      return compareBytes(names[a], names[b]);
    });
  }
  class Numbers {
    constructor(key) { this.mac = new Mac(key); this.counter = 0; this.block = new Uint8Array(32); this.at = 32; }
    below(limit) {
      if (limit === 1) return 0;
      let bits = 0;
      for (let x = limit - 1; x > 0; x = Math.floor(x / 2)) bits++;
      for (;;) {
        if (this.at === 32) {
          const message = new Uint8Array(8);
          for (let i = 7, c = this.counter++; c > 0; i--, c = Math.floor(c / 256)) message[i] = c % 256;
          this.mac.into(message, 0, 8, this.block, 0);
          this.at = 0;
        }
        const b = this.block, p = this.at;
        const high = ((b[p] << 24) | (b[p + 1] << 16) | (b[p + 2] << 8) | b[p + 3]) >>> 0;
        const low = ((b[p + 4] << 24) | (b[p + 5] << 16) | (b[p + 6] << 8) | b[p + 7]) >>> 0;
        this.at += 8;
        const number = bits <= 32 ? high >>> (32 - bits) : high * 2 ** (bits - 32) + (low >>> (64 - bits));
        if (number < limit) return number;
      }
    }
  }
  function joinSeed(commitment, parts) {
    const words = ["duxue-seed/1", commitment.digest];
    for (const part of parts) words.push(part.name, part.value);
    return hex(sha256(netstrings(words)));
  }

  // --- methods --------------------------------------------------------------------------------------------------------
  const drawn = (selected, waiting = [], units = [], groups = []) => ({ selected, waiting, units, groups });
  const cut = (names, p) => drawn(names.slice(0, p.take), names.slice(p.take, p.take + p.reserve));
  const keyOf = (path) => JSON.stringify(path);
  function countPaths(list, fields) {
    const sizes = new Map();
    for (let i = 0; i < list.count; i++) {
      const path = fields.map((f) => list.cell(i, f)), key = keyOf(path);
      if (!sizes.has(key)) sizes.set(key, { path, members: [] });
      sizes.get(key).members.push(i);
    }
    return [...sizes.values()].sort((a, b) => comparePaths(a.path, b.path));
  }
  function lowest(list, key, members, keep) {
    return keyedOrder(key, members.map((m) => list.bytes[m])).slice(0, Math.max(keep, 0)).map((i) => members[i]);
  }
  function apportion(places, sizes, minimum) {
    const floors = sizes.map((s) => BigInt(Math.min(minimum, s))), sum = (a) => a.reduce((x, y) => x + y, 0n);
    const rest = BigInt(places) - sum(floors), free = sizes.map((s, i) => BigInt(s) - floors[i]), total = sum(free);
    if (rest <= 0n || total === 0n) return floors.map(Number);
    const extra = free.map((f) => (rest * f) / total), left = free.map((f) => (rest * f) % total);
    const order = sizes.map((_, i) => i).sort((a, b) => (left[a] === left[b] ? a - b : left[b] > left[a] ? 1 : -1));
    for (let i = 0, n = Number(rest - sum(extra)); i < n; i++) extra[order[i]] += 1n;
    return floors.map((f, i) => Number(f + extra[i]));
  }
  function allot(p, groups) { // groups: [{path, members}] in order
    const sizes = groups.map((g) => g.members.length);
    if (p.rule === "proportional") return apportion(Math.min(p.take, sizes.reduce((a, b) => a + b, 0)), sizes, p.minimum);
    if (p.rule === "table") {
      const table = new Map(p.table.map((t) => [keyOf(t.group), t.take]));
      return groups.map((g, i) => Math.min(table.get(keyOf(g.cell || g.path)) || 0, sizes[i]));
    }
    return sizes.map((s) => Math.min(p.take, s));
  }
  function ring(count) {
    const tree = new Int32Array(count + 1);
    for (let i = 1; i <= count; i++) tree[i] = i & -i;
    let top = 1;
    while (top * 2 <= count) top *= 2;
    return (rank) => {
      let at = 0, need = rank;
      for (let step = top; step; step >>= 1) if (at + step <= count && tree[at + step] <= need) { at += step; need -= tree[at]; }
      for (let i = at + 1; i <= count; i += i & -i) tree[i]--;
      return at + 1;
    };
  }
  function byNumber(list, field) {
    if (!field) return list.names;
    const names = new Array(list.count);
    for (let i = 0; i < list.count; i++) {
      const cell = list.cell(i, field), n = /^[0-9]{1,11}$/.test(cell) ? Number(cell) : 0;
      if (n < 1 || n > list.count || names[n - 1] !== undefined) throw new Refused("DRAW028", field, cell);
      names[n - 1] = list.names[i];
    }
    return names;
  }
  const METHODS = {
    "keyed-order/1"(list, p, seed) {
      return cut(keyedOrder(deriveKey(seed, "keyed-order/1"), list.bytes).map((i) => list.names[i]), p);
    },
    "sequential/1"(list, p, seed) {
      const numbers = new Numbers(deriveKey(seed, "sequential/1")), moved = new Map(), names = [];
      for (let i = 0; i < p.take + p.reserve; i++) {
        const j = i + numbers.below(list.count - i), here = moved.has(i) ? moved.get(i) : i;
        names.push(list.names[moved.has(j) ? moved.get(j) : j]);
        moved.set(j, here);
      }
      return cut(names, p);
    },
    "stratified/1"(list, p, seed) {
      const groups = countPaths(list, p.by), quotas = allot(p, groups), selected = [], waiting = [], told = [];
      groups.forEach((g, i) => {
        const names = lowest(list, deriveKey(seed, "stratified/1", ...g.path), g.members, quotas[i] + p.reserve).map((m) => list.names[m]);
        selected.push(...names.slice(0, quotas[i]));
        waiting.push(...names.slice(quotas[i]));
        told.push({ path: g.path, size: g.members.length, taken: quotas[i] });
      });
      return drawn(selected, waiting, [], told);
    },
    "multistage/1"(list, p, seed) {
      const fields = p.stages.flatMap((s) => [...s.within, s.unit]), depth = fields.length, units = [];
      let cells = countPaths(list, [...fields, ...p.by]), width = 0;
      p.stages.forEach((stage, number) => {
        const above = width + stage.within.length, parents = new Map(), kept = new Set();
        width = above + 1;
        for (const c of cells) {
          const parent = c.path.slice(0, above), unit = c.path.slice(0, width), key = keyOf(parent);
          if (!parents.has(key)) parents.set(key, { parent, children: new Map() });
          parents.get(key).children.set(keyOf(unit), unit);
        }
        for (const { parent, children } of [...parents.values()].sort((a, b) => comparePaths(a.parent, b.parent))) {
          const all = [...children.values()];
          for (const i of keyedOrder(deriveKey(seed, "multistage/1", `stage ${number + 1}`, ...parent), all.map(netstrings)).slice(0, stage.take)) { units.push(all[i]); kept.add(keyOf(all[i])); }
        }
        cells = cells.filter((c) => kept.has(keyOf(c.path.slice(0, width))));
      });
      const byUnit = new Map(), selected = [], told = [];
      for (const c of cells) { c.cell = c.path.slice(depth); const key = keyOf(c.path.slice(0, depth)); if (!byUnit.has(key)) byUnit.set(key, []); byUnit.get(key).push(c); }
      for (const own of byUnit.values()) {
        const unit = own[0].path.slice(0, depth), quotas = allot(p, own), got = [];
        own.forEach((c, i) => {
          const names = lowest(list, deriveKey(seed, "multistage/1", "cell", ...c.path), c.members, quotas[i]);
          got.push(...names);
          told.push({ path: c.path, size: c.members.length, taken: names.length });
        });
        const missing = p.minimum - got.length;
        if (p.minimum && missing > 0) {
          const taken = new Set(got), members = own.flatMap((c) => c.members);
          const more = lowest(list, deriveKey(seed, "multistage/1", "top-up", ...unit), members, members.length).filter((m) => !taken.has(m)).slice(0, missing);
          told.push({ path: [...unit, "+"], size: members.length - got.length, taken: more.length });
          got.push(...more);
        }
        selected.push(...got.map((m) => list.names[m]));
      }
      return drawn(selected, [], units, told);
    },
    "pps-systematic/1"(list, p, seed) {
      const order = keyedOrder(deriveKey(seed, "pps-systematic/1", "order"), list.bytes), sizes = order.map((i) => Number(list.cell(i, p.size)));
      const certain = new Set();
      let rest = order.map((_, i) => i);
      while (p.take > certain.size) {
        const left = p.take - certain.size, total = rest.reduce((t, i) => t + sizes[i], 0), large = rest.filter((i) => left * sizes[i] >= total);
        if (!large.length) break;
        large.forEach((i) => certain.add(i));
        rest = rest.filter((i) => !certain.has(i));
      }
      const selected = [...certain].sort((a, b) => a - b).map((i) => list.names[order[i]]), left = p.take - certain.size;
      if (left) {
        const total = rest.reduce((t, i) => t + sizes[i], 0);
        let mark = new Numbers(deriveKey(seed, "pps-systematic/1", "start")).below(total), reached = 0;
        for (const i of rest) { reached += left * sizes[i]; if (mark < reached) { selected.push(list.names[order[i]]); mark += total; } }
      }
      return drawn(selected, [], [], [{ path: ["certain"], size: certain.size, taken: certain.size }, { path: ["by size"], size: list.count - certain.size, taken: left }]);
    },
    "bundles/1"(list, p, seed) {
      const members = new Map();
      for (let i = 0; i < list.count; i++) {
        const cell = list.cell(i, p.bundle), name = cell ? ["bundle", cell] : ["ticket", list.names[i]], key = keyOf(name);
        if (!members.has(key)) members.set(key, { name: netstrings(name), heads: [] });
        members.get(key).heads.push(list.names[i]);
      }
      const all = [...members.values()], selected = [], waiting = [];
      let seats = p.take;
      for (const i of keyedOrder(deriveKey(seed, "bundles/1"), all.map((b) => b.name))) {
        const heads = all[i].heads;
        if (seats > 0 && (heads.length <= seats || p.overflow === "exceed")) { selected.push(...heads); seats -= heads.length; } else if (waiting.length < p.reserve) waiting.push(...heads);
      }
      return drawn(selected, waiting);
    },
    "ring-interval/1"(list, p, seed, values) {
      const names = byNumber(list, p.number), take = ring(list.count), interval = Number(values[p.interval]), out = [];
      let rank = Number(values[p.start]) - 1;
      for (let left = list.count; left > list.count - p.take - p.reserve; left--) {
        out.push(names[take(rank) - 1]);
        if (left > 1) rank = (rank + interval - 1) % (left - 1);
      }
      return cut(out, p);
    },
    "ring-step/1"(list, p, seed, values) {
      const names = byNumber(list, p.number), n = list.count, step = Math.ceil(n / p.take), had = new Uint8Array(n), hop = new Int32Array(n), out = [];
      for (let i = 0; i < n; i++) hop[i] = i;
      const free = (i) => { let root = i; while (hop[root] !== root) root = hop[root]; while (hop[i] !== root) [hop[i], i] = [root, hop[i]]; return root; };
      for (let at = Number(values[p.start]) - 1, i = 0; i < p.take + p.reserve; i++, at = (at + step) % n) {
        const number = free(at);
        out.push(names[number]);
        had[number] = 1;
        if (out.length < n) hop[number] = (number + 1) % n;
      }
      return cut(out, p);
    },
    "tail-digits/1"(list, p, seed, values) {
      let names = byNumber(list, p.number);
      if (p.shuffle === "keyed") names = keyedOrder(deriveKey(seed, "tail-digits/1"), list.bytes).map((i) => list.names[i]);
      const n = list.count, size = p.group || n, groups = Math.ceil(n / size), had = new Set(), out = [], digits = values[p.digits];
      for (let i = 0; i < digits.length && out.length < p.take; i++) {
        const g = i % groups, key = `${g} ${digits[i]}`;
        if (had.has(key)) continue;
        had.add(key);
        for (let number = g * size + 1; number <= Math.min(g * size + size, n) && out.length < p.take; number++) if (number % 10 === Number(digits[i])) out.push(names[number - 1]);
      }
      if (out.length < p.take) throw new Refused("DRAW042", p.digits, digits);
      return drawn(out);
    },
  };
  function draw(commitment, list, seed, parts) {
    const method = own(METHODS, commitment.method);
    if (!method) throw new Refused("DRAW021", "method", commitment.method);
    const values = Object.create(null);
    for (const part of parts) values[part.name] = part.value;
    return method(takePart(list, commitment.exclusions), commitment.params, unhex(seed), values);
  }

  return {
    sha256, hex, unhex, utf8, readUtf8, isHex, own, sorted, compareBytes, compareText, comparePaths, Mac, Numbers, Refused, onProgress, keyedOrder,
    readList, takePart, countPaths, readDocument, writeForm, digestOf, requireShape, joinSeed, draw,
  };
})();
