// SPDX-License-Identifier: Apache-2.0
// What is said of files in tests/fixtures/config that are wrong in the households and what belongs to each: name, plan,
// mapping, thresholds, messages.
#pragma once

#include "unit/io/config_row.h"

namespace taara {

// NOLINTBEGIN(bugprone-suspicious-missing-comma): long messages go on in the next line
inline std::vector<ConfigRow> config_rows_of_household() {
  return {
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
      {"bad-cycle.yml", {"4:19: households[0].plan.cycle: found \"yearly\"; allowed: plan or monthly"}},
      {"bad-cycle-at.yml",
       {"4:32: households[0].plan.at: found \"24:00\"; allowed: a local time from \"00:00\" to \"23:59\""}},
      {"bad-cycle-day-0.yml",
       {"4:33: households[0].plan.day: found \"0\"; allowed: 1 to 31 (31 means the last day of every month)"}},
      {"bad-cycle-day-32.yml",
       {"4:33: households[0].plan.day: found \"32\"; allowed: 1 to 31 (31 means the last day of every month)"}},
      {"bad-cycle-length.yml",
       {"4:20: households[0].plan.length: found \"30\"; allowed: whole days from 1d to 366d, such as 30d"}},
      {"bad-cycle-length-367d.yml",
       {"4:20: households[0].plan.length: found \"367d\"; allowed: whole days from 1d to 366d, such as 30d"}},
      {"bad-cycle-mixed.yml",
       {"4:30: households[0].plan.day: this key belongs to cycle monthly, and the cycle here is plan",
        "4:37: households[0].plan.at: this key belongs to cycle monthly, and the cycle here is plan"}},
      {"bad-cycle-monthly-length.yml",
       {"4:36: households[0].plan.length: this key belongs to cycle plan, and the cycle here is monthly"}},
      {"bad-digest.yml",
       {"4:20: households[0].digest.hour: found \"24\"; allowed: a whole hour from 0 to 23, such as 7",
        "4:33: households[0].digest.weekday: found \"Monday\"; allowed: monday, tuesday, wednesday, thursday, friday, "
        "saturday or sunday"}},
      {"bad-digest-is-text.yml", {"4:13: households[0].digest: found a text; allowed: a map with hour and weekday"}},
      {"bad-digest-words.yml",
       {"4:20: households[0].digest.hour: found \"07\"; allowed: a whole hour from 0 to 23, such as 7",
        "4:33: households[0].digest.weekday: found \"mon\"; allowed: monday, tuesday, wednesday, thursday, friday, "
        "saturday or sunday",
        "4:38: households[0].digest.day: unknown key; did you mean weekday? Allowed here: hour, weekday"}},
      {"bad-household-among-good.yml",
       {"6:14: households[1].account.password_file: found nothing, but it is needed; allowed: a path that begins with "
        "/, ./ or ../, at most 1024 bytes"}},
      {"bad-household-is-text.yml", {"2:5: households[0]: found a text; allowed: a map with name, source and account"}},
      {"bad-households-empty.yml",
       {"1:13: households: found an empty list; allowed: a list with at least one household"}},
      {"bad-households-map.yml", {"1:13: households: found a map; allowed: a list with at least one household"}},
      {"bad-households-nothing.yml", {"1:1: households: found nothing; allowed: a list with at least one household"}},
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
      {"bad-name.yml", {"2:11: households[0].name: found \"Our Home\"; allowed: 1 to 63 of a-z, 0-9, _ and -"}},
      {"bad-name-long.yml",
       {"2:11: households[0].name: found \"hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh...\"; allowed: "
        "1 to 63 of a-z, 0-9, _ and -"}},
      {"bad-name-missing.yml",
       {"2:5: households[0].name: found nothing, but it is needed; allowed: 1 to 63 of a-z, 0-9, _ and -"}},
      {"bad-name-twice.yml",
       {"4:11: households[1].name: found the name home a second time (first in line 2); allowed: a name of its own for "
        "each household"}},
      {"bad-no-households.yml",
       {"1:1: households: found nothing, but it is needed; allowed: a list with at least one household"}},
      {"bad-speed.yml",
       {"4:12: households[0].speed: found \"100 MB/s\"; allowed: a speed from 1 Mbit/s to 100 Gbit/s, such as 100 "
        "Mbit/s"}},
      {"bad-speed-range.yml",
       {"4:12: households[0].speed: found \"512 kbit/s\"; allowed: a speed from 1 Mbit/s to 100 Gbit/s, such as 100 "
        "Mbit/s"}},
      {"bad-thresholds.yml",
       {"4:24: households[0].thresholds.used: found \"75\"; allowed: 1% to 100%, such as 75% or 0.75",
        "4:35: households[0].thresholds.today: found \"201%\"; allowed: 1% to 200%, such as 100% or 1.0",
        "4:51: households[0].thresholds.crossing: found \"100%\"; allowed: 1% to 99%, such as 50% or 0.5"}},
      {"bad-timezone.yml",
       {"4:15: households[0].timezone: found \"Africa/Nairobbi\"; did you mean Africa/Nairobi? Allowed: an IANA time "
        "zone such as Africa/Nairobi"}},
      {"bad-timezone-offset.yml",
       {"4:15: households[0].timezone: found \"+03:00\"; allowed: an IANA time zone such as Africa/Nairobi"}},
  };
}
// NOLINTEND(bugprone-suspicious-missing-comma)

}  // namespace taara
