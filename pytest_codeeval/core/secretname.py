"""What looks like an API key, or like the name of a variable that holds one."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

_NAME = re.compile(r"(KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL)S?(_|$)|^AWS_|^AZURE_", re.IGNORECASE)
_NO_SECRETS = re.compile(r"(^|[-_])(env|max[-_]?tokens)$", re.IGNORECASE)
KEY = re.compile(
    r"\b(?:sk|pk|rk|hf|r8|gh[opsur]|github_pat|glpat|xox[abprs]|gsk|nvapi|AKIA|ASIA|AIza|eyJ)[-_]?[\w-]{12,}"
    r"|(?<=Bearer )\S+",
    re.ASCII,
)
"""The keys of services that can be told by their form."""
_SETTING = re.compile(r"""(?:(?P<name>[\w-]+)=|["'](?P<quoted>[\w-]+)["']\s*:\s*["'])(?=(?P<value>[^\s,&;"']+))""")
_NUMBER = re.compile(r"[0-9.]+")


def is_secret_name(name: str) -> bool:
    """Whether a name looks like that of a secret."""
    return bool(_NAME.search(name))


def is_secret_setting(name: str) -> bool:
    """Whether the value of a setting or option of this name would be a secret."""
    plain = name.replace("-", "_")
    return is_secret_name(plain) and not _NO_SECRETS.search(name)


def secret_in_url(url: str) -> str:
    """Return what in a URL is a secret, or may be one, in words; empty if nothing is."""
    if "@" in url:
        return "a user name or password"
    query = url.partition("#")[0].partition("?")[2]
    if KEY.search(url) or any(is_secret_setting(name) for name, _ in parse_qsl(query, keep_blank_values=True)):
        return "a key"
    return ""


def has_key(text: str) -> bool:
    """Whether a part of a command line holds what looks like a key, by its form or by what it is the value of."""
    named = (
        is_secret_setting(found["name"] or found["quoted"])
        for found in _SETTING.finditer(text)
        if not _NUMBER.fullmatch(found["value"])
    )
    return bool(KEY.search(text)) or any(named)
