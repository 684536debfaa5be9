"""The folders jobdash may use: the XDG config, state and cache folders (or what stands for them on this system)."""

from pathlib import Path

from platformdirs import PlatformDirs

_DIRS = PlatformDirs("jobdash", appauthor=False)


def config_folder() -> Path:
    """Where `config.toml` and a person's own themes are."""
    return Path(_DIRS.user_config_dir)


def config_file() -> Path:
    return config_folder() / "config.toml"


def state_folder() -> Path:
    """What outlives a run: tracked jobs, history, the audit log."""
    return Path(_DIRS.user_state_dir)


def theme_folders() -> list[Path]:
    """Where themes may be, later ones win: the package (or the folder beside it), the person's own."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "themes"
    return [inside if inside.is_dir() else package.parent / "themes", config_folder() / "themes"]
