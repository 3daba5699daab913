// SPDX-License-Identifier: Apache-2.0
// The whole configuration as plain data. Member initialisers are the defaults; io/config_file.h fills it from YAML.
#pragma once

#include <date/tz.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/bytes.h"
#include "core/time.h"

namespace taara {

enum class SourceKind { taara, router };
enum class CycleKind { plan, monthly };

// A unit that a meter may count in; automatic reads strings such as "885.1 GB".
enum class Unit { automatic, B, kB, MB, GB, TB, KiB, MiB, GiB, TiB };

struct MappedField {
  std::string pointer;  // JSON pointer into the router's answer
  Unit unit = Unit::MiB;
  bool operator==(const MappedField&) const = default;
};

// Which fields of a router's answer mean what. An absent field is not read.
struct Mapping {
  std::optional<MappedField> used = MappedField{"/total_used_mb", Unit::MiB};
  std::optional<MappedField> remaining = MappedField{"/remaining_mb", Unit::MiB};
  std::optional<MappedField> allocated = MappedField{"/total_allocated_mb", Unit::MiB};
  std::optional<std::string> expires_pointer;
  bool operator==(const Mapping&) const = default;
};

// One file with several secrets in it, and what opens it.
struct Sealed {
  std::string file;
  std::vector<std::string> master_files;  // tried in this order
  bool operator==(const Sealed&) const = default;
};

struct Account {
  std::string country_code = "254";  // taara
  std::string phone;
  std::string partner_id;
  std::string hotspot_id;
  std::string username;     // router
  std::string secret_file;  // passcode_file or password_file; empty: the secret is sealed
  std::string sealed_name;  // passcode_sealed or password_sealed
  Sealed sealed;            // where that name is
  bool operator==(const Account&) const = default;
};

struct Plan {
  std::optional<Bytes> allocation = kTerabyte;  // absent: unlimited
  CycleKind cycle = CycleKind::plan;
  std::chrono::days length{30};  // cycle plan
  unsigned day = 1;              // cycle monthly: 1-31, 31 means the last day of the month
  std::chrono::minutes at{0};    // cycle monthly: local time of day
  bool operator==(const Plan&) const = default;
};

struct Thresholds {  // ratios that the owner chose; rules read them from taara_alert_threshold_ratio
  double used = 0.75;
  double today = 1.0;
  double crossing = 0.5;
  bool operator==(const Thresholds&) const = default;
};

inline constexpr std::array<std::string_view, 7> kWeekdayNames{"sunday",   "monday", "tuesday", "wednesday",
                                                               "thursday", "friday", "saturday"};

struct Digest {       // when the owner wants the regular messages; rules read it from taara_digest_hour and …_weekday
  unsigned hour = 7;  // local, 0-23
  unsigned weekday = 1;  // of the weekly one; 0 is Sunday, as in kWeekdayNames
  bool operator==(const Digest&) const = default;
};

struct Household {
  std::string name;
  SourceKind source = SourceKind::taara;
  std::string url;                     // without a trailing slash
  std::optional<std::string> ca_file;  // PEM: the only authorities trusted for it; absent: the system's
  Account account;
  const date::time_zone* zone = nullptr;  // never null once loaded
  Plan plan;
  Thresholds thresholds;
  Digest digest;
  Mapping mapping;
  std::int64_t speed_bits_per_second = 100'000'000;  // fastest that the line can be: what is faster is a broken meter
  bool operator==(const Household&) const = default;
};

struct Polling {
  seconds interval{600};
  seconds min_interval{600};
  seconds connect_timeout{10};
  seconds timeout{30};
  bool operator==(const Polling&) const = default;
};

struct StoreConfig {
  std::string path = "/var/lib/taara";
  std::chrono::days readings{366};
  std::chrono::days days{732};
  std::chrono::days raw{30};
  bool operator==(const StoreConfig&) const = default;
};

struct ListenAddress {
  std::string host;  // an IPv4 or IPv6 literal
  unsigned port = 0;
  bool operator==(const ListenAddress&) const = default;
};

// Another exporter, or this one, as GET /api/v1/sd tells Prometheus of it.
struct Peer {
  std::string address;                                      // host:port, as Prometheus reaches it
  std::vector<std::pair<std::string, std::string>> labels;  // of its series; sorted by name, each once
  bool operator==(const Peer&) const = default;
};

enum class LogLevel { debug, info, warn, error };
enum class LogFormat { logfmt, json };

struct Config {
  std::vector<Household> households;
  Polling polling;
  StoreConfig store;
  std::vector<ListenAddress> listen{{"127.0.0.1", 10077}};
  bool allow_public = false;  // web.allow_public: one of the two ways to say that listening for others is meant
  std::optional<std::string> grafana_url;  // the page links to it
  std::optional<std::vector<Peer>> peers;  // absent: nobody said, so the exporter names itself
  LogLevel log_level = LogLevel::info;
  LogFormat log_format = LogFormat::logfmt;
};

}  // namespace taara
