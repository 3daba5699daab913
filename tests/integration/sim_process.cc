// SPDX-License-Identifier: Apache-2.0
#include "sim_process.h"

#include <curl/curl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <cstdio>
#include <memory>

#include "marks.h"
#include "temp_dir.h"

namespace taara::test {
namespace {

std::size_t append(char* data, std::size_t size, std::size_t count, void* text) {
  static_cast<std::string*>(text)->append(data, size * count);
  return size * count;
}

}  // namespace

Fetched fetch(const std::string& url, const std::string& method, const std::vector<std::string>& headers) {
  Fetched fetched;
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), curl_easy_cleanup);
  curl_slist* list = nullptr;
  for (const auto& header : headers) list = curl_slist_append(list, header.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_PROXY, "");
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, 20L);
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, list);
  if (method == "HEAD")
    curl_easy_setopt(curl.get(), CURLOPT_NOBODY, 1L);
  else
    curl_easy_setopt(curl.get(), CURLOPT_CUSTOMREQUEST, method.c_str());
  if (method == "POST") curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, "");
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, append);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &fetched.body);
  curl_easy_setopt(curl.get(), CURLOPT_HEADERFUNCTION, append);
  curl_easy_setopt(curl.get(), CURLOPT_HEADERDATA, &fetched.headers);
  if (curl_easy_perform(curl.get()) == CURLE_OK) curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &fetched.status);
  curl_easy_getinfo(curl.get(), CURLINFO_TOTAL_TIME, &fetched.seconds);
  curl_slist_free_all(list);
  return fetched;
}

SimProcess::SimProcess(const std::vector<std::string>& flags) {
  const TempDir secrets;
  int out[2];
  if (pipe(out) != 0) throw std::runtime_error("pipe");
  std::vector<std::string> arguments{TAARA_LINE_SIM, "--port", "0"};
  for (const auto& [flag, secret] : {std::pair{"--passcode-file", kLinePasscode}, {"--password-file", kLinePassword}}) {
    if (std::find(flags.begin(), flags.end(), flag) != flags.end()) continue;
    const auto file = secrets.path() / secret;
    write_file(file, secret);
    arguments.insert(arguments.end(), {flag, file.string()});
  }
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  pid_ = fork();
  if (pid_ == 0) {
    dup2(out[1], STDOUT_FILENO);
    close(out[0]);
    close(out[1]);
    std::vector<char*> argv;
    argv.reserve(arguments.size() + 1);
    for (auto& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    execv(argv[0], argv.data());
    _exit(127);
  }
  close(out[1]);
  const std::unique_ptr<FILE, int (*)(FILE*)> lines(fdopen(out[0], "r"), fclose);
  char line[256] = "";
  if (fgets(line, sizeof line, lines.get()) == nullptr || sscanf(line, "listening on 127.0.0.1:%u", &port_) != 1)
    throw std::runtime_error(std::string("the simulated line did not start: ") + line);
}

SimProcess::~SimProcess() {
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

void SimProcess::control(const std::string& what) const {
  const auto reply = fetch(url() + "/control/" + what, "POST");
  ASSERT_EQ(reply.status, 200) << what << ": " << reply.body;
}

void SimProcess::set_clock(Time now) const { control("clock?set=" + std::to_string(now.time_since_epoch().count())); }

double SimProcess::state(const std::string& household, const std::string& key) const {
  const auto reply = fetch(url() + "/control/state?household=" + household);
  auto value = boost::json::parse(reply.body);
  for (std::size_t at = 0, dot = 0; dot != std::string::npos; at = dot + 1) {
    dot = key.find('.', at);
    boost::json::value inner = value.as_object().at(key.substr(at, dot == std::string::npos ? dot : dot - at));
    value = std::move(inner);
  }
  if (value.is_bool()) return value.as_bool() ? 1 : 0;
  return value.to_number<double>();
}

}  // namespace taara::test
