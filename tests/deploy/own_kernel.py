# SPDX-License-Identifier: Apache-2.0
"""What a container can't show, because its kernel is this computer's: swap, settings and time keeping of role base, limits
of memory, filters of addresses. Looked at in a guest of guest.py on which all of site.yml but that has been."""
import json
import time

METADATA = "169.254.169.254"  # where a cloud tells its machines their secrets
LOCAL_SERVER = f"mkdir -p /var/empty; ip addr add {METADATA}/32 dev lo; systemd-run -q --unit=metadata python3 -m http.server --bind {METADATA} --directory /var/empty 8099"
CONNECT = f"python3 -c 'import socket; socket.create_connection((\"{METADATA}\", 8099), 5)' 2>/dev/null && echo reached || echo refused"
EAT = "python3 -c 'x = bytearray(200 << 20); print(\"had\")' || echo ended"
SETTINGS = {"kernel.kptr_restrict": "2", "kernel.unprivileged_bpf_disabled": "1", "net.ipv4.conf.all.accept_redirects": "0", "fs.protected_fifos": "2"}


def within(unit, command):
    """In the control group of a unit, as one of its processes."""
    return f"echo $$ > /sys/fs/cgroup/system.slice/{unit}.service/cgroup.procs; {command}"


def ended_for_memory(guest):
    # grep ends with 1 where it counts none, which is an answer here.
    return int(guest.ssh("journalctl -k --no-pager | grep -ci 'out of memory' || true", timeout=120).stdout)


def until(seconds, check):
    """Whether `check` became true."""
    end = time.monotonic() + seconds
    while not check():
        if time.monotonic() > end:
            return False
        time.sleep(2)  # real: another machine is waited for
    return True


def set_up(house, guest, judge):
    """Role base on it, twice. `house` has the inventory, which names the container until now."""
    inventory = house.folder / "hosts.json"
    names = json.loads(inventory.read_text(encoding="utf-8"))
    host = names["monitor"]["hosts"]["droplet"]
    # QEMU forwards the port; as ansible_port the role would take it for sshd's own, and rightly refuse.
    host |= {"ansible_host": guest.address, "ansible_ssh_common_args": f"{host['ansible_ssh_common_args']} -o Port={guest.port}"}
    inventory.write_text(json.dumps(names), encoding="utf-8")
    house.play("site.yml", "--tags", "base")
    _, changed, _ = house.play("site.yml", "--tags", "base")
    judge.say(changed == 0, f"role base on a kernel of its own: a second run changes {changed}")
    swap = guest.ssh("swapon --show=NAME,SIZE --noheadings --bytes", timeout=60).stdout.split()
    judge.say(swap == ["/swapfile", str((512 << 20) - 4096)], f"swap: {swap}")
    found = guest.ssh(f"sysctl {' '.join(SETTINGS)}", timeout=60).stdout
    judge.say(dict(line.split(" = ") for line in found.splitlines()) == SETTINGS, f"settings of the kernel: {' '.join(found.split())}")
    loaded = guest.ssh("modprobe sctp 2>/dev/null && echo loaded || echo refused", timeout=60).stdout.strip()
    judge.say(loaded == "refused", f"a protocol that nothing here uses: {loaded}")
    keeper = guest.ssh("systemctl is-active systemd-timesyncd; systemctl is-enabled systemd-timesyncd", check=False, timeout=60).stdout.split()
    judge.say(keeper == ["active", "enabled"], f"the time's keeper: {' and '.join(keeper)}")


def look_at_limits(guest, units, judge):
    guest.ssh(LOCAL_SERVER, timeout=120)
    open_to_all = until(60, lambda: guest.ssh(CONNECT, timeout=60).stdout.strip() == "reached")
    for unit in units:
        inside = guest.ssh(within(unit, CONNECT), timeout=60).stdout.strip()
        judge.say(open_to_all and inside == "refused", f"the cloud's metadata address: {'reached' if open_to_all else 'not there'} from a shell, {inside} from within {unit}")
    before = ended_for_memory(guest)
    outside = guest.ssh(EAT, timeout=120).stdout.strip()
    inside = guest.ssh(within("taara-exporter", EAT), timeout=120, check=False).stdout.strip()
    kills = ended_for_memory(guest) - before
    judge.say(outside == "had" and inside != "had" and kills > 0, f"200 MB: {outside} by a shell; within the exporter's 96 MB the kernel ended {kills} programs")
    back = until(120, lambda: guest.ssh("systemctl is-active taara-exporter", check=False, timeout=60).stdout.strip() == "active")
    judge.say(back, "the exporter runs again after it" if back else "the exporter does not come back")
