"""The page that `goesc top -html` writes: its data for every machine, and itself in headless Chromium where there is one.

The profile is made here, byte by byte, so that numbers are known and names can be as hostile as they like."""
import json
import os
import re
import shutil
import stat
import tempfile

import webdriver

SOURCE = """package demo

var sink []byte
var kept []*node

type node struct{ a, b int }

func Make(n int) []byte {
\treturn make([]byte, n) // </script><script>window.owned=1</script> \u202e <!--
}

func Keep() {
\tkept = append(kept, &node{1, 2})
}

func Run() {
\tsink = Make(100)
\tKeep()
}
"""

HOSTILE = ["x</script><script>window.owned=1</script>", "<img src=x onerror='window.owned=1'>", "<!--<script>", "]]>",
           "a\"b'c\\u0022\\", "\u202egnp.exe", "&lt;b&gt;", "new\nline\ttab\x01", "\u2028line", "${window.owned=1}"]


# ---- profile.proto, as much as is needed ----

def varint(n):
    out = b""
    n &= (1 << 64) - 1
    while n > 127:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


def num(field, n):
    return varint(field << 3) + varint(n)


def blob(field, data):
    return varint(field << 3 | 2) + varint(len(data)) + data


def packed(field, numbers):
    return blob(field, b"".join(varint(n) for n in numbers))


class Profile:
    """Samples of bytes and objects at stacks of (function, file, line), innermost first."""

    def __init__(self):
        self.strings, self.functions, self.locations, self.samples = {b"": 0}, {}, {}, []

    def str(self, s):
        s = s if isinstance(s, bytes) else s.encode("utf-8", "surrogatepass")
        return self.strings.setdefault(s, len(self.strings))

    def add(self, stack, objects, size):
        locs = []
        for func, file, line in stack:
            f = self.functions.setdefault((self.str(func), self.str(file)), len(self.functions) + 1)
            locs.append(self.locations.setdefault((f, line), len(self.locations) + 1))
        label = blob(3, num(1, self.str("bytes")) + num(3, size))
        values = [objects, objects * size, objects, objects * size]
        self.samples.append(blob(2, packed(1, locs) + packed(2, values) + label))

    def write(self, path):
        out = b""
        for kind, unit in (("alloc_objects", "count"), ("alloc_space", "bytes"), ("inuse_objects", "count"), ("inuse_space", "bytes")):
            out += blob(1, num(1, self.str(kind)) + num(2, self.str(unit)))
        out += b"".join(self.samples)
        for (f, line), i in self.locations.items():
            out += blob(4, num(1, i) + num(3, 4096 + i) + blob(4, num(1, f) + num(2, line)))
        for (name, file), i in self.functions.items():
            out += blob(5, num(1, i) + num(2, name) + num(3, name) + num(4, file))
        period = blob(11, num(1, self.str("space")) + num(2, self.str("bytes")))
        out += b"".join(blob(6, s) for s in self.strings) + period + num(12, 1)
        with open(path, "wb") as f:
            f.write(out)


def make(t, work):
    """The module, its profile and the page; returns a complaint or None."""
    file = os.path.join(work, "demo.go")
    for name, text in (("demo.go", SOURCE), ("go.mod", "module example.com/demo\n\ngo 1.26\n")):
        with open(os.path.join(work, name), "w", encoding="utf-8") as f:
            f.write(text)
    p = Profile()
    run = ("example.com/demo.Run", file, 17)
    main = ("main.main", "/nowhere/main.go", 5)
    p.add([("example.com/demo.Make", file, 9), run, main], 100, 112)
    p.add([("example.com/demo.Keep", file, 13), ("example.com/demo.Run", file, 18), main], 50, 16)
    for name in HOSTILE:
        p.add([("example.com/demo." + name, file, 9), main], 10, 64)
        p.add([("example.com/demo.Make", "/hostile/" + name, 9), (name, file, 1), main], 1, 64)
    p.add([(b"bad.\xff\xfe\xc3(\xed\xa0\x80", b"/x/\xff.go", 3), main], 1, 64)
    p.add([("long." + "x" * 5000, "/x/long.go", 3), main], 1, 64)
    p.add([("small.A", "/x/small.go", 3), ("small.B", "/x/small.go", 4), main], 1, 1)
    deep = [("deep.F%d" % i, "/x/deep.go", i + 1) for i in range(700)]
    p.add([("deep.leaf", "/x/deep.go", 1)] + deep + [main], 20, 100)
    p.write(os.path.join(work, "mem.out"))
    page = os.path.join(work, "page.html")
    with open(page, "w", encoding="utf-8") as f:
        f.write("old")
    status, _, err = t.run(["top", "-profile", "mem.out", "-html", page, "."], cwd=work)
    if status:
        return f"status {status}: {err.decode('utf-8', 'replace')}"
    return None


