#!/usr/bin/env python3
"""Clicks through the page of goesc test -html (of examples/words) in headless Chromium, over its debugging pipe.

    page_test.py CHROMIUM PAGE.html [FOLDER for screenshots]"""
import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time


class Browser:
    def __init__(self, program):
        self.dir = tempfile.mkdtemp(prefix="goesc-chromium-")
        to_read, to_write = os.pipe()
        from_read, from_write = os.pipe()
        keep = [os.dup(to_read), os.dup(from_write)]

        def child():
            os.dup2(keep[0], 3)
            os.dup2(keep[1], 4)
        self.process = subprocess.Popen(
            [program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--disable-sync", "--user-data-dir=" + self.dir,
             "--remote-debugging-pipe", "--window-size=1400,1000", "about:blank"],
            preexec_fn=child, pass_fds=[3, 4] + keep, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.out, self.inp = os.fdopen(to_write, "wb", 0), os.fdopen(from_read, "rb", 0)
        self.id, self.buf, self.session, self.errors, self.requests = 0, b"", None, [], []
        page = [x for x in self.call("Target.getTargets")["targetInfos"] if x["type"] == "page"][0]["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network"):
            self.call(domain + ".enable")

    def call(self, method, **params):
        self.id += 1
        msg = {"id": self.id, "method": method, "params": params}
        if self.session:
            msg["sessionId"] = self.session
        self.out.write(json.dumps(msg).encode() + b"\0")
        while True:
            while b"\0" not in self.buf:
                data = self.inp.read(65536)
                if not data:
                    raise RuntimeError("the browser ended")
                self.buf += data
            one, self.buf = self.buf.split(b"\0", 1)
            one = json.loads(one)
            if one.get("method") == "Runtime.exceptionThrown":
                self.errors.append(one["params"]["exceptionDetails"]["text"])
            if one.get("method") == "Network.requestWillBeSent":
                self.requests.append(one["params"]["request"]["url"])
            if one.get("id") == self.id:
                if "error" in one:
                    raise RuntimeError(str(one["error"]))
                return one["result"]

    def js(self, code):
        r = self.call("Runtime.evaluate", expression=code, returnByValue=True)
        if "exceptionDetails" in r:
            raise RuntimeError(str(r["exceptionDetails"]))
        return r["result"].get("value")

    def mouse(self, selector, click=True):
        x, y = self.js(f"(() => {{ const e = document.querySelector({json.dumps(selector)}); e.scrollIntoView({{block: 'center'}});"
                       "const r = e.getBoundingClientRect(); return [r.left + Math.min(r.width / 2, 20), r.top + r.height / 2]; })()")
        self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        for kind in ("mousePressed", "mouseReleased") if click else ():
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def shot(self, path):
        with open(path, "wb") as f:
            f.write(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))

    def close(self):
        try:
            self.call("Browser.close")
        except (RuntimeError, OSError):
            pass
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
        shutil.rmtree(self.dir, ignore_errors=True)


def wait(b, code):
    for _ in range(100):
        try:
            if b.js(code):
                return True
        except RuntimeError:  # the page is not there yet
            pass
        time.sleep(0.1)
    return False


def main():
    b, bad = Browser(sys.argv[1]), []
    shots = sys.argv[3] if len(sys.argv) > 3 else None

    def check(what, good):
        if not good:
            bad.append(what)
    try:
        b.call("Page.navigate", url="file://" + os.path.abspath(sys.argv[2]))
        check("rows", wait(b, "document.querySelectorAll('#rows tr').length >= 4"))
        check("blocks of the picture", b.js("document.querySelectorAll('.f.leaf').length >= 4"))
        check("legend", b.js("document.querySelectorAll('#legend span').length >= 2"))
        b.mouse("#rows tr:nth-child(1)")
        check("click on a row tells the story", b.js("document.querySelector('#story').textContent.includes('print.go:683')"))
        check("its blocks are marked", b.js("document.querySelectorAll('.f.leaf.sel').length >= 1"))
        if shots:
            b.shot(os.path.join(shots, "light.png"))
        b.mouse(".f.leaf[data-row='1']", click=False)
        check("hover", b.js("getComputedStyle(document.querySelector('#tip')).display === 'block'") and
              b.js("document.querySelector('#tip').textContent.length > 20"))
        b.mouse(".f.leaf[data-row='1']")
        check("click on a block chooses its row", b.js("document.querySelector('#rows tr.sel').dataset.row === '1'"))
        count = b.js("document.querySelectorAll('.f').length")
        b.mouse(".f:nth-child(3)")
        check("click on a function enlarges it", b.js("document.querySelectorAll('.f').length") != count or
              b.js("[...document.querySelectorAll('.f')].filter(e => e.style.width === '100%').length >= 3"))
        b.mouse("#up")
        check("whole picture", b.js("document.querySelectorAll('.f').length") == count)
        b.mouse("#q")
        b.call("Input.insertText", text="sprintf")
        check("search", b.js("document.querySelectorAll('#rows tr').length < 4") and b.js("document.querySelectorAll('.f.hit').length >= 1"))
        b.js("document.querySelector('#q').value = ''; document.querySelector('#q').dispatchEvent(new Event('input'))")
        b.mouse("#objects")
        check("objects", b.js("document.querySelector('#hv').textContent === 'Objects'"))
        before = b.js("getComputedStyle(document.body).backgroundColor")
        b.mouse("#theme")
        check("dark and light", b.js("getComputedStyle(document.body).backgroundColor") != before)
        if shots:
            b.shot(os.path.join(shots, "dark.png"))
        b.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])
        b.call("Page.navigate", url="file://" + os.path.abspath(sys.argv[2]))
        check("prefers dark", wait(b, "document.documentElement.dataset.theme === 'dark'"))
        check("no network: " + str(b.requests), all(u.startswith("file:") for u in b.requests))
        check("errors: " + str(b.errors), not b.errors)
    finally:
        b.close()
    for what in bad:
        print("failed:", what)
    sys.exit(1 if bad else 0)


main()
