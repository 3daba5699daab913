// SPDX-License-Identifier: Apache-2.0
#include "io/taara_reply.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/label.h"
#include "core/time_text.h"
#include "io/json_amount.h"
#include "io/line_reply.h"

namespace taara {
namespace {

namespace json = boost::json;

constexpr std::string_view kPlans = "/data/subscriberActiveAndUnusedPlans";
constexpr std::string_view kPurchases = "/data/purchasedHistory";
constexpr std::size_t kMaxPlans = 64;  // reported ones: each becomes a series

std::string at(std::string_view base, std::size_t index, std::string_view field) {
  return std::string(base) + "/" + std::to_string(index) + std::string(field);
}

std::string found(const json::value* value, std::string_view expected) {
  if (value == nullptr) return " is missing";
  return " is " + std::string(kind_of(*value)) + ", expected is " + std::string(expected);
}

std::optional<std::string_view> text_of(const json::value* value) {
  const auto* text = value == nullptr ? nullptr : value->if_string();
  if (text == nullptr) return std::nullopt;
  return std::string_view(text->data(), text->size());
}

struct HomePlan {
  std::size_t index = 0;
  const json::value* plan = nullptr;
};

struct Purchase {
  std::optional<TimeText> time;
  bool date_agrees = true;  // with historyDate, where that is there
  std::string pointer;      // of the entry of the history
  std::string usage_pointer;
  AmountResult left;
};

// Two plans of one name would be one series twice, which fails a whole scrape.
void tell_apart(std::vector<PlanBalance>& plans) {
  for (auto plan = plans.begin(); plan != plans.end(); ++plan) {
    const std::string name = plan->plan;
    for (int number = 2; std::any_of(plans.begin(), plan, [&](const auto& other) { return other.plan == plan->plan; });
         ++number) {
      const std::string suffix = " (" + std::to_string(number) + ")";
      plan->plan = clean_label(name.substr(0, kMaxLabelBytes - suffix.size()) + suffix);
    }
  }
}

class BundleParser {
 public:
  BundleParser(const json::value& root, Time time, const date::time_zone* zone) : root_(root), zone_(zone) {
    outcome_.reading.time = time;
  }

  PollOutcome parse() {
    const auto* plans = find(root_, kPlans);
    if (plans == nullptr || !plans->is_array()) {
      note(outcome_.violations, Field::plan, std::string(kPlans) + found(plans, "an array"));
      fail(outcome_, PollError::schema, outcome_.violations.back().detail);
      return std::move(outcome_);
    }
    const auto home = find_home(plans->get_array());
    if (!home || !read_balance(*home)) return std::move(outcome_);
    read_expiry(*home);
    read_purchase();
    tell_apart(outcome_.reading.plans);
    outcome_.reading.status = outcome_.violations.empty() ? ReadingStatus::success : ReadingStatus::partial;
    return std::move(outcome_);
  }

 private:
  // Lists every plan and finds the one that is the line. None or several: nobody can say what the line has left.
  std::optional<HomePlan> find_home(const json::array& plans) {
    std::vector<HomePlan> homes;
    for (std::size_t i = 0; i < plans.size(); ++i) {
      const auto active = read_flag(plans[i], i, "isActive");
      const auto home = read_flag(plans[i], i, "isHomePlan");
      const bool is_line = active.value_or(false) && home.value_or(false);
      if (is_line) homes.push_back({i, &plans[i]});
      if (active && home) list_plan(plans[i], i, *active, *home);
    }
    if (homes.size() == 1) return homes.front();
    const std::string what = homes.empty() ? "no active home plan among " + std::to_string(plans.size()) + " plans"
                                           : std::to_string(homes.size()) + " active home plans at once";
    note(outcome_.violations, Field::plan, std::string(kPlans) + ": " + what);
    fail(outcome_, PollError::schema,
         what + (homes.empty() ? "; has the plan ended?" : "; which of them is the line can't be told"));
    return std::nullopt;
  }

  std::optional<bool> read_flag(const json::value& plan, std::size_t index, std::string_view name) {
    const auto* flag = member(plan, name);
    if (flag != nullptr && flag->is_bool()) return flag->get_bool();
    note(outcome_.violations, Field::plan, at(kPlans, index, "/") + std::string(name) + found(flag, "true or false"));
    return std::nullopt;
  }