# ---- the file ----

def check_file(t, work):
    with open(os.path.join(work, "page.html"), "rb") as f:
        raw = f.read()
    text = raw.decode("utf-8")  # fails on what is no UTF-8
    t.check("html/elements", text.count("</script>") == 2 and len(re.findall(r"<script\b", text)) == 2 and "<!--" not in text,
            "a name opened or closed an element")
    found = re.search(r'<script type="application/json" id="data">\n(.*?)</script>', text, re.S)
    data = json.loads(found.group(1))
    t.check("html/escaped", not re.search("[<>&\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", found.group(1)), "markup or controls in the data")
    places = [site["ask"] for site in data["sites"]]
    t.check("html/folder from source", any(FOLDER + "/demo.go:9:" in place for place in places), str(places))
    tree = data["tree"]
    leaves = [i for i in range(len(tree["name"])) if tree["row"][i] or tree["count"][i]]
    for column, total in (("bytes", data["bytes"]), ("objects", data["objects"])):
        got = sum(tree[column][i] for i in leaves)
        t.check("html/sum of " + column, got == total == sum(r[column] for r in data["rows"]), f"leaves {got}, all {total}")
    t.check("html/parents first", all(tree["parent"][i] < i for i in range(1, len(tree["name"]))), str(tree["parent"][:20]))
    t.check("html/other", sum(tree["count"]) > 0, "nothing was cut")
    first = data["rows"][0]
    site = data["sites"][first["sites"][0]]
    decisive = [s for s in site["story"] if s.get("decisive")]
    t.check("html/story", site["what"] == "make([]byte, n)" and len(decisive) == 1 and
            decisive[0]["code"][1] == "return make([]byte, n)" and "</script>" in decisive[0]["code"][2], json.dumps(site, indent=1))
    outside = re.findall(r"""(?:src|href|url|import|fetch)\s*[=(]\s*["']?(?:https?:)?//\S*""", text)
    t.check("html/no network", not outside and "default-src 'none'" in text, str(outside))


def check_writing(t, work):
    """The name holds the old page or the new one, and nothing is left beside it."""
    left = [n for n in os.listdir(work) if n.startswith("page.html.")]
    mode = stat.S_IMODE(os.stat(os.path.join(work, "page.html")).st_mode)
    mask = os.umask(0)
    os.umask(mask)
    t.check("html/moved", not left and mode == 0o666 & ~mask, f"left {left}, mode {mode:o}")
    status, _, err = t.run(["top", "-profile", "mem.out", "-html", "no/such/page.html", "."], cwd=work)
    t.check("html/unwritable", status == 1 and b"cannot write no/such/page.html" in err, f"status {status}: {err!r}")
    status, out, _ = t.run(["top", "-profile", "mem.out", "-html", "-", "."], cwd=work)
    with open(os.path.join(work, "page.html"), "rb") as f:
        t.check("html/stdout", status == 0 and out == f.read(), f"status {status}, {len(out)} bytes")


# ---- in the browser ----

FIND = """const find = (text) => [...document.querySelectorAll('.block')].find((e) => e.getAttribute('aria-label').startsWith(text));
"""
STORY = "document.getElementById('story').innerText"


def click_block(b, text):
    b.js(FIND + "find(arguments[0]).dataset.test = 'x'", text)
    b.click('.block[data-test="x"]')


