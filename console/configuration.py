"""Django's settings as a function of Qingyuan's: nothing here reads the environment or writes a file."""

from __future__ import annotations

import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from domain.errors import SettingsError
from qingyuan.settings import Settings

_HERE = Path(__file__).resolve().parent
#: Where the console keeps its secret key when no ``secret_key_file`` is set; made by :func:`console.start.ready`.
KEY_FILE = "secret_key"
DATABASE = "qingyuan.sqlite3"

_SELF, _NONE = ["'self'"], ["'none'"]


def build(settings: Settings) -> dict[str, Any]:
    """Every Django setting of the console. Raises SettingsError for a database or key that cannot be used."""
    return {
        "QINGYUAN": settings,
        "DEBUG": False,
        "SECRET_KEY": _secret_key(settings),
        "ALLOWED_HOSTS": list(settings.allowed_hosts),
        "ROOT_URLCONF": "console.urls",
        "WSGI_APPLICATION": "console.wsgi.application",
        "INSTALLED_APPS": [
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "django.contrib.staticfiles",
            "axes",
            "csp",
            "console.apps.ConsoleConfig",
        ],
        "MIDDLEWARE": [
            "django.middleware.security.SecurityMiddleware",
            "csp.middleware.CSPMiddleware",
            "whitenoise.middleware.WhiteNoiseMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.auth.middleware.LoginRequiredMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
            "console.middleware.no_store",
            "console.middleware.Sentences",
            "axes.middleware.AxesMiddleware",
        ],
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [_HERE / "templates"],
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                        "console.context.everywhere",
                    ],
                    "builtins": ["console.templatetags.qingyuan"],
                },
            }
        ],
        "DATABASES": {"default": _database(settings)},
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "LANGUAGE_CODE": "zh-hans",
        "LANGUAGES": [("zh-hans", "简体中文")],
        "TIME_ZONE": "Asia/Shanghai",
        "USE_TZ": True,
        "USE_I18N": True,
        # assets: served from the package, no build step, no other host
        "STATIC_URL": "/static/",
        "STATICFILES_DIRS": [_HERE / "static"],
        "WHITENOISE_USE_FINDERS": True,
        "WHITENOISE_AUTOREFRESH": False,
        "WHITENOISE_MAX_AGE": 86400,  # the address of an asset changes with its content
        **_login(),
        **_safety(settings),
        "LOGGING": _LOGGING,
    }


def _login() -> dict[str, Any]:
    validators = ("UserAttributeSimilarity", "MinimumLength", "CommonPassword", "NumericPassword")
    return {
        "AUTHENTICATION_BACKENDS": [
            "axes.backends.AxesStandaloneBackend",
            "django.contrib.auth.backends.ModelBackend",
        ],
        "AUTH_PASSWORD_VALIDATORS": [
            {"NAME": f"django.contrib.auth.password_validation.{name}Validator"} for name in validators
        ],
        "LOGIN_URL": "login",
        "LOGIN_REDIRECT_URL": "home",
        "LOGOUT_REDIRECT_URL": "login",
        # an account is locked for the address that guessed, so that nobody can lock a colleague out from elsewhere
        "AXES_FAILURE_LIMIT": 5,
        "AXES_COOLOFF_TIME": timedelta(minutes=15),
        "AXES_LOCKOUT_PARAMETERS": [["username", "ip_address"]],
        "AXES_RESET_ON_SUCCESS": True,
        "AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT": False,
        "AXES_LOCKOUT_CALLABLE": "console.views.account.locked",
        "AXES_ENABLE_ADMIN": False,
        "AXES_VERBOSE": False,
    }


def _safety(settings: Settings) -> dict[str, Any]:
    https = settings.https
    return {
        "CONTENT_SECURITY_POLICY": {
            "DIRECTIVES": {
                "default-src": _SELF,
                "script-src": _SELF,
                "style-src": _SELF,
                "img-src": _SELF,
                "connect-src": _SELF,
                "form-action": _SELF,
                "object-src": _NONE,
                "base-uri": _NONE,
                "frame-ancestors": _NONE,
                "require-trusted-types-for": ["'script'"],
            }
        },
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "SECURE_REFERRER_POLICY": "same-origin",
        "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
        "SECURE_HSTS_SECONDS": 31_536_000 if https else 0,
        "SECURE_SSL_REDIRECT": https,
        "X_FRAME_OPTIONS": "DENY",
        "SESSION_COOKIE_NAME": "__Host-qingyuan" if https else "qingyuan",
        "SESSION_COOKIE_AGE": 8 * 3600,
        "SESSION_EXPIRE_AT_BROWSER_CLOSE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": https,
        "CSRF_COOKIE_SECURE": https,
        "CSRF_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_SAMESITE": "Lax",
        "CSRF_FAILURE_VIEW": "console.views.errors.csrf_failed",
        "DATA_UPLOAD_MAX_MEMORY_SIZE": 1024 * 1024,
        "MESSAGE_STORAGE": "django.contrib.messages.storage.session.SessionStorage",
        "SILENCED_SYSTEM_CHECKS": [],
    }


def _secret_key(settings: Settings) -> str:
    named = settings.secret_key_file
    path = named or settings.home / KEY_FILE
    try:
        key = path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        if named is None:
            return secrets.token_urlsafe(48)  # good for this process; `ready` keeps one that lasts
        raise SettingsError(f"密钥文件 {path} 不存在：请创建它，或去掉设置 secret_key_file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"密钥文件 {path} 无法读取：{error}") from None
    if len(key) < 32:
        raise SettingsError(f"密钥文件 {path} 太短：至少需要 32 个字符")
    return key


def _database(settings: Settings) -> dict[str, Any]:
    if not settings.database:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": settings.home / DATABASE,
            "OPTIONS": {
                # a writer takes its lock at the start, so the audit chain has one end; readers never wait for it
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON",
            },
        }
    try:
        url = urlsplit(settings.database)
        name, port = unquote(url.path.lstrip("/")), url.port
    except ValueError:
        raise SettingsError("设置 database 不是有效的地址：应为 postgresql://用户:密码@主机:端口/库名") from None
    if url.scheme not in ("postgresql", "postgres") or not name:
        raise SettingsError("设置 database 只能是 postgresql://用户:密码@主机:端口/库名；留空则使用 SQLite")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": url.hostname or "",
        "PORT": str(port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


_LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        "axes": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        "waitress": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
    },
}
