// SPDX-License-Identifier: Apache-2.0
// The first line is the address, such as /api/v1/forecast?household=home, the others are headers. civetweb has split
// them before our code sees them; the routes and their answers are the real ones.
#include <algorithm>
#include <array>
#include <charconv>

#include "app/pages.h"
#include "core/basic_credentials.h"
#include "core/content_negotiation.h"
#include "core/query.h"
#include "core/utf8.h"
#include "fuzz/rules.h"
#include "io/strict_json.h"
#include "unit/core/snapshot_fixture.h"

namespace taara::fuzz {
namespace {

namespace json = boost::json;

class StillClock final : public Clock {
 public:
  [[nodiscard]] Time wall() const override { return fixture_now(); }
  [[nodiscard]] Steady steady() const override { return Steady{}; }
};

struct House {
  StillClock clock;
  Log log{clock, -1, LogLevel::error, LogFormat::logfmt};
  OwnMetrics own{fixture_now(), log};
  Latest<Snapshot> latest{std::make_shared<const Snapshot>(
      snapshot_of({blind_household("cottage"), known_household("home"), unknown_household("new")}))};
  std::vector<Route> routes = make_routes({latest, clock, own, [] { return Result<void>(); }});
};

std::string_view line_of(std::string_view& rest) {
  const auto line = rest.substr(0, rest.find('\n'));
  rest.remove_prefix(std::min(rest.size(), line.size() + 1));
  return line;
}

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return (x | 0x20) == (y | 0x20); });
}

class Request final : public WebRequest {
 public:
  explicit Request(std::string_view text) {
    const auto address = line_of(text);
    path_ = address.substr(0, address.find('?'));
    query_ = path_.size() < address.size() ? address.substr(path_.size() + 1) : std::string_view();
    headers_ = text;
  }
  [[nodiscard]] std::string_view path() const override { return path_; }
  [[nodiscard]] std::string_view query() const override { return query_; }
  [[nodiscard]] std::string_view header(const char* name) const override {
    for (std::string_view rest = headers_; !rest.empty();) {
      const auto line = line_of(rest);
      const auto colon = line.find(": ");
      if (colon != std::string_view::npos && same_name(line.substr(0, colon), name)) return line.substr(colon + 2);
    }
    return {};
  }

 private:
  std::string_view path_, query_, headers_;
};

// As the web server matches.
const Route* route_of(const std::vector<Route>& routes, std::string_view path) {
  const auto own = std::find_if(routes.begin(), routes.end(), [&](const Route& r) { return r.path == path; });
  if (own != routes.end()) return &*own;
  const auto folder = std::find_if(routes.begin(), routes.end(),
                                   [&](const Route& r) { return r.whole_folder && path.starts_with(r.path + "/"); });
  return folder == routes.end() ? nullptr : &*folder;
}

void check_json(std::string_view body, int status) {
  const auto parsed = parse_json(body);
  const auto* const root = std::get_if<json::value>(&parsed);
  must(root != nullptr, "an answer that is no JSON");
  const auto* const word = member(*root, "status");
  const auto* const said = word == nullptr ? nullptr : word->if_string();
  must(said != nullptr, "an answer without a status");
  const bool good = said != nullptr && *said == "success";
  must(good == (status == 200), "success is another number than 200");
  const auto* const error = member(*root, "error");
  must(error != nullptr && error->is_object() == (status != 200), "an error that is none, or is missing");
  if (status == 200) return;
  const auto* const message = member(*error, "message");
  must(message != nullptr && message->is_string(), "an error without words");
  must_be_words(std::string_view(message->get_string().data(), message->get_string().size()), 2000);
}

// Prometheus' http_sd wants a bare list.
void check_list_of_peers(std::string_view body) {
  const auto parsed = parse_json(body);
  const auto* const root = std::get_if<json::value>(&parsed);
  must(root != nullptr && root->is_array(), "a list of peers that is no list");
  for (const auto& peer : root->get_array()) {
    const auto* const targets = member(peer, "targets");
    must(targets != nullptr && targets->is_array() && targets->get_array().size() == 1, "a peer without one address");
    const auto* const labels = member(peer, "labels");
    must(labels != nullptr && labels->is_object(), "a peer without labels");
  }
}

enum class Kind { page, api, peers };

void check_answer(std::string_view answer, int status, Kind kind) {
  const auto end = answer.find("\r\n\r\n");
  must(end != std::string_view::npos && answer.starts_with("HTTP/1.1 "), "an answer without a head");
  const auto head = answer.substr(0, end + 2);
  const auto body = answer.substr(end + 4);
  must(std::none_of(head.begin(), head.end(), [](char c) { return c < 0x20 && c != '\r' && c != '\n'; }),
       "a head with control characters");
  const auto length = head.find("Content-Length: ");
  if (length == std::string_view::npos) {
    must(head.find("Transfer-Encoding: chunked") != std::string_view::npos, "nobody knows where the answer ends");
    return;
  }
  std::size_t said = 0;
  std::from_chars(head.data() + length + 16, head.data() + head.size(), said);
  must(said == body.size(), "the answer is of another length than it says");
  must(valid_utf8_bytes(body) == body.size(), "an answer that is no UTF-8");
  if (kind == Kind::peers && status == 200) return check_list_of_peers(body);
  if (kind != Kind::page) return check_json(body, status);
  must(body.find("<zq7") == std::string_view::npos, "markup of the request stands in the page");
}

void check_headers(const Request& request) {
  (void)page_format(request.header("Accept"));
  (void)accepts_gzip(request.header("Accept-Encoding"));
  const auto login = parse_basic_credentials(request.header("Authorization"));
  if (!login) return;
  must(login->user.find(':') == std::string::npos, "a user with a colon");
  must((login->user + login->password).find('\0') == std::string::npos, "a password that ends early");
}

}  // namespace

void check_web_request(Input input) {
  static House house;
  const Request request(text_of(input));
  check_headers(request);
  const auto query = parse_query(request.query());
  if (query.has_error()) must_be_words(query.error().what, 1000);

  const Route* const route = route_of(house.routes, request.path());
  // What those two answer doesn't depend on the request.
  if (route == nullptr || route->path == "/metrics" || route->method == Route::Method::post) return;
  std::string answer;
  WebResponse response({}, [&](std::string_view bytes) {
    answer.append(bytes);
    return true;
  });
  route->handle(request, response);
  response.finish();
  constexpr std::array<int, 4> kStatuses{200, 400, 404, 503};
  const int status = response.status();
  must(std::find(kStatuses.begin(), kStatuses.end(), status) != kStatuses.end(),
       "a status that is not in the contract");
  const bool lists_peers = route->path == "/api/v1/sd";
  const bool is_api = route->path.starts_with("/api/v1");
  check_answer(answer, status, lists_peers ? Kind::peers : is_api ? Kind::api : Kind::page);
}

}  // namespace taara::fuzz
