// SPDX-License-Identifier: Apache-2.0
#include "prometheus_process.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cctype>
#include <cstdio>
#include <thread>
#include <vector>

#include "daemon_process.h"
#include "sim_process.h"

namespace taara::test {
namespace {

// Prometheus can't take port 0 and tell; between this and its start somebody else could take the port, and then the
// test fails loudly.
unsigned free_port() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  EXPECT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), size), 0);
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  close(fd);
  return ntohs(address.sin_port);
}

std::string escaped(const std::string& query) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string text;
  for (const char c : query) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '_')
      text += c;
    else
      text.append({'%', kHex[byte >> 4U], kHex[byte & 15U]});
  }
  return text;
}

}  // namespace

bool PrometheusProcess::installed() {
  for (const auto* name : {"prometheus", "promtool"})
    if (run({name, "--version"}).exit_code != 0) return false;
  return true;
}

PrometheusProcess::PrometheusProcess(const std::filesystem::path& history)
    : url_("http://127.0.0.1:" + std::to_string(free_port())) {
  const Finished blocks = run({"promtool", "tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=2000h",
                               "--quiet", history.string(), (dir_.path() / "data").string()});
  if (blocks.exit_code != 0) {
    ADD_FAILURE() << "promtool: " << blocks.output.substr(0, 2000);
    return;
  }
  write_file(dir_.path() / "prometheus.yml", "global: {}\n");
  start();
  if (!becomes_ready()) ADD_FAILURE() << "prometheus: " << read_file(dir_.path() / "log").substr(0, 2000);
}

PrometheusProcess::~PrometheusProcess() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

void PrometheusProcess::start() {
  std::vector<std::string> words{"prometheus",
                                 "--config.file=" + (dir_.path() / "prometheus.yml").string(),
                                 "--storage.tsdb.path=" + (dir_.path() / "data").string(),
                                 "--storage.tsdb.retention.time=100y",
                                 "--web.listen-address=" + url_.substr(url_.rfind('/') + 1),
                                 "--log.level=error"};
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const std::string log = (dir_.path() / "log").string();
  pid_ = fork();
  if (pid_ != 0) return;
  if (std::freopen(log.c_str(), "w", stderr) == nullptr) _exit(126);
  execvp(argv[0], argv.data());
  _exit(127);
}

bool PrometheusProcess::becomes_ready() const {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  while (std::chrono::steady_clock::now() < end) {
    if (fetch(url_ + "/-/ready").status == 200) return true;
    if (waitpid(pid_, nullptr, WNOHANG | WNOWAIT) == pid_) return false;
    std::this_thread::sleep_for(milliseconds{20});
  }
  return false;
}

std::optional<double> PrometheusProcess::ask(const std::string& query, Time at) const {
  const auto answer =
      fetch(url_ + "/api/v1/query?query=" + escaped(query) + "&time=" + std::to_string(at.time_since_epoch().count()));
  boost::system::error_code failed;
  const auto json = boost::json::parse(answer.body, failed);
  const auto* const result = failed ? nullptr : json.find_pointer("/data/result", failed);
  if (result == nullptr || !result->is_array()) {
    ADD_FAILURE() << query << ": " << answer.status << " " << answer.body;
    return std::nullopt;
  }
  if (result->get_array().size() != 1) return std::nullopt;
  return std::stod(result->at_pointer("/0/value/1").as_string().c_str());
}

}  // namespace taara::test
