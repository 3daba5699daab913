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
