// SPDX-License-Identifier: Apache-2.0
// One scrape of many households over loopback: our server beside prometheus-cpp's Exposer with the same families and
// samples, each in a process of its own. Prints medians, resident memory and the ratios. Started by
// tests/bench/metrics, which knows the options.
//   metrics_bench households scrapes
#include <curl/curl.h>
#include <prometheus/collectable.h>
#include <prometheus/counter.h>
#include <prometheus/exposer.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <memory>

#include "app/pages.h"
#include "core/metrics.h"
#include "io/process_stats.h"
#include "unit/core/snapshot_fixture.h"

namespace taara {
namespace {

class BenchClock : public Clock {
 public:
  [[nodiscard]] Time wall() const override { return fixture_now(); }
  [[nodiscard]] Steady steady() const override { return std::chrono::steady_clock::now(); }
};

struct Measured {  // what a child tells its parent
  double plain_seconds = 0;
  double gzip_seconds = 0;
  double page_bytes = 0;
  double gzip_bytes = 0;
  double idle_bytes = 0;  // resident before the first scrape
  double peak_bytes = 0;  // most that was ever resident, the client's few buffers included
};

std::size_t count(char* /*data*/, std::size_t one, std::size_t size, void* total) {
  *static_cast<double*>(total) += static_cast<double>(one * size);
  return one * size;
}

double scrape(int port, bool gzip, double& bytes) {
  const std::unique_ptr<CURL, void (*)(CURL*)> easy(curl_easy_init(), &curl_easy_cleanup);
  const std::string url = "http://127.0.0.1:" + std::to_string(port) + "/metrics";
  bytes = 0;
  curl_easy_setopt(easy.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy.get(), CURLOPT_PROXY, "");
  curl_easy_setopt(easy.get(), CURLOPT_BUFFERSIZE, 512L * 1024);
  curl_easy_setopt(easy.get(), CURLOPT_WRITEFUNCTION, &count);
  curl_easy_setopt(easy.get(), CURLOPT_WRITEDATA, &bytes);
  curl_slist* headers = gzip ? curl_slist_append(nullptr, "Accept-Encoding: gzip") : nullptr;  // not unpacked here
  curl_easy_setopt(easy.get(), CURLOPT_HTTPHEADER, headers);
  const auto before = std::chrono::steady_clock::now();
  const CURLcode code = curl_easy_perform(easy.get());
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - before;
  curl_slist_free_all(headers);
  if (code != CURLE_OK) {
    std::fprintf(stderr, "scrape: %s\n", curl_easy_strerror(code));
    _exit(1);
  }
  return took.count();
}

double median_scrape(int port, bool gzip, int scrapes, double& bytes) {
  std::vector<double> times;
  times.reserve(static_cast<std::size_t>(scrapes));
  for (int i = 0; i < scrapes; ++i) times.push_back(scrape(port, gzip, bytes));
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

Measured measure(int port, int scrapes) {
  Measured result;
  result.idle_bytes = static_cast<double>(process_stats().resident_bytes.value_or(0));
  result.plain_seconds = median_scrape(port, false, scrapes, result.page_bytes);
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  result.peak_bytes = static_cast<double>(usage.ru_maxrss) * 1024;
  result.gzip_seconds = median_scrape(port, true, scrapes, result.gzip_bytes);
  return result;
}

Snapshot many_households(int households) {
  std::vector<HouseholdView> views;
  views.reserve(static_cast<std::size_t>(households));
  for (int i = 0; i < households; ++i) views.push_back(known_household("household-" + std::to_string(i)));
  return snapshot_of(std::move(views));
}

Measured measure_ours(int households, int scrapes) {
  const BenchClock clock;
  const Log log(clock, -1, LogLevel::info, LogFormat::logfmt);
  OwnMetrics own(fixture_now(), log);
  const Latest<Snapshot> latest(std::make_shared<const Snapshot>(many_households(households)));
  WebEvents events;
  events.answered = [&](std::string_view route, int status) { own.count_request(route, status); };
  events.failed = [](std::string_view, std::string_view) {};
  auto server = WebServer::start({{"127.0.0.1", 0}}, make_routes({latest, clock, own, [] { return Result<void>(); }}),
                                 events, clock, {});
  return measure(static_cast<int>(server.value()->addresses().at(0).port), scrapes);
}

// Reads our own page of one household back into prometheus-cpp's families, so that both serve the same.
struct Parsed {
  struct Sample {
    std::string name;
    prometheus::Labels labels;
    double value = 0;
  };
  std::string type;
  std::string name;
  std::string help;
  std::vector<Sample> samples;
};

std::vector<Parsed> parse(const std::string& page) {
  std::vector<Parsed> families;
  for (std::size_t at = 0; at < page.size();) {
    const std::size_t end = page.find('\n', at);
    const std::string line = page.substr(at, end - at);
    at = end + 1;
    if (line.starts_with("# HELP ")) {
      const std::size_t space = line.find(' ', 7);
      families.push_back({"", line.substr(7, space - 7), line.substr(space + 1), {}});
    } else if (line.starts_with("# TYPE ")) {
      families.back().type = line.substr(line.rfind(' ') + 1);
    } else {
      Parsed::Sample sample;
      sample.name = line.substr(0, line.find_first_of("{ "));
      std::size_t place = sample.name.size() + 1;
      while (line[sample.name.size()] == '{' && line[place - 1] != '}') {
        const std::size_t equals = line.find('=', place);
        const std::size_t quote = line.find('"', equals + 2);
        sample.labels[line.substr(place, equals - place)] = line.substr(equals + 2, quote - equals - 2);
        place = quote + 2;
      }
      sample.value = std::strtod(line.c_str() + line.rfind(' '), nullptr);
      families.back().samples.push_back(std::move(sample));
    }
  }
  return families;
}

template <class Family, class Set>
void fill(Family& family, const std::vector<Parsed::Sample>& samples, int households, Set set) {
  for (int i = 0; i < households; ++i) {
    for (const Parsed::Sample& sample : samples) {
      prometheus::Labels labels = sample.labels;
      if (const auto found = labels.find("household"); found != labels.end()) {
        found->second = "household-" + std::to_string(i);
      }
      set(family, labels, sample.value);
    }
  }
}

void fill_histograms(prometheus::Registry& registry, const Parsed& parsed, int households) {
  auto& family = prometheus::BuildHistogram().Name(parsed.name).Help(parsed.help).Register(registry);
  const prometheus::Histogram::BucketBoundaries bounds(kPollDurationBounds.begin(), kPollDurationBounds.end());
  for (int i = 0; i < households; ++i) {
    auto& histogram = family.Add({{"household", "household-" + std::to_string(i)}}, bounds);
    histogram.ObserveMultiple({10, 100, 32, 0, 0, 0, 0, 1}, 131.75);
  }
}

// As an application with prometheus-cpp would have it: a registry of gauges and counters, and the stock Exposer.
Measured measure_theirs(int households, int scrapes) {
  std::string page;
  Exposition exposition(PageFormat::text, [&](std::string_view piece) {
    page.append(piece);
    return true;
  });
  write_metrics(snapshot_of({known_household("x")}), fixture_now(), exposition);
  exposition.finish();

  auto registry = std::make_shared<prometheus::Registry>();
  for (const Parsed& parsed : parse(page)) {
    if (parsed.type == "histogram") {
      fill_histograms(*registry, parsed, households);
    } else if (parsed.type == "counter") {
      auto& family = prometheus::BuildCounter().Name(parsed.name).Help(parsed.help).Register(*registry);
      fill(family, parsed.samples, households,
           [](auto& f, const auto& labels, double value) { f.Add(labels).Increment(value); });
    } else {
      auto& family = prometheus::BuildGauge().Name(parsed.name).Help(parsed.help).Register(*registry);
      fill(family, parsed.samples, households,
           [](auto& f, const auto& labels, double value) { f.Add(labels).Set(value); });
    }
  }
  prometheus::Exposer exposer("127.0.0.1:0");
  exposer.RegisterCollectable(registry);
  return measure(exposer.GetListeningPorts().at(0), scrapes);
}

template <class Measure>
Measured in_child(Measure measure_child) {
  std::array<int, 2> ends{};
  Measured result;
  if (pipe(ends.data()) != 0) std::exit(1);
  const pid_t child = fork();
  if (child == 0) {
    result = measure_child();
    _exit(write(ends[1], &result, sizeof(result)) == sizeof(result) ? 0 : 1);
  }
  close(ends[1]);
  if (read(ends[0], &result, sizeof(result)) != sizeof(result)) {
    std::fprintf(stderr, "the measuring process failed\n");
    std::exit(1);
  }
  close(ends[0]);
  waitpid(child, nullptr, 0);
  return result;
}

void print(const char* name, const Measured& r) {
  std::printf("%-16s %9.1f ms %9.1f ms gzip %9.1f MB page %7.1f MB gzip %8.1f MB idle %8.1f MB peak\n", name,
              r.plain_seconds * 1e3, r.gzip_seconds * 1e3, r.page_bytes / 1e6, r.gzip_bytes / 1e6, r.idle_bytes / 1e6,
              r.peak_bytes / 1e6);
}

}  // namespace
}  // namespace taara

int main(int argc, char** argv) {
  using namespace taara;
  const int households = argc == 3 ? std::atoi(argv[1]) : 0;
  const int scrapes = argc == 3 ? std::atoi(argv[2]) : 0;
  if (households < 1 || scrapes < 1) {
    std::fprintf(stderr, "usage: metrics_bench households scrapes\n");
    return 64;
  }
  std::printf("%d households, median of %d scrapes over loopback\n", households, scrapes);
  const Measured ours = in_child([&] { return measure_ours(households, scrapes); });
  print("taara_exporter", ours);
  const Measured theirs = in_child([&] { return measure_theirs(households, scrapes); });
  print("prometheus-cpp", theirs);
  std::printf("time of a scrape %.3f (gzip %.3f), peak memory %.3f of prometheus-cpp's\n",
              ours.plain_seconds / theirs.plain_seconds, ours.gzip_seconds / theirs.gzip_seconds,
              ours.peak_bytes / theirs.peak_bytes);
  return 0;
}
