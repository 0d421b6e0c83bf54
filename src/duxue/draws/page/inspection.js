// Double random, second implementation: written from docs/methods/double-random.md, with rows of 0 and 1 where the first has bit masks.
DuxueDraw.inspection = (function (D) {
  const { Mac, Refused, utf8, hex, unhex, sha256, own, sorted, compareBytes, compareText, comparePaths, requireShape, writeForm } = D;
  const METHOD = "double-random/1", NOBODY = -1, STEPS_PER_PLACE = 40, LEAST_STEPS = 1000;
  class NoPlan extends Error {}

  // --- the case -------------------------------------------------------------------------------------------------------
  const CASE = {
    counties: [{ id: "", name: "" }],
    schools: [{ id: "", name: "", county: "", stage: "", kind: "", size: 0 }],
    inspectors: [{ id: "", name: "", home: "", skills: [""], relatives: [""], tenures: [""], visits: null, days: null }],
    visits: [{ school: "", date: "", inspectors: [""] }],
    recusals: [{ inspector: "", school: "", reason: "" }],
    rules: {
      on: "", schools: 0, strata: [""], least_per_stratum: 0, minima: [{ stratum: [""], least: 0 }], team_size: 0,
      larger_teams: [{ from_size: 0, members: 0 }], skills: [{ skill: "", members: 0, stages: [""] }], home_county: false, relatives: false,
      tenure_years: null, school_years: null, inspector_years: null, gap: null, least_visits: null, most_visits: null, days_per_visit: 0,
    },
  };
  const TITLES = {
    "schools.number": ["抽取学校数", "number of schools"],
    "schools.minimum": ["每层最少学校数", "least number of schools per stratum"],
    "rotation.school": ["{years}年内不重复检查同一学校", "no school twice within {years} years"],
    "team.size": ["督导组人数", "team size"],
    "team.distinct": ["同一督导组内一人一岗", "one place of a team per inspector"],
    "team.skill": ["每组须有专长：{skill}", "skill required in each team: {skill}"],
    "recusal.home_county": ["本县籍回避", "recusal: home county"],
    "recusal.relatives": ["亲属所在学校回避", "recusal: relatives at the school"],
    "recusal.tenures": ["现任职或离任未满{years}年回避", "recusal: post held now or within {years} years"],
    "recusal.granted": ["经批准的回避", "recusal granted on request"],
    "rotation.inspector": ["同一督学{years}年内不重复检查同一学校", "no inspector twice at a school within {years} years"],
    "capacity.visits": ["督学可承担次数和天数", "visits and days that an inspector can give"],
    "balance.gap": ["工作量之差不超过{gap}次", "visits of two inspectors differ by at most {gap}"],
    "balance.least": ["每名督学至少{least}次", "at least {least} visits for each inspector"],
    "balance.most": ["每名督学至多{most}次", "at most {most} visits for each inspector"],
  };
  const pad = (n, width) => String(n).padStart(width, "0");
  const lastDay = (year, month) => (month === 2 ? (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31);
  function isDay(text) {
    if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
    const [year, month, day] = text.split("-").map(Number);
    return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= lastDay(year, month);
  }
  function yearsAfter(day, years) {
    const [year, month, date] = day.split("-").map(Number);
    if (year + years > 9999) return "9999-12-31";
    return `${pad(year + years, 4)}-${pad(month, 2)}-${pad(Math.min(date, lastDay(year + years, month)), 2)}`;
  }
  function readTenure(text) {
    const m = /^(.*) (\.\.|\d{4}-\d\d-\d\d)\/(\.\.|\d{4}-\d\d-\d\d)$/u.exec(text);
    if (!m) throw new Refused("DRAW011", "inspectors.tenures", text);
    return { place: m[1], since: m[2] === ".." ? "" : m[2], until: m[3] === ".." ? "" : m[3] };
  }
  function readCase(data) {
    let value;
    try { value = JSON.parse(D.readUtf8(data)); } catch (error) { throw new Refused("DRAW011", "", error.message); }
    if (compareBytes(writeForm(value), data) !== 0) throw new Refused("DRAW011", "", "");
    requireShape(value, CASE, "");
    for (const person of value.inspectors) person.terms = person.tenures.map(readTenure);
    requireSound(value);
    value.digest = hex(sha256(data));
    return value;
  }
  function requireSound(c) { // what a draw needs to have one meaning; what a clerk may have mistyped is the command's to tell
    const bad = (where, found) => { throw new Refused("DRAW011", where, String(found)); };
    const ascending = (list, where) => list.forEach((x, i) => { if (!x || (i && compareText(list[i - 1], x) >= 0)) bad(where, x); });
    for (const table of ["counties", "schools", "inspectors"]) ascending(c[table].map((r) => r.id), `${table}.id`);
    const schools = new Set(c.schools.map((s) => s.id)), counties = new Set(c.counties.map((x) => x.id)), people = new Set(c.inspectors.map((i) => i.id)), r = c.rules;
    for (const s of c.schools) if (!counties.has(s.county) || s.size < 0) bad("schools", s.id);
    for (const p of c.inspectors) {
      ascending(p.skills, "inspectors.skills");
      ascending(p.relatives, "inspectors.relatives");
      if ((p.home && !counties.has(p.home)) || p.relatives.some((s) => !schools.has(s)) || (p.visits ?? 0) < 0 || (p.days ?? 0) < 0) bad("inspectors", p.id);
      for (const t of p.terms) if ((!schools.has(t.place) && !counties.has(t.place)) || (t.since && !isDay(t.since)) || (t.until && !isDay(t.until))) bad("inspectors.tenures", p.id);
    }
    if (!isDay(r.on)) bad("rules.on", r.on);
    for (const v of c.visits) if (!schools.has(v.school) || !isDay(v.date) || v.date > r.on) bad("visits", v.school);
    for (const x of c.recusals) if (!schools.has(x.school) || !people.has(x.inspector)) bad("recusals", x.school);
    if (r.schools < 1 || r.schools > c.schools.length) bad("rules.schools", r.schools);
    if (r.team_size < 1 || r.days_per_visit < 1 || r.larger_teams.some((t) => t.members < 1) || r.skills.some((n) => n.members < 1)) bad("rules", "< 1");
    if (["tenure_years", "school_years", "inspector_years", "gap", "least_visits", "most_visits"].some((k) => (r[k] ?? 0) < 0)) bad("rules", "< 0");
    if (r.strata.some((f) => !["county", "stage", "kind"].includes(f))) bad("rules.strata", r.strata);
    if (r.gap !== null && (r.least_visits !== null || r.most_visits !== null)) bad("rules.gap", r.gap);
    for (const s of c.schools) if (placesOf(r, s) === null) bad("rules.skills", s.id);
  }
  function plain(c) { // the form whose digest stands in the plan
    const r = c.rules;
    return {
      counties: c.counties, schools: c.schools,
      inspectors: c.inspectors.map(({ terms, ...p }) => ({ ...p, tenures: terms.map((t) => [t.place, t.since, t.until]) })),
      visits: c.visits.map((v) => [v.school, v.date, v.inspectors]), recusals: c.recusals.map((x) => [x.inspector, x.school, x.reason]),
      rules: { ...r, minima: r.minima.map((m) => [m.stratum, m.least]), larger_teams: r.larger_teams.map((t) => [t.from_size, t.members]), skills: r.skills.map((n) => [n.skill, n.members, n.stages]) },
    };
  }
  function describe(c) { // what the commitment must say of the case
    const r = c.rules, years = { "rotation.school": r.school_years, "rotation.inspector": r.inspector_years, "recusal.tenures": r.tenure_years };
    const bound = {
      "schools.minimum": r.least_per_stratum > 0 || r.minima.length > 0, "rotation.school": r.school_years !== null, "recusal.home_county": r.home_county,
      "recusal.relatives": r.relatives, "recusal.tenures": r.tenure_years !== null, "recusal.granted": c.recusals.length > 0,
      "rotation.inspector": r.inspector_years !== null, "capacity.visits": c.inspectors.some((p) => p.visits !== null || p.days !== null),
      "balance.gap": r.gap !== null, "balance.least": r.least_visits !== null, "balance.most": r.most_visits !== null,
    };
    const constraints = [];
    for (const name of Object.keys(TITLES)) {
      const skills = name === "team.skill" ? [...new Set(r.skills.map((n) => n.skill))].sort(compareText) : [null];
      for (const skill of own(bound, name) === false ? [] : skills) {
        const words = { years: years[name], gap: r.gap, least: r.least_visits, most: r.most_visits, skill };
        const [zh, en] = TITLES[name].map((t) => t.replace(/\{(\w+)\}/g, (_, k) => words[k]));
        constraints.push({ id: skill === null ? name : `${name}:${skill}`, title: { zh, en } });
      }
    }
    const count = (table) => c[table].length;
    return {
      case: { digest: c.digest, schools: count("schools"), inspectors: count("inspectors"), counties: count("counties"), visits: count("visits"), recusals: count("recusals") },
      rules: plain(c).rules, constraints,
    };
  }

  // --- chance ---------------------------------------------------------------------------------------------------------
  class Stream {
    constructor(seed, label) {
      this.mac = new Mac(seed);
      const prefix = utf8(label + "\0");
      this.message = new Uint8Array(prefix.length + 8);
      this.message.set(prefix);
      this.block = new Uint8Array(32);
      this.counter = 0;
      this.at = 32;
    }
    word() {
      if (this.at === 32) {
        for (let i = this.message.length - 1, n = this.counter++, k = 0; k < 8; i--, k++, n = Math.floor(n / 256)) this.message[i] = n % 256;
        this.mac.into(this.message, 0, this.message.length, this.block, 0);
        this.at = 0;
      }
      const b = this.block, p = this.at;
      this.at += 4;
      return ((b[p] << 24) | (b[p + 1] << 16) | (b[p + 2] << 8) | b[p + 3]) >>> 0;
    }
    below(n) {
      if (n === 1) { this.word(); return 0; }
      const shift = Math.clz32(n - 1);
      for (;;) { const value = this.word() >>> shift; if (value < n) return value; }
    }
    shuffled(length) {
      const items = Array.from({ length }, (_, i) => i);
      for (let last = length - 1; last > 0; last--) { const other = this.below(last + 1); [items[last], items[other]] = [items[other], items[last]]; }
      return items;
    }
  }
  const orderOf = (seed, label, ids) => D.keyedOrder(seed, ids.map((id) => utf8(`${label}\0${id}`)));

  // --- schools --------------------------------------------------------------------------------------------------------
  const stratumOf = (rules, school) => rules.strata.map((f) => school[f]);
  function drawSchools(c, seed) {
    const r = c.rules, until = new Map();
    if (r.school_years !== null) for (const v of c.visits) {
      const day = yearsAfter(v.date, r.school_years);
      if (day > r.on && !(until.get(v.school) > day)) until.set(v.school, day);
    }
    const eligible = c.schools.filter((s) => !until.has(s.id)), least = new Map(), has = new Map();
    for (const s of c.schools) least.set(JSON.stringify(stratumOf(r, s)), r.least_per_stratum);
    for (const m of r.minima) least.set(JSON.stringify(m.stratum), m.least);
    for (const s of eligible) { const k = JSON.stringify(stratumOf(r, s)); has.set(k, (has.get(k) || 0) + 1); }
    for (const [k, n] of least) if ((has.get(k) || 0) < n) throw new NoPlan(k);
    if (eligible.length < r.schools) throw new NoPlan("schools");
    const order = orderOf(seed, "schools", eligible.map((s) => s.id)), taken = new Set();
    for (const i of order) { const k = JSON.stringify(stratumOf(r, eligible[i])); if (least.get(k) > 0) { least.set(k, least.get(k) - 1); taken.add(i); } }
    for (const i of order) { if (taken.size >= r.schools) break; taken.add(i); }
    return { schools: order.filter((i) => taken.has(i)).map((i) => eligible[i]), excluded: c.schools.filter((s) => until.has(s.id)).map((s) => [s.id, until.get(s.id)]) };
  }
  function placesOf(r, school) { // the skill of each place, "" for anyone; null when more skills are asked for than there are places
    let size = r.team_size, from = -1;
    for (const t of r.larger_teams) if (school.size >= t.from_size && t.from_size > from) [from, size] = [t.from_size, t.members];
    const skilled = [];
    for (const n of r.skills) if (!n.stages.length || n.stages.includes(school.stage)) for (let i = 0; i < n.members; i++) skilled.push(n.skill);
    skilled.sort(compareText);
    return skilled.length > size ? null : [...skilled, ...Array(size - skilled.length).fill("")];
  }

  // --- who may hold which place ---------------------------------------------------------------------------------------
  function buildGround(c, schools, people) {
    const r = c.rules, n = people.length, at = new Map(schools.map((s, i) => [s.id, i])), who = new Map(people.map((p, j) => [p.id, j]));
    const barred = schools.map(() => new Uint8Array(n)), inCounty = new Map();
    schools.forEach((s, i) => { if (!inCounty.has(s.county)) inCounty.set(s.county, []); inCounty.get(s.county).push(i); });
    const bar = (j, places) => { for (const i of places) barred[i][j] = 1; };
    people.forEach((p, j) => {
      if (r.home_county) bar(j, inCounty.get(p.home) || []);
      if (r.relatives) bar(j, p.relatives.filter((s) => at.has(s)).map((s) => at.get(s)));
      if (r.tenure_years !== null) for (const t of p.terms) {
        if (!t.until || yearsAfter(t.until, r.tenure_years) > r.on) bar(j, at.has(t.place) ? [at.get(t.place)] : inCounty.get(t.place) || []);
      }
    });
    for (const x of c.recusals) if (at.has(x.school)) bar(who.get(x.inspector), [at.get(x.school)]);
    if (r.inspector_years !== null) for (const v of c.visits) {
      if (at.has(v.school) && yearsAfter(v.date, r.inspector_years) > r.on) for (const name of v.inspectors) if (who.has(name)) bar(who.get(name), [at.get(v.school)]);
    }
    const owner = [], skill = [], can = [];
    schools.forEach((s, i) => {
      const rows = new Map();
      for (const need of placesOf(r, s)) {
        if (!rows.has(need)) rows.set(need, Uint8Array.from(people, (p, j) => (!barred[i][j] && (!need || p.skills.includes(need)) ? 1 : 0)));
        owner.push(i); skill.push(need); can.push(rows.get(need));
      }
    });
    const caps = people.map((p) => Math.min(schools.length, p.visits ?? Infinity, p.days === null ? Infinity : Math.floor(p.days / r.days_per_visit)));
    return { rules: r, schools, people, owner, skill, can, caps };
  }

  // --- filling and levelling along augmenting paths -------------------------------------------------------------------
  class Roster {
    constructor(ground, uppers) {
      Object.assign(this, { owner: ground.owner, can: ground.can, uppers, n: ground.people.length });
      this.who = this.owner.map(() => NOBODY);
      this.load = new Int32Array(this.n);
      this.held = Array.from({ length: this.n }, () => new Set()); // places in the order in which they were taken
      this.team = new Uint8Array(ground.schools.length * this.n);
      this.siblings = ground.schools.map(() => []);
      this.owner.forEach((school, place) => this.siblings[school].push(place));
    }
    open() { return Uint8Array.from(this.load, (n, j) => (n < this.uppers[j] ? 1 : 0)); }
    put(place, j) { this.who[place] = j; this.held[j].add(place); this.team[this.owner[place] * this.n + j] = 1; this.load[j]++; }
    reroute(roots, target) { // null when a path was found and applied, else whom the search reached
      const { owner, can, team, held, who, n } = this, before = new Map(), seen = new Uint8Array(n);
      for (const root of roots) {
        if (before.has(root)) continue;
        before.set(root, NOBODY);
        const queue = [root];
        for (let q = 0; q < queue.length; q++) {
          const place = queue[q], school = owner[place], row = can[place], inside = [], outside = [];
          for (let j = 0; j < n; j++) if (row[j] && !seen[j]) (team[school * n + j] ? inside : outside).push(j);
          const hit = outside.find((j) => target[j]);
          if (hit !== undefined) { this.move(place, hit, before); return null; }
          for (const j of outside) seen[j] = 1;
          for (const j of outside) for (const other of held[j]) if (!before.has(other)) { before.set(other, place); queue.push(other); }
          if (inside.length) for (const other of this.siblings[school]) if (!before.has(other) && inside.includes(who[other])) { before.set(other, place); queue.push(other); }
        }
      }
      return seen;
    }
    move(place, newcomer, before) {
      const changed = new Set();
      this.load[newcomer]++;
      while (place !== NOBODY) {
        const old = this.who[place];
        this.who[place] = newcomer;
        this.held[newcomer].add(place);
        if (old !== NOBODY) this.held[old].delete(place);
        changed.add(this.owner[place]);
        [newcomer, place] = [old, before.get(place)];
      }
      if (newcomer !== NOBODY) this.load[newcomer]--;
      for (const school of changed) {
        this.team.fill(0, school * this.n, (school + 1) * this.n);
        for (const p of this.siblings[school]) if (this.who[p] !== NOBODY) this.team[school * this.n + this.who[p]] = 1;
      }
    }
  }
  const sum = (list) => list.reduce((a, b) => a + b, 0);
  function levelsFor(caps, seats) { // the highest level that the seats fill, and the lowest that holds them
    const most = Math.max(0, ...caps), upTo = (level) => sum(caps.map((cap) => Math.min(cap, level)));
    let floor = 0;
    while (floor < most && upTo(floor + 1) <= seats) floor++;
    return [floor, upTo(floor) >= seats ? floor : Math.min(floor + 1, most)];
  }
  function fill(ground, stream) {
    const { rules, caps, owner, skill, can } = ground, seats = owner.length, [low, high] = levelsFor(caps, seats);
    const uppersAt = (level) => caps.map((cap) => Math.min(cap, level ?? Infinity, rules.most_visits ?? Infinity));
    let level = rules.gap === null ? null : high;
    const roster = new Roster(ground, uppersAt(level)), demand = new Map(), scarcity = new Map();
    for (const s of skill) demand.set(s, (demand.get(s) || 0) + 1);
    for (const [s, n] of demand) scarcity.set(s, Math.floor((n * 1000000) / Math.max(1, sum(caps.filter((_, j) => !s || ground.people[j].skills.includes(s))))));
    for (const place of stream.shuffled(seats).sort((a, b) => scarcity.get(skill[b]) - scarcity.get(skill[a]))) {
      const free = [], base = owner[place] * roster.n;
      for (let j = 0; j < roster.n; j++) if (can[place][j] && roster.load[j] < roster.uppers[j] && !roster.team[base + j]) free.push(j);
      if (free.length) { roster.put(place, free[stream.below(free.length)]); continue; }
      for (let reached; (reached = roster.reroute([place], roster.open())); ) {
        if (level === null || !caps.some((cap, j) => reached[j] && cap > level)) throw new NoPlan("places");
        roster.uppers = uppersAt(++level);
      }
    }
    if (rules.gap !== null) {
      if (level - lift(roster, caps, low, 0) > rules.gap) throw new NoPlan("gap");
    } else if (rules.least_visits && lift(roster, caps, rules.least_visits, rules.least_visits) < rules.least_visits) throw new NoPlan("least");
    return roster;
  }
  function lift(roster, caps, floor, lowest) { // give visits to whoever has fewer than the floor; lower it when that cannot be
    for (;;) {
      const lowers = caps.map((cap) => Math.min(floor, cap)), needy = Uint8Array.from(roster.load, (n, j) => (n < lowers[j] ? 1 : 0));
      if (!needy.includes(1)) return floor;
      const roots = roster.held.flatMap((places, j) => (roster.load[j] > lowers[j] ? [...places] : []));
      if (roster.reroute(roots, needy) && --floor < lowest) return floor;
    }
  }

  // --- the walk -------------------------------------------------------------------------------------------------------
  class Workload {
    constructor(load, least, uppers, gap) {
      Object.assign(this, { load, least, uppers, gap });
      this.all = new Int32Array(Math.max(0, ...uppers) + 2);
      this.free = new Int32Array(this.all.length);
      load.forEach((_, j) => this.count(j, 1));
    }
    count(j, by) { const n = this.load[j]; this.all[n] += by; if (n < this.uppers[j]) this.free[n] += by; }
    give(j, by) { this.count(j, -1); this.load[j] += by; this.count(j, 1); }
    shift(gains, loses) {
      if (this.load[gains] >= this.uppers[gains] || this.load[loses] <= this.least) return false;
      this.give(gains, 1); this.give(loses, -1);
      if (this.gap === null || this.spread() <= this.gap) return true;
      this.give(loses, 1); this.give(gains, -1);
      return false;
    }
    spread() {
      let most = this.all.length - 1, fewest = 0;
      while (most && !this.all[most]) most--;
      while (fewest < most && !this.free[fewest]) fewest++;
      return most - fewest;
    }
  }
  function walk(ground, roster, stream) {
    const { rules, caps, owner, can } = ground, who = [...roster.who], team = roster.team.slice(), n = roster.n, places = who.length;
    const uppers = caps.map((cap) => Math.min(cap, rules.most_visits ?? Infinity));
    const work = new Workload(roster.load.slice(), rules.least_visits || 0, uppers, rules.gap);
    for (let step = Math.max(LEAST_STEPS, STEPS_PER_PLACE * places); step > 0; step--) {
      const coin = stream.word(), ring = coin >>> 31;
      let extra = 0;
      while (extra < 32 && (coin >>> extra) & 1) extra++;
      if (ring && !extra) {
        const a = stream.below(places), b = stream.below(places), i = owner[a] * n, k = owner[b] * n, x = who[a], y = who[b];
        if (x === y || !can[a][y] || !can[b][x]) continue;
        if (i !== k) {
          if (team[i + y] || team[k + x]) continue;
          team[i + x] = team[k + y] = 0;
          team[i + y] = team[k + x] = 1;
        }
        [who[a], who[b]] = [y, x];
      } else if (!extra) {
        const a = stream.below(places), i = owner[a] * n, person = stream.below(n);
        if (can[a][person] && !team[i + person] && work.shift(person, who[a])) { team[i + who[a]] = 0; team[i + person] = 1; who[a] = person; }
      } else {
        const length = extra + 1 + ring;
        if (length > places || extra > 30) continue;
        const chain = Array.from({ length }, () => stream.below(places)), first = ring ? who[chain[length - 1]] : stream.below(n);
        if (new Set(chain).size < length) continue;
        const old = chain.map((p) => who[p]), fresh = [first, ...old.slice(0, -1)];
        if (!chain.every((p, i) => can[p][fresh[i]])) continue;
        chain.forEach((p, i) => { team[owner[p] * n + old[i]] = 0; });
        let done = 0;
        while (done < length && !team[owner[chain[done]] * n + fresh[done]]) { team[owner[chain[done]] * n + fresh[done]] = 1; done++; }
        if (done === length && (ring || first === old[length - 1] || work.shift(first, old[length - 1]))) { chain.forEach((p, i) => { who[p] = fresh[i]; }); continue; }
        while (done > 0) { done--; team[owner[chain[done]] * n + fresh[done]] = 0; }
        chain.forEach((p, i) => { team[owner[p] * n + old[i]] = 1; });
      }
    }
    return who;
  }

  // The result of a case and a seed in hex: {plan}, or {plan: null} when there is none; the words of a reason are not made here.
  function draw(c, seedText) {
    const seed = unhex(seedText);
    try {
      const { schools, excluded } = drawSchools(c, seed), order = orderOf(seed, "inspectors", c.inspectors.map((p) => p.id));
      const ground = buildGround(c, schools, order.map((i) => c.inspectors[i])), roster = fill(ground, new Stream(seed, "assignment"));
      const who = walk(ground, roster, new Stream(seed, "walk")), teams = schools.map((s) => ({ school: s.id, members: [] }));
      who.forEach((j, place) => teams[ground.owner[place]].members.push([ground.people[j].id, ground.skill[place]]));
      for (const t of teams) t.members.sort((a, b) => !a[1] - !b[1] || comparePaths([a[1], a[0]], [b[1], b[0]]));
      const { digest, ...rows } = c;
      return { plan: { method: METHOD, case: hex(sha256(utf8(JSON.stringify(sorted(plain(rows)))))), seed: seedText, excluded, teams } };
    } catch (error) {
      if (error instanceof NoPlan) return { plan: null };
      throw error;
    }
  }
  return { METHOD, readCase, describe, draw };
})(DuxueDraw);
