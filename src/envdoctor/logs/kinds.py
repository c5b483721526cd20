"""Classes of causes that belong together, and what a class says beyond its signatures."""

from __future__ import annotations

NETWORK = frozenset(
    [
        "channel-404",
        "stale-mirror",
        "connection",
        "dns",
        "timeout",
        "proxy",
        "tls",
        "not-repodata",
        "offline",
        "server-error",
        "rate-limit",
        "auth",
        "checksum",
        "cache-race",
    ]
)
TRANSIENT = NETWORK - {"channel-404", "auth", "offline"} | {"registry-network", "registry-rate-limit"}
"""What may go away by itself, so that a later success makes it harmless."""
GENERIC = frozenset({"connection", "unknown", "pip-step"})
"""Said when no answer came, whatever the reason: one that names the reason comes first."""
SOLVE = frozenset(
    [
        "conflict",
        "package-missing",
        "hidden-pin",
        "strict-priority",
        "cuda-virtual",
        "system-virtual",
        "python-unsupported",
        "platform-missing",
        "foreign-build-strings",
    ]
)
SYMPTOMS = frozenset({"env-missing", "conda-missing", "unknown", "activate", "file-missing", "test-failure"})
"""What follows when an earlier step did not bring what it should."""
NOT_THE_ENVIRONMENT = frozenset({"test-failure", "syntax-error", "compile-error", "apt"})
ARM = frozenset({"osx-arm64", "linux-aarch64", "win-arm64", "linux-ppc64le", "linux-armv7l"})

ORDER = (
    "proxy", "tls", "dns", "timeout", "rate-limit", "auth", "channel-404", "stale-mirror", "server-error", "offline",
    "cuda-virtual", "system-virtual", "hidden-pin", "strict-priority", "package-missing", "pip-overwrites",
    "pip-headers", "pip-rust", "syntax-error", "registry-mirror-dead", "registry-rate-limit", "registry-auth",
    "registry-network", "registry-missing", "tool-version", "oom", "disk-full",
)  # fmt: skip
"""Which class counts where a line has several: those that name the reason lead."""


def rank(kind: str) -> int:
    """Return the place of a class among several on one line; lower counts first."""
    if kind in ORDER:
        return ORDER.index(kind)
    return len(ORDER) + (kind in GENERIC)
