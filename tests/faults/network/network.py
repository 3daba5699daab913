# SPDX-License-Identifier: Apache-2.0
"""Two network namespaces joined by a wire: the house, where this process and the exporter are, and the ISP. What names
mean in the house is ours, too: resolv.conf, nsswitch.conf, hosts and the system's authorities are bound over.

Only for a process that `unshare -mn` has put into namespaces of its own. All of it goes with the process."""
import ctypes
import json
import os
import pathlib
import subprocess
import tempfile
import threading

HOUSE, ISP, ISP_SECOND, NOBODY = "192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.9"
ISP_V6, NOBODY_V6 = "2001:db8::2", "2001:db8::9"
LINE_PORT = 8077
CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)


def _syscall(name, *arguments):
    if getattr(_libc, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def run(*words):
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise OSError(f"{' '.join(map(str, words))}: {done.stderr.strip()}")
    return done.stdout


class Namespace:
    """A network namespace without a name; it lasts as long as this object."""

    def __init__(self):
        def make():
            _syscall("unshare", CLONE_NEWNET)
            return os.open("/proc/thread-self/ns/net", os.O_RDONLY)

        self.descriptor = _in_thread(make)
        self.path = f"/proc/{os.getpid()}/fd/{self.descriptor}"

    def call(self, function):
        """What `function` returns in there; sockets that it opens stay in there, whoever uses them."""
        def inside():
            _syscall("setns", self.descriptor, CLONE_NEWNET)
            return function()

        return _in_thread(inside)

    def command(self, *words):
        return ["nsenter", f"--net={self.path}", *map(str, words)]

    def run(self, *words):
        return run(*self.command(*words))


def _in_thread(function):
    """Namespaces belong to threads; a thread of its own leaves the caller where it is."""
    result = []

    def body():
        try:
            result.append((function(), None))
        except OSError as error:
            result.append((None, error))

    thread = threading.Thread(target=body)
    thread.start()
    thread.join()
    value, error = result[0]
    if error:
        raise error
    return value


class Network:
    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="taara-network-"))
        run("ip", "link", "set", "lo", "up")
        self.isp = Namespace()
        run("ip", "link", "add", "wire", "type", "veth", "peer", "name", "wire", "netns", self.isp.path)
        self.isp.run("ip", "link", "set", "lo", "up")
        for address in (ISP, ISP_SECOND):
            self.isp.run("ip", "address", "add", f"{address}/24", "dev", "wire")
        self.isp.run("ip", "address", "add", f"{ISP_V6}/64", "dev", "wire", "nodad")
        self.isp.run("ip", "link", "set", "wire", "up")
        run("ip", "address", "add", f"{HOUSE}/24", "dev", "wire")
        run("ip", "address", "add", "2001:db8::1/64", "dev", "wire", "nodad")
        for name in ("resolv.conf", "nsswitch.conf", "hosts"):
            self._bind(name, f"/etc/{name}")
        self._nft("add table inet house")
        self._nft("add chain inet house out { type filter hook output priority 0; }")
        self.reset()

    def _bind(self, name, place):
        (self.folder / name).touch()
        run("mount", "--bind", self.folder / name, place)

    def trust_as_the_system(self, certificate):
        """The only authority in the folder that the whole system trusts."""
        folder = self.folder / "certs"
        folder.mkdir(exist_ok=True)
        (folder / "authority.pem").write_bytes(certificate.read_bytes())
        run("openssl", "rehash", folder)
        run("mount", "--bind", folder, "/etc/ssl/certs")

    @staticmethod
    def trust_system_again():
        run("umount", "/etc/ssl/certs")

    def _nft(self, words):
        run("nft", words)

    def reset(self):
        """All as it should be, and the counter of strangers at 0."""
        self.link(True)
        self._write("nsswitch.conf", "hosts: files dns\n")
        self.hosts({})
        self.name_servers(ISP)
        self._nft("flush chain inet house out")
        self.black_hole()

    def black_hole(self, *addresses):
        """What goes to these gets lost; everything else that goes out is as it should be, or counted as a stranger's."""
        self._nft("flush chain inet house out")
        for address in addresses:
            self._nft(f"add rule inet house out {'ip6' if ':' in address else 'ip'} daddr {address} drop")
        self._nft("add rule inet house out oif lo accept")
        self._nft("add rule inet house out meta l4proto { icmp, ipv6-icmp } accept")
        self._nft(f"add rule inet house out ip daddr {{ {ISP}, {ISP_SECOND}, {NOBODY} }} th dport {{ 53, {LINE_PORT} }} accept")
        self._nft(f"add rule inet house out ip6 daddr {{ {ISP_V6}, {NOBODY_V6} }} tcp dport {LINE_PORT} accept")
        self._nft("add rule inet house out counter comment strangers")

    def allow(self, address):
        """One more address at which the line is."""
        self._nft(f"insert rule inet house out ip daddr {address} tcp dport {LINE_PORT} accept")

    def packets_to_strangers(self):
        """How many left the house for anybody but the line and its name server."""
        rules = json.loads(run("nft", "-j", "list", "chain", "inet", "house", "out"))["nftables"]
        return next(part["counter"]["packets"] for rule in rules if rule.get("rule", {}).get("comment") == "strangers"
                    for part in rule["rule"]["expr"] if "counter" in part)

    def link(self, up):
        run("ip", "link", "set", "wire", "up" if up else "down")
        if up:  # an address of IPv6 goes with the link
            run("ip", "address", "replace", "2001:db8::1/64", "dev", "wire", "nodad")

    def hosts(self, names):
        self._write("hosts", "127.0.0.1 localhost\n" + "".join(f"{address} {name}\n" for name, address in names.items()))

    def name_servers(self, *addresses):
        self._write("resolv.conf", "".join(f"nameserver {address}\n" for address in addresses))

    def _write(self, name, text):
        # In place: a new file would not be the one that is bound.
        (self.folder / name).write_text(text)
