"""``python -m api``: serve the API on 127.0.0.1."""

import uvicorn

from api.app import create_app
from bihuan.runtime.settings import Settings
from bihuan.runtime.telemetry import log_to_console

if __name__ == "__main__":
    settings = Settings()
    log_to_console(settings.log_level, as_json=settings.log_json)
    uvicorn.run(create_app(settings), host="127.0.0.1", port=settings.api_port, log_config=None, access_log=False)
