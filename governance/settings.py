"""Every setting of the site, read from the environment with loud errors; apps read `django.conf.settings`.

Without any variable the portal runs on SQLite with a bundled broker: nothing but Python is needed.
`DATABASE_URL` moves it to PostgreSQL, `REDIS_URL` to a broker of your own.
"""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

import environ

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(env.str("COUNTERSIGN_VAR", default=str(BASE_DIR / "var"))).resolve()
VAR.mkdir(parents=True, exist_ok=True)

DEBUG = env.bool("DEBUG", default=False)
EMBEDDED = env.str("DATABASE_URL", default="") == ""


def _secret(name: str) -> str:
    """The secret from the environment or, on an embedded install, one made on first start and kept with mode 0600."""
    given = env.str(name, default="")
    if given:
        return given
    path = VAR / f"{name.lower()}.key"
    if not path.exists():
        # Written aside and linked into place: of several processes at a first start one wins, whole.
        with tempfile.NamedTemporaryFile("w", dir=VAR, encoding="ascii") as draft:
            draft.write(secrets.token_urlsafe(48))
            draft.flush()
            with contextlib.suppress(FileExistsError):
                os.link(draft.name, path)
    return path.read_text(encoding="ascii").strip()


SECRET_KEY = _secret("SECRET_KEY")
# Wraps the per-subject keys of the vault (32 bytes, made on first start). Keep it in another backup than the database.
VAULT_KEY_FILE = Path(env.str("VAULT_KEY_FILE", default=str(VAR / "vault.key")))

# ── The trail's signatures ───────────────────────────────────────────────────────────────────────────────────
# Signs the trees of the logs; made on first start, read by the publisher alone.
AUDIT_SIGNING_KEY_FILE = Path(env.str("AUDIT_SIGNING_KEY_FILE", default=str(VAR / "audit-signing.key")))
AUDIT_ORIGIN = env.str("AUDIT_ORIGIN", default="countersign.localhost")
AUDIT_CHECKPOINTS = Path(env.str("AUDIT_CHECKPOINTS", default=str(VAR / "checkpoints")))
AUDIT_ML_DSA = env.bool("AUDIT_ML_DSA", default=False)
AUDIT_POLICY_FILE = env.str("AUDIT_POLICY_FILE", default="")
AUDIT_WITNESSES = env.dict("AUDIT_WITNESSES", default={})
AUDIT_TIMESTAMP_URLS = env.dict("AUDIT_TIMESTAMP_URLS", default={})
AUDIT_TIMESTAMP_ROOTS = env.str("AUDIT_TIMESTAMP_ROOTS", default="")

# Evidence that was asked for on a page waits here to be fetched, for a week.
EVIDENCE_DIR = Path(env.str("EVIDENCE_DIR", default=str(VAR / "evidence")))
# Files that rules are simulated with wait here until they were read.
SIMULATION_DIR = Path(env.str("SIMULATION_DIR", default=str(VAR / "simulations")))

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "guardian",
    "axes",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "template_partials",
    "audit",
    "contracts",
    "reviews",
    "governance",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "governance.middleware.NulBytes",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "governance.middleware.ReaderZone",
    "governance.middleware.Grants",
    "governance.middleware.DomainErrors",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "governance.urls"
WSGI_APPLICATION = "governance.wsgi.application"
ASGI_APPLICATION = "governance.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": ["template_partials.templatetags.partials"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "governance.presenters.frame.frame",
            ],
        },
    }
]

# ── Database ─────────────────────────────────────────────────────────────────────────────────────────────────
if EMBEDDED:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": VAR / "countersign.sqlite3",
            "ATOMIC_REQUESTS": False,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;PRAGMA cache_size=-65536;",
            },
            # A file, not memory: the guard of the flush hook reads the name, and other processes must see it.
            "TEST": {"NAME": VAR / "test_countersign.sqlite3"},
        }
    }
else:
    DATABASES = {"default": env.db_url("DATABASE_URL")}
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
SILENCED_SYSTEM_CHECKS = [
    "guardian.W001"
]  # grants go to groups by contracts.access alone; no guardian backend
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ── People, sessions, secrets ────────────────────────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "contracts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "contracts.backends.People"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ANONYMOUS_USER_NAME = None  # guardian: nobody is somebody
LOGIN_URL = "contracts:login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "contracts:login"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "contracts/locked_out.html"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_ENABLE_ACCESS_FAILURE_LOG = False
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
HTTPS = env.bool("HTTPS", default=False)
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
)
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

# ── Language, time, static ───────────────────────────────────────────────────────────────────────────────────
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
WHITENOISE_USE_FINDERS = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024

