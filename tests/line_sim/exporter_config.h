// SPDX-License-Identifier: Apache-2.0
// A configuration of taara_exporter that reads these households, so that demos and benchmarks need not write one.
#pragma once

#include <string>

#include "core/result.h"
#include "line_sim/line.h"

namespace taara::line_sim {

struct ExporterConfig {
  SourceKind source = SourceKind::taara;
  std::string base_url;     // http://127.0.0.1:PORT
  std::string secrets_dir;  // one file per household is written there, mode 0600
  std::string interval = "10m";
  std::string store;           // empty: the exporter's own default
  std::string listen_address;  // empty: the exporter's own default
};

// Writes the secrets and returns the YAML.
[[nodiscard]] Result<std::string> exporter_config(const LineSettings& line, const ExporterConfig& config);

}  // namespace taara::line_sim
