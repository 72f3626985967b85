"""Whether configuration, credentials and database are there, whole and private."""

from dataclasses import dataclass

from curb.cli.checkup.finding import Finding, Level

_OTHERS, _GROUP = 0o007, 0o070
_LOW_BYTES = 1 << 30
_LEAST_BYTES = 50 << 20
_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """The configuration that would be used: its error or "", and how many rules it arms."""

    path: str
    error: str
    is_there: bool
    armed: int = 0
    rules: int = 0
    gateway: str = ""


@dataclass(frozen=True, slots=True)
class SecretFile:
    """A file in which a credential's name was found."""

    path: str
    mode: int


@dataclass(frozen=True, slots=True)
class Secrets:
    """Where the credentials stand: never what they are."""

    missing: tuple[str, ...]  # names of the environment that are not set
    files: tuple[SecretFile, ...]


@dataclass(frozen=True, slots=True)
class Disk:
    """The state directory and the database in it; `error` says what is wrong with it."""

    folder: str
    folder_mode: int | None  # None: not there yet
    file_mode: int | None
    file_bytes: int
    free_bytes: int
    version: int | None
    error: str
    is_older: bool = False  # of a schema that a start migrates


def config_findings(config: ConfigFile) -> list[Finding]:
    """Return what is to be said of the configuration."""
    if not config.is_there:
        words = f"{config.path}: none yet; the shipped one is written there at the first start"
        return [Finding(Level.OK, "config", words)]
    if config.error:
        return [Finding(Level.FAIL, "config", config.error, "mend the file; `curb check` tests it")]
    words = f"{config.path}: {config.gateway}, {config.armed} of {config.rules} rules armed"
    return [Finding(Level.OK, "config", words)]


def secret_findings(secrets: Secrets, *, is_live: bool, is_running: bool = False) -> list[Finding]:
    """Return whether the credentials are there, and whether others can read them.

    An engine that runs has its own, whatever the environment is here.
    """
    if not is_live:
        found = [Finding(Level.OK, "credentials", "none needed on paper")]
    elif secrets.missing and is_running:
        words = f"no {' and no '.join(secrets.missing)} here; the engine that runs has its own"
        found = [Finding(Level.NOTE, "credentials", words)]
    elif secrets.missing:
        todo = "set them where only you can read them, and start again"
        words = (
            "expected them in the environment or in engine.env,"
            f" found no {' and no '.join(secrets.missing)}"
        )
        found = [Finding(Level.FAIL, "credentials", words, todo)]
    else:
        found = [Finding(Level.OK, "credentials", "set")]
    return found + [_secret(file) for file in secrets.files]


def leftover_findings(names: tuple[str, ...]) -> list[Finding]:
    """Return the names of the environment that would make the screen do what nobody typed."""
    if not names:
        return []
    words = f"{', '.join(names)} in the environment: `curb` leaves it out"
    return [Finding(Level.NOTE, "environment", words, f"unset {' '.join(names)}")]


def disk_findings(disk: Disk) -> list[Finding]:
    """Return what is to be said of the state directory and the database."""
    found = [_folder(disk), _database(disk), _space(disk)]
    if disk.file_mode is not None and disk.file_mode & (_OTHERS | _GROUP):
        words = f"state.db has mode {disk.file_mode:04o}: others can read it"
        found.append(Finding(Level.WARN, "database", words, f"chmod 600 {disk.folder}/state.db"))
    return found


def _secret(file: SecretFile) -> Finding:
    words = f"{file.path} names the key and has mode {file.mode:04o}"
    if file.mode & _OTHERS:
        words = f"{words}: every user of this machine can read it"
        return Finding(Level.FAIL, "credentials", words, f"chmod 600 {file.path}; make a new key")
    if file.mode & _GROUP:
        words = f"{words}: its group can read it"
        return Finding(Level.WARN, "credentials", words, f"chmod 600 {file.path}")
    return Finding(Level.OK, "credentials", words)


def _folder(disk: Disk) -> Finding:
    if disk.folder_mode is None:
        return Finding(Level.OK, "state", f"{disk.folder}: made at the first start")
    if disk.folder_mode & (_OTHERS | _GROUP):
        words = f"{disk.folder} has mode {disk.folder_mode:04o}, expected 0700"
        return Finding(Level.WARN, "state", words, f"chmod 700 {disk.folder}; a start does it too")
    return Finding(Level.OK, "state", f"{disk.folder}: yours alone")


def _database(disk: Disk) -> Finding:
    if disk.is_older:
        return Finding(Level.WARN, "database", disk.error, "a start migrates it, every row kept")
    if disk.error:
        return Finding(Level.FAIL, "database", disk.error, "a start sets a damaged one aside")
    if disk.version is None:
        return Finding(Level.OK, "database", "none yet")
    size = disk.file_bytes / _MIB
    words = f"opens, whole by a quick check, schema {disk.version}, {size:,.1f} MiB"
    return Finding(Level.OK, "database", words)


def _space(disk: Disk) -> Finding:
    words = f"{disk.free_bytes // _MIB:,} MiB free"
    if disk.free_bytes < _LEAST_BYTES:
        return Finding(Level.FAIL, "disk", words, "free some space: nothing can be kept")
    if disk.free_bytes < _LOW_BYTES:
        return Finding(Level.WARN, "disk", words, "free some space")
    return Finding(Level.OK, "disk", words)