def check_page(t, b, work):
    b.open(os.path.join(work, "page.html"))

    def expect(name, script, *args):
        v = b.until(script, *args)
        t.check("html/" + name, v, f"{script}\nis {v!r}; story: {b.js('return ' + STORY)[:300]!r}")

    expect("drawn", "document.querySelectorAll('.block').length > 20")
    expect("not owned", "window.owned === undefined")
    expect("totals", "document.getElementById('totals').innerText.includes('allocated, every one counted')")
    expect("bidi is written out", "document.body.innerText.includes('\\\\u202egnp.exe') && !/\\u202e/.test(document.body.innerText)")
    expect("says what is cut", "/less than 0\\.1 %/.test(document.getElementById('cut').innerText)")
    b.js(FIND + "find('make([]byte, n)').dataset.test = 'h'")
    b.hover('.block[data-test="h"]')
    expect("hover tells", "!document.getElementById('tip').hidden && /demo\\.go:9.*10\\.94kB in 100 objects.*returned/s.test(document.getElementById('tip').innerText)")
    click_block(b, "make([]byte, n)")
    expect("click tells the story", "/the slice is returned.*this puts it on the heap/s.test(%s)" % STORY)
    expect("not owned by source", "window.owned === undefined && /<\\/script>.*\\\\u202e/.test(document.querySelector('.step.decisive pre').innerText)")
    expect("decisive step is marked", "document.querySelector('.step.decisive mark').innerText === 'return make([]byte, n)'")
    expect("click chooses the row", "document.querySelector('#rows tr[aria-selected=true] .place').innerText.endsWith('demo.go:9:13') || "
           "document.querySelector('#rows tr[aria-selected=true] .place').innerText")
    expect("click zooms", "/Run.*make/.test(document.getElementById('crumbs').innerText)")
    b.click("#crumbs button")
    expect("crumbs lead back", "document.getElementById('crumbs').innerText.startsWith('all call stacks')")
    # search
    b.type("#search", "demo.Keep")
    expect("search sums", "/^2 blocks found: 800B/.test(document.getElementById('found').innerText)")
    expect("search filters the table", "document.querySelectorAll('#rows tr').length === 1")
    expect("search marks", "document.querySelectorAll('.block.hit').length === 2 && document.querySelectorAll('.block.miss').length > 5")
    b.keys("Escape")
    expect("escape ends the search", "document.getElementById('found').innerText === '' && !document.querySelector('.block.hit')")
    b.click("#regexp")
    b.type("#search", "Keep$|(")
    expect("bad regexp", "document.getElementById('search').getAttribute('aria-invalid') === 'true'")
    b.js("document.getElementById('search').value = ''")
    b.type("#search", "demo\\.(Keep|Make)$")
    expect("regexp", "document.querySelectorAll('.block.hit').length >= 2")
    b.click("#reset")
    # legend
    b.click('#legend button[data-reason="returned"]')
    expect("legend filters", "document.getElementById('legend').className === 'some' && document.activeElement.dataset.reason === 'returned' && "
           "[...document.querySelectorAll('#rows .why')].every((e) => e.innerText.includes('returned'))")
    expect("filtered blocks", "[...document.querySelectorAll('.block.leaf')].every((e) => e.getAttribute('aria-label').includes('returned'))")
    b.click('#legend button[data-reason="returned"]')
    # objects
    b.click("#by-objects")
    expect("objects", "/objects/.test(document.getElementById('crumbs').innerText) && document.getElementById('by-objects').getAttribute('aria-pressed') === 'true'")
    b.click("#by-bytes")
    # table
    b.click('button[data-sort="at"]')
    expect("sorting", "document.querySelector('th.site').getAttribute('aria-sort') === 'ascending'")
    b.click('button[data-sort="bytes"]')
    expect("sorting by bytes", "document.querySelector('th').getAttribute('aria-sort') === 'descending'")
    b.click('#rows tr')
    expect("row shows its blocks", "document.querySelectorAll('.block.chosen').length === 1")
    b.js("document.querySelector('#rows tr[tabindex=\"0\"]').focus()")
    b.keys("ArrowDown", "Enter")
    expect("keys in the table", "document.querySelector('#rows tr:nth-child(2)').getAttribute('aria-selected') === 'true'")
    b.keys("Escape")
    expect("escape closes the story", "/Choose a block/.test(%s)" % STORY)
    # keyboard in the picture
    b.js("document.querySelector('.block[tabindex=\"0\"]').focus()")
    b.keys("ArrowDown", "ArrowDown", "ArrowRight", "ArrowLeft", "ArrowUp")
    expect("arrows move", "document.activeElement.getAttribute('aria-level') === '2'")
    b.keys("ArrowDown", "Enter")
    expect("enter zooms", "document.querySelectorAll('#crumbs button').length >= 2 && /Sites below it/.test(%s)" % STORY)
    b.keys("Escape")
    b.keys("/")
    expect("slash searches", "document.activeElement.id === 'search'")
    b.click("#reset")
    # deep stacks stay on the page
    expect("no sideways scrolling", "document.documentElement.scrollWidth <= innerWidth")
    unnamed = b.js("return [...document.querySelectorAll('button,input,[role],section')].filter((e) => "
                   "!(e.getAttribute('aria-label') || e.innerText || e.getAttribute('role') === 'presentation' || e.id === 'tip' || e.id === 'found')"
                   " && e.offsetParent).map((e) => e.outerHTML.slice(0, 80))")
    t.check("html/named", not unnamed, str(unnamed))
    # looks
    b.click("#theme")
    expect("dark", "document.documentElement.dataset.theme === 'dark' && getComputedStyle(document.body).backgroundColor === 'rgb(20, 22, 26)'")
    b.click("#theme")
    expect("light", "getComputedStyle(document.body).backgroundColor === 'rgb(255, 255, 255)'")
    for width in (360, 700, 1180, 2560):
        b.size(width, 800)
        expect(f"{width} pixels", "innerWidth === arguments[0] && document.documentElement.scrollWidth <= arguments[0] && "
               "document.querySelectorAll('.block').length > 5", width)
    b.size(1400, 900)
    errors = [e["message"] for e in b.log()]
    t.check("html/no errors", not errors, "\n".join(errors))
    asked = [json.loads(e["message"])["message"] for e in b.log("performance")]
    sent = [m["params"] for m in asked if m["method"] == "Network.requestWillBeSent"]
    urls = [s["request"]["url"] for s in sent if s["documentURL"].startswith("file:")]  # the browser's own first tab apart
    t.check("html/asks for nothing", urls and all(u.startswith(("file:", "data:")) for u in urls), str(urls))


