"use strict";
(function () {
  const T = {
    title: ["核验抽签", "Check a draw"],
    lead: ["本页在您的电脑上重做整个抽签，不联网，文件不会离开本机。断网后同样可用。", "This page repeats the whole draw on your own computer. It uses no network and your files do not leave it; it works with the network off."],
    certificate: ["抽签证书（certificate-….json）", "Certificate of the draw (certificate-….json)"],
    list: ["已公布的名单（list.tsv）", "Published list (list.tsv)"],
    digest: ["纸质证书上的摘要（可不填）", "Digest printed on the paper certificate (may be left empty)"],
    digestHelp: ["至少前16位；用于确认手中的文件就是纸上那一份。", "At least its first 16 digits; it proves that the file is the one on paper."],
    check: ["核验", "Check"],
    facts: ["这次抽签", "This draw"], drawn: ["结果", "Result"], find: ["查找编号", "Find an id"],
    place: ["次序", "place"], id: ["编号", "id"], kind: ["结果", "outcome"],
    foot: ["本页是抽签程序的第二份独立实现，方法见 docs/methods。", "This page is a second, independent implementation; docs/methods defines every step."],
    waiting: ["请选择证书和名单。", "Choose the certificate and the list."],
    reading: ["正在读取文件…", "Reading the files…"], working: ["正在重做抽签…", "Repeating the draw…"],
    done: ["核验完成，用时 {n} 秒。", "Checked in {n} s."],
    unreadable: ["文件无法读取，请重新选择。", "A file could not be read; choose it again."],
    good: ["✓ 抽签成立：结果逐字节一致", "✓ The draw stands: the result agrees byte for byte"],
    unsigned: ["✓ 抽签成立，信标签名未核验", "✓ The draw stands, beacon signature not checked"],
    bad: ["✗ 核验未通过：请勿采信这份证书", "✗ The check failed: do not rely on this certificate"],
    yes: ["✓", "✓"], no: ["✗", "✗"],
    form: ["证书完整、格式正确", "The certificate is whole and in the right form"],
    unaltered: ["证书未被改动", "The certificate is unaltered"], times: ["时间先后有序", "The times are in order"],
    seed: ["种子由事先约定的各部分得出", "The seed follows from the parts announced beforehand"],
    result: ["按公布的方法得出同样的结果", "The published method gives the same result"],
    run: ["抽签次数", "Number of the run"], printed: ["与纸质证书的摘要相符", "It is the certificate on paper"],
    listed: ["名单就是承诺时的那一份", "The list is the one committed to"],
    beacon: ["信标数值与其签名相符；签名本身由 duxue draw verify 核验。", "The beacon's value fits its signature; the signature itself is checked by `duxue draw verify`."],
    again: ["注意：这是同一承诺的第 {n} 次抽签，以首次为准，除非公告说明理由。", "Note: this is run {n} of the same commitment; the first counts unless a published reason says otherwise."],
    first: ["首次", "the first run"],
    found: ["实际 {a}", "found {a}"], expected: ["应为 {a}", "expected {a}"],
    name: ["名称", "title"], method: ["方法", "method"], tickets: ["签数", "tickets"], excluded: ["剔除", "excluded"],
    committed: ["承诺时间", "committed"], drawnAt: ["抽签时间", "drawn"], commitmentDigest: ["承诺书摘要", "digest of the commitment"], certificateDigest: ["证书摘要", "digest of the certificate"], part: ["随机数：{a}", "seed part: {a}"],
    selected: ["抽中", "drawn"], reserve: ["候补 {n}", "waiting {n}"], notDrawn: ["未抽中", "not drawn"], struck: ["已剔除：{a}", "excluded: {a}"], unlisted: ["不在名单上", "not on the list"],
    more: ["表中列出前 {n} 行，共 {m} 行；其余可用上面的查找。", "The table shows the first {n} of {m} rows; find the others above."],
  };
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
  function show() {
    const { outcome } = last, c = outcome.certificate;
    $("outcome").hidden = false;
    $("verdict").textContent = t(outcome.ok ? (outcome.unsigned ? "unsigned" : "good") : "bad");
    $("verdict").className = outcome.ok ? "good" : "bad";
    $("checks").replaceChildren(...outcome.checks.map((check) => {
      const item = node("li", `${t(check.ok ? "yes" : "no")} ${t(check.name === "list" ? "listed" : check.name)}`, check.ok ? "good" : "bad");
      const extra = check.ok
        ? check.name === "run" ? (check.note ? t("again", { n: check.note }) : t("first")) : check.note === "beacon" ? t("beacon") : ""
        : [check.code, check.field, check.found && t("found", { a: String(check.found).slice(0, 120) }), check.expected && t("expected", { a: String(check.expected).slice(0, 120) })].filter(Boolean).join(" · ");
      if (extra) item.append(node("div", extra));
      return item;
    }));
    const facts = [];
    if (c && outcome.checks[0].ok && outcome.checks[1].ok) {
      const k = c.commitment, word = (x) => (lang ? x.en || x.zh : x.zh || x.en);
      facts.push([t("name"), word(k.title)], [t("method"), `${k.method} ${JSON.stringify(k.params)}`], [t("tickets"), String(k.list.tickets)]);
      for (const e of k.exclusions) facts.push([t("excluded"), `${e.id}: ${word(e.reason)}`]);
      facts.push([t("committed"), k.time]);
      k.seed.forEach((d, i) => facts.push([t("part", { a: d.name }), `${c.parts[i].value} ${word(d.who)}`]));
      facts.push([t("drawnAt"), c.time], [t("commitmentDigest"), k.digest], [t("certificateDigest"), c.digest]);
    }
    $("facts").replaceChildren(...facts.flatMap(([name, value]) => [node("dt", name), node("dd", value)]));
    const rows = c && outcome.ok ? [...c.result.selected.map((id) => [id, t("selected")]), ...c.result.waiting.map((id, i) => [id, t("reserve", { n: i + 1 })])] : [];
    $("rows").replaceChildren(...rows.slice(0, 1000).map(([id, kind], i) => { const row = document.createElement("tr"); row.append(node("td", String(i + 1)), node("td", id), node("td", kind)); return row; }));
    $("more").textContent = rows.length > 1000 ? t("more", { n: 1000, m: rows.length }) : "";
    $("find").disabled = !rows.length;
    find();
  }
  function find() {
    const wanted = $("find").value.trim().normalize("NFC");
    if (!wanted || !last || !last.outcome.ok) { $("found").textContent = ""; return; }
    const { commitment: k, result: r } = last.outcome.certificate, i = r.selected.indexOf(wanted), j = r.waiting.indexOf(wanted), out = k.exclusions.find((e) => e.id === wanted);
    const text = i >= 0 ? `${t("selected")} (${t("place")} ${i + 1})` : j >= 0 ? t("reserve", { n: j + 1 }) : out ? t("struck", { a: lang ? out.reason.en : out.reason.zh }) : last.listed.has(wanted) ? t("notDrawn") : t("unlisted");
    $("found").textContent = `${wanted}: ${text}`;
  }
  const pause = () => new Promise((go) => setTimeout(go, 30));
  async function check(event) {
    event.preventDefault();
    const files = ["certificate", "list"].map((id) => $(id).files[0]);
    if (files.some((f) => !f)) return state("waiting");
    $("check").disabled = true;
    $("outcome").hidden = true;
    $("progress").hidden = false;
    $("progress").removeAttribute("value");
    state("reading");
    try {
      const [certificate, list] = (await Promise.all(files.map((f) => f.arrayBuffer()))).map((b) => new Uint8Array(b));
      state("working");
      await pause(); // the state is on the screen before the work begins
      const start = performance.now(), outcome = await repeat(certificate, list), digest = $("digest").value.trim().toLowerCase();
      if (digest && outcome.certificate) {
        const ok = digest.length >= 16 && outcome.certificate.digest.startsWith(digest);
        outcome.checks.push({ name: "printed", ok, ...(ok ? {} : { code: "DRAW052", field: "digest", found: outcome.certificate.digest, expected: digest }) });
        outcome.ok = outcome.ok && ok;
      }
      const seconds = ((performance.now() - start) / 1000).toFixed(2);
      last = { outcome, listed: new Set(new TextDecoder().decode(list).split("\n").slice(1).map((line) => line.split("\t")[0])) };
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
  function repeat(certificate, list) {
    const source = document.scripts[0].textContent + "\nonmessage = (e) => { const p = (value) => postMessage({ value }); postMessage({ outcome: DuxueDraw.verify(e.data[0], e.data[1], p) }); };";
    return new Promise((resolve) => {
      let worker;
      const here = () => resolve(DuxueDraw.verify(certificate, list));
      try { worker = new Worker(URL.createObjectURL(new Blob([source], { type: "text/javascript" }))); } catch (error) { return here(); }
      worker.onerror = (e) => { e.preventDefault(); worker.terminate(); here(); };
      worker.onmessage = (e) => {
        if ("value" in e.data) { $("progress").value = e.data.value; return; }
        worker.terminate();
        resolve(e.data.outcome);
      };
      worker.postMessage([certificate, list]);
    });
  }
  $("form").addEventListener("submit", check);
  $("find").addEventListener("input", find);
  $("language").addEventListener("click", () => { lang = 1 - lang; speak(); });
  speak();
})();