  void list_plan(const json::value& plan, std::size_t index, bool active, bool home) {
    auto& listed = outcome_.reading.plans;
    const auto balance = amount(member(plan, "remainingBalance"), Unit::automatic);
    const auto name = clean_label(text_of(member(plan, "planName")).value_or(""));
    if (active && home) return;  // read_balance() knows better
    if (const auto* fault = std::get_if<AmountFault>(&balance))
      note(outcome_.violations, Field::plan, at(kPlans, index, "/remainingBalance: ") + fault->what);
    else if (name.empty())
      note(outcome_.violations, Field::plan,
           at(kPlans, index, "/planName") + found(member(plan, "planName"), "a name"));
    else if (listed.size() < kMaxPlans)
      listed.push_back({name, std::get<Amount>(balance).bytes, home, active});
  }

  bool read_balance(const HomePlan& home) {
    Reading& reading = outcome_.reading;
    const auto balance = amount(member(*home.plan, "remainingBalance"), Unit::automatic);
    if (const auto* fault = std::get_if<AmountFault>(&balance)) {
      const std::string what = at(kPlans, home.index, "/remainingBalance: ") + fault->what;
      note(outcome_.violations, Field::remaining, what);
      fail(outcome_, fault->kind, what);
      return false;
    }
    const auto* name = member(*home.plan, "planName");
    reading.plan = clean_label(text_of(name).value_or(""));
    if (reading.plan.empty())
      note(outcome_.violations, Field::plan, at(kPlans, home.index, "/planName") + found(name, "a name"));
    reading.remaining = std::get<Amount>(balance).bytes;
    reading.resolution = std::get<Amount>(balance).resolution;
    if (!reading.plan.empty())
      reading.plans.insert(reading.plans.begin(), {reading.plan, *reading.remaining, true, true});
    return true;
  }

  void read_expiry(const HomePlan& home) {
    const auto* field = member(*home.plan, "expiresIn");
    const auto text = text_of(field);
    const auto span = text ? parse_span(*text) : std::nullopt;
    const std::string pointer = at(kPlans, home.index, "/expiresIn");
    if (!span) {
      note(
          outcome_.violations, Field::expiry,
          pointer + (text ? " is in words that are not known, expected is such as 27 days" : found(field, "a string")));
      return;
    }
    // The summary says the same again where it speaks of this plan; where the two differ nobody knows.
    const auto headline = text_of(find(root_, "/data/balanceSummary/balanceSummaryHeadline/headLineText"));
    const auto summary = text_of(find(root_, "/data/balanceSummary/balanceSummaryByLine"));
    const auto again = summary ? parse_span(*summary) : std::nullopt;
    if (again && headline && clean_label(*headline) == outcome_.reading.plan &&
        std::chrono::abs(again->span - span->span) > std::max(again->resolution, span->resolution)) {
      note(outcome_.violations, Field::expiry, pointer + " and /data/balanceSummary/balanceSummaryByLine contradict");
      return;
    }
    outcome_.reading.expiry = outcome_.reading.time + span->span;
    outcome_.reading.expiry_resolution = span->resolution;
  }

  // The history holds, under a misleading name, how many bytes of a purchase are left, and when it was bought.
  void read_purchase() {
    Reading& reading = outcome_.reading;
    if (reading.plan.empty()) return;
    const auto purchase = find_purchase();
    if (!purchase) {
      note(outcome_.violations, Field::remaining_exact, no_purchase_);
      note(outcome_.violations, Field::purchase, no_purchase_);
      return;
    }
    if (const auto* left = std::get_if<Amount>(&purchase->left); left == nullptr) {
      note(outcome_.violations, Field::remaining_exact,
           purchase->usage_pointer + ": " + std::get<AmountFault>(purchase->left).what);
    } else if (!agrees(*left)) {
      note(outcome_.violations, Field::remaining_exact, purchase->usage_pointer + " contradicts the plan's balance");
    } else {
      reading.remaining = left->bytes;
      reading.resolution = left->resolution;
      reading.plans.front().remaining = left->bytes;
    }
    if (!purchase->time)
      note(outcome_.violations, Field::purchase, purchase->pointer + "/purchasedAt is missing or no ISO 8601 time");
    else if (!purchase->date_agrees)
      note(outcome_.violations, Field::purchase, purchase->pointer + "/purchasedAt and /historyDate contradict");
    else
      reading.purchased = purchase->time->time;
  }

