"""Scrapy's settings: identified, polite and bounded. With qingyuan.settings the only module that reads the environment.

``QINGYUAN_*`` variables, or ``scrapy crawl -s QINGYUAN_…=``, say where state lives; each platform adds its own delay,
concurrency and robots rule (:meth:`crawlers.spiders.generic.PlatformSpider.update_settings`).
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

_MIB = 1024 * 1024


def child_environment(home: Path) -> dict[str, str]:
    """The environment for a ``scrapy`` process of ours: this one's, with the project findable from any folder."""
    root = str(Path(__file__).resolve().parent.parent)
    paths = [root, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths)),
        "SCRAPY_SETTINGS_MODULE": __name__,
        "QINGYUAN_HOME": str(home),
        "PYTHONUTF8": "1",
    }


# --- where state lives (a run without a folder is a Scrapy user's own: it gets one under HOME/runs)
QINGYUAN_HOME = os.environ.get("QINGYUAN_HOME", "var")
QINGYUAN_VAULT = os.environ.get("QINGYUAN_VAULT", "")
QINGYUAN_RUN_DIR = ""
QINGYUAN_NOW = os.environ.get("QINGYUAN_NOW", "")
QINGYUAN_ALLOW_PRIVATE = False
QINGYUAN_RENDER = False
#: Largest answer as received, largest body after decoding, and largest picture, in bytes.
QINGYUAN_RESPONSE_LIMIT = 16 * _MIB
QINGYUAN_DECODED_LIMIT = 32 * _MIB
QINGYUAN_PICTURE_LIMIT = 20 * _MIB
#: Pages blocked one after another before the crawl stops.
QINGYUAN_BLOCKED_LIMIT = 3
#: File descriptor for progress lines, -1 for none; 1: end with the process at the other end of standard input.
QINGYUAN_PROGRESS_FD = -1
QINGYUAN_TETHERED = False
#: Seconds until the platform's window closes, 0 for no end; 1: a crawl that ends in an outage will be tried again.
QINGYUAN_SECONDS = 0
QINGYUAN_AGAIN = False

# --- the project
BOT_NAME = "qingyuan"
SPIDER_MODULES = ["crawlers.spiders"]
NEWSPIDER_MODULE = "crawlers.spiders"
SPIDER_LOADER_CLASS = "crawlers.loader.PlatformLoader"
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
LOG_LEVEL = "INFO"

# --- who we are
QINGYUAN_CONTACT = os.environ.get("QINGYUAN_CONTACT", "") or "mailto:contact@example.invalid"
USER_AGENT = f"Qingyuan/0.1 (market supervision monitoring; +{QINGYUAN_CONTACT})"
ROBOTSTXT_USER_AGENT = "Qingyuan"
ROBOTSTXT_OBEY = True
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",
}

# --- polite
DOWNLOAD_DELAY = 2.0
CONCURRENT_REQUESTS = 16
CONCURRENT_ITEMS = 2  # Scrapy starts this many tasks for every page; nothing of ours waits in an item pipeline
WARN_ON_GENERATOR_RETURN_VALUE = False  # else Scrapy parses the callback's source for every single page
CONCURRENT_REQUESTS_PER_DOMAIN = 2
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_MAX_DELAY = 120.0
RETRY_TIMES = 2
RETRY_HTTP_CODES = [408, 429, 500, 502, 503, 504, 522, 524]

# --- bounded
DOWNLOAD_MAXSIZE = 0  # Scrapy's own bound throws away what was received; crawlers.bounds.Size keeps it
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_TIMEOUT = 30
DOWNLOAD_FAIL_ON_DATALOSS = False  # a cut answer is captured as what it is, then set aside
REDIRECT_MAX_TIMES = 8
URLLENGTH_LIMIT = 2083
DEPTH_LIMIT = 30
CLOSESPIDER_TIMEOUT = 6 * 3600
MEMUSAGE_LIMIT_MB = 2048

# --- closed
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
COOKIES_ENABLED = False
METAREFRESH_ENABLED = False
HTTPPROXY_ENABLED = False
REFERER_ENABLED = True
HTTPERROR_ALLOW_ALL = True  # an error page is counted and set aside with its reason, not dropped
TWISTED_DNS_RESOLVER = "crawlers.resolver.GuardedResolver"
DOWNLOAD_HANDLERS = {"file": None, "data": None, "ftp": None, "s3": None}

# --- breadth first, so that the same site gives the same order
DEPTH_PRIORITY = 1
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"
SCHEDULER_DISK_QUEUE = "scrapy.squeues.PickleFifoDiskQueue"

DOWNLOADER_MIDDLEWARES = {
    "crawlers.guard.Guard": 20,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # Guard does it, and says so
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawlers.robots.StrictRobots": 100,
    "crawlers.decoding.Decoding": 590,
    "crawlers.guard.RedirectGuard": 610,
    "crawlers.patience.Patience": 840,
    "crawlers.capture.CaptureMiddleware": 950,
}
EXTENSIONS = {"crawlers.tether.Tether": 0, "crawlers.bounds.Size": 1, "crawlers.bounds.Window": 2}
FEED_EXPORTERS = dict.fromkeys(("jsonlines", "jsonl", "jl"), "crawlers.exporters.RecordLines")
FEED_EXPORT_ENCODING = "utf-8"

# --- the browser, only where a platform asks for it
PLAYWRIGHT_BROWSER_TYPE = "chromium"
PLAYWRIGHT_LAUNCH_OPTIONS = {
    "executable_path": os.environ.get("QINGYUAN_CHROMIUM", "")
    or shutil.which("chromium")
    or shutil.which("chromium-browser")
    or shutil.which("google-chrome")
    or "/usr/bin/chromium",
    "args": [
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
        "--blink-settings=imagesEnabled=false",
        f"--user-agent={USER_AGENT}",  # what the browser itself asks for (favicons) goes around the context's agent
        *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
    ],
}
PLAYWRIGHT_CONTEXTS = {
    "default": {"user_agent": USER_AGENT, "locale": "zh-CN", "service_workers": "block", "accept_downloads": False}
}
PLAYWRIGHT_MAX_PAGES_PER_CONTEXT = 2
PLAYWRIGHT_MAX_CONTEXTS = 1
PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT = 30_000
PLAYWRIGHT_PROCESS_REQUEST_HEADERS = "crawlers.rendering.headers"
PLAYWRIGHT_ABORT_REQUEST = "crawlers.rendering.forbidden"

#: The interpreter that runs ``python -m scrapy``.
PYTHON = sys.executable
