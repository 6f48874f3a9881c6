"""Settings: read once at the start of a process and passed on."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

SAMPLE_CITY = Path("deploy/puyang")
CARRIED_CITY = Path(__file__).parents[1] / "samples" / "puyang"
"""The sample city inside the wheel, for use without a checkout."""


def sample_city() -> Path:
    """The folder of the sample city: in the working directory's checkout, else inside the wheel."""
    here = SAMPLE_CITY.is_dir() or not CARRIED_CITY.is_dir()
    return SAMPLE_CITY if here else CARRIED_CITY


class Settings(BaseSettings):
    """Every field can be set by an environment variable ``BIHUAN_<NAME>``."""

    model_config = SettingsConfigDict(env_prefix="BIHUAN_", frozen=True, extra="ignore")

    data: Path = Field(Path("var/city"), description="folder of all that must survive: databases, keys, logs")
    city: Path = Field(default_factory=sample_city, description="folder of the city's configuration")
    profile: str = Field("PY-13710", description="time profile under <city>/profiles")
    temporal_address: str = Field("", description="host:port of a Temporal server; empty: run the embedded one")
    temporal_namespace: str = Field("default", description="Temporal namespace")
    ledger_url: str = Field("", description="sqlite or postgresql URL of the ledger; empty: SQLite under data")
    api_port: int = Field(8080, ge=0, le=65535, description="port of the HTTP API on 127.0.0.1")
    temporal_port: int = Field(7233, ge=0, le=65535, description="port of the embedded Temporal server")
    temporal_ui_port: int = Field(8233, ge=0, le=65535, description="port of the embedded Temporal UI")
    metrics_port: int = Field(9464, ge=0, le=65535, description="first of six ports for metrics")
    webhook_url: str = Field("", description="where notices go whose desk has no address of its own")
    webhook_secret: str = Field("", description="signing secret whsec_…; empty: made once and kept under data")
    public_url: str = Field("", description="where people reach the API, for the links in notices; empty: no links")
    private_hosts: str = Field("", description="hosts inside our own network that notices may go to, by commas")
    notice_first_pause_s: float = Field(5, gt=0, description="pause after a notice's first failed attempt, seconds")
    notice_give_up_s: float = Field(259200, gt=0, description="when a notice is given up, seconds")
    continue_after: int = Field(300, ge=1, description="events after which a run continues as new")
    log_level: str = Field("INFO", description="lowest level logged")
    log_json: bool = Field(False, description="log lines as JSON")

    @property
    def ledger(self) -> str:
        return self.ledger_url or f"sqlite+aiosqlite:///{(self.data / 'ledger.db').absolute()}"

    @property
    def temporal(self) -> str:
        return self.temporal_address or f"127.0.0.1:{self.temporal_port}"

    def as_environment(self) -> dict[str, str]:
        """The same settings for a child process."""
        return {f"BIHUAN_{name.upper()}": str(value) for name, value in self.model_dump().items()}
