// SPDX-License-Identifier: Apache-2.0
// What is said of files in tests/fixtures/config that are wrong in the daemon: polling, store, web, log.
#pragma once

#include "unit/io/config_row.h"

namespace taara {

// NOLINTBEGIN(bugprone-suspicious-missing-comma): long messages go on in the next line
inline std::vector<ConfigRow> config_rows_of_daemon() {
  return {
      {"bad-connect-timeout.yml",
       {"4:28: polling.connect_timeout: found a connect_timeout of 40s, longer than timeout (30s); allowed: at most "
        "timeout"}},
      {"bad-grafana-url.yml",
       {"4:20: web.grafana_url: found a URL that begins with neither https:// nor http://; allowed: these two, in "
        "small letters"}},
      {"bad-grafana-url-password.yml",
       {"4:20: web.grafana_url: found an @ in the URL; allowed: scheme, host, port and path, without a user or "
        "password"}},
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
      {"bad-listen-256.yml",
       {"4:23: web.listen_address: found \"256.0.0.0:9100\"; allowed: one address and port such as 127.0.0.1:10077, "
        "[::1]:10077 or localhost:0"}},
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
      {"bad-min-interval-above.yml",
       {"5:17: polling.min_interval: found an interval of 10m, shorter than min_interval (15m); allowed: at least "
        "min_interval, which may be lowered at your own risk: the ISP might object"}},
      {"bad-peers-labels.yml",
       {"8:9: web.peers[0].labels.household: found the label \"household\", which the exporter's series or the rules "
        "have already; allowed: another name, such as region",
        "9:9: web.peers[0].labels.job: found the label \"job\", which the exporter's series or the rules have already; "
        "allowed: another name, such as region",
        "10:9: web.peers[0].labels.__address__: found the label \"__address__\"; allowed: letters, digits and _, not "
        "first a digit and not first __, at most 64 bytes, such as region",
        "11:9: web.peers[0].labels.7th: found the label \"7th\"; allowed: letters, digits and _, not first a digit and "
        "not first __, at most 64 bytes, such as region",
        "12:9: web.peers[0].labels.re-gion: found the label \"re-gion\"; allowed: letters, digits and _, not first a "
        "digit and not first __, at most 64 bytes, such as region",
        "13:17: web.peers[0].labels.region: found an empty text; allowed: a text of 1 to 128 bytes without line "
        "breaks, such as west",
        "14:15: web.peers[0].labels.site: found a value that is not shown here; allowed: a text of 1 to 128 bytes "
        "without line breaks, such as west",
        "15:15: web.peers[0].labels.town: found a map; allowed: a text of 1 to 128 bytes without line breaks, such as "
        "west",
        "17:41: web.peers[1].labels: found a text; allowed: a map of at most 16 labels, such as {region: west}",
        "18:41: web.peers[2].labels: found 17 labels; allowed: at most 16"}},
      {"bad-peers-text.yml",
       {"4:14: web.peers: found a value that is not shown here; allowed: a list of at most 10000 exporters, each an "
        "address such as 10.0.0.7:10077 or a map with address and labels"}},
      {"bad-peers.yml",
       {"6:7: web.peers[0]: found a value that is not shown here; allowed: host and port alone, such as "
        "10.0.0.7:10077, [fd00::7]:10077 or taara-7.example.net:10077; http:// or https:// is said by the scheme in "
        "prometheus.yml",
        "7:7: web.peers[1]: found a value that is not shown here; allowed: host and port alone, such as "
        "10.0.0.7:10077, [fd00::7]:10077 or taara-7.example.net:10077; http:// or https:// is said by the scheme in "
        "prometheus.yml",
        "8:7: web.peers[2]: found a value that is not shown here; allowed: host and port alone, such as "
        "10.0.0.7:10077, [fd00::7]:10077 or taara-7.example.net:10077; http:// or https:// is said by the scheme in "
        "prometheus.yml",
        "9:7: web.peers[3]: found a value that is not shown here; allowed: host and port alone, such as "
        "10.0.0.7:10077, [fd00::7]:10077 or taara-7.example.net:10077; http:// or https:// is said by the scheme in "
        "prometheus.yml",
        "10:7: web.peers[4]: found a value that is not shown here; allowed: host and port alone, such as "
        "10.0.0.7:10077, [fd00::7]:10077 or taara-7.example.net:10077; http:// or https:// is said by the scheme in "
        "prometheus.yml",
        "11:7: web.peers[5]: found a value that is not shown here; allowed: host and port alone, such as "
        "10.0.0.7:10077, [fd00::7]:10077 or taara-7.example.net:10077; http:// or https:// is said by the scheme in "
        "prometheus.yml",
        "12:7: web.peers[6]: found a value that is not shown here; allowed: host and port alone, such as "
        "10.0.0.7:10077, [fd00::7]:10077 or taara-7.example.net:10077; http:// or https:// is said by the scheme in "
        "prometheus.yml",
        "14:17: web.peers[8].address: found the address 10.0.0.7:10077 a second time (first in line 13); allowed: each "
        "once",
        "16:7: web.peers[10]: found the address taara-7.example.net:443 a second time (first in line 15); allowed: "
        "each once",
        "17:7: web.peers[11].address: found nothing, but it is needed; allowed: host and port, such as 10.0.0.7:10077",
        "18:33: web.peers[12].lables: unknown key; did you mean labels? Allowed here: address, labels",
        "19:7: web.peers[13]: found a list; allowed: host and port alone, such as 10.0.0.7:10077, [fd00::7]:10077 or "
        "taara-7.example.net:10077; http:// or https:// is said by the scheme in prometheus.yml",
        "21:1: web.peers[14]: found nothing; allowed: host and port alone, such as 10.0.0.7:10077, [fd00::7]:10077 or "
        "taara-7.example.net:10077; http:// or https:// is said by the scheme in prometheus.yml"}},
      {"bad-polling-list.yml",
       {"4:10: polling: found a list; allowed: a map with interval, min_interval, connect_timeout and timeout"}},
      {"bad-store.yml",
       {"4:15: store.path: found \"var/lib/taara\"; allowed: a path that begins with /, ./ or ../, at most 1024 bytes",
        "4:40: store.readings: found \"12\"; allowed: a time from 31 days to 120 months, such as 12 months, 90 days or "
        "90d",
        "4:50: store.days: found \"1 month 2 days\"; allowed: a time from 31 days to 120 months, such as 12 months, 90 "
        "days or 90d",
        "4:71: store.raw: found \"13 months\"; allowed: a time from 1 day to 12 months, such as 30 days or 30d"}},
      {"bad-store-raw.yml",
       {"4:8: store: found raw kept for longer than readings; allowed: at most as long, for a raw answer belongs to "
        "its reading"}},
      {"bad-store-short.yml",
       {"4:19: store.readings: found \"30 days\"; allowed: a time from 31 days to 120 months, such as 12 months, 90 "
        "days or 90d"}},
      {"bad-timeouts.yml",
       {"4:42: polling.timeout: found \"61s\"; allowed: a whole number directly followed by s or m, from 1s to 60s, "
        "such as 30s"}},
  };
}
// NOLINTEND(bugprone-suspicious-missing-comma)

}  // namespace taara
