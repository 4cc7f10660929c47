"""What several tests need: the directories, applications that go away again, nobody's consent, and a browser."""

import os
import tempfile

import pytest

from browser import Browser, Callback
from directory import Directory
from world import CONTOSO, FABRIKAM, client_id


@pytest.fixture(scope="session")
def directory():
    """Contoso's directory."""
    return Directory(CONTOSO, "AUTOMATION")


@pytest.fixture(scope="session")
def fabrikam_directory():
    """Fabrikam's directory."""
    return Directory(FABRIKAM, "FABRIKAM_AUTOMATION")


@pytest.fixture(scope="module")
def register(directory):
    """Registers applications in contoso; they are deleted at the end of the file."""
    made = []

    def register(name, **properties):
        made.append(directory.register(name, **properties))
        return made[-1]

    yield register
    for registered in made:
        directory.delete(registered)


@pytest.fixture
def no_consent(fabrikam_directory):
    """Nobody in fabrikam trusts the vendor, before and after."""

    def withdraw():
        principal = fabrikam_directory.principal_of(client_id("VENDOR"))
        if principal:
            fabrikam_directory.call("DELETE", f"/servicePrincipals/{principal}")

    withdraw()
    yield
    withdraw()


@pytest.fixture
def callback():
    """The vendor's application, as a browser reaches it."""
    application = Callback()
    yield application
    application.close()


@pytest.fixture
def browser(request, tmp_path):
    """Chromium; where the test fails, a picture of the last page stays."""
    preferences = getattr(request, "param", {})
    chromium = Browser(tmp_path / "profile", **preferences)
    yield chromium
    if getattr(request.node, "failed", False):
        picture = os.path.join(tempfile.mkdtemp(prefix="conformance-"), f"{request.node.name}.png")
        chromium.driver.save_screenshot(picture)
        print(f"last page: {picture} of {chromium.driver.current_url.split('?')[0]}")
    chromium.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    item.failed = getattr(item, "failed", False) or report.failed
    return report