def big(path, template):
    """The page with a tree of 20,000 blocks."""
    with open(template, encoding="utf-8") as f:
        text = f.read()
    start = text.index('id="data">\n') + len('id="data">\n')
    end = text.index("</script>", start)
    data = json.loads(text[start:end])
    tree = {"name": [0], "parent": [0], "row": [0], "reason": [0], "count": [0], "bytes": [0], "objects": [0]}

    def block(parent, row, value):
        for k, v in (("name", 1), ("parent", parent), ("row", row), ("reason", 1 if row else 0), ("count", 0), ("bytes", value), ("objects", value)):
            tree[k].append(v)
        return len(tree["name"]) - 1
    total = 0
    for i in range(1000):
        at = 0
        for _ in range(19):
            at = block(at, 0, 1000)
        block(at, 1, 1000)
        total += 1000
    tree["bytes"][0] = tree["objects"][0] = total
    data["tree"] = tree
    with open(path, "w", encoding="utf-8") as f:
        f.write(text[:start] + json.dumps(data).replace("<", "\\u003c") + text[end:])


def check_speed(t, b, work):
    path = os.path.join(work, "big.html")
    big(path, os.path.join(work, "page.html"))
    b.open(path)
    blocks = b.until("document.querySelectorAll('.block').length")
    ms = min(b.js("const t = performance.now(); document.getElementById('by-objects').click(); document.body.offsetHeight; "
                  "return performance.now() - t") for _ in range(3))
    t.check("html/fast", blocks > 10000 and ms < 3000, f"{blocks} blocks, {ms:.0f} ms to draw")


FOLDER = "<img src=x onerror=window.owned=1>\x1b[31m\u202e"  # where the source is: its name is on the page


def run(t):
    top = os.path.realpath(tempfile.mkdtemp(prefix="goesc-html-"))
    work = os.path.join(top, FOLDER)
    os.mkdir(work)
    try:
        bad = make(t, work)
        if bad:
            t.fail("html", bad)
            return
        check_file(t, work)
        check_writing(t, work)
        lacking = webdriver.missing()
        if lacking:
            t.skip("html/browser", f"without {lacking}")
            return
        with webdriver.Browser() as b:
            check_page(t, b, work)
            check_speed(t, b, work)
        with webdriver.Browser(dark=True) as b:
            b.open(os.path.join(work, "page.html"))
            t.check("html/dark by the system", b.js("return document.documentElement.dataset.theme") == "dark")
    finally:
        if os.environ.get("KEEP"):
            print(top)
        else:
            shutil.rmtree(top, ignore_errors=True)