# ── API ──────────────────────────────────────────────────────────────────────────────────────────────────────
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["governance.api.authentication.KeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["governance.api.authentication.Known"],
    "DEFAULT_PARSER_CLASSES": ["governance.api.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "governance.errors.api_exception_handler",
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_VERSIONING_CLASS": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Countersign API",
    "DESCRIPTION": "Agents post their outputs, learn what became of them, and nothing that matters is released without a person.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "COMPONENT_SPLIT_REQUEST": True,
    "WEBHOOKS": [
        f"governance.api.webhook_messages.{name}"
        for name in ("released", "rejected", "recalled", "quarantined", "asked", "checkpoint")
    ],
    # Several objects have a state, and several acts a cause: each has its own list of them.
    "ENUM_NAME_OVERRIDES": {
        f"{name}Enum": f"{where}.{name}.choices"
        for where, names in {
            "reviews.enums": (
                "ActionState",
                "DrawKind",
                "DrawState",
                "EvaluationState",
                "InteractionState",
                "RecallCause",
                "RecallState",
            ),
            "contracts.enums": ("Authority", "HaltCause", "Party", "TargetKind"),
            "contracts.domain.contracting": ("AppendixKind", "ContractState"),
            "contracts.domain.data_use": ("TrainingAllowed",),
        }.items()
        for name in names
    },
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "persistAuthorization": False, "validatorUrl": None},
}

# ── Work in the background ───────────────────────────────────────────────────────────────────────────────────
BROKER_URL = env.str(
    "REDIS_URL", default=env.str("BROKER_URL", default=f"redis+socket://{VAR}/v.sock?virtual_host=0")
)

CELERY_BROKER_URL = BROKER_URL
# No retries: whoever has just decided does not wait for a broker that is away; workers retry by their own settings.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 120, "max_retries": 0, "socket_connect_timeout": 1.0}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_MAX_LOOP_INTERVAL = 5
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_DEFAULT_QUEUE = "countersign"
# What takes minutes has a queue of its own, so that clocks and releases need not wait behind it. A worker that names no
# queue serves all.
CELERY_TASK_QUEUES: dict[str, dict[str, str]] = {
    "countersign": {},
    "evidence": {},
    "simulations": {},
    "autoqa": {},
}
CELERY_TASK_ROUTES = {
    "governance.write_evidence": {"queue": "evidence"},
    "governance.run_drills": {"queue": "evidence"},
    "reviews.run_simulations": {"queue": "simulations"},
    "reviews.score_autoqa": {"queue": "autoqa"},
    "reviews.score_all_autoqa": {"queue": "autoqa"},
}
# The schedule is code. Each is a sweep; how often it comes is how late a lost nudge can make things.
CELERY_BEAT_SCHEDULE = {
    "release": {"task": "reviews.release_due", "schedule": 10.0},
    "resuming": {"task": "reviews.resume_suspended", "schedule": 10.0, "options": {"expires": 10.0}},
    "halts": {"task": "contracts.take_effect", "schedule": 2.0, "options": {"expires": 4.0}},
    "leases": {"task": "reviews.expire_leases", "schedule": 30.0},
    "escalations": {"task": "reviews.promote_escalations", "schedule": 30.0},
    "test_calls": {"task": "reviews.advance_drills", "schedule": 30.0},
    "clocks": {"task": "reviews.watch_clocks", "schedule": 60.0, "options": {"expires": 60.0}},
    "information": {"task": "reviews.return_unanswered", "schedule": 60.0},
    "rules": {"task": "reviews.activate_rules", "schedule": 10.0},
    "ratifications": {"task": "reviews.lapse_rules", "schedule": 30.0},
    "samples": {"task": "reviews.draw_samples", "schedule": 900.0},
    "evaluations": {"task": "reviews.close_evaluations", "schedule": 900.0},
    "autoqa": {"task": "reviews.score_autoqa", "schedule": 30.0, "options": {"expires": 30.0}},
    "autoqa_all": {"task": "reviews.score_all_autoqa", "schedule": 3600.0, "options": {"expires": 3600.0}},
    "findings": {"task": "reviews.look_for_findings", "schedule": 900.0, "options": {"expires": 900.0}},
    "reminders": {"task": "reviews.remind_of_actions", "schedule": 86400.0},
    "vigilance": {"task": "reviews.watch_vigilance", "schedule": 300.0, "options": {"expires": 300.0}},
    # Each month is audited once; coming every day, none is missed, nor one whose attributes were supplied later.
    "functions": {"task": "governance.check_functions", "schedule": 86400.0},
    "bias_audits": {"task": "governance.audit_bias", "schedule": 86400.0},
    "contracts": {"task": "governance.check_contracts", "schedule": 86400.0},
    "attributes_kept": {"task": "governance.forget_attributes", "schedule": 86400.0},
    "vigilance_kept": {"task": "reviews.forget_vigilance", "schedule": 86400.0},
    "honeypots": {"task": "reviews.plan_honeypots", "schedule": 300.0, "options": {"expires": 300.0}},
    "changes": {"task": "contracts.advance_changes", "schedule": 300.0, "options": {"expires": 300.0}},
    "watches": {"task": "governance.watch_changes", "schedule": 3600.0, "options": {"expires": 3600.0}},
    "letters": {"task": "contracts.send_notifications", "schedule": 30.0},
    "memberships": {"task": "contracts.expire_memberships", "schedule": 900.0},
    "replies": {"task": "contracts.forget_replies", "schedule": 86400.0},
    "sheets": {"task": "contracts.make_sheets", "schedule": 300.0},
    "certificates": {"task": "contracts.watch_certificates", "schedule": 86400.0},
    "questionnaires": {"task": "contracts.watch_questionnaires", "schedule": 86400.0},
    # Each calendar is extended once a year; coming every day, none is missed, nor one whose years were not known yet.
    "calendars": {"task": "contracts.extend_calendars", "schedule": 86400.0},
    "data_flows": {"task": "contracts.watch_data_flows", "schedule": 86400.0},
    "endpoints": {"task": "contracts.watch_endpoints", "schedule": 86400.0},
    "webhooks": {"task": "governance.send_webhooks", "schedule": 3.0, "options": {"expires": 6.0}},
    "webhook_log": {"task": "governance.forget_deliveries", "schedule": 86400.0},
    "partitions": {"task": "audit.ensure_partitions", "schedule": 3600.0},
    # A message that waited is worth nothing: the next one does the same.
    "places": {"task": "audit.sequence", "schedule": 1.0, "options": {"expires": 2.0}},
    "projections": {"task": "audit.project", "schedule": 3.0, "options": {"expires": 6.0}},
    "checkpoints": {"task": "audit.publish", "schedule": 10.0, "options": {"expires": 10.0}},
    "queue": {"task": "audit.watch_queue", "schedule": 60.0},
    "evidence": {"task": "governance.write_evidence", "schedule": 10.0, "options": {"expires": 10.0}},
    "simulations": {"task": "reviews.run_simulations", "schedule": 10.0, "options": {"expires": 10.0}},
    "clock": {"task": "audit.watch_clock", "schedule": 60.0},
    # Each authority is asked once an hour; in between, whoever did not answer.
    "timestamps": {"task": "audit.timestamp", "schedule": 600.0, "options": {"expires": 600.0}},
    "drills": {"task": "governance.run_drills", "schedule": 60.0},
    "retention": {"task": "audit.purge", "schedule": 86400.0},
}

