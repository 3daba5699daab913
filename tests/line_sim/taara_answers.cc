// SPDX-License-Identifier: Apache-2.0
#include "line_sim/taara_answers.h"

#include <cstdlib>

#include "line_sim/json_text.h"
#include "line_sim/time_text.h"

namespace taara::line_sim {
namespace {

// The bonus came with the plan and ends a day earlier.
constexpr std::chrono::days kBonusLength{29};
constexpr std::int64_t kBonusBytes = 500'000'000;

struct ListedPlan {
  bool active = true;
  std::string id;
  std::string name;
  std::string balance;
  std::string expires;
  bool home = true;
};

std::string listed(const ListedPlan& plan) {
  return std::string(R"({"isActive":)") + (plan.active ? "true" : "false") + R"(,"planId":)" + json_string(plan.id) +
         R"(,"planName":)" + json_string(plan.name) + R"(,"remainingBalance":)" + json_string(plan.balance) +
         R"(,"expiresIn":)" + json_string(plan.expires) + R"(,"isHomePlan":)" + (plan.home ? "true}" : "false}");
}

struct ListedPurchase {
  Time at;
  std::string name;
  bool reward = false;
  int price = 0;
  std::int64_t left = 0;
};

std::string listed(const ListedPurchase& purchase) {
  return R"({"purchasedAt":")" + iso_text(purchase.at) + R"(","historyDate":")" + us_date_text(purchase.at) +
         R"(","purchasedHistoryPlans":[{"planDisplayName":)" + json_string(purchase.name) + R"(,"isRewardPlan":)" +
         (purchase.reward ? "true" : "false") + R"(,"resellerPrice":{"currencyCode":"KES","units":)" +
         std::to_string(purchase.price) + R"(,"nanos":0},"dataUsage":{"totalDataUsage":)" +
         std::to_string(purchase.left) + R"(},"historyType":"HISTORY_TYPE_PURCHASED_PLAN"}]})";
}

template <class Item>
std::string joined(const std::vector<Item>& items) {
  std::string out = "[";
  for (const Item& item : items) {
    if (out.size() > 1) out += ',';
    out += listed(item);
  }
  return out + ']';
}

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i, 2) == "\\n") {
      out += '\n';
      ++i;
    } else if (text.substr(i, 2) == "\\x" && i + 3 < text.size()) {
      out += static_cast<char>(std::strtol(std::string(text.substr(i + 2, 2)).c_str(), nullptr, 16));
      i += 3;
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace

std::string odd_plan_name(std::string_view value) {
  using namespace std::string_literals;
  if (value == "newline") return "1 Month\nUnlimited";
  if (value == "quote") return "1 Month \"Unlimited\" \\o/";
  if (value == "nul") return "1 Month\0Unlimited"s;
  if (value == "invalid_utf8") return "1 Month \xff\xc0\xaf Unlimited";
  if (value == "rtl")
    return "1 Month \xe2\x80\xae"
           "detimilnU\xe2\x80\xac";
  if (value == "long") return "1 Month Unlimited " + std::string(10'000, 'L');
  return decoded(value);
}

std::string bundle_body(const TaaraBundle& bundle, std::span<const ActiveFault> faults) {
  const auto has = [&](Fault fault) { return find_fault(faults, fault) != nullptr; };
  const Meter meter = spoilt_meter(bundle.meter, faults, &ActiveFault::plan_then);
  const std::string number = std::to_string(bundle.household);
  const ActiveFault* const odd_name = find_fault(faults, Fault::plan_name);
  const ActiveFault* const odd_expiry = find_fault(faults, Fault::expires_text);
  const std::string home_name = odd_name != nullptr ? odd_plan_name(odd_name->value) : std::string(kHomePlan);
  const std::string expires = odd_expiry != nullptr ? odd_expiry->value : expires_text(meter.expires, bundle.now);

  std::int64_t exact = has(Fault::constant_zero) ? 0 : meter.remaining();
  std::string balance = balance_text(exact);
  if (has(Fault::unit_switch)) {  // both fields alike, so that they still agree
    if (balance.ends_with("GB")) balance.replace(balance.size() - 2, 2, "MB");
    exact /= 1000;
  }
  if (has(Fault::exact_disagrees)) exact = meter.used;

  std::vector<ListedPlan> plans;
  const bool home_listed = meter.active && !has(Fault::no_home_plan);
  if (home_listed) {
    const ListedPlan home{!has(Fault::bonus_only_active), "plan-" + number, home_name, balance, expires, true};
    plans.push_back(home);
    if (has(Fault::two_home_plans)) {
      plans.push_back(home);
      plans.back().id += "-b";
      plans.back().name = "1 Week Unlimited";
      plans.back().balance = "120.0 GB";
    }
  }
  const Time bonus_ends = meter.purchased + kBonusLength;
  if (bonus_ends > bundle.now) {
    plans.push_back({has(Fault::bonus_only_active), "bonus-" + number, std::string(kBonusPlan),
                     balance_text(kBonusBytes), expires_text(bonus_ends, bundle.now), false});
  }

  std::vector<ListedPurchase> purchases;
  if (!has(Fault::purchase_missing)) purchases.push_back({meter.purchased, home_name, false, 2500, exact});
  purchases.push_back({meter.purchased, std::string(kBonusPlan), true, 0, kBonusBytes});
  if (!has(Fault::purchase_missing)) {
    for (const PastPurchase& past : bundle.past)
      purchases.push_back({past.purchased, home_name, false, 2500, past.left});
  }

  std::string body = R"({"data":{"subscriberId":"sub-)" + number +
                     R"(","balanceSummary":{"balanceSummaryHeadline":{"headLineText":)" +
                     json_string(home_listed ? home_name : std::string("No active plan")) +
                     R"(,"prefixMaterialIconName":"home"},"balanceSummaryByLine":)" + json_string(expires) +
                     R"(,"remainingBalance":0},"subscriberActiveAndUnusedPlans":)" + joined(plans) +
                     R"(,"purchasedHistory":)" + joined(purchases) + R"(},"message":"List Customers Bundles"})";
  edit_fields(body, faults,
              {"remainingBalance", "totalDataUsage", "remainingBalance", "subscriberActiveAndUnusedPlans"});
  return body;
}

}  // namespace taara::line_sim
