"""Chromium as a person uses it, and the application's end of a redirect."""

import base64
import hashlib
import os
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from urllib.parse import parse_qsl, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from selenium import webdriver
from selenium.webdriver import ActionChains
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from world import URL

PATIENCE_SECONDS = 20
SWITCHES = [
    "--headless=new",
    "--no-sandbox",  # CI runs as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1000,1200",
]


class Callback:
    """The vendor's application on a loopback port: keeps what browsers bring to `/callback`."""

    def __init__(self):
        self._arrived = Queue()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._pages())
        self.uri = f"http://localhost:{self._server.server_port}/callback"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def wait(self):
        """The parameters of the next arrival."""
        return self._arrived.get(timeout=PATIENCE_SECONDS)

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def _pages(callback):
        class Pages(BaseHTTPRequestHandler):
            def do_GET(self):
                self._take(urlsplit(self.path).query)

            def do_POST(self):
                self._take(self.rfile.read(int(self.headers["Content-Length"])).decode())

            def _take(self, sent):
                if urlsplit(self.path).path == "/callback":
                    callback._arrived.put(dict(parse_qsl(sent)))
                body = b"<!DOCTYPE html><title>Northwind Orders</title><p>Welcome back."
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        return Pages


class Browser:
    """A fresh Chromium before the authority's pages."""

    def __init__(self, profile, **preferences):
        options = webdriver.ChromeOptions()
        options.binary_location = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        for switch in SWITCHES:
            options.add_argument(switch)
        options.add_argument(f"--user-data-dir={profile}")
        options.add_argument(f"--ignore-certificate-errors-spki-list={server_key_pin()}")
        options.add_experimental_option("prefs", preferences)
        service = Service(os.environ.get("CHROMEDRIVER", "/usr/bin/chromedriver"))
        self.driver = webdriver.Chrome(options=options, service=service)

    def close(self):
        self.driver.quit()

    def open(self, url):
        self.driver.get(url)

    def wait_for(self, selector):
        """The element, as soon as it is there."""
        patience = WebDriverWait(self.driver, PATIENCE_SECONDS)
        return patience.until(lambda driver: driver.find_elements(By.CSS_SELECTOR, selector))[0]

    def alert(self):
        """The problem that the page tells, as soon as it tells one."""
        return self.wait_for("[role=alert]:not([hidden])")

    def text(self):
        """What the page says."""
        return self.driver.find_element(By.TAG_NAME, "main").text

    def fill(self, name, value):
        """Types into the visible field of this name."""
        field = self.wait_for(f"input[name={name}]:not([hidden])")
        field.clear()
        field.send_keys(value)

    def press(self, label):
        """Presses the button or link of this label."""
        [button] = [one for one in self.driver.find_elements(By.CSS_SELECTOR, "button, a") if one.text == label]
        button.click()

    def sign_in(self, name, password):
        """Name page and password page."""
        self.fill("loginfmt", name)
        self.press("Next")
        self.fill("passwd", password)
        self.press("Sign in")

    def keys(self, *keys):
        """Types blindly, to whatever has the focus."""
        ActionChains(self.driver).send_keys(*keys).perform()

    def tab_to(self, condition, most=20):
        """Presses Tab until the focused element fits."""
        for _ in range(most):
            focused = self.driver.switch_to.active_element
            if condition(focused):
                return focused
            self.keys(Keys.TAB)
        raise AssertionError("the keyboard does not reach it")


def server_key_pin():
    """The hash of the server's public key: this key, and no other, is trusted without its CA."""
    address = urlsplit(URL)
    pem = ssl.get_server_certificate((address.hostname, address.port))
    key = x509.load_pem_x509_certificate(pem.encode()).public_key()
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(der).digest()).decode()
