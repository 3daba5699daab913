// SPDX-License-Identifier: Apache-2.0
#include "house.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <sstream>

#include "app/line_sources.h"
#include "core/exposition.h"
#include "core/metrics.h"
#include "core/size_text.h"
#include "io/secret_file.h"
#include "marks.h"

namespace taara::test {
namespace {

std::unique_ptr<LineSource> make_source(std::shared_ptr<const Household> household) {
  SecretReader secret = [path = household->account.secret_file] { return read_secret(path); };
  return make_line_source(std::move(household), std::move(secret));
}

}  // namespace

Page::Page(const std::string& text) : text_(text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line[0] == '#') continue;
    const auto space = line.rfind(' ');
    samples_[line.substr(0, space)] = std::stod(line.substr(space + 1));
  }
}

std::optional<double> Page::operator[](const std::string& sample) const {
  const auto found = samples_.find(sample);
  if (found == samples_.end()) return std::nullopt;
  return found->second;
}

House::House(const SimProcess& sim, SourceKind source, int households, const std::function<void(Config&)>& change)
    : sim_(sim), store_dir_(dir_.path() / "store"), config_(std::make_shared<Config>()) {
  const auto secret = dir_.path() / "secret";
  write_file(secret, source == SourceKind::taara ? kLinePasscode : kLinePassword);
  for (int i = 1; i <= households; ++i) {
    Household household;
    household.name = "home-" + std::to_string(i);
    household.source = source;
    household.zone = date::locate_zone("Africa/Nairobi");
    household.account.secret_file = secret;
    if (source == SourceKind::taara) {
      household.url = sim.url();
      household.account.phone = std::to_string(700'000'001 + i - 1);
      household.account.partner_id = "partner-1";
      household.account.hotspot_id = "hotspot-" + std::to_string(i);
    } else {
      household.url = sim.url() + "/r/" + std::to_string(i);
      household.account.username = "family";
      household.plan.cycle = CycleKind::monthly;
      household.plan.allocation = bytes_per(Unit::TiB);
    }
    config_->households.push_back(household);
  }
  config_->store.path = store_dir_;
  config_->log_level = LogLevel::debug;
  if (change) change(*config_);
  log_fd_ = open((dir_.path() / "log").c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  log_ = std::make_unique<Log>(clock_, log_fd_, config_->log_level, config_->log_format);
  sim_.set_clock(clock_.wall());
  start();
}

House::~House() {
  poller_.reset();
  http_.reset();
  store_.reset();
  close(log_fd_);
  expect_no_marks(log(), "the log");
  expect_no_marks_in(store_dir_);
}

void House::start() {
  auto store = Store::open(config_->store, clock_.wall(),
                           [this](LogLevel level, std::string_view message, std::string_view detail) {
                             log_->write(level, message, {{"detail", detail}});
                           });
  if (!store) throw std::runtime_error(store.error().what);
  store_ = std::move(store.value());
  auto http = Http::create();
  http_ = std::move(http.value());
  latest_ = std::make_unique<Latest<Snapshot>>(std::make_shared<const Snapshot>());
  poller_ = std::make_unique<Poller>(
      PollerParts{.clock = clock_,
                  .http = *http_,
                  .store = *store_,
                  .log = *log_,
                  .latest = *latest_,
                  .make_source = make_source,
                  .secret_version = [](const Account& account) { return secret_version(account.secret_file); },
                  .learn_anew = [](const Household&) { return Habits{}; },
                  .standby = {},
                  .machine_under_pressure = {},
                  .rest = {},
                  .seed = 1},
      config_);
  turn();
}

void House::restart_with(const std::function<void()>& between) {
  poller_.reset();
  http_.reset();
  store_.reset();
  between();
  start();
}

void House::reload(const std::function<void(Config&)>& change) {
  config_ = std::make_shared<Config>(*config_);
  change(*config_);
  poller_->reload(config_);
  turn();
}

std::uint64_t House::polls_done(const std::string& household) const {
  for (const auto& view : latest_->get()->households)
    if (view->household->name == household)
      return view->counters.polls[0] + view->counters.polls[1] + view->counters.polls[2];
  return 0;
}

void House::poll() {
  const auto before = polls_done();
  const auto next = latest_->get()->households.front()->next_poll;
  if (http_->under_way() == 0 && next && *next > clock_.wall()) clock_.advance(*next - clock_.wall());
  sim_.set_clock(clock_.wall());
  const auto start = std::chrono::steady_clock::now();
  while (polls_done() == before) {
    // Only the line's answer takes real time; the waits of the poller pass at once.
    if (http_->under_way() == 0) clock_.advance(milliseconds{100});
    turn();
    ASSERT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds{60}) << "the poll came to no end\n"
                                                                                  << log();
  }
}

void House::settle() {
  turn();
  while (http_->under_way() > 0) turn();
}

void House::pass(seconds time, seconds step) {
  for (seconds left = time; left > seconds{0}; left -= step) {
    clock_.advance(std::min(step, left));
    sim_.set_clock(clock_.wall());
    settle();
  }
}

Page House::page() const {
  std::string text;
  Exposition page(PageFormat::text, [&](std::string_view piece) {
    text += piece;
    return true;
  });
  write_metrics(*latest_->get(), clock_.wall(), page);
  page.finish();
  expect_no_marks(text, "the page");
  return Page(text);
}

std::string House::log() const { return read_file(dir_.path() / "log"); }

}  // namespace taara::test
