"""The key that opens the gateway; it is stored nowhere by us."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import SecretStr

from curb.domain.errors import CredentialsError

USERNAME = "CURB_USERNAME"
API_KEY = "CURB_API_KEY"


@dataclass(frozen=True, slots=True)
class Credentials:
    """User name and API key of a gateway account."""

    username: str
    api_key: SecretStr


def from_environment(env: Mapping[str, str]) -> Credentials:
    """Return the credentials in `env`. Raises CredentialsError where one is missing."""
    username = env.get(USERNAME, "").strip()
    api_key = env.get(API_KEY, "").strip()
    missing = [key for key, value in ((USERNAME, username), (API_KEY, api_key)) if not value]
    if missing:
        raise CredentialsError(
            f"expected {USERNAME} and {API_KEY} in the environment,"
            f" found no {' and no '.join(missing)}: set them, or put them into engine.env beside"
            " your own config.toml (chmod 600), and start again"
        )
    return Credentials(username, SecretStr(api_key))
