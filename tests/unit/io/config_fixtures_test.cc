// SPDX-License-Identifier: Apache-2.0
// What load_config() says of every file in tests/fixtures/config, word by word. A file without a row, or a row without
// a file, fails the test. "@" stands for the folder; "permission" marks what has an exit code of its own.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "io/config_file.h"
#include "unit/io/temp_folder.h"

namespace taara {
namespace {

struct Row {
  std::string file;
  std::vector<std::string> problems;  // line:column: key: what was found; what is allowed
};

// NOLINTBEGIN(bugprone-suspicious-missing-comma): long messages go on in the next line
const std::vector<Row>& table() {
  static const std::vector<Row> rows{
      {"bad-account-incomplete.yml",
       {"3:14: households[0].account.phone: found nothing, but it is needed; allowed: 4 to 15 digits, without the "
        "country code",
        "3:14: households[0].account.partner_id: found nothing, but it is needed; allowed: 1 to 128 printable ASCII "
        "characters without spaces",
        "3:14: households[0].account.hotspot_id: found nothing, but it is needed; allowed: 1 to 128 printable ASCII "
        "characters without spaces",
        "3:14: households[0].account.passcode_file: found nothing, but it is needed; allowed: a path that begins with "
        "/, ./ or ../, at most 1024 bytes",
        "3:29: households[0].account.country_code: found a value that is not shown here; allowed: 1 to 3 digits "
        "without +, such as \"254\""}},
      {"bad-account-is-text.yml",
       {"3:14: households[0].account: found a text; allowed: a map with the login of this household"}},
      {"bad-account-missing.yml",
       {"2:5: households[0].account: found nothing, but it is needed; allowed: a map with the login of this "
        "household"}},
      {"bad-account-of-router.yml",
       {"3:25: households[0].account.username: this key belongs to source router, and this household's source is taara",
        "3:48: households[0].account.password_file: this key belongs to source router, and this household's source is "
        "taara"}},
      {"bad-account-of-taara.yml",
       {"4:22: households[0].account.phone: this key belongs to source taara, and this household's source is router",
        "4:50: households[0].account.passcode_file: this key belongs to source taara, and this household's source is "
        "router"}},
      {"bad-alias-undefined.yml",
       {"4:14: log.level: found an anchor (&) or alias (*); allowed: neither, write the value out; a text that begins "
        "with & or * belongs in quotes"}},
      {"bad-allocation-bare.yml",
       {"4:24: households[0].plan.allocation: found \"1000\"; the unit must be one of B, kB, MB, GB, TB, KiB, MiB, "
        "GiB, TiB, or unlimited"}},
      {"bad-allocation-negative.yml",
       {"4:24: households[0].plan.allocation: found \"-1 TB\"; the amount must be between 0 and 1000 TB, or "
        "unlimited"}},
      {"bad-allocation-unit.yml",
       {"4:24: households[0].plan.allocation: found \"1 Tb\"; the unit must be one of B, kB, MB, GB, TB, KiB, MiB, "
        "GiB, TiB, or unlimited"}},
      {"bad-allocation-zero.yml",
       {"4:24: households[0].plan.allocation: found \"0 TB\"; allowed: an amount such as 1 TB or 1000 GB, more than 0, "
        "or unlimited"}},
      {"bad-anchor.yml",
       {"4:6: log: found an anchor (&) or alias (*); allowed: neither, write the value out; a text that begins with & "
        "or * belongs in quotes"}},
      {"bad-billion-laughs.yml",
       {"1:4: a: found an anchor (&) or alias (*); allowed: neither, write the value out; a text that begins with & or "
        "* belongs in quotes"}},
      {"bad-bom.yml", {"1:1: found a byte order mark; allowed: UTF-8 without one"}},
      {"bad-connect-timeout.yml",
       {"4:28: polling.connect_timeout: found a connect_timeout of 40s, longer than timeout (30s); allowed: at most "
        "timeout"}},
      {"bad-country-code-null.yml",
       {"3:15: households[0].account.country_code: found nothing; allowed: 1 to 3 digits without +, such as \"254\""}},
      {"bad-crlf.yml",
       {"1:12: found a carriage return (Windows line end) here and in 2 more lines; allowed: line feeds only; sed -i "
        "'s/\\r$//' FILE mends it"}},
      {"bad-cycle-at.yml",
       {"4:32: households[0].plan.at: found \"24:00\"; allowed: a local time from \"00:00\" to \"23:59\""}},
      {"bad-cycle-day-0.yml",
       {"4:33: households[0].plan.day: found \"0\"; allowed: 1 to 31 (31 means the last day of every month)"}},
      {"bad-cycle-day-32.yml",
       {"4:33: households[0].plan.day: found \"32\"; allowed: 1 to 31 (31 means the last day of every month)"}},
      {"bad-cycle-length-367d.yml",
       {"4:20: households[0].plan.length: found \"367d\"; allowed: whole days from 1d to 366d, such as 30d"}},
      {"bad-cycle-length.yml",
       {"4:20: households[0].plan.length: found \"30\"; allowed: whole days from 1d to 366d, such as 30d"}},
      {"bad-cycle-mixed.yml",
       {"4:30: households[0].plan.day: this key belongs to cycle monthly, and the cycle here is plan",
        "4:37: households[0].plan.at: this key belongs to cycle monthly, and the cycle here is plan"}},
      {"bad-cycle-monthly-length.yml",
       {"4:36: households[0].plan.length: this key belongs to cycle plan, and the cycle here is monthly"}},
      {"bad-cycle.yml", {"4:19: households[0].plan.cycle: found \"yearly\"; allowed: plan or monthly"}},
      {"bad-depth-thousands.yml",
       {"1:14: households[0]: found a key that is no text; allowed: one word followed by a colon"}},
      {"bad-depth.yml",
       {"1:24: households[0][0][0][0][0][0][0][0][0][0][0]: found values nested too deeply; allowed: at most 12 "
        "levels"}},
      {"bad-duplicate-key-nested.yml",
       {"6:7: households[0].plan.allocation: found this key a second time (first in line 5); allowed: each key once"}},
      {"bad-duplicate-key.yml",
       {"6:1: log: found this key a second time (first in line 4); allowed: each key once",
        "7:23: web.listen_address: found \"9100\"; a port alone would listen on every interface; write 127.0.0.1 and a "
        "colon before it"}},
      {"bad-empty.yml", {"1:1: found nothing; allowed: the keys households, polling, store, web and log"}},
      {"bad-household-among-good.yml",
       {"6:14: households[1].account.password_file: found nothing, but it is needed; allowed: a path that begins with "
        "/, ./ or ../, at most 1024 bytes"}},
      {"bad-household-is-text.yml", {"2:5: households[0]: found a text; allowed: a map with name, source and account"}},
      {"bad-households-empty.yml",
       {"1:13: households: found an empty list; allowed: a list with at least one household"}},
      {"bad-households-map.yml", {"1:13: households: found a map; allowed: a list with at least one household"}},
      {"bad-households-nothing.yml", {"1:1: households: found nothing; allowed: a list with at least one household"}},
      {"bad-id-ellipsis.yml",
       {"3:79: households[0].account.partner_id: found a value that is not shown here; allowed: 1 to 128 printable "
        "ASCII characters without spaces"}},
      {"bad-id-long.yml",
       {"3:79: households[0].account.partner_id: found a value that is not shown here; allowed: 1 to 128 printable "
        "ASCII characters without spaces"}},
      {"bad-id-newline.yml",
       {"3:100: households[0].account.hotspot_id: found a value that is not shown here; allowed: 1 to 128 printable "
        "ASCII characters without spaces"}},
      {"bad-interval-0.yml",
       {"4:21: polling.interval: found \"0\"; allowed: a whole number directly followed by s, m or h, from 60s to 24h, "
        "such as 10m"}},
      {"bad-interval-10y.yml",
       {"4:21: polling.interval: found \"10y\"; allowed: a whole number directly followed by s, m or h, from 60s to "
        "24h, such as 10m"}},
      {"bad-interval-1e9.yml",
       {"4:21: polling.interval: found \"1e9\"; allowed: a whole number directly followed by s, m or h, from 60s to "
        "24h, such as 10m"}},
      {"bad-interval-25h.yml",
       {"4:21: polling.interval: found \"25h\"; allowed: a whole number directly followed by s, m or h, from 60s to "
        "24h, such as 10m"}},
      {"bad-interval-59s.yml",
       {"4:21: polling.interval: found \"59s\"; allowed: a whole number directly followed by s, m or h, from 60s to "
        "24h, such as 10m"}},
      {"bad-interval-bare.yml",
       {"4:21: polling.interval: found \"600\"; allowed: a whole number directly followed by s, m or h, from 60s to "
        "24h, such as 10m"}},
      {"bad-interval-below-min.yml",
       {"5:13: polling.interval: found an interval of 5m, shorter than min_interval (10m); allowed: at least "
        "min_interval, which may be lowered at your own risk: the ISP might object"}},
      {"bad-interval-minus.yml",
       {"4:21: polling.interval: found \"-1\"; allowed: a whole number directly followed by s, m or h, from 60s to "
        "24h, such as 10m"}},
      {"bad-interval-ms.yml",
       {"4:21: polling.interval: found \"60500ms\"; allowed: a whole number directly followed by s, m or h, from 60s "
        "to 24h, such as 10m"}},
      {"bad-interval-words.yml",
       {"4:21: polling.interval: found \"10 min\"; allowed: a whole number directly followed by s, m or h, from 60s to "
        "24h, such as 10m"}},
      {"bad-key-is-list.yml", {"4:3: found a key that is no text; allowed: one word followed by a colon"}},
      {"bad-latin1.yml", {"4:4: found a byte that is not UTF-8; allowed: text saved as UTF-8"}},
      {"bad-listen-256.yml",
       {"4:23: web.listen_address: found \"256.0.0.0:9100\"; allowed: one address and port such as 127.0.0.1:10077, "
        "[::1]:10077 or localhost:0"}},
      {"bad-listen-any-v6.yml",
       {"4:23: web.listen_address: found \"[::]:9100\"; listening beyond this machine needs TLS and authentication, "
        "which come with a later release; listen on 127.0.0.1 and put nginx in front"}},
      {"bad-listen-any.yml",
       {"4:23: web.listen_address: found \"0.0.0.0:9100\"; listening beyond this machine needs TLS and authentication, "
        "which come with a later release; listen on 127.0.0.1 and put nginx in front"}},
      {"bad-listen-bare-port.yml",
       {"4:23: web.listen_address: found \"9100\"; a port alone would listen on every interface; write 127.0.0.1 and a "
        "colon before it"}},
      {"bad-listen-comma.yml",
       {"4:23: web.listen_address: found \"127.0.0.1:9100,127.0.0.1:9101\"; a comma is not allowed; give each address "
        "on its own (the option and the list take several)"}},
      {"bad-listen-empty-list.yml",
       {"4:23: web.listen_address: found an empty list; allowed: an address such as 127.0.0.1:10077, or a list of 1 to "
        "16 of them"}},
      {"bad-listen-list.yml",
       {"7:7: web.listen_address[1]: found the same address a second time; allowed: each once",
        "8:7: web.listen_address[2]: found a map; allowed: an address such as 127.0.0.1:10077"}},
      {"bad-listen-no-host.yml",
       {"4:23: web.listen_address: found \":9100\"; no address before the colon would listen on every interface; write "
        "127.0.0.1 there"}},
      {"bad-listen-plus.yml",
       {"4:23: web.listen_address: found \"+9100\"; a port alone would listen on every interface; write 127.0.0.1 and "
        "a colon before it"}},
      {"bad-log.yml",
       {"4:14: log.level: found \"verbose\"; allowed: debug, info, warn or error",
        "4:31: log.format: found \"xml\"; allowed: logfmt or json"}},
      {"bad-many-at-once.yml",
       {"2:11: households[0].name: found \"Home\"; allowed: 1 to 63 of a-z, 0-9, _ and -",
        "3:14: households[0].account.partner_id: found nothing, but it is needed; allowed: 1 to 128 printable ASCII "
        "characters without spaces",
        "3:14: households[0].account.hotspot_id: found nothing, but it is needed; allowed: 1 to 128 printable ASCII "
        "characters without spaces",
        "3:14: households[0].account.passcode_file: found nothing, but it is needed; allowed: a path that begins with "
        "/, ./ or ../, at most 1024 bytes",
        "3:22: households[0].account.phone: found a value that is not shown here; allowed: 4 to 15 digits, without the "
        "country code",
        "4:19: households[0].plan.cycle: found \"yearly\"; allowed: plan or monthly",
        "5:21: polling.interval: found \"600\"; allowed: a whole number directly followed by s, m or h, from 60s to "
        "24h, such as 10m",
        "6:1: lgo: unknown key; did you mean log? Allowed here: households, log, polling, store, web"}},
      {"bad-mapping-no-unit.yml",
       {"5:21: households[0].mapping.used.unit: found nothing, but it is needed; allowed: B, kB, MB, GB, TB, KiB, MiB, "
        "GiB, TiB or auto"}},
      {"bad-mapping-nothing-left.yml",
       {"5:14: households[0].mapping: found neither used nor remaining; allowed: at least one of them, or there is "
        "nothing to read"}},
      {"bad-mapping-on-taara.yml",
       {"4:14: households[0].mapping: this key belongs to source router, and this household's source is taara"}},
      {"bad-mapping-pointer.yml",
       {"5:31: households[0].mapping.used.pointer: found \"total_used_mb\"; allowed: a JSON pointer such as "
        "/data/used_mb, at most 256 bytes",
        "5:79: households[0].mapping.remaining.pointer: found \"/a~2\"; allowed: a JSON pointer such as /data/used_mb, "
        "at most 256 bytes"}},
      {"bad-mapping-same-pointer.yml",
       {"5:14: households[0].mapping: found one pointer for both used and remaining; allowed: a field of its own for "
        "each"}},
      {"bad-mapping-unit.yml",
       {"5:44: households[0].mapping.used.unit: found \"Mb\"; allowed: B, kB, MB, GB, TB, KiB, MiB, GiB, TiB or auto"}},
      {"bad-mapping-unknown.yml",
       {"5:38: households[0].mapping.expires.unit: unknown key; allowed here: pointer",
        "5:48: households[0].mapping.alocated: unknown key; did you mean allocated? Allowed here: allocated, expires, "
        "remaining, used"}},
      {"bad-merge-key.yml", {"4:7: log.\"<<\": unknown key; allowed here: format, level"}},
      {"bad-min-interval-above.yml",
       {"5:17: polling.min_interval: found an interval of 10m, shorter than min_interval (15m); allowed: at least "
        "min_interval, which may be lowered at your own risk: the ISP might object"}},
      {"bad-name-long.yml",
       {"2:11: households[0].name: found \"hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh...\"; allowed: "
        "1 to 63 of a-z, 0-9, _ and -"}},
      {"bad-name-missing.yml",
       {"2:5: households[0].name: found nothing, but it is needed; allowed: 1 to 63 of a-z, 0-9, _ and -"}},
      {"bad-name-twice.yml",
       {"4:11: households[1].name: found the name home a second time (first in line 2); allowed: a name of its own for "
        "each household"}},
      {"bad-name.yml", {"2:11: households[0].name: found \"Our Home\"; allowed: 1 to 63 of a-z, 0-9, _ and -"}},
      {"bad-no-households.yml",
       {"1:1: households: found nothing, but it is needed; allowed: a list with at least one household"}},
      {"bad-nul.yml", {"4:16: found a control character; allowed: none"}},
      {"bad-only-comment.yml", {"1:1: found nothing; allowed: the keys households, polling, store, web and log"}},
      {"bad-phone-list.yml",
       {"3:22: households[0].account.phone: found a list; allowed: 4 to 15 digits, without the country code"}},
      {"bad-phone.yml",
       {"3:22: households[0].account.phone: found a value that is not shown here; allowed: 4 to 15 digits, without the "
        "country code"}},
      {"bad-polling-list.yml",
       {"4:10: polling: found a list; allowed: a map with interval, min_interval, connect_timeout and timeout"}},
      {"bad-secret-empty.yml",
       {"3:50: households[0].account.passcode_file: secret file \"@/empty.passcode\" is empty; write the secret into "
        "it"}},
      {"bad-secret-in-file-key.yml",
       {"3:50: households[0].account.passcode_file: found a value that is not shown here; allowed: a path that begins "
        "with /, ./ or ../, at most 1024 bytes"}},
      {"bad-secret-inline-anywhere.yml",
       {"4:7: web.token: a secret does not belong in this file; put it alone into a file with mode 0600 and name that "
        "file with passcode_file (source taara) or password_file (source router)",
        "5:1: mail: unknown key; allowed here: households, log, polling, store, web",
        "6:13: mail[0].smtp.secret: a secret does not belong in this file; put it alone into a file with mode 0600 and "
        "name that file with passcode_file (source taara) or password_file (source router)"}},
      {"bad-secret-inline-router.yml",
       {"4:15: households[0].account.Password: a secret does not belong in this file; put it alone into a file with "
        "mode 0600 and name that file with passcode_file (source taara) or password_file (source router)"}},
      {"bad-secret-inline.yml",
       {"3:14: households[0].account.passcode_file: found nothing, but it is needed; allowed: a path that begins with "
        "/, ./ or ../, at most 1024 bytes",
        "3:35: households[0].account.passcode: a secret does not belong in this file; put it alone into a file with "
        "mode 0600 and name that file with passcode_file (source taara) or password_file (source router)"}},
      {"bad-secret-missing.yml",
       {"permission 3:50: households[0].account.passcode_file: secret file \"@/absent.passcode\" cannot be found: No "
        "such file or directory; create it with install -m 0600 /dev/null FILE and write the secret into it"}},
      {"bad-secret-open.yml",
       {"permission 3:50: households[0].account.passcode_file: secret file \"@/open.passcode\" is open to other users "
        "(mode 0644); take that away: chmod 600 FILE"}},
      {"bad-source.yml", {"4:13: households[0].source: found \"tara\"; allowed: taara or router"}},
      {"bad-speed-range.yml",
       {"4:12: households[0].speed: found \"512 kbit/s\"; allowed: a speed from 1 Mbit/s to 100 Gbit/s, such as 100 "
        "Mbit/s"}},
      {"bad-speed.yml",
       {"4:12: households[0].speed: found \"100 MB/s\"; allowed: a speed from 1 Mbit/s to 100 Gbit/s, such as 100 "
        "Mbit/s"}},
      {"bad-store-raw.yml",
       {"4:8: store: found raw kept for longer than readings; allowed: at most as long, for a raw answer belongs to "
        "its reading"}},
      {"bad-store-short.yml",
       {"4:19: store.readings: found \"30 days\"; allowed: a time from 31 days to 120 months, such as 12 months, 90 "
        "days or 90d"}},
      {"bad-store.yml",
       {"4:15: store.path: found \"var/lib/taara\"; allowed: a path that begins with /, ./ or ../, at most 1024 bytes",
        "4:40: store.readings: found \"12\"; allowed: a time from 31 days to 120 months, such as 12 months, 90 days or "
        "90d",
        "4:50: store.days: found \"1 month 2 days\"; allowed: a time from 31 days to 120 months, such as 12 months, 90 "
        "days or 90d",
        "4:71: store.raw: found \"13 months\"; allowed: a time from 1 day to 12 months, such as 30 days or 30d"}},
      {"bad-syntax-bracket.yml",
       {"5:1: polling: not valid YAML (end of map flow not found, in what begins in line 4); check indentation, quotes "
        "and brackets"}},
      {"bad-syntax-indent.yml",
       {"3:12: households[0]: not valid YAML (illegal map value, in what begins in line 2); check indentation, quotes "
        "and brackets"}},
      {"bad-syntax-quote.yml",
       {"5:1: log: not valid YAML (end of map flow not found, in what begins in line 4); check indentation, quotes and "
        "brackets"}},
      {"bad-tab-in-value.yml", {"4:13: found a tab here and in 1 more line; allowed: spaces"}},
      {"bad-tab.yml", {"3:1: found a tab; allowed: spaces"}},
      {"bad-tag.yml", {"4:14: log.level: found a tag (!); allowed: none; a text that begins with ! belongs in quotes"}},
      {"bad-thresholds.yml",
       {"4:24: households[0].thresholds.used: found \"75\"; allowed: 1% to 100%, such as 75% or 0.75",
        "4:35: households[0].thresholds.today: found \"201%\"; allowed: 1% to 200%, such as 100% or 1.0",
        "4:51: households[0].thresholds.crossing: found \"100%\"; allowed: 1% to 99%, such as 50% or 0.5"}},
      {"bad-timeouts.yml",
       {"4:42: polling.timeout: found \"61s\"; allowed: a whole number directly followed by s or m, from 1s to 60s, "
        "such as 30s"}},
      {"bad-timezone-offset.yml",
       {"4:15: households[0].timezone: found \"+03:00\"; allowed: an IANA time zone such as Africa/Nairobi"}},
      {"bad-timezone.yml",
       {"4:15: households[0].timezone: found \"Africa/Nairobbi\"; did you mean Africa/Nairobi? Allowed: an IANA time "
        "zone such as Africa/Nairobi"}},
      {"bad-top-is-list.yml", {"1:1: found a list; allowed: the keys households, polling, store, web and log"}},
      {"bad-two-documents.yml", {"4:1: found a second YAML document; allowed: one, without a line --- in between"}},
      {"bad-unknown-key-far.yml", {"4:1: grafana: unknown key; allowed here: households, log, polling, store, web"}},
      {"bad-unknown-key-spaces.yml",
       {"4:7: log.\"le vel\\n\": unknown key; did you mean level? Allowed here: format, level"}},
      {"bad-unknown-key.yml",
       {"4:5: households[0].plna: unknown key; did you mean plan? Allowed here: account, mapping, name, plan, source, "
        "speed, thresholds, timezone, url"}},
      {"bad-url-crlf.yml",
       {"4:10: households[0].url: found a space, line break or control character in the URL; allowed: none"}},
      {"bad-url-fragment.yml",
       {"4:10: households[0].url: found a fragment (#) in the URL; allowed: scheme, host, port and path"}},
      {"bad-url-http.yml",
       {"4:10: households[0].url: found http, which would send the passcode readable for everybody on the way; "
        "allowed: https"}},
      {"bad-url-https-idn-port.yml",
       {"4:10: households[0].url: found something else than a port after the colon; allowed: 1 to 65535"}},
      {"bad-url-idn.yml",
       {"4:10: households[0].url: found a character that is not ASCII in the URL; write the host in its xn-- form"}},
      {"bad-url-port-0.yml",
       {"4:10: households[0].url: found something else than a port after the colon; allowed: 1 to 65535"}},
      {"bad-url-port-65536.yml",
       {"4:10: households[0].url: found something else than a port after the colon; allowed: 1 to 65535"}},
      {"bad-url-query.yml",
       {"4:10: households[0].url: found a query (?) in the URL; allowed: scheme, host, port and path"}},
      {"bad-url-router-link-local.yml",
       {"5:10: households[0].url: found http with an address outside the house; allowed over http: a private address "
        "(10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fc00::/7); use https otherwise"}},
      {"bad-url-router-name.yml",
       {"5:10: households[0].url: found http with a host name, which anybody's answer could lead elsewhere; allowed "
        "over http: the router's private address such as http://192.168.88.1"}},
      {"bad-url-router-public.yml",
       {"5:10: households[0].url: found http with an address outside the house; allowed over http: a private address "
        "(10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fc00::/7); use https otherwise"}},
      {"bad-url-scheme.yml",
       {"4:10: households[0].url: found a URL that begins with neither https:// nor http://; allowed: these two, in "
        "small letters"}},
      {"bad-url-short-ip.yml",
       {"5:10: households[0].url: found a host that is neither a name nor an IP address; allowed: such as "
        "share.taara.company, 192.168.88.1 or [fd00::1]"}},
      {"bad-url-userinfo.yml",
       {"4:10: households[0].url: found a user or password in the URL; they belong in account, the password in a "
        "file"}},
      {"bad-username-empty.yml",
       {"4:25: households[0].account.username: found an empty text; allowed: 1 to 128 characters on one line"}},
      {"bad-utf16.yml", {"1:1: found a byte that is not UTF-8; allowed: text saved as UTF-8"}},
  };
  return rows;
}
// NOLINTEND(bugprone-suspicious-missing-comma)

std::string fixture(const std::string& name) { return TAARA_SOURCE_DIR "/tests/fixtures/config/" + name; }

// The fixtures name secrets beside themselves; modes and owners don't survive git, so each test makes its own.
void add_secrets(const TempFolder& folder) {
  folder.file("home.passcode", "1234\n");
  folder.file("cottage.password", "correct horse\n");
  folder.file("open.passcode", "1234\n", 0644);
  folder.file("empty.passcode", "");
}

std::string without_folder(std::string text, const TempFolder& folder) {
  for (auto at = text.find(folder.path()); at != std::string::npos; at = text.find(folder.path()))
    text.replace(at, folder.path().size(), "@");
  return text;
}

std::vector<std::string> said_of(const std::string& name) {
  const TempFolder folder;
  add_secrets(folder);
  const std::string path = folder.path("c");
  std::filesystem::copy_file(fixture(name), path);
  const auto loaded = load_config(path);
  std::vector<std::string> said;
  if (const auto* problems = std::get_if<std::vector<ConfigProblem>>(&loaded)) {
    for (const auto& problem : *problems)
      said.push_back((problem.fault == ConfigFault::permission ? "permission " : "") +
                     without_folder(describe("c", problem), folder).replace(0, 2, ""));
  }
  return said;
}

class BadConfig : public testing::TestWithParam<Row> {};

TEST_P(BadConfig, F02_IsRefusedWithLineKeyAndReason) { EXPECT_EQ(said_of(GetParam().file), GetParam().problems); }

std::string name_of_row(const testing::TestParamInfo<Row>& info) {
  std::string name = std::filesystem::path(info.param.file).stem().string();
  for (char& c : name)
    if (c == '-') c = '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(Fixtures, BadConfig, testing::ValuesIn(table()), name_of_row);

TEST(ConfigFixtures, EveryBadFileIsInTheTableAndEveryGoodOneLoads) {
  std::set<std::string> in_table;
  for (const auto& row : table()) {
    EXPECT_FALSE(row.problems.empty()) << row.file;
    EXPECT_TRUE(in_table.insert(row.file).second) << row.file << " stands twice";
  }
  std::set<std::string> in_folder;
  for (const auto& entry : std::filesystem::directory_iterator(fixture(""))) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("bad-")) in_folder.insert(name);
    if (name.starts_with("good-")) {
      EXPECT_EQ(said_of(name), std::vector<std::string>{}) << name;
    }
  }
  EXPECT_EQ(in_folder, in_table);
  EXPECT_GE(in_folder.size(), 40U);
}

TEST(ConfigFixtures, F11_S06_NoMessageRepeatsASecretOrAPersonalValue) {
  for (const auto& row : table()) {
    for (const auto& said : said_of(row.file)) {
      for (const auto* canary : {"canary", "700000001", "700 000", "hunter"})
        EXPECT_EQ(said.find(canary), std::string::npos) << row.file << ": " << said;
    }
  }
}

}  // namespace
}  // namespace taara
