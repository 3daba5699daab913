# SPDX-License-Identifier: Apache-2.0
"""The package and the other files of a release, made here from the release build. Run by tests/deploy/run."""
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
NOT_LINKED = {"systemd", "ca-certificates", "tzdata"}  # what the package needs beside its libraries
TIME = 1700000000


def output_of(*words, **options):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, **options)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, words))}: code {done.returncode}: {(done.stdout + done.stderr)[-3000:]}")
    return done.stdout


def digests(folder):
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}


class Package(unittest.TestCase):
    """Made twice: the second time by somebody with another zone, language and mask of modes."""

    @classmethod
    def setUpClass(cls):
        cls.scratch = pathlib.Path(tempfile.mkdtemp(prefix="taara-package-"))
        cls.addClassCleanup(shutil.rmtree, cls.scratch)
        cls.folders = cls.scratch / "first", cls.scratch / "second"
        for folder, mask, more in zip(cls.folders, (0o022, 0o077), ({}, {"TZ": "Asia/Tokyo", "LC_ALL": "C", "HOME": "/nonexistent"})):
            options = {"cwd": ROOT, "umask": mask, "env": os.environ | more}
            package = ROOT / output_of("./taara", "package", **options).splitlines()[-1]
            output_of("exporter/package/release", package, TIME, folder, **options)
        cls.package, = cls.folders[0].glob("taara-exporter_*.deb")
        cls.version, cls.architecture = output_of("dpkg-deb", "-W", "--showformat=${Version} ${Architecture}", cls.package).split()
        cls.name = f"taara-monitor_{cls.version}_{cls.architecture}"
        output_of("tar", "-xf", cls.folders[0] / f"{cls.name}.tar.gz", "-C", cls.scratch)
        cls.unpacked = cls.scratch / cls.name

    def bill(self):
        file, = self.folders[0].glob("*.cdx.json")
        return json.loads(file.read_text(encoding="utf-8"))

    def test_lintian_finds_no_error(self):
        if not shutil.which("lintian"):
            self.skipTest("lintian is not installed")
        output_of("lintian", "--allow-root", "--fail-on", "error", self.package)

    def test_the_package_brings_what_a_service_needs_and_no_configuration(self):
        files = set(re.findall(r" \./(\S+[^/\s])$", output_of("dpkg-deb", "-c", self.package), re.MULTILINE))
        self.assertEqual({file for file in files if file.startswith("etc/")}, {"etc/default/taara-exporter"})
        self.assertLess({"usr/bin/taara_exporter", "usr/lib/systemd/system/taara-exporter.service", "usr/lib/sysusers.d/taara-exporter.conf",
                         "usr/share/man/man1/taara_exporter.1.gz", "usr/share/bash-completion/completions/taara_exporter",
                         "usr/share/zsh/vendor-completions/_taara_exporter", "usr/share/doc/taara-exporter/taara.example.yml",
                         "usr/share/doc/taara-exporter/copyright"}, files)

    def test_the_same_source_gives_the_same_bytes(self):
        first, second = map(digests, self.folders)
        self.assertEqual(len(first), 4)
        self.assertEqual(first, second)

    def test_the_checksums_are_those_of_all_files(self):
        folder = self.folders[0]
        said = output_of("sha256sum", "--strict", "--check", "sha256sums.txt", cwd=folder)
        self.assertEqual({line.split(":")[0] for line in said.splitlines()}, {file.name for file in folder.iterdir()} - {"sha256sums.txt"})

    def test_the_list_of_parts_names_what_the_program_is_linked_with(self):
        bill = self.bill()
        program = self.unpacked / "exporter/usr/bin/taara_exporter"
        needed = set(re.findall(r"NEEDED +(\S+)", output_of("objdump", "-p", program)))
        self.assertEqual({entry["value"] for part in bill["components"] for entry in part["properties"] if entry["name"] == "taara:library"}, needed)
        # dpkg-shlibdeps found these by its own way.
        depends = {word.split()[0] for word in output_of("dpkg-deb", "-f", self.package, "Depends").split(", ")}
        self.assertEqual({part["name"] for part in bill["components"]}, depends - NOT_LINKED)
        for part in bill["components"]:
            with self.subTest(part["name"]):
                self.assertEqual(part["version"], output_of("dpkg-query", "-W", "-f=${Version}", f"{part['name']}:{self.architecture}"))
                self.assertTrue(part["licenses"])
                self.assertRegex(part["purl"], r"^pkg:deb/(debian|ubuntu)/[a-z0-9.+-]+@\S+\?arch=[a-z0-9]+&distro=\S+$")
        ours = bill["metadata"]["component"]
        self.assertEqual(ours["version"], self.version)
        self.assertEqual(ours["hashes"][0]["content"], digests(self.folders[0])[self.package.name])
        self.assertEqual(bill["metadata"]["timestamp"], "2023-11-14T22:13:20Z")

    def test_the_list_of_parts_keeps_to_its_schema(self):
        folder = os.environ.get("TAARA_CYCLONEDX_SCHEMAS")
        if not folder:
            self.skipTest("TAARA_CYCLONEDX_SCHEMAS names no folder of schemas; docs/engineer/checks.md says how")
        import jsonschema  # pylint: disable=import-outside-toplevel # only where it is asked for
        schemas = {file.name: json.loads(file.read_text(encoding="utf-8")) for file in pathlib.Path(folder).glob("*.json")}
        resolver = jsonschema.RefResolver.from_schema(schemas["bom-1.5.SNAPSHOT.schema.json"], store={
            "http://cyclonedx.org/schema/" + name: schema for name, schema in schemas.items()})
        validator = jsonschema.Draft7Validator(schemas["bom-1.5.SNAPSHOT.schema.json"], resolver=resolver, format_checker=jsonschema.FormatChecker())
        bill = self.bill()
        self.assertEqual([error.message for error in validator.iter_errors(bill)], [])
        bill["components"][0]["licenses"] = [{"license": {"id": "no such licence"}}]
        self.assertFalse(validator.is_valid(bill))

    def test_a_library_that_no_package_brings_is_no_part(self):
        tree = self.scratch / "odd"
        (tree / "DEBIAN").mkdir(parents=True)
        (tree / "usr/bin").mkdir(parents=True)
        (tree / "DEBIAN/control").write_text(f"Package: odd\nVersion: 1\nArchitecture: {self.architecture}\nMaintainer: nobody\nDescription: odd\n", encoding="utf-8")
        compiler = ("c++", "-x", "c++", "-fPIC")
        subprocess.run([*compiler, "-shared", "-o", self.scratch / "libtaara_nobody.so", "-"], input="int f(){return 0;}", text=True, check=True)
        subprocess.run([*compiler, "-o", tree / "usr/bin/taara_exporter", "-", "-x", "none", "-L", self.scratch, "-ltaara_nobody"],
                       input="int f(); int main(){return f();}", text=True, check=True)
        output_of("dpkg-deb", "-b", tree, self.scratch / "odd.deb")
        with self.assertRaisesRegex(AssertionError, "libtaara_nobody.so comes from no installed package"):
            output_of(ROOT / "exporter/package/sbom", self.scratch / "odd.deb", TIME, self.scratch / "odd.json")

    def test_the_tarball_is_enough_for_a_droplet(self):
        self.assertIn(self.version, output_of(self.unpacked / "exporter/usr/bin/taara_exporter", "--version"))
        self.assertEqual([path.name for path in (self.unpacked / "ansible/inventory").iterdir()], ["example"])
        readme = (self.unpacked / "README.md").read_text(encoding="utf-8")
        self.assertNotIn("@", readme)
        for folder in re.findall(r"^\| `(\w+/)`", readme, re.MULTILINE):
            self.assertTrue((self.unpacked / folder).is_dir(), folder)
        for playbook in (self.unpacked / "ansible/playbooks").glob("*.yml"):
            output_of("ansible-playbook", "-i", "inventory/example", playbook, "--syntax-check", cwd=self.unpacked / "ansible")
        for name in ("prometheus/defaults/main.yml", "alertmanager/defaults/main.yml"):
            named = re.search(r'"{{ playbook_dir }}/(\S+)"', (self.unpacked / "ansible/roles" / name).read_text(encoding="utf-8"))[1]
            self.assertTrue((self.unpacked / "ansible/playbooks" / named).is_dir(), named)
        output_of("promtool", "check", "rules", *(self.unpacked / "rules").glob("*.yml"))
