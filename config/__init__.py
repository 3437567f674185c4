"""Settings: read from the environment and `.env`, checked together, reported in plain words."""

from config.loading import load_settings, misnamed_settings
from config.settings import (
    CostsShownTo,
    HttpSettings,
    LogFormat,
    OwnPacks,
    ProductionSettings,
    PublicLanguage,
    Secret,
    Settings,
)
from config.sources import SettingsError

__all__ = [
    "CostsShownTo",
    "HttpSettings",
    "LogFormat",
    "OwnPacks",
    "ProductionSettings",
    "PublicLanguage",
    "Secret",
    "Settings",
    "SettingsError",
    "load_settings",
    "misnamed_settings",
]
