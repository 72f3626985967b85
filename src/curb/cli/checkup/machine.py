"""Whether the machine's clock is right, and whether it looks like somebody else's machine."""

from dataclasses import dataclass

from curb.cli.checkup.finding import Finding, Level

TERMS = (
    "Topstep's terms forbid trading from VPS, VPN and other remote servers, and closing a "
    "position is trading: run Curb on your own machine"
)
# Below, it is the second's cut of an HTTP date and the way back.
_OFF_S = 2.0
_HOSTED = (
    *("amazon", "google", "digitalocean", "hetzner", "ovh", "vultr", "linode", "akamai"),
    *("openstack", "alibaba", "oracle", "upcloud", "scaleway", "contabo", "droplet"),
)
_VIRTUAL = ("kvm", "qemu", "vmware", "virtualbox", "xen", "bochs", "parallels", "virtual machine")
_VPN = ("tun", "tap", "wg", "ppp", "utun", "tailscale", "nordlynx", "proton", "mullvad", "zt")


@dataclass(frozen=True, slots=True)
class Clock:
    """The machine's clock; None for what cannot be known here."""

    zone: str
    is_synced: bool | None
    off_s: float | None  # ahead of the gateway's time; negative: behind


@dataclass(frozen=True, slots=True)
class Machine:
    """What tells one's own machine from a hosted one; "" or empty where nothing does."""

    product: str  # maker and product, as the firmware names them
    container: str
    is_cloud: bool  # it was set up by cloud-init
    is_virtual: bool  # the processor says so
    interfaces: tuple[str, ...]
    ssh_to: str  # this machine's address in an ssh session
    is_ssh_public: bool  # that address is reachable from anywhere


def clock_findings(clock: Clock) -> list[Finding]:
    """Return what is to be said of the clock."""
    trusted = "Curb's locks end by the gateway's clock, not by this one"
    if clock.is_synced is None:
        found = [Finding(Level.NOTE, "clock", f"zone {clock.zone}; whether NTP sets it is unknown")]
    elif clock.is_synced:
        found = [Finding(Level.OK, "clock", f"zone {clock.zone}, set by NTP")]
    else:
        words = f"zone {clock.zone}, not set by NTP; {trusted}"
        found = [Finding(Level.WARN, "clock", words, "run: sudo timedatectl set-ntp true")]
    if clock.off_s is None:
        return found
    if abs(clock.off_s) <= _OFF_S:
        return [*found, Finding(Level.OK, "clock", f"{clock.off_s:+.1f} s of the gateway's")]
    side = "ahead of" if clock.off_s > 0 else "behind"
    words = f"{abs(clock.off_s):.0f} s {side} the gateway's; {trusted}"
    return [*found, Finding(Level.WARN, "clock", words, "set it by NTP")]


def place_findings(machine: Machine, *, is_live: bool) -> list[Finding]:
    """Return what looks like somebody else's machine: a guess, never a verdict.

    In practice it is a note: nothing leaves the machine there.
    """
    level = Level.WARN if is_live else Level.NOTE
    signs = _signs(machine)
    found = [Finding(level, "place", f"{sign}; only a guess", TERMS) for sign in signs[:1]]
    found += [Finding(level, "place", f"{sign}; only a guess") for sign in signs[1:]]
    if not found:
        found = [Finding(Level.OK, "place", "nothing here looks like a hosted machine or a VPN")]
    if machine.ssh_to and not machine.is_ssh_public:
        words = "an ssh session; to your own machine it is your business. In tmux it may break off"
        found.append(Finding(Level.OK, "session", words))
    return found


def _signs(machine: Machine) -> list[str]:
    product = machine.product.lower()
    signs = []
    if any(word in product for word in _HOSTED) or machine.is_cloud:
        signs.append(f"a hosted machine by its looks ({machine.product or 'cloud-init ran here'})")
    elif any(word in product for word in _VIRTUAL) or machine.is_virtual:
        signs.append(f"a virtual machine ({machine.product or 'by its processor'})")
    if machine.container:
        signs.append(f"a container ({machine.container})")
    vpn = [name for name in machine.interfaces if name.lower().startswith(_VPN)]
    if vpn:
        signs.append(f"a network interface like a VPN's ({', '.join(vpn)})")
    if machine.is_ssh_public:
        signs.append(f"an ssh session to a public address ({machine.ssh_to})")
    return signs
