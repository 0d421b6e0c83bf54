"use strict";
(function () {
  const T = {
    title: ["核验抽签", "Check a draw"],
    lead: ["本页在您的电脑上重做整个抽签，不联网，文件不会离开本机。断网后同样可用。", "This page repeats the whole draw on your own computer. It uses no network and your files do not leave it; it works with the network off."],
    certificate: ["抽签证书（certificate-….json）", "Certificate of the draw (certificate-….json)"],
    list: ["已公布的名单（list.tsv；双随机为 case.json）", "Published list (list.tsv, or case.json of a double-random plan)"],
    others: ["另有承诺书、证书链或纸质证书？一并核对", "You also have the commitment, the chain or the paper? Check them too"],
    commitment: ["抽签前公布的承诺书（commitment.json）", "Commitment as published before the draw (commitment.json)"],
    chain: ["已公布的证书链（chain.jsonl）", "Chain as published (chain.jsonl)"],
    digest: ["纸质证书上的摘要（可不填）", "Digest printed on the paper certificate (may be left empty)"],
    digestHelp: ["至少前16位；用于确认手中的文件就是纸上那一份。", "At least its first 16 digits; it proves that the file is the one on paper."],
    check: ["核验", "Check"],
    facts: ["这次抽签", "This draw"], drawn: ["结果", "Result"], find: ["查找编号", "Find an id"],
    place: ["次序", "place"], group: ["组", "group"], id: ["编号", "id"], kind: ["结果", "outcome"],
    foot: [
      "本页是抽签程序的第二份独立实现，方法见 docs/methods。本页不核验信标签名，不复述双随机无解的理由，也不查看名单中的易混编号；这些由 duxue draw verify 和 duxue draw commit 核对。",
      "This page is a second, independent implementation; docs/methods defines every step. It does not check a beacon's signature, word anew why there is no double-random plan, or look for ids that look alike: duxue draw verify and duxue draw commit do.",
    ],
    waiting: ["请选择证书和名单。", "Choose the certificate and the list."],
    reading: ["正在读取文件…", "Reading the files…"], working: ["正在重做抽签…", "Repeating the draw…"],
    done: ["核验完成，用时 {n} 秒。", "Checked in {n} s."],
    unreadable: ["文件无法读取，请重新选择。", "A file could not be read; choose it again."],
    good: ["✓ 抽签成立：结果逐字节一致", "✓ The draw stands: the result agrees byte for byte"],
    unsigned: ["✓ 抽签成立，信标签名未核验", "✓ The draw stands, beacon signature not checked"],
    planless: ["✓ 记录属实：排不出方案", "✓ The record stands: there is no plan"],
    planlessUnsigned: ["✓ 记录属实：排不出方案；信标签名未核验", "✓ The record stands: there is no plan; beacon signature not checked"],
    bad: ["✗ 核验未通过：请勿采信这份证书", "✗ The check failed: do not rely on this certificate"],
    yes: ["✓", "✓"], no: ["✗", "✗"],
    form: ["证书完整、格式正确", "The certificate is whole and in the right form"],
    unaltered: ["证书未被改动", "The certificate is unaltered"], times: ["时间先后有序", "The times are in order"],
    seed: ["种子由事先约定的各部分得出", "The seed follows from the parts announced beforehand"],
    result: ["按公布的方法得出同样的结果", "The published method gives the same result"],
    run: ["抽签次数", "Number of the run"], printed: ["与纸质证书的摘要相符", "It is the certificate on paper"],
    listed: ["名单就是承诺时的那一份", "The list is the one committed to"], case: ["名单和规定就是承诺时的那一份", "Lists and rules are those committed to"],
    plan: ["按公布的方法重排，得出同样的方案", "The published method gives the same plan"],
    reasons: ["本页同样排不出方案；理由的文字由 duxue draw verify 核对。", "This page finds no plan either; the words of the reason are checked by duxue draw verify."],
    published: ["承诺书就是已公布的那份", "The commitment is the published one"], recorded: ["已登记在证书链中，链完整", "Recorded in the chain, and the chain is whole"],
    runs: ["证书链中同一抽签共有 {n} 次。", "The chain holds {n} runs of the same draw."],
    typed: ["时间由人填写，并非取自本机时钟。", "A time was typed by hand, not taken from the clock."],
    beacon: ["信标数值与其签名相符；签名本身由 duxue draw verify 核验。", "The beacon's value fits its signature; the signature itself is checked by duxue draw verify."],
    again: ["注意：这是同一抽签的第 {n} 次，以首次为准，除非公告说明理由。此前：{e}", "Note: this is run {n} of the same draw, before: {e}; the first counts unless a published reason says otherwise."],
    first: ["首次", "the first run"],
    found: ["实际 {a}", "found {a}"], expected: ["应为 {a}", "expected {a}"],
    name: ["名称", "title"], method: ["方法", "method"], tickets: ["签数", "tickets"], excluded: ["剔除", "excluded"],
    committed: ["承诺时间", "committed"], drawnAt: ["抽签时间", "drawn"], commitmentDigest: ["承诺书摘要", "digest of the commitment"], certificateDigest: ["证书摘要", "digest of the certificate"], hand: ["{a}（由人填写）", "{a} (typed by hand)"], broken: ["{a}（中断）", "{a} (interrupted)"],
    network: ["网络与轮次", "network and round"], round: ["drand {n} 第 {r} 轮", "drand {n}, round {r}"], signature: ["信标签名", "beacon signature"], seedIs: ["种子", "seed"],
    rule: ["规定", "constraint"], schools: ["学校", "schools"], inspectors: ["督学", "inspectors"], ofAll: ["{m} 所中抽 {n} 所", "{n} of {m}"], keptOut: ["轮换未参加", "kept out by rotation"],
    school: ["学校", "school"], inspector: ["督学", "inspector"], skill: ["专长", "skill"], called: ["名称", "name"], person: ["姓名", "name"], by: ["给出者", "given by"], reason: ["排不出方案", "no plan"],
    visits: ["{a}：{b}", "{a}: {b}"],
    selected: ["抽中", "drawn"], reserve: ["候补 {n}", "waiting {n}"], notDrawn: ["未抽中", "not drawn"], struck: ["已剔除：{a}", "excluded: {a}"], unlisted: ["不在名单上", "not on the list"],
    more: ["表中列出前 {n} 行，共 {m} 行；其余可用上面的查找。", "The table shows the first {n} of {m} rows; find the others above."],
  };
  const METHODS = {
    "keyed-order/1": ["密钥排序", "keyed order"], "sequential/1": ["逐个抽取", "one after another"], "stratified/1": ["分层抽取", "stratified"], "multistage/1": ["多阶段抽取", "multi-stage"],
    "pps-systematic/1": ["按规模比例抽取", "in proportion to size"], "bundles/1": ["捆绑抽取", "bundles"], "ring-interval/1": ["起始号加间隔号（南昌）", "start and interval (Nanchang)"],
    "ring-step/1": ["起始号加步长（福州）", "start and step (Fuzhou)"], "tail-digits/1": ["抽尾号", "tail digits"], "double-random/1": ["双随机", "double random"],
  };
  const PARAMS = {
    take: ["名额", "places"], reserve: ["候补数", "waiting list"], by: ["分组字段", "groups by"], rule: ["分配办法", "rule"], short: ["不足时", "a small group"], minimum: ["最低数", "minimum"],
    table: ["各组名额", "places of a group"], stages: ["阶段", "stage"], size: ["规模字段", "size field"], bundle: ["捆绑字段", "bundle field"], overflow: ["超出名额时", "more heads than seats"],
    number: ["序号字段", "number field"], start: ["起始号来自", "start from"], interval: ["间隔号来自", "interval from"], group: ["每组签数", "tickets of a group"], shuffle: ["先行打乱", "shuffled first"], digits: ["尾号来自", "digits from"],
  };
  const WORDS = {
    each: ["各组相同", "the same for each"], table: ["按表", "by table"], proportional: ["按比例", "proportional"], refuse: ["拒绝", "refused"], all: ["全取", "taken whole"],
    skip: ["跳过该捆", "the bundle is passed over"], exceed: ["允许超出", "seats are exceeded"], none: ["否", "no"], keyed: ["按密钥排序", "by keyed order"],
  };
  const KINDS = { digits: ["数字", "digits"], number: ["号码", "number"], balls: ["摇号球", "balls"], beacon: ["公共信标", "public beacon"], sealed: ["封存数", "sealed value"] };
  const MEANINGS = { // filled in from the texts of the command line
/* meanings */
  };
  const CHECKS = { list: "listed", chain: "recorded" }; // checks whose name is a field's name too
  const $ = (id) => document.getElementById(id);
  let lang = (navigator.language || "zh").toLowerCase().startsWith("zh") ? 0 : 1, last = null, stateKey = ["waiting", {}];
  const t = (key, values = {}) => T[key][lang].replace(/\{(\w)\}/g, (_, k) => values[k]);
  const node = (tag, text, name) => { const e = document.createElement(tag); e.textContent = text; if (name) e.className = name; return e; };
  const state = (key, values = {}) => { stateKey = [key, values]; $("state").textContent = t(key, values); };
  function speak() {
    document.documentElement.lang = lang ? "en" : "zh-Hans";
    for (const e of document.querySelectorAll("[data-t]")) e.textContent = t(e.dataset.t);
    $("language").textContent = lang ? "中文" : "English";
    $("language").lang = lang ? "zh-Hans" : "en";
    state(...stateKey);
    if (last) show();
  }
  const word = (x) => (lang ? x.en || x.zh : x.zh || x.en), pick = (table, key) => (Object.prototype.hasOwnProperty.call(table, key) ? table[key][lang] : key);
  const when = (d) => (d.clock === "typed" ? t("hand", { a: d.time }) : d.time);
  const earlier = (c) => c.earlier.map((e) => `${e.digest.slice(0, 16)}… ${e.kind === "interruption" ? t("broken", { a: e.time }) : e.time}`).join(lang ? ", " : "、");
  function noteOf(check, c) {
    if (!check.ok) return [`${pick(MEANINGS, check.code)} (${check.code})`, check.field, check.found && t("found", { a: String(check.found).slice(0, 120) }), check.expected && t("expected", { a: String(check.expected).slice(0, 120) })].filter(Boolean).join(" · ");
    if (check.name === "run") return check.note ? t("again", { n: check.note, e: earlier(c) }) : t("first");
    if (check.name === "chain") return check.note ? t("runs", { n: check.note }) : "";
    return check.note ? t(check.note) : "";
  }
  function paramRows(params) {
    const rows = [], order = Object.keys(PARAMS);
    for (const key of Object.keys(params).sort((a, b) => order.indexOf(a) - order.indexOf(b))) {
      const value = params[key], title = pick(PARAMS, key);
      if (key === "table") rows.push(...value.map((r) => [title, `${r.group.join(" / ")}: ${r.take}`]));
      else if (key === "stages") rows.push(...value.map((s) => [title, lang ? `${s.take} of ${s.unit}${s.within.length ? ` in each ${s.within.join(" / ")}` : ""}` : `${s.within.length ? `每个 ${s.within.join(" / ")} ` : ""}抽 ${s.take} 个 ${s.unit}`]));
      else rows.push([title, ["rule", "short", "overflow", "shuffle"].includes(key) ? pick(WORDS, value) : Array.isArray(value) ? value.join(", ") || "–" : String(value) || "–"]);
    }
    return rows;
  }
  function ruleOf(x, rules) { // a constraint with the numbers that its title leaves to the rules
    const [base, ...rest] = x.id.split(":"), skill = rest.join(":"), path = (names) => names.join(" / ");
    let said = [];
    if (base === "schools.number") said = [rules.schools];
    else if (base === "schools.minimum") said = [...(rules.least_per_stratum ? [[rules.strata, rules.least_per_stratum]] : []), ...rules.minima].map(([names, n]) => `${path(names)}: ${n}`);
    else if (base === "team.size") said = [rules.team_size, ...rules.larger_teams.map(([size, n]) => (lang ? `${n} from size ${size}` : `规模 ${size} 起 ${n}`))];
    else if (base === "team.skill") said = rules.skills.filter(([name]) => name === skill).map(([, n, stages]) => (stages.length ? `${path(stages)}: ${n}` : n));
    if (!said.length) return word(x.title);
    return lang ? `${word(x.title)} (${said.join("; ")})` : `${word(x.title)}（${said.join("；")}）`;
  }
  function factsOf(c) {
    const k = c.commitment, facts = [[t("name"), word(k.title)], [t("method"), `${pick(METHODS, k.method)} (${k.method})`]];
    if (k.case) {
      facts.push([t("schools"), t("ofAll", { n: k.rules.schools, m: k.case.schools })], [t("inspectors"), String(k.case.inspectors)], ...k.constraints.map((x) => [t("rule"), ruleOf(x, k.rules)]));
    } else {
      facts.push(...paramRows(k.params), [t("tickets"), String(k.list.tickets)], ...k.exclusions.map((e) => [t("excluded"), `${e.id}${named(e.id)}: ${word(e.reason)}`]));
    }
    facts.push([t("committed"), when(k)]);
    k.seed.forEach((d, i) => {
      const p = c.parts[i];
      facts.push([pick(KINDS, d.kind), `${d.name} = ${p.value} (${p.time})`]);
      if (word(d.who)) facts.push([t("by"), word(d.who)]);
      if (d.kind === "beacon") facts.push([t("network"), t("round", { n: d.network, r: d.round })], [t("signature"), p.proof.signature]);
    });
    return [...facts, [t("seedIs"), c.seed], [t("drawnAt"), when(c)], [t("commitmentDigest"), k.digest], [t("certificateDigest"), c.digest]];
  }
  const named = (id) => (last.outcome.names[id] ? ` ${last.outcome.names[id]}` : "");
  function tableOf(c) { // heads and rows of the result
    const names = last.outcome.names, has = Object.keys(names).length > 0, called = (id) => (has ? [names[id] || ""] : []), head = has ? [t("called")] : [];
    if (c.commitment.case) {
      const teams = c.result.plan ? c.result.plan.teams : [];
      const rows = teams.flatMap((team) => team.members.map(([who, skill]) => [team.school, ...called(team.school), who, names[who] || "", skill]));
      return { heads: [t("place"), t("school"), ...head, t("inspector"), t("person"), t("skill")], rows };
    }
    const grouped = ["stratified/1", "multistage/1"].includes(c.commitment.method); // their groups stand in the order of the tickets drawn
    const groups = grouped ? c.result.groups.flatMap((g) => Array(g.taken).fill(g.path.join(" / "))) : [], within = (group) => (grouped ? [group] : []);
    const rows = [...c.result.selected.map((id, i) => [id, ...called(id), ...within(groups[i]), t("selected")]), ...c.result.waiting.map((id, i) => [id, ...called(id), ...within(""), t("reserve", { n: i + 1 })])];
    return { heads: [t("place"), t("id"), ...head, ...within(t("group")), t("kind")], rows };
  }
  function verdictOf({ ok, unsigned, certificate: c }) {
    if (!ok) return "bad";
    if (c.result.plan === null) return unsigned ? "planlessUnsigned" : "planless";
    return unsigned ? "unsigned" : "good";
  }
  function show() {
    const { outcome } = last, c = outcome.certificate;
    $("outcome").hidden = false;
    $("verdict").textContent = t(verdictOf(outcome));
    $("verdict").className = outcome.ok ? "good" : "bad";
    $("checks").replaceChildren(...outcome.checks.map((check) => {
      const item = node("li", `${t(check.ok ? "yes" : "no")} ${t(CHECKS[check.name] || check.name)}`, check.ok ? "good" : "bad"), extra = noteOf(check, c);
      if (extra) item.append(node("div", extra));
      return item;
    }));
    const readable = c && outcome.checks[0].ok && outcome.checks[1].ok && outcome.checks.every((x) => x.name !== "seed" || x.ok || x.code !== "DRAW031");
    $("facts").replaceChildren(...(readable ? factsOf(c) : []).flatMap(([name, value], i, all) => [node("dt", i && all[i - 1][0] === name ? "" : name), node("dd", value)]));
    $("draw").hidden = !readable;
    $("drawn").hidden = !(readable && outcome.ok);
    const { heads, rows } = readable && outcome.ok ? tableOf(c) : { heads: [], rows: [] };
    $("heads").replaceChildren(...heads.map((text, i) => { const cell = node("th", text, i ? "" : "number"); cell.scope = "col"; return cell; }));
    $("rows").replaceChildren(...rows.slice(0, 1000).map((cells, i) => { const row = document.createElement("tr"); row.append(node("td", String(i + 1), "number"), ...cells.map((text) => node("td", text))); return row; }));
    $("more").textContent = rows.length > 1000 ? t("more", { n: 1000, m: rows.length }) : readable && outcome.ok && c.commitment.case && !c.result.plan ? `${t("reason")}${lang ? ": " : "："}${c.result.reasons.map((x) => word(x.what)).join(" ")}` : "";
    $("find").disabled = !rows.length;
    find();
  }
  function find() {
    const wanted = $("find").value.trim().normalize("NFC");
    $("found").textContent = wanted && last && last.outcome.ok ? `${wanted}${named(wanted)}: ${placeOf(wanted, last.outcome.certificate)}` : "";
  }
  function placeOf(wanted, { commitment: k, result: r }) {
    if (k.case) {
      const seen = (r.plan ? r.plan.teams : []).filter((team) => team.school === wanted || team.members.some(([who]) => who === wanted));
      const put = r.plan && r.plan.excluded.find(([id]) => id === wanted);
      const told = seen.map((team) => t("visits", { a: `${team.school}${named(team.school)}`, b: team.members.map(([who]) => `${who}${named(who)}`).join(lang ? ", " : "、") }));
      return told.join(lang ? "; " : "；") || (put ? `${t("keptOut")} ${put[1]}` : wanted in last.outcome.names ? t("notDrawn") : t("unlisted"));
    }
    const i = r.selected.indexOf(wanted), j = r.waiting.indexOf(wanted), out = k.exclusions.find((e) => e.id === wanted);
    return i >= 0 ? `${t("selected")} (${t("place")} ${i + 1})` : j >= 0 ? t("reserve", { n: j + 1 }) : out ? t("struck", { a: word(out.reason) }) : last.listed.has(wanted) ? t("notDrawn") : t("unlisted");
  }
  const pause = () => new Promise((go) => setTimeout(go, 30));
  async function check(event) {
    event.preventDefault();
    const files = ["certificate", "list", "commitment", "chain"].map((id) => $(id).files[0]);
    if (!files[0] || !files[1]) return state("waiting");
    $("check").disabled = true;
    $("outcome").hidden = true;
    $("progress").hidden = false;
    $("progress").removeAttribute("value");
    state("reading");
    try {
      const [certificate, list, commitment, chain] = await Promise.all(files.map(async (f) => (f ? new Uint8Array(await f.arrayBuffer()) : null)));
      state("working");
      await pause(); // the state is on the screen before the work begins
      const start = performance.now(), outcome = await repeat(certificate, list, { commitment, chain }), digest = $("digest").value.trim().toLowerCase();
      if (digest && outcome.certificate) {
        const ok = digest.length >= 16 && outcome.certificate.digest.startsWith(digest);
        outcome.checks.push({ name: "printed", ok, ...(ok ? {} : { code: "DRAW052", field: "digest", found: outcome.certificate.digest, expected: digest }) });
        outcome.ok = outcome.ok && ok;
      }
      const seconds = ((performance.now() - start) / 1000).toFixed(2);
      last = { outcome, listed: new Set(outcome.ids) };
      show();
      state("done", { n: seconds });
      $("verdict").focus();
    } catch (error) {
      last = null;
      state("unreadable");
      console.error(error);
    }
    $("check").disabled = false;
    $("progress").hidden = true;
  }
  // The work runs beside the page where a worker may be made of the page's own text, so that progress is seen; else here.
  function repeat(...files) {
    const source = document.scripts[0].textContent + "\nonmessage = (e) => { const p = (value) => postMessage({ value }); postMessage({ outcome: DuxueDraw.verify(...e.data, p) }); };";
    return new Promise((resolve) => {
      let worker;
      const here = () => resolve(DuxueDraw.verify(...files));
      try { worker = new Worker(URL.createObjectURL(new Blob([source], { type: "text/javascript" }))); } catch (error) { return here(); }
      worker.onerror = (e) => { e.preventDefault(); worker.terminate(); here(); };
      worker.onmessage = (e) => {
        if ("value" in e.data) { $("progress").value = e.data.value; return; }
        worker.terminate();
        resolve(e.data.outcome);
      };
      worker.postMessage(files);
    });
  }
  $("form").addEventListener("submit", check);
  $("find").addEventListener("input", find);
  $("language").addEventListener("click", () => { lang = 1 - lang; speak(); });
  speak();
})();
