// SPDX-License-Identifier: Apache-2.0
// What is said of files in tests/fixtures/config that are wrong in the file itself: encoding, YAML, structure, keys
// that nobody knows.
#pragma once

#include "unit/io/config_row.h"

namespace taara {

// NOLINTBEGIN(bugprone-suspicious-missing-comma): long messages go on in the next line
inline std::vector<ConfigRow> config_rows_of_file() {
  return {
      {"bad-alias-undefined.yml",
       {"4:14: log.level: found an anchor (&) or alias (*); allowed: neither, write the value out; a text that begins "
        "with & or * belongs in quotes"}},
      {"bad-anchor.yml",
       {"4:6: log: found an anchor (&) or alias (*); allowed: neither, write the value out; a text that begins with & "
        "or * belongs in quotes"}},
      {"bad-billion-laughs.yml",
       {"1:4: a: found an anchor (&) or alias (*); allowed: neither, write the value out; a text that begins with & or "
        "* belongs in quotes"}},
      {"bad-bom.yml", {"1:1: found a byte order mark; allowed: UTF-8 without one"}},
      {"bad-crlf.yml",
       {"1:12: found a carriage return (Windows line end) here and in 2 more lines; allowed: line feeds only; sed -i "
        "'s/\\r$//' FILE mends it"}},
      {"bad-depth.yml",
       {"1:24: households[0][0][0][0][0][0][0][0][0][0][0]: found values nested too deeply; allowed: at most 12 "
        "levels"}},
      {"bad-depth-thousands.yml",
       {"1:14: households[0]: found a key that is no text; allowed: one word followed by a colon"}},
      {"bad-duplicate-key.yml",
       {"6:1: log: found this key a second time (first in line 4); allowed: each key once",
        "7:23: web.listen_address: found \"9100\"; a port alone would listen on every interface; write 127.0.0.1 and a "
        "colon before it"}},
      {"bad-duplicate-key-nested.yml",
       {"6:7: households[0].plan.allocation: found this key a second time (first in line 5); allowed: each key once"}},
      {"bad-empty.yml", {"1:1: found nothing; allowed: the keys households, sealed, polling, store, web and log"}},
      {"bad-escape.yml", {"4:10: log.level: found an escape (\\) that is no character; allowed: the character itself"}},
      {"bad-key-is-list.yml", {"4:3: found a key that is no text; allowed: one word followed by a colon"}},
      {"bad-latin1.yml", {"4:4: found a byte that is not UTF-8; allowed: text saved as UTF-8"}},
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
        "6:1: lgo: unknown key; did you mean log? Allowed here: households, log, polling, sealed, store, web"}},
      {"bad-merge-key.yml", {"4:7: log.\"<<\": unknown key; allowed here: format, level"}},
      {"bad-nul.yml", {"4:16: found a control character; allowed: none"}},
      {"bad-only-comment.yml",
       {"1:1: found nothing; allowed: the keys households, sealed, polling, store, web and log"}},
      {"bad-syntax-bracket.yml",
       {"5:1: polling: not valid YAML (end of map flow not found, in what begins in line 4); check indentation, quotes "
        "and brackets"}},
      {"bad-syntax-indent.yml",
       {"3:12: households[0]: not valid YAML (illegal map value, in what begins in line 2); check indentation, quotes "
        "and brackets"}},
      {"bad-syntax-quote.yml",
       {"5:1: log: not valid YAML (end of map flow not found, in what begins in line 4); check indentation, quotes and "
        "brackets"}},
      {"bad-tab.yml", {"3:1: found a tab; allowed: spaces"}},
      {"bad-tab-in-value.yml", {"4:13: found a tab here and in 1 more line; allowed: spaces"}},
      {"bad-tag.yml", {"4:14: log.level: found a tag (!); allowed: none; a text that begins with ! belongs in quotes"}},
      {"bad-top-is-list.yml", {"1:1: found a list; allowed: the keys households, sealed, polling, store, web and log"}},
      {"bad-two-documents.yml", {"4:1: found a second YAML document; allowed: one, without a line --- in between"}},
      {"bad-unknown-key.yml",
       {"4:5: households[0].plna: unknown key; did you mean plan? Allowed here: account, ca_file, digest, mapping, "
        "name, plan, "
        "source, "
        "speed, thresholds, timezone, url"}},
      {"bad-unknown-key-far.yml",
       {"4:1: grafana: unknown key; allowed here: households, log, polling, sealed, store, web"}},
      {"bad-unknown-key-spaces.yml",
       {"4:7: log.\"le vel\\n\": unknown key; did you mean level? Allowed here: format, level"}},
      {"bad-utf16.yml", {"1:1: found a byte that is not UTF-8; allowed: text saved as UTF-8"}},
  };
}
// NOLINTEND(bugprone-suspicious-missing-comma)

}  // namespace taara
