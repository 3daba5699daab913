// SPDX-License-Identifier: Apache-2.0
#include "line_sim/exporter_config.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "line_sim/http_server.h"
#include "line_sim/json_text.h"

namespace taara::line_sim {
namespace {

Result<std::string> write_secret(const std::string& path, const std::string& secret) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  const std::string line = secret + '\n';
  if (file.get() < 0 || ::fchmod(file.get(), 0600) != 0 ||
      ::write(file.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
    return Error{Errc::io, path + " cannot be written: " + std::strerror(errno)};
  }
  return path;
}

}  // namespace

Result<std::string> exporter_config(const LineSettings& line, const ExporterConfig& config) {
  std::error_code error;
  std::filesystem::create_directories(config.secrets_dir, error);
  const std::string directory = std::filesystem::absolute(config.secrets_dir, error);
  const bool cloud = config.source == SourceKind::taara;
  std::string yaml = "# Written by taara_line_sim: simulated households.\nhouseholds:\n";
  for (unsigned i = 1; i <= line.households; ++i) {
    const std::string number = std::to_string(i);
    std::string path = directory;
    path.append("/home-").append(number).append(cloud ? ".passcode" : ".password");
    const Result<std::string> secret = write_secret(path, cloud ? line.passcode : line.password);
    if (!secret) return secret.error();
    yaml += "  - name: home-" + number + "\n    source: " + (cloud ? "taara" : "router");
    yaml += "\n    url: " + config.base_url + (cloud ? "" : "/r/" + number) + "\n    account:\n";
    if (cloud) {
      yaml += "      country_code: \"" + line.country_code + "\"\n      phone: \"" +
              std::to_string(line.phone_base + i - 1) + "\"\n      passcode_file: " + json_string(secret.value()) +
              "\n      partner_id: \"" + line.partner_id + "\"\n      hotspot_id: \"hotspot-" + number + "\"\n";
    } else {
      yaml += "      username: " + json_string(line.username) +
              "\n      password_file: " + json_string(secret.value()) + "\n";
    }
    yaml += "    timezone: Africa/Nairobi\n";
    if (cloud) {
      yaml += "    plan: {allocation: " + std::to_string(line.allocation_gb) + " GB, cycle: plan, length: 30d}\n";
    } else {
      // The router counts 1000 GB as 1 TiB, which is 1024 GiB.
      yaml += "    plan: {allocation: " + std::to_string(line.allocation_gb * 1024 / 1000) +
              " GiB, cycle: monthly, day: " + std::to_string(line.cycle_day) + ", at: \"00:00\"}\n";
    }
  }
  yaml += "polling: {interval: " + config.interval + ", min_interval: " + config.interval + "}\n";
  if (!config.store.empty()) yaml += "store: {path: " + json_string(config.store) + "}\n";
  if (!config.listen_address.empty()) yaml += "web: {listen_address: " + json_string(config.listen_address) + "}\n";
  return yaml;
}

}  // namespace taara::line_sim
