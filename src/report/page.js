/* The page's script. It reads the data (docs/html.md) and puts every text on the page as text: nothing is ever parsed as
 * markup. State is one object; whatever changes it calls the draw functions of the parts that depend on it. */
"use strict";
(function () {

const D = JSON.parse(document.getElementById("data").textContent);
const $ = (id) => document.getElementById(id);
const T = D.tree, N = T.name.length;
const rows = D.rows, sites = D.sites, reasons = D.reasons;

/* ---- texts ---- */

/* Characters that change the direction of text or can't be seen are written out, so that no name passes for another;
 * the same as on a terminal (base/term.c). */
function clean(s) {
  return String(s).replace(/[\u007f-\u009f\u2028\u2029\ufff9-\ufffb]|\p{Default_Ignorable_Code_Point}/gu,
    (c) => { const n = c.codePointAt(0); return n > 0xffff ? "\\U" + n.toString(16).padStart(8, "0") : "\\u" + n.toString(16).padStart(4, "0"); });
}
function el(tag, cls, text) {
  const e = document.createElement(tag);
  if (cls) e.className = cls;
  if (text !== undefined) e.textContent = clean(text);
  return e;
}
/* A place: a line may be broken after a slash. */
function placeEl(tag, cls, text) {
  const e = el(tag, cls);
  clean(text).split(/(?<=\/)/).forEach((part, i) => { if (i) e.append(el("wbr")); e.append(part); });
  return e;
}
function add(parent, ...children) {
  for (const c of children) if (c) parent.append(typeof c === "string" ? clean(c) : c);
  return parent;
}
function bytesText(v) {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  let k = 0, a = Math.abs(v);
  while (a >= 1024 && k < units.length - 1) { a /= 1024; k++; }
  const s = k ? a.toFixed(2).replace(/\.?0+$/, "") : String(Math.round(a));
  return (v < 0 ? "-" : "") + s + units[k];
}
const grouped = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const count = (v) => grouped.format(Math.round(v));
const plural = (n, one) => count(n) + " " + one + (n === 1 ? "" : "s");
function percent(v, all) {
  if (!all) return "0%";
  const p = 100 * v / all;
  if (p > 0 && p < 0.01) return "<0.01%";
  return (p && Math.abs(p) < 0.1 ? p.toFixed(2) : p.toFixed(1)) + "%";
}
const opText = (v) => v === undefined ? "" : v > 0.005 && v < 9.95 ? v.toFixed(2) : count(v);
const byObjects = () => S.metric === "objects";
const amount = (bytes, objects) => byObjects() ? plural(objects, "object") : bytesText(bytes);
const rowValue = (r) => byObjects() ? r.objects : r.bytes;
const total = () => byObjects() ? D.objects : D.bytes;

/* ---- colours ---- */

/* Okabe and Ito's palette; the second is the ink that is read best on it. */
const colours = {
  orange: ["#e69f00", "#000"], sky: ["#56b4e9", "#000"], green: ["#009e73", "#000"], yellow: ["#f0e442", "#000"],
  blue: ["#0072b2", "#fff"], red: ["#d55e00", "#000"], purple: ["#cc79a7", "#000"], grey: ["#a8a8a8", "#000"],
  black: ["#303030", "#fff"],
};
/* A family shares a colour; within it patterns differ. */
const families = {
  orange: ["returned", "outlives the iteration", "stored in an outer variable"],
  red: ["stored in a global", "passed to panic", "escaping uintptr"],
  sky: ["stored through a pointer", "held by a heap value", "stored in a map", "appended to a slice", "copied to another slice"],
  blue: ["interface method call", "call of a function value", "function without body", "passed to C", "kept by a callee", "reflection", "method value"],
  purple: ["converted to an interface"],
  yellow: ["sent on a channel", "captured by an escaping closure", "go statement", "defer in a loop"],
  green: ["size not constant", "too large for the stack", "too aligned for the stack"],
  grey: ["always", "runtime", "several", "other", "no source", "no site", "not analysed"],
  black: ["disagreement"],
};
const looks = reasons.map((r) => {
  for (const c in families) {
    const i = families[c].indexOf(r.key);
    if (i >= 0) return { c, p: i % 7 };
  }
  return { c: "grey", p: 3 };
});
function tint(e, reason) {
  e.style.setProperty("--c", colours[looks[reason].c][0]);
  return e;
}
function paint(e, reason) {
  const l = looks[reason], [c, on] = colours[l.c];
  e.style.setProperty("--c", c);
  e.style.setProperty("--on", on);
  e.style.setProperty("--stripe", on === "#fff" ? "rgba(255,255,255,.45)" : "rgba(0,0,0,.38)");
  if (l.p) e.classList.add("p" + l.p);
  return e;
}
const swatch = (reason) => paint(el("span", "swatch"), reason);
const reasonName = (r) => ({ always: "run-time system", runtime: "run-time helper", several: "several reasons" })[r.key] || r.key;

/* ---- what rows and blocks are called ---- */

function rowWhat(r) {
  if (r.sites) {
    const names = [];
    for (const i of r.sites) if (!names.includes(sites[i].what)) names.push(sites[i].what);
    return names.slice(0, 3).join(" | ") + (names.length > 3 ? " | …" : "");
  }
  return r.helper || "unknown value";
}
function rowWhy(r) {
  if (r.state === "reason" && r.sites) {
    const whys = new Set(r.sites.map((i) => sites[i].why));
    return whys.size === 1 ? [...whys][0] : reasons[r.reason].because;
  }
  return r.helperWhy || r.stateWords || "";
}
const rowText = rows.map((r) => [r.at, r.func, rowWhat(r), reasons[r.reason].key, rowWhy(r), r.nearest || "",
  ...(r.frames || []).map((f) => f[0] + " " + f[1])].map(clean).join("\n"));
const isLeaf = (i) => T.row[i] > 0 || T.count[i] > 0;
/* "encoding/json.(*T).F" without its package's folders, which the tip tells: blocks are narrow. */
function shortName(i) {
  const name = blockName(i);
  if (isLeaf(i) || !i) return name;
  const stop = name.search(/[[(]/), slash = name.lastIndexOf("/", stop < 0 ? Infinity : stop);
  return name.slice(slash + 1);
}
function blockName(i) {
  if (i === 0) return "all";
  if (T.count[i]) return "other (" + plural(T.count[i], "smaller block") + ", " + reasonName(reasons[T.reason[i] - 1]) + ")";
  if (T.row[i]) return rowWhat(rows[T.row[i] - 1]);
  return D.names[T.name[i]] || "?";
}

/* ---- state ---- */

const S = { metric: D.byObjects ? "objects" : "bytes", zoom: 0, row: 0, filter: new Set(), query: "", regexp: false,
  sort: "value", down: true, shown: 200, focus: 0 };
let match = null;          /* of the search: text → boolean, or null */
let val = [], kids = [], hits = null, hitRows = null, rank = [], sums = [];

for (let i = 0; i < N; i++) kids.push([]);
for (let i = 1; i < N; i++) kids[T.parent[i]].push(i);

/* Values under the filter: what the leaves have, summed upwards. Parents stand before their children. */
function weigh() {
  const source = byObjects() ? T.objects : T.bytes;
  val = new Array(N).fill(0);
  for (let i = N - 1; i >= 0; i--) {
    if (isLeaf(i) && (!S.filter.size || S.filter.has(T.reason[i] - 1))) val[i] += Math.max(source[i], 0);
    if (i) val[T.parent[i]] += val[i];
  }
  for (const k of kids) k.sort((a, b) => (T.count[a] > 0) - (T.count[b] > 0) || val[b] - val[a] || a - b);
  rank = rows.map((r, i) => i).sort((a, b) => rowValue(rows[b]) - rowValue(rows[a]) || a - b);
  let sum = 0;
  for (const i of rank) { sum += rowValue(rows[i]); sums[i] = sum; }
}

/* ---- the picture ---- */

const HEIGHT = 20;
const flame = $("flame"), canvas = el("div");
canvas.id = "canvas";
canvas.setAttribute("role", "presentation");
flame.append(canvas);
let drawn = new Map();     /* block → its element */
let clientWidth = 0;

function path(i) {
  const out = [i];
  while (i) out.unshift(i = T.parent[i]);
  return out;
}

function drawFlame() {
  const width = clientWidth = flame.clientWidth || 800;
  const had = canvas.contains(document.activeElement);
  drawn = new Map();
  const out = document.createDocumentFragment();
  const up = path(S.zoom);
  let deepest = up.length;
  for (let d = 0; d < up.length - 1; d++) out.append(block(up[d], 0, 1, d, true));
  const todo = [[S.zoom, 0, 1, up.length - 1]];
  while (todo.length) {
    const [i, x, w, d] = todo.pop();
    out.append(block(i, x, w, d, false, w * width < 12));
    deepest = Math.max(deepest, d + 1);
    let at = x;
    for (const k of kids[i]) {
      const kw = val[i] ? w * val[k] / val[i] : 0;
      if (kw * width >= 0.7) todo.push([k, at, kw, d + 1]);
      at += kw;
    }
  }
  canvas.replaceChildren(out);
  canvas.style.height = deepest * HEIGHT + "px";
  if (!drawn.has(S.focus)) S.focus = S.zoom;
  const f = drawn.get(S.focus);
  if (f) {
    f.tabIndex = 0;
    if (had) f.focus({ preventScroll: true });
  }
  mark();
}

function block(i, x, w, depth, above, thin) {
  const e = document.createElement("div");
  e.className = "block" + (above ? " above" : "") + (thin ? " thin" : "");
  e.style.cssText = "left:" + (100 * x).toFixed(4) + "%;width:" + (100 * w).toFixed(4) + "%;top:" + depth * HEIGHT + "px";
  e.dataset.i = i;
  const name = clean(blockName(i));
  e.setAttribute("role", "treeitem");
  e.setAttribute("aria-level", depth + 1);
  e.setAttribute("aria-selected", "false");
  if (!isLeaf(i)) e.setAttribute("aria-expanded", "true");
  let label = name + ", " + amount(val[i], val[i]) + ", " + percent(val[i], val[0]);
  if (isLeaf(i)) {
    e.classList.add("leaf");
    if (T.count[i]) e.classList.add("rest");
    const reason = T.reason[i] - 1;
    paint(e, reason);
    label += ", " + reasonName(reasons[reason]);
    if (!thin) e.append(el("span", "", T.count[i] ? name : name + " · " + reasonName(reasons[reason])));
  } else if (!thin) {
    e.textContent = clean(shortName(i));
  }
  e.setAttribute("aria-label", label);
  e.tabIndex = -1;
  drawn.set(i, e);
  return e;
}

/* What search and choice do to the blocks that are drawn. */
function mark() {
  for (const [i, e] of drawn) {
    const hit = hits && hits.has(i);
    const chosen = S.row > 0 && T.row[i] === S.row;
    e.classList.toggle("hit", Boolean(hit));
    e.classList.toggle("miss", Boolean(hits && !hit) && !chosen);
    e.classList.toggle("chosen", chosen);
    e.setAttribute("aria-selected", String(chosen || (i === S.zoom && i > 0)));
  }
}

function zoom(i, focus) {
  S.zoom = i;
  if (focus !== undefined) S.focus = focus;
  drawFlame();
  drawCrumbs();
  const f = drawn.get(i);
  if (f) flame.scrollTop = Math.max(0, Math.min(flame.scrollTop, f.offsetTop - 2 * HEIGHT));
}

function open(i) {
  if (T.row[i]) {
    S.row = T.row[i];
    zoom(i, i);
    drawRows();
  } else {
    S.row = 0;
    zoom(i, i);
    drawRows();
  }
  drawStory();
}

function drawCrumbs() {
  const nav = $("crumbs");
  nav.replaceChildren();
  const up = path(S.zoom);
  up.forEach((i, k) => {
    if (k) add(nav, el("span", "sep", "›"));
    if (k && k < up.length - 3 && up.length > 6) {
      if (k === 1) add(nav, el("span", "sep", "… " + plural(up.length - 4, "caller") + " …"));
      else nav.lastChild.remove();
      return;
    }
    if (k === up.length - 1) {
      const e = el("b", "", k ? shortName(i) : "all call stacks");
      e.setAttribute("aria-current", "location");
      add(nav, e);
    } else {
      const b = el("button", "", k ? shortName(i) : "all");
      b.title = clean(blockName(i));
      b.type = "button";
      b.onclick = () => open(i);
      add(nav, b);
    }
  });
  add(nav, el("span", "sep", " " + amount(val[S.zoom], val[S.zoom]) + ", " + percent(val[S.zoom], total())));
}

flame.addEventListener("click", (ev) => {
  const e = ev.target.closest(".block");
  if (!e) return;
  hideTip();
  open(Number(e.dataset.i));
});

flame.addEventListener("keydown", (ev) => {
  const e = ev.target.closest(".block");
  if (!e || ev.ctrlKey || ev.metaKey || ev.altKey) return;
  const i = Number(e.dataset.i);
  const go = (k) => {
    const t = drawn.get(k);
    if (!t) return;
    e.tabIndex = -1;
    t.tabIndex = 0;
    S.focus = k;
    t.focus();
    tipFor(k, t.getBoundingClientRect());
  };
  const beside = (step) => { /* on the same level, cousins too */
    const level = [...drawn].filter(([, d]) => d.style.top === e.style.top)
      .sort(([, a], [, b]) => parseFloat(a.style.left) - parseFloat(b.style.left)).map(([k]) => k);
    const k = level[level.indexOf(i) + step];
    if (k !== undefined) go(k);
  };
  switch (ev.key) {
  case "ArrowUp": if (i) go(T.parent[i]); break;
  case "ArrowDown": { const k = kids[i].find((c) => drawn.has(c)); if (k !== undefined) go(k); break; }
  case "ArrowLeft": beside(-1); break;
  case "ArrowRight": beside(1); break;
  case "Home": go(0); break;
  case "Enter": case " ": open(i); hideTip(); break;
  default: return;
  }
  ev.preventDefault();
});

/* ---- hovering ---- */

const tip = $("tip");
function hideTip() { tip.hidden = true; }
function tipFor(i, rect) {
  tip.replaceChildren();
  add(tip, el("b", "mono", blockName(i)));
  const leaf = T.row[i] ? rows[T.row[i] - 1] : null;
  if (leaf) {
    add(tip, placeEl("p", "place", leaf.at + " in " + leaf.func));
    if (leaf.sites && leaf.sites.length === 1) add(tip, el("p", "", sites[leaf.sites[0]].words));
  }
  const b = S.filter.size ? 0 : T.bytes[i], o = S.filter.size ? 0 : T.objects[i];
  add(tip, el("p", "", (S.filter.size ? amount(val[i], val[i]) + " of the chosen reasons" : bytesText(b) + " in " + plural(o, "object")) +
    ", " + percent(val[i], total()) + " of all " + S.metric));
  if (leaf) add(tip, add(el("p"), swatch(leaf.reason), " " + reasonName(reasons[leaf.reason]) + ": " + rowWhy(leaf)));
  else if (T.count[i]) add(tip, el("p", "", "Each has less than 0.1 % of the bytes and of the objects."));
  tip.hidden = false;
  const w = tip.offsetWidth, h = tip.offsetHeight;
  let x = Math.min(rect.left + 12, innerWidth - w - 8), y = rect.bottom + 8;
  if (y + h > innerHeight - 4) y = Math.max(4, rect.top - h - 8);
  tip.style.left = Math.max(4, x) + "px";
  tip.style.top = y + "px";
}
flame.addEventListener("pointermove", (ev) => {
  const e = ev.target.closest(".block");
  if (!e || ev.pointerType === "touch") { hideTip(); return; }
  tipFor(Number(e.dataset.i), { left: ev.clientX, top: ev.clientY - 8, bottom: ev.clientY + 8 });
});
flame.addEventListener("pointerleave", hideTip);
flame.addEventListener("focusout", hideTip);
flame.addEventListener("scroll", hideTip);

/* ---- the legend ---- */

function drawLegend() {
  const box = $("legend");
  box.replaceChildren();
  const sum = reasons.map(() => 0);
  for (const r of rows) sum[r.reason] += rowValue(r);
  for (const r of D.folded) sum[r.reason] += rowValue(r);
  const order = reasons.map((r, i) => i).sort((a, b) => sum[b] - sum[a]);
  for (const i of order) {
    const b = el("button");
    b.type = "button";
    b.title = clean(reasons[i].because);
    b.setAttribute("aria-pressed", String(S.filter.has(i)));
    b.dataset.reason = reasons[i].key;
    add(b, swatch(i), el("span", "", reasonName(reasons[i])), el("span", "share", amount(sum[i], sum[i]) + " " + percent(sum[i], total())));
    b.onclick = () => {
      if (!S.filter.delete(i)) S.filter.add(i);
      const again = () => [...box.children].find((c) => c.dataset.reason === reasons[i].key);
      refresh();
      again().focus();
    };
    add(box, b);
  }
  box.classList.toggle("some", S.filter.size > 0);
}

/* ---- searching ---- */

function search() {
  const input = $("search");
  match = null;
  hits = hitRows = null;
  input.removeAttribute("aria-invalid");
  if (S.query) {
    try {
      if (S.regexp) {
        const re = new RegExp(S.query, "i");
        match = (s) => re.test(s);
      } else {
        const want = S.query.toLowerCase();
        match = (s) => s.toLowerCase().includes(want);
      }
    } catch (e) {
      input.setAttribute("aria-invalid", "true");
      $("found").textContent = "not a regular expression";
      return;
    }
  }
  if (!match) {
    $("found").textContent = "";
    return;
  }
  hits = new Set();
  hitRows = new Set();
  const names = D.names.map((n) => n !== "" && match(clean(n)));
  rowText.forEach((t, i) => { if (match(t)) hitRows.add(i + 1); });
  let sum = 0;
  const under = new Array(N).fill(false);
  let blocks = 0;
  for (let i = 0; i < N; i++) {
    const above = i > 0 && under[T.parent[i]];
    const hit = T.row[i] ? hitRows.has(T.row[i]) : !T.count[i] && i > 0 && names[T.name[i]];
    if (hit && val[i] > 0) { hits.add(i); blocks++; }
    if (hit && !above) sum += val[i];
    under[i] = above || hit;
  }
  for (let i = 0; i < N; i++) if (T.row[i] && under[i]) hitRows.add(T.row[i]);
  $("found").textContent = plural(blocks, "block") + " found: " + amount(sum, sum) + ", " + percent(sum, total());
}

/* ---- the table ---- */

const columns = [
  { key: "bytes", name: "Bytes", get: (i) => rows[i].bytes, text: (i) => bytesText(rows[i].bytes), opt: () => byObjects() },
  { key: "value", name: "Share", get: (i) => rowValue(rows[i]), text: (i) => percent(rowValue(rows[i]), total()) },
  { key: "sum", name: "Sum", get: (i) => sums[i], text: (i) => percent(sums[i], total()), opt: () => true, up: true },
  { key: "objects", name: "Objects", get: (i) => rows[i].objects, text: (i) => count(rows[i].objects), opt: () => !byObjects() },
  { key: "perOp", name: "B/op", get: (i) => rows[i].perOp === undefined ? -1 : rows[i].perOp, text: (i) => opText(rows[i].perOp), opt: () => true, when: () => rows.some((r) => r.perOp !== undefined) },
  { key: "objectsPerOp", name: "allocs/op", get: (i) => rows[i].objectsPerOp === undefined ? -1 : rows[i].objectsPerOp, text: (i) => opText(rows[i].objectsPerOp), opt: () => true, when: () => rows.some((r) => r.objectsPerOp !== undefined) },
  { key: "at", name: "Site", get: (i) => rows[i].at, site: true, up: true },
  { key: "reason", name: "Reason", get: (i) => reasonName(reasons[rows[i].reason]), reason: true, up: true },
].filter((c) => !c.when || c.when());
/* "a.go:9:1" before "a.go:10:1" */
const collator = new Intl.Collator("en", { numeric: true });

function drawHeads() {
  const tr = $("heads");
  tr.replaceChildren();
  for (const c of columns) {
    if (c.reason) continue; /* told within the site's cell; its own button stands beside the site's */
    const th = el("th", (c.site ? "site" : "") + (c.opt && c.opt() ? " opt" : ""));
    th.scope = "col";
    const buttons = c.site ? [c, columns.find((k) => k.reason)] : [c];
    for (const k of buttons) {
      const b = el("button", "", k.name);
      b.type = "button";
      b.dataset.sort = k.key;
      if (buttons.length > 1) b.style.width = "auto";
      b.title = "Sort by " + k.name.toLowerCase();
      if (S.sort === k.key) th.setAttribute("aria-sort", S.down ? "descending" : "ascending");
      if (S.sort === k.key) b.className = "on";
      b.onclick = () => {
        if (S.sort === k.key) S.down = !S.down;
        else { S.sort = k.key; S.down = !k.up; }
        drawHeads();
        drawRows();
        [...tr.querySelectorAll("button")].find((x) => x.dataset.sort === k.key).focus();
      };
      add(th, b);
    }
    add(tr, th);
  }
}

function visibleRows() {
  const c = columns.find((k) => k.key === S.sort) || columns[1], sign = S.down ? -1 : 1;
  const list = rank.filter((i) => (!S.filter.size || S.filter.has(rows[i].reason)) && (!hitRows || hitRows.has(i + 1)));
  const cmp = c.site || c.reason ? (a, b) => collator.compare(c.get(a), c.get(b)) : (a, b) => c.get(a) - c.get(b);
  return list.map((i, k) => [i, k]).sort((a, b) => sign * cmp(a[0], b[0]) || a[1] - b[1]).map((p) => p[0]);
}

function drawRows() {
  const body = $("rows"), list = visibleRows();
  const had = body.contains(document.activeElement);
  const out = document.createDocumentFragment();
  const most = rank.length ? Math.max(1, rowValue(rows[rank[0]])) : 1;
  let seen = false;
  list.slice(0, S.shown).forEach((i) => {
    const r = rows[i], tr = el("tr");
    tr.dataset.row = i + 1;
    tr.tabIndex = -1;
    const chosen = S.row === i + 1;
    seen = seen || chosen;
    tr.setAttribute("aria-selected", String(chosen));
    for (const c of columns) {
      if (c.reason) continue;
      const td = el("td", (c.site ? "site" : "") + (c.opt && c.opt() ? " opt" : ""));
      if (!c.site) {
        td.textContent = c.text(i);
        if (c.key === "value") {
          const b = tint(el("span", "bar2"), r.reason);
          b.style.width = Math.max(1, 44 * Math.max(0, rowValue(r)) / most) + "px";
          add(td, b);
        }
      } else {
        add(td, placeEl("div", "place", r.at), el("div", "func", r.func + (r.frames ? ", " + plural(r.frames.length, r.callers ? "caller" : "inlined frame") : "")),
          el("div", "what mono", rowWhat(r)),
          add(el("div", "why"), swatch(r.reason), " " + reasonName(reasons[r.reason]) + ": " + rowWhy(r)));
        if (r.nearest) add(td, placeEl("div", "func", "your line: " + r.nearest));
      }
      add(tr, td);
    }
    out.append(tr);
  });
  body.replaceChildren(out);
  const first = body.querySelector('tr[aria-selected="true"]') || body.firstElementChild;
  if (first) {
    first.tabIndex = 0;
    if (had) first.focus({ preventScroll: true });
  }
  $("more").hidden = list.length <= S.shown;
  $("more").textContent = "Show all " + count(list.length) + " sites";
  $("norows").hidden = list.length > 0;
  const rest = D.folded.filter((r) => !S.filter.size || S.filter.has(r.reason));
  const more = (field) => rest.reduce((n, r) => n + r[field], 0);
  $("folded").hidden = !rest.length;
  $("folded").textContent = "Not listed: " + plural(more("rows"), "smaller site") + ", " + bytesText(more("bytes")) + " in " + plural(more("objects"), "object") +
    " together (" + percent(rest.reduce((n, r) => n + rowValue(r), 0), total()) + ").";
  return seen;
}
$("more").onclick = () => { S.shown = Infinity; drawRows(); };

function choose(row) {
  S.row = row;
  for (const tr of $("rows").children) tr.setAttribute("aria-selected", String(Number(tr.dataset.row) === row));
  /* zoom out when no block of the site is to be seen */
  let inside = false, any = false;
  for (let i = 0; i < N; i++) if (T.row[i] === row) { any = true; inside = inside || drawn.has(i); }
  if (any && !inside && S.zoom) zoom(0);
  else mark();
  drawStory();
}
$("rows").addEventListener("click", (ev) => {
  const tr = ev.target.closest("tr");
  if (tr) choose(Number(tr.dataset.row));
});
$("rows").addEventListener("keydown", (ev) => {
  const tr = ev.target.closest("tr");
  if (!tr) return;
  const go = (t) => {
    if (!t) return;
    tr.tabIndex = -1;
    t.tabIndex = 0;
    t.focus();
  };
  switch (ev.key) {
  case "ArrowDown": go(tr.nextElementSibling); break;
  case "ArrowUp": go(tr.previousElementSibling); break;
  case "Home": go($("rows").firstElementChild); break;
  case "End": go($("rows").lastElementChild); break;
  case "Enter": case " ": choose(Number(tr.dataset.row)); break;
  default: return;
  }
  ev.preventDefault();
});

/* ---- the story ---- */

function fact(dl, name, value) {
  if (value) add(dl, el("dt", "", name), typeof value === "string" ? el("dd", "", value) : value);
}

function drawSteps(parent, story) {
  const ol = el("ol", "steps");
  let before = null;
  for (const s of story) {
    const li = el("li");
    if (s.heading !== undefined) {
      add(li, el("div", "heading", s.heading + ", because:"));
      add(ol, li);
      before = null;
      continue;
    }
    const file = s.at.replace(/:\d+:\d+$/, "");
    if (!before || before.file !== file || before.func !== s.func || before.inlined !== String(s.inlined)) {
      add(li, el("div", "where mono", s.at + (s.func ? ", in " + s.func : "") +
        (s.inlined ? ", inlined at " + s.inlined.join(", ") : "")));
    }
    before = { file, func: s.func, inlined: String(s.inlined) };
    const box = el("div", "step" + (s.decisive ? " decisive" : ""));
    const pre = el("pre");
    /* the indentation goes: only one line is shown */
    const code = s.code[0] + s.code[1] ? [s.code[0].replace(/^\s+/, ""), s.code[1], s.code[2]] : ["", "", s.code[2].replace(/^\s+/, "")];
    add(pre, el("span", "no", String(s.line)), code[0], el("mark", "", code[1]), code[2]);
    add(box, pre);
    const label = el("div", "label", (s.label || "") + (s.decisive ? (s.label ? ": " : "") + "this puts it on the heap" : ""));
    if (label.textContent) add(box, label);
    add(li, box);
    add(ol, li);
  }
  add(parent, ol);
}

function drawSite(parent, s, r) {
  if (r.sites.length > 1) add(parent, el("h3", "mono", s.what));
  const dl = el("dl", "facts");
  fact(dl, "What", s.words);
  fact(dl, "Type", s.type ? s.type + (s.size ? ", " + s.size : "") : s.size);
  if (r.sites.length > 1 || s.at !== r.at) fact(dl, "Where", s.at + (s.func ? ", in " + s.func : ""));
  if (s.cause) fact(dl, "Cause", s.cause + (s.causeFunc ? ", in " + s.causeFunc : "") + (s.causeIsUser ? " (your code)" : " (dependency)"));
  if (s.user && s.user !== s.cause && !s.causeIsUser) fact(dl, "Leaves your code", s.user);
  add(parent, dl);
  if (s.why) add(parent, tint(el("p", "because", (r.state === "disagreement" ? "The profile counts it, but the analysis keeps it on the stack. " : "It is on the heap because ") + s.why + "."), r.reason));
  if (s.story && s.story.length) drawSteps(parent, s.story);
  else if (!s.story && s.ask) add(parent, el("p", "note", "Its steps are not in this page, which has many sites; the command below tells them."));
  if (s.advice) add(parent, add(el("p"), el("b", "", "To keep it off the heap: "), s.advice + "."));
  if (s.ask) add(parent, add(el("p", "note"), "The same in a terminal: ", el("code", "ask", "goesc explain " + s.ask)));
}

function closeButton() {
  const b = el("button", "", "Close");
  b.type = "button";
  b.setAttribute("aria-label", "Close the story");
  b.onclick = () => { S.row = 0; mark(); drawRows(); drawStory(); };
  return b;
}

function drawStory() {
  const box = $("story");
  box.replaceChildren();
  if (S.row) {
    const r = rows[S.row - 1];
    add(box, add(el("div", "top"), el("h2", "mono", rowWhat(r)), closeButton()));
    const uncertain = r.bytes > 0 && (r.high - r.low) / 2 > 0.1 * r.bytes;
    const dl = el("dl", "facts");
    fact(dl, "Allocated", bytesText(r.bytes) + " in " + plural(r.objects, "object") + ", " + percent(r.bytes, D.bytes) + " of the bytes, " +
      percent(r.objects, D.objects) + " of the objects");
    if (r.blockMax > 0) fact(dl, "Blocks of", bytesText(r.blockMin) + (r.blockMax !== r.blockMin ? " to " + bytesText(r.blockMax) : ""));
    if (r.perOp !== undefined) fact(dl, "An operation", opText(r.perOp) + " B" + (r.objectsPerOp !== undefined ? ", " + opText(r.objectsPerOp) + " allocations" : ""));
    if (uncertain) fact(dl, "Sampled", plural(Math.round(r.seen), "block") + " seen: with 95 % certainty " + bytesText(r.low) + " to " + bytesText(r.high));
    fact(dl, "Line", r.at + " in " + r.func);
    if (r.frames) {
      const dd = el("dd");
      for (const f of r.frames) add(dd, el("div", "", f[0] + ", " + f[1]));
      fact(dl, r.callers ? "Called by" : "Inlined in", dd);
    }
    if (r.nearest) fact(dl, "Your line", r.nearest + ", in " + r.nearestFunc);
    add(box, dl);
    if (r.sites && r.sites.length > 1)
      add(box, el("p", "", "One of " + r.sites.length + " values on this line" + (r.byLine ? ":" : " that the profile can't tell apart:")));
    for (const i of r.sites || []) drawSite(box, sites[i], r);
    if (!r.sites) {
      add(box, tint(el("p", "because", r.helper ? "It is on the heap because " + r.helperWhy + "." : "No reason is known: " + r.stateWords + "."), r.reason));
    }
    return;
  }
  if (S.zoom) {
    const i = S.zoom;
    add(box, add(el("div", "top"), el("h2", "mono", blockName(i))));
    add(box, el("p", "", amount(val[i], val[i]) + ", " + percent(val[i], total()) + " of all, allocated " + (T.count[i] ? "in blocks too small to be drawn." : "by it and what it calls.")));
    const at = new Map();
    const todo = [i];
    while (todo.length) {
      const k = todo.pop();
      if (isLeaf(k) && val[k]) at.set(T.row[k] || -T.reason[k], (at.get(T.row[k] || -T.reason[k]) || 0) + val[k]);
      todo.push(...kids[k]);
    }
    if (T.count[i]) return;
    const top = [...at].sort((a, b) => b[1] - a[1]);
    add(box, el("h3", "", "Sites below it"));
    const ul = el("ul", "below");
    for (const [row, v] of top.filter((t) => t[0] > 0).slice(0, 12)) {
      const r = rows[row - 1], b = el("button");
      b.type = "button";
      b.onclick = () => { choose(row); drawRows(); };
      add(b, el("span", "num", amount(v, v)), swatch(r.reason), el("span", "", r.at + "  " + rowWhat(r)));
      add(ul, add(el("li"), b));
    }
    add(box, ul);
    const rest = top.filter((t) => t[0] > 0).length - 12;
    if (rest > 0) add(box, el("p", "note", "and " + plural(rest, "more site") + "."));
    return;
  }
  add(box, el("h2", "", "Why is it on the heap?"));
  add(box, el("p", "", "Choose a block at the end of a stack, or a row of the table, and its story is told here: the lines through which the value goes, and the one that puts it on the heap."));
}

/* ---- everything ---- */

function drawTotals() {
  const use = D.metric === "inuse" ? "in use" : "allocated";
  $("totals").textContent = clean((D.profile || "profile") + ": " + bytesText(D.bytes) + " in " + plural(D.objects, "object") + " " + use + ", " +
    (D.rate > 1 ? "scaled from samples, one every " + bytesText(D.rate) : "every one counted"));
  const made = D.timeNanos ? "The profile was written on " + new Date(D.timeNanos / 1e6).toISOString().slice(0, 16).replace("T", " at ") + " UTC. " : "";
  $("about").textContent = clean(made + "Why they are on the heap is known for " + percent(D.known, D.bytes) + " of the bytes. " +
    (D.binary ? "Program: " + D.binary + ". " : "") + "Made by goesc; this page needs no network.");
  const others = T.count.reduce((n, c) => n + c, 0);
  $("cut").textContent = "Width: " + (byObjects() ? "objects" : "bytes") + " " + use + ". " + (others
    ? "Blocks with less than 0.1 % of the bytes and of the objects are drawn together as “other”: " + plural(others, "block") + "."
    : "No block is left out.");
  if (D.stale) {
    $("stale").hidden = false;
    $("stale").textContent = clean((D.staleSure ? "Careful: " : "Note: ") + D.stale + ".");
  }
  if (D.benchmarks.length) {
    const box = $("benchmarks");
    box.hidden = false;
    box.replaceChildren();
    for (const b of D.benchmarks) {
      add(box, add(el("span"), el("b", "", b.name), [b.ns !== undefined ? " " + count(b.ns) + " ns/op" : "",
        b.bytes !== undefined ? count(b.bytes) + " B/op" : "", b.allocs !== undefined ? count(b.allocs) + " allocs/op" : ""].filter(Boolean).join(", ")));
    }
  }
}

function refresh() {
  $("by-bytes").setAttribute("aria-pressed", String(!byObjects()));
  $("by-objects").setAttribute("aria-pressed", String(byObjects()));
  weigh();
  if (S.zoom && !val[S.zoom]) S.zoom = 0;
  search();
  drawTotals();
  drawLegend();
  drawFlame();
  drawCrumbs();
  drawHeads();
  drawRows();
  drawStory();
}

$("by-bytes").onclick = () => { S.metric = "bytes"; refresh(); };
$("by-objects").onclick = () => { S.metric = "objects"; refresh(); };
let pause = 0;
$("search").addEventListener("input", () => {
  clearTimeout(pause);
  pause = setTimeout(() => { S.query = $("search").value; search(); mark(); drawRows(); }, 120);
});
$("regexp").onclick = () => {
  S.regexp = !S.regexp;
  $("regexp").setAttribute("aria-pressed", String(S.regexp));
  search();
  mark();
  drawRows();
};
function reset() {
  S.zoom = S.row = S.focus = 0;
  S.filter.clear();
  S.query = $("search").value = "";
  refresh();
}
$("reset").onclick = reset;

document.addEventListener("keydown", (ev) => {
  if (ev.key === "/" && document.activeElement !== $("search") && !ev.ctrlKey && !ev.metaKey) {
    ev.preventDefault();
    $("search").focus();
    $("search").select();
  } else if (ev.key === "Escape") { /* one step back: tip, search, story, zoom, filter */
    if (!tip.hidden) hideTip();
    if (document.activeElement === $("search") && S.query) {
      S.query = $("search").value = "";
      search();
      mark();
      drawRows();
    } else if (S.row) {
      S.row = 0;
      if (T.row[S.zoom]) zoom(T.parent[S.zoom], T.parent[S.zoom]);
      else mark();
      drawRows();
      drawStory();
    } else if (S.zoom) {
      open(T.parent[S.zoom]);
    } else if (S.filter.size || S.query) {
      reset();
    }
  }
});

/* Light or dark: the system's choice, unless the reader has chosen. Storage may be forbidden for files. */
const dark = matchMedia("(prefers-color-scheme: dark)");
let theme = "";
try { theme = localStorage.getItem("goesc-theme") || ""; } catch (e) { /* not kept */ }
function drawTheme() {
  const now = theme || (dark.matches ? "dark" : "light");
  document.documentElement.dataset.theme = now;
  $("theme").textContent = now === "dark" ? "Light" : "Dark";
}
dark.addEventListener("change", drawTheme);
$("theme").onclick = () => {
  theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  try { localStorage.setItem("goesc-theme", theme); } catch (e) { /* not kept */ }
  drawTheme();
};

document.title = clean((D.profile || "profile") + ": allocations and their reasons");
drawTheme();
refresh();
new ResizeObserver(() => { if (Math.abs(flame.clientWidth - clientWidth) > 2) drawFlame(); }).observe(flame);
})();