# ── Mail ─────────────────────────────────────────────────────────────────────────────────────────────────────
EMAIL_BACKEND = env.str("EMAIL_BACKEND", default="django.core.mail.backends.console.EmailBackend")
vars().update(env.email_url("EMAIL_URL") if env.str("EMAIL_URL", default="") else {})
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="countersign@localhost")
PUBLIC_URL = env.str("PUBLIC_URL", default="http://127.0.0.1:8000")

# The page with the story of an interaction, for the floors below that link to it.
STORY_ROUTE = "governance:story"

# ── The product's own times and limits ───────────────────────────────────────────────────────────────────────
# What scores every interaction that went out: a class of the interface in reviews/domain/autoqa/engine.py.
AUTOQA_ENGINE = env.str("AUTOQA_ENGINE", default="reviews.domain.autoqa.LocalEngine")
LEASE_SECONDS = env.int("LEASE_SECONDS", default=15 * 60)
UNDO_SECONDS = env.int("UNDO_SECONDS", default=8)
# Within which another person ratifies rules that one put in force alone.
RATIFY_HOURS = env.int("RATIFY_HOURS", default=24)
OUTCOME_WAIT_SECONDS = 30
# At most a quarter of all server threads may wait in long-polls, so that people always find a free one.
SERVER_THREADS = env.int("SERVER_THREADS", default=16)
SERVER_WORKERS = env.int("SERVER_WORKERS", default=2)
INTAKE_MAX_ITEMS = 1000
INTAKE_MAX_BYTES = 4 * 1024 * 1024
IMPORT_LINE_BYTES = 256 * 1024
# Hosts and networks beside the public internet that webhooks may reach, also without encryption.
WEBHOOK_ALLOW_PRIVATE = env.list("WEBHOOK_ALLOW_PRIVATE", default=[])

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
    "loggers": {"axes": {"level": "ERROR"}},
}
