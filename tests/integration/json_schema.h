// SPDX-License-Identifier: Apache-2.0
// Holds JSON against the schemas of an OpenAPI document. It knows the keywords that ours uses; one that it doesn't know
// is a finding, so that nothing is written there that nobody checks.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <vector>

namespace taara::test {

// The YAML file as JSON; plain scalars become numbers, booleans and null, quoted ones texts.
boost::json::value read_yaml(const std::string& path);

class Schemas {
 public:
  explicit Schemas(const boost::json::value& document) : document_(document) {}

  // Follows $ref to its end.
  [[nodiscard]] const boost::json::object& resolve(const boost::json::value& schema) const;
  // Everything that is wrong with `value`, as "/data/days/0/date: …"; empty when nothing is.
  [[nodiscard]] std::vector<std::string> faults(const boost::json::value& value,
                                                const boost::json::value& schema) const;

 private:
  void check(const boost::json::value& value, const boost::json::value& schema, const std::string& at,
             std::vector<std::string>& found) const;
  void check_object(const boost::json::object& value, const boost::json::object& rules, const std::string& at,
                    std::vector<std::string>& found) const;

  const boost::json::value& document_;
};

}  // namespace taara::test
