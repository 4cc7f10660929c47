"""A person before the authority's pages, without a browser: reads the forms, fills them in, presses their buttons."""

import os
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

import requests

MOST_PAGES = 12


@dataclass
class Form:
    """The form of a page: where it goes, what it carries, what is to be filled in, and what can be pressed."""

    action: str
    carried: dict = field(default_factory=dict)
    fields: list = field(default_factory=list)
    buttons: list = field(default_factory=list)


@dataclass(frozen=True)
class Outcome:
    """Where a way through the pages ended: at the application with these parameters, or on a page without a form."""

    parameters: dict = field(default_factory=dict)
    page: str = ""
    status: int = 0
    pages_seen: int = 0


class Page(HTMLParser):
    """What of a page can be acted upon without scripts: its form, and what it says in alarm.

    A form that scripts alone show, as that of passkeys, is not there.
    """

    def __init__(self, html):
        super().__init__()
        self.form = None
        self.alert = ""
        self._in_alert = False
        self._is_hidden = False
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        said = dict(attributes)
        self._is_hidden = self._is_hidden or (tag == "form" and "hidden" in said)
        if self._is_hidden:
            return
        self._in_alert = self._in_alert or said.get("role") == "alert"
        if tag == "form":
            self.form = Form(said.get("action", ""))
        elif self.form and tag == "input" and "name" in said:
            fixed = said.get("type") in ("hidden", "checkbox") or "readonly" in said
            if fixed and said.get("type") != "checkbox":
                self.form.carried[said["name"]] = said.get("value", "")
            elif not fixed:
                self.form.fields.append(said["name"])
        elif self.form and tag == "button":
            self.form.buttons.append((said.get("name"), said.get("value", "")))

    def handle_endtag(self, tag):
        if tag == "form":
            self._is_hidden = False
        if tag in ("p", "dd", "div"):
            self._in_alert = False

    def handle_data(self, data):
        if self._in_alert:
            self.alert += data


class Person:
    """Somebody with a name and a password, and the cookies of their browser."""

    def __init__(self, name):
        self.name = os.environ[f"{name}_UPN"]
        self.password = os.environ[f"{name}_PASSWORD"]
        self.browser = requests.Session()

    def open(self, url, redirect_uri="", press=(), **fields):
        """Goes from a URL through all pages; `press` holds the values of buttons to press instead of the first one.

        A page that tells of a problem ends the way as a failure, with what it says.
        """
        fields = {"loginfmt": self.name, "passwd": self.password} | fields
        answer = self.browser.get(url, allow_redirects=False, timeout=30)
        for seen in range(MOST_PAGES):
            if answer.is_redirect:
                target = urljoin(answer.url, answer.headers["Location"])
                if redirect_uri and target.startswith(redirect_uri):
                    parts = urlsplit(target)
                    return Outcome(dict(parse_qsl(parts.query) + parse_qsl(parts.fragment)), pages_seen=seen)
                answer = self.browser.get(target, allow_redirects=False, timeout=30)
                continue
            page = Page(answer.text)
            assert not page.alert, page.alert
            if page.form is None:
                return Outcome(page=answer.text, status=answer.status_code, pages_seen=seen)
            target, sent = urljoin(answer.url, page.form.action), fill(page.form, fields, press)
            if redirect_uri and target.startswith(redirect_uri):
                return Outcome(sent, pages_seen=seen)  # `response_mode=form_post`: the page carries the answer
            origin = "{0.scheme}://{0.netloc}".format(urlsplit(answer.url))
            answer = self.browser.post(target, data=sent, headers={"Origin": origin}, allow_redirects=False, timeout=30)
        raise AssertionError(f"no end after {MOST_PAGES} pages: {answer.url}")


def fill(form, fields, press):
    """What a browser sends of a form."""
    sent = dict(form.carried)
    sent.update((name, fields[name]) for name in form.fields)
    pressed = next((button for button in form.buttons if button[1] in press), form.buttons[0])
    if pressed[0]:
        sent[pressed[0]] = pressed[1]
    return sent
