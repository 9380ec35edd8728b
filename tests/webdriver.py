"""A browser for tests: headless Chromium, driven through chromedriver (W3C WebDriver) with nothing but the standard
library. `with Browser() as b: b.open(path); b.js("return 1 + 1")`."""
import base64
import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

KEYS = {"Tab": "\ue004", "Enter": "\ue007", "Escape": "\ue00c", "End": "\ue010", "Home": "\ue011",
        "ArrowLeft": "\ue012", "ArrowUp": "\ue013", "ArrowRight": "\ue014", "ArrowDown": "\ue015"}
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
PORT = re.compile(r"started successfully on port (\d+)")


def missing():
    """What a browser test would need and this machine lacks, or None."""
    lacking = [p for p in ("chromium", "chromedriver") if not shutil.which(p)]
    return ", ".join(lacking) or None


class Browser:
    def __init__(self, dark=False, width=1400, height=900):
        self.home = tempfile.mkdtemp(prefix="goesc-browser-")
        self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                       text=True, env={**os.environ, "HOME": self.home})
        self.base = self.session = None
        for line in self.driver.stdout:
            found = PORT.search(line)
            if found:
                self.base = f"http://127.0.0.1:{found.group(1)}"
                break
        if not self.base:
            self.close()
            raise RuntimeError("chromedriver did not start")
        threading.Thread(target=self.driver.stdout.read, daemon=True).start()
        args = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                f"--user-data-dir={self.home}/profile", f"--window-size={width},{height}", "--hide-scrollbars"]
        options = {"binary": shutil.which("chromium"), "args": args}
        try:
            made = self.call("POST", "/session", {"capabilities": {"alwaysMatch": {
                "browserName": "chrome", "goog:chromeOptions": options,
                "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"}}}})
            self.session = made["sessionId"]
            self.size(width, height)
            if dark:
                self.media("dark")
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        if self.session:
            try:
                self.call("DELETE", f"/session/{self.session}")
            except (OSError, RuntimeError):
                pass
        self.driver.terminate()
        try:
            self.driver.wait(10)
        except subprocess.TimeoutExpired:
            self.driver.kill()
            self.driver.wait()
        shutil.rmtree(self.home, ignore_errors=True)

    def call(self, method, path, body=None):
        data = json.dumps(body if body is not None else {}).encode() if method == "POST" else None
        req = urllib.request.Request(self.base + path, data=data, method=method, headers={"Content-Type": "application/json"})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(req, timeout=60) as r:
                return json.load(r)["value"]
        except urllib.error.HTTPError as e:
            raise RuntimeError(f"{method} {path}: {e.read().decode('utf-8', 'replace')[:600]}") from e

    def do(self, path, body=None, method="POST"):
        return self.call(method, f"/session/{self.session}{path}", body)

    def cdp(self, cmd, **params):
        return self.do("/goog/cdp/execute", {"cmd": cmd, "params": params})

    def size(self, width, height):
        """The size of the view, smaller than any window too."""
        self.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def media(self, scheme):
        self.cdp("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def open(self, path):
        self.do("/url", {"url": "file://" + urllib.parse.quote(os.path.abspath(path))})

    def js(self, script, *args):
        return self.do("/execute/sync", {"script": script, "args": list(args)})

    def find(self, css):
        return self.do("/element", {"using": "css selector", "value": css})[ELEMENT]

    def click(self, css):
        self.do(f"/element/{self.find(css)}/click")

    def type(self, css, text):
        self.do(f"/element/{self.find(css)}/value", {"text": text})

    def keys(self, *names):
        """Presses keys, one after the other, wherever the focus is."""
        actions = []
        for n in names:
            k = KEYS.get(n, n)
            actions += [{"type": "keyDown", "value": k}, {"type": "keyUp", "value": k}]
        self.do("/actions", {"actions": [{"type": "key", "id": "k", "actions": actions}]})

    def hover(self, css):
        self.do("/actions", {"actions": [{"type": "pointer", "id": "m", "parameters": {"pointerType": "mouse"}, "actions": [
            {"type": "pointerMove", "duration": 0, "origin": {ELEMENT: self.find(css)}, "x": 0, "y": 0}]}]})

    def until(self, script, *args, seconds=5):
        """Waits until the expression is true; returns its last value."""
        end = time.monotonic() + seconds
        while True:
            v = self.js("return " + script, *args)
            if v or time.monotonic() > end:
                return v
            time.sleep(0.05)

    def log(self, kind="browser"):
        return self.do("/se/log", {"type": kind})

    def shot(self, path, full=False):
        png = self.cdp("Page.captureScreenshot", captureBeyondViewport=True)["data"] if full else self.do("/screenshot", method="GET")
        with open(path, "wb") as f:
            f.write(base64.b64decode(png))