  // To a whole step of the string and not to half of one: the line was seen to round, and may as well cut.
  [[nodiscard]] bool agrees(const Amount& exact) const {
    const auto difference = exact.bytes - *outcome_.reading.remaining;
    return difference < outcome_.reading.resolution && Bytes{-difference.count} < outcome_.reading.resolution;
  }

  // The newest purchase of the home plan. Of several the newest that agrees with the balance: the next month's may be
  // bought before this one has ended.
  std::optional<Purchase> find_purchase() {
    auto purchases = purchases_of_home_plan();
    if (purchases.empty()) return std::nullopt;
    std::stable_sort(purchases.begin(), purchases.end(), [](const Purchase& a, const Purchase& b) {
      return a.time && (!b.time || a.time->time > b.time->time);
    });
    const auto agreeing = std::find_if(purchases.begin(), purchases.end(), [&](const Purchase& purchase) {
      const auto* left = std::get_if<Amount>(&purchase.left);
      return left != nullptr && agrees(*left);
    });
    return std::move(agreeing == purchases.end() ? purchases.front() : *agreeing);
  }

  std::vector<Purchase> purchases_of_home_plan() {
    std::vector<Purchase> purchases;
    const auto* history = find(root_, kPurchases);
    if (history == nullptr || !history->is_array()) {
      no_purchase_ = std::string(kPurchases) + found(history, "an array");
      return purchases;
    }
    no_purchase_ = std::string(kPurchases) + " holds no purchase of the home plan";
    const auto& entries = history->get_array();
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const auto* plans = member(entries[i], "purchasedHistoryPlans");
      if (plans == nullptr || !plans->is_array()) {
        no_purchase_ = at(kPurchases, i, "/purchasedHistoryPlans") + found(plans, "an array");
        continue;
      }
      for (std::size_t k = 0; k < plans->get_array().size(); ++k) {
        const auto& plan = plans->get_array()[k];
        const auto name = text_of(member(plan, "planDisplayName"));
        if (name && clean_label(*name) == outcome_.reading.plan)
          purchases.push_back(read_entry(entries[i], i, plan, k));
      }
    }
    return purchases;
  }

  [[nodiscard]] Purchase read_entry(const json::value& entry, std::size_t i, const json::value& plan,
                                    std::size_t k) const {
    Purchase purchase;
    purchase.pointer = at(kPurchases, i, "");
    purchase.usage_pointer = at(purchase.pointer + "/purchasedHistoryPlans", k, "/dataUsage/totalDataUsage");
    purchase.left = amount(find(plan, "/dataUsage/totalDataUsage"), Unit::B);
    const auto time = text_of(member(entry, "purchasedAt"));
    purchase.time = time ? parse_iso_time(*time, zone_) : std::nullopt;
    const auto date = text_of(member(entry, "historyDate"));
    if (date && purchase.time) {
      const auto day = parse_us_date(*date);
      // The history's day may be of another zone than the time.
      const auto apart = day ? purchase.time->time - date::sys_days{*day} : seconds::max();
      purchase.date_agrees = apart >= -std::chrono::days{1} && apart < std::chrono::days{2};
    }
    return purchase;
  }

  const json::value& root_;
  const date::time_zone* zone_;
  PollOutcome outcome_;
  std::string no_purchase_;
};

}  // namespace

PollOutcome parse_bundle(std::string_view body, Time time, const date::time_zone* zone) {
  const auto parsed = parse_json(body);
  if (const auto* fault = std::get_if<JsonFault>(&parsed)) {
    PollOutcome outcome = failed(fault->kind, fault->what, time);
    note(outcome.violations, Field::body, fault->what);
    return outcome;
  }
  return BundleParser(std::get<json::value>(parsed), time, zone).parse();
}

}  // namespace taara
