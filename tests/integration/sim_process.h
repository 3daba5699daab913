// SPDX-License-Identifier: Apache-2.0
// The real taara_line_sim as a child process on a free loopback port, steered through its control endpoint.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "core/time.h"

namespace taara::test {

class SimProcess {
 public:
  // Its passcode and password are the marks of marks.h, unless `flags` name others.
  explicit SimProcess(const std::vector<std::string>& flags);
  ~SimProcess();
  SimProcess(const SimProcess&) = delete;
  SimProcess& operator=(const SimProcess&) = delete;

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] unsigned port() const { return port_; }
  // POST /control/`what`; fails the test when the simulated line refuses.
  void control(const std::string& what) const;
  void set_clock(Time now) const;
  // A number of GET /control/state for a household, by its key; a dot goes into an object, as in plan.total_consumed.
  [[nodiscard]] double state(const std::string& household, const std::string& key) const;

 private:
  pid_t pid_ = -1;
  unsigned port_ = 0;
};

// One HTTP exchange by curl's easy interface; the body, or the empty string when nothing answered.
struct Fetched {
  long status = 0;
  std::string body;
  std::string headers;
  double seconds = 0;
};
Fetched fetch(const std::string& url, const std::string& method = "GET", const std::vector<std::string>& headers = {});

}  // namespace taara::test
