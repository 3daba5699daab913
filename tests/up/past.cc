// SPDX-License-Identifier: Apache-2.0
// taara_line_past: lets months pass in seconds. The exporter's own conversation, book, forecast and store ask the
// simulated line every ten minutes, without sockets and without waiting; what /metrics would have said is written with
// its time, as OpenMetrics. So the past of a demonstration is one that the exporter has lived through.
#include <algorithm>
#include <array>
#include <boost/program_options.hpp>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>
#include <span>
#include <variant>

#include "app/line.h"
#include "app/line_sources.h"
#include "core/metrics_tables.h"
#include "io/config_file.h"
#include "io/secret_file.h"
#include "io/store.h"
#include "line_sim/http_request.h"
#include "line_sim/line.h"
#include "line_sim/time_text.h"

namespace taara {
namespace {

namespace po = boost::program_options;

constexpr std::size_t kSavedAtOnce = 500;
// Prometheus forgets a series after five minutes, so what holds until the next poll is said once more in between.
constexpr seconds kSaidAgainAfter{290};
// The longest block that promtool makes of 500 hours, aligned as it aligns them: a file for each is read once only.
constexpr std::chrono::hours kBlock{486};

struct Past {
  std::string config, openmetrics, instance;
  unsigned households = 1;
  std::uint64_t seed = 1;
  Time from, to, full_from;
};

// A year of these is worth its space; of the others only the newest weeks are written.
constexpr std::array<std::string_view, 15> kKeptLong{
    "taara_up",
    "taara_allocation_bytes",
    "taara_used_bytes",
    "taara_remaining_bytes",
    "taara_usage_bytes_total",
    "taara_cycle_start_timestamp_seconds",
    "taara_cycle_end_timestamp_seconds",
    "taara_last_cycle_start_timestamp_seconds",
    "taara_last_cycle_used_bytes",
    "taara_budget_today_bytes",
    "taara_used_today_bytes",
    "taara_budget_streak",
    "taara_day_start_timestamp_seconds",
    "taara_cap_crossing_probability_ratio",
    "taara_forecast_error_ratio",
};
// Zero in a past without faults.
constexpr std::array<std::string_view, 3> kNeverWritten{
    "taara_poll_errors_total",
    "taara_contract_violations_total",
    "taara_logins_total",
};

bool among(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Pages of all moments, in the order of time. Says "FILE" on stdout when a block's file is whole.
class Pages {
 public:
  explicit Pages(const Past& past) : past_(past) {}

  [[nodiscard]] bool write(const HouseholdView& view, Time time) {
    if (const auto block = time.time_since_epoch() / kBlock; block != block_) {
      end_file();
      block_ = block;
      file_ = std::filesystem::path(past_.openmetrics) / (std::to_string(block) + ".om");
      out_ = std::ofstream(file_, std::ios::binary);
    }
    HouseholdOnPage household(view, time);
    household.labels = LabelSet{{"household", view.household->name}, {"instance", past_.instance}, {"job", "taara"}};
    Exposition page(PageFormat::open_metrics, [this](std::string_view text) { return keep_samples(text); });
    page.at(time);
    for (const auto metrics : {line_metrics(), outlook_metrics(), polling_metrics()}) {
      for (const HouseholdMetric& metric : metrics) {
        if (time < past_.full_from && !among(kKeptLong, metric.family.name)) continue;
        if (among(kNeverWritten, metric.family.name)) continue;
        page.family(metric.family);
        metric.write(household, page);
      }
    }
    page.finish();
    return out_.good();
  }
  bool end_file() {
    if (block_ < 0) return true;
    out_ << "# EOF\n";
    out_.close();
    if (out_.good()) std::cout << "whole " << file_.native() << std::endl;
    return out_.good();
  }

 private:
  // Types and help would be repeated with each moment; promtool needs neither.
  bool keep_samples(std::string_view text) {
    while (!text.empty()) {
      const std::string_view line = text.substr(0, text.find('\n') + 1);
      if (line.front() != '#') out_ << line;
      text.remove_prefix(line.size());
    }
    return out_.good();
  }

  const Past& past_;
  std::filesystem::path file_;
  std::ofstream out_;
  std::int64_t block_ = -1;
};

line_sim::Request as_received(const HttpRequest& sent) {
  line_sim::Request request;
  request.method = sent.method;
  const std::size_t path = sent.url.find('/', sent.url.find("://") + 3);
  const std::size_t query = std::min(sent.url.find('?', path), sent.url.size());
  request.path = sent.url.substr(path, query - path);
  if (query < sent.url.size()) request.query = line_sim::parse_query(sent.url.substr(query + 1));
  for (const auto& [name, value] : sent.headers) {
    std::string lower = name;
    std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
    request.headers.emplace_back(lower, value);
  }
  request.body = sent.body;
  return request;
}

HttpDone as_answered(const line_sim::Wire& wire) {
  HttpReply reply;
  reply.content_type = "application/json";
  std::from_chars(wire.start.data() + 9, wire.start.data() + 12, reply.status);  // behind "HTTP/1.1 "
  reply.body = wire.start.substr(wire.start.find("\r\n\r\n") + 4);
  reply.response_time = milliseconds{40};
  return {.id = 0, .result = std::move(reply), .bytes_sent = 600, .bytes_received = wire.start.size()};
}

// A household on its way through the past.
struct Traveller {
  Line line;
  Time next;    // poll
  Time moment;  // to say what is known: at each poll, and in between
  std::vector<PollRecord> records = {};

  PollRecord poll(line_sim::Line& sim) {
    Step step = line.begin(next);
    while (auto* const request = std::get_if<HttpRequest>(&step)) {
      const HttpRequest asked = std::move(*request);
      step = line.resume(asked, as_answered(sim.answer(as_received(asked))), next);
    }
    const auto& outcome = std::get<PollOutcome>(step);
    return line.finish(outcome, {.answered = outcome.reading.usable(), .took = milliseconds{400}, .pressure = {}},
                       Polling{}, next);
  }
};

Result<std::vector<Traveller>> travellers(const Past& past, const Config& config, Store& store) {
  std::vector<Traveller> all;
  for (const Household& household : config.households) {
    auto remembered = store.recall(household.name, past.from);
    if (!remembered) return remembered.error();
    if (remembered->stored) return Error{Errc::invalid, household.name + " has a past already"};
    const auto shared = std::make_shared<const Household>(household);
    const SecretVersions version = [](const Account& account) { return secret_version(account.secret_file); };
    auto source = make_line_source(shared, [file = household.account.secret_file] { return read_secret(file); });
    all.push_back({Line(shared, std::move(source), version, std::move(*remembered), past.from), past.from, past.from});
  }
  return all;
}

void tell_progress(const Past& past, Time now, int& told_percent) {
  const auto percent = static_cast<int>((now - past.from) * 100 / (past.to - past.from));
  if (percent <= told_percent) return;
  told_percent = percent;
  std::cout << percent << " %" << std::endl;
}

Result<void> live(const Past& past, const Config& config, Store& store) {
  line_sim::SimClock clock(past.from, 0);
  line_sim::Line sim({.households = past.households, .seed = past.seed}, clock);
  auto all = travellers(past, config, store);
  if (!all) return all.error();
  std::mt19937_64 random(past.seed);
  std::uniform_real_distribution<> any(0, 1);
  Pages pages(past);
  const Error full{Errc::io, past.openmetrics + " or " + config.store.path + " cannot be written: is the disk full?"};
  int told_percent = -1;
  while (true) {
    Traveller& one = *std::min_element(all->begin(), all->end(), [](auto& a, auto& b) { return a.moment < b.moment; });
    const Time now = one.moment;
    if (now > past.to) break;
    if (now == one.next) {
      clock.set(now);
      tell_progress(past, now, told_percent);
      one.records.push_back(one.poll(sim));
      if (past.to - now > config.store.raw) one.records.back().raw.clear();
      if (one.records.size() == kSavedAtOnce) store.save(std::exchange(one.records, {}));
      one.next = one.line.next_poll(Polling{}, any(random), now);
    }
    if (!pages.write(*one.line.view(Polling{}, one.next), now)) return full;
    one.moment = std::min(one.next, now + kSaidAgainAfter);
  }
  for (Traveller& one : *all) store.save(std::move(one.records));
  if (!pages.end_file() || !store.view().writable || store.view().pending_readings > 0) return full;
  return {};
}

int told(const std::string& what, int code) {
  std::cerr << "taara_line_past: " << what << '\n';
  return code;
}

int run(const Past& past) {
  auto loaded = load_config(past.config);
  if (const auto* const problems = std::get_if<std::vector<ConfigProblem>>(&loaded))
    return told(
        past.config + ": " + std::to_string(problems->size()) + " problems; taara_exporter --config.check tells them",
        2);
  const auto& config = std::get<Config>(loaded);
  auto store = Store::open(config.store, past.from, [](LogLevel, std::string_view, std::string_view) {});
  if (!store) return told(store.error().what, 1);
  if (const auto lived = live(past, config, **store); !lived) return told(lived.error().what, 1);
  return 0;
}

int main_of(int argc, char** argv) {
  Past past;
  std::string from, to, full_from;
  po::options_description all("Options");
  const auto needed = [](std::string& target) { return po::value<std::string>(&target)->required(); };
  all.add_options()("help,h", "this text")("config", needed(past.config),
                                           "of the exporter, as taara_line_sim --print-config writes it")(
      "openmetrics", needed(past.openmetrics), "folder for what /metrics said, a file for each block of Prometheus")(
      "instance", po::value(&past.instance)->default_value("127.0.0.1:10077"), "label of the samples")(
      "households", po::value(&past.households)->default_value(1), "as taara_line_sim has them")(
      "seed", po::value(&past.seed)->default_value(1), "the same")("from", needed(from), "first poll")(
      "to", needed(to), "end")("full-from", needed(full_from),
                               "from here on all metrics are written, before it the main ones");
  try {
    po::variables_map given;
    po::store(po::parse_command_line(argc, argv, all), given);
    if (given.count("help") > 0) {
      std::cout
          << "taara_line_past: months of the simulated line, lived through by the exporter's own code in seconds.\n\n"
             "  taara_line_sim --print-config --port 10078 --secrets-dir demo --store demo/store > demo.yml\n"
             "  taara_line_past --config demo.yml --openmetrics demo --from 2026-01-01 --to 2026-03-01 --full-from "
             "2026-02-01\n\n"
          << all;
      return 0;
    }
    po::notify(given);
  } catch (const po::error& error) {
    return told(std::string(error.what()) + " (--help shows how)", 64);
  }
  for (const auto& [text, time] : {std::pair{&from, &past.from}, {&to, &past.to}, {&full_from, &past.full_from}}) {
    const auto parsed = line_sim::parse_time(*text);
    if (!parsed) return told(parsed.error().what + " (--help shows how)", 64);
    *time = *parsed;
  }
  if (past.from >= past.to) return told("--from is before --to", 64);
  return run(past);
}

}  // namespace
}  // namespace taara

int main(int argc, char** argv) {
  try {
    return taara::main_of(argc, argv);
  } catch (const std::exception& error) {
    std::fputs(error.what(), stderr);
    return 1;
  }
}
